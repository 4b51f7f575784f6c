using System.Buffers.Binary;
using System.Numerics;

namespace Settlement.Chains.Evm.Encoding;

/// <summary>Ethereum's hash: Keccak with a 256-bit output and the padding from before FIPS 202.</summary>
/// <remarks>Source: The Keccak reference, version 3.0, sections 1.2 and 2.1. The framework's SHA3-256 pads with 0x06
/// and so gives other hashes.</remarks>
public static class Keccak256
{
    /// <summary>Bytes of a hash.</summary>
    public const int HashBytes = 32;

    // 1,600 bits of state, less twice the output.
    private const int RateBytes = 136;
    private const int Lanes = 25;

    private static ReadOnlySpan<ulong> RoundConstants =>
        [
            0x0000000000000001,
            0x0000000000008082,
            0x800000000000808A,
            0x8000000080008000,
            0x000000000000808B,
            0x0000000080000001,
            0x8000000080008081,
            0x8000000000008009,
            0x000000000000008A,
            0x0000000000000088,
            0x0000000080008009,
            0x000000008000000A,
            0x000000008000808B,
            0x800000000000008B,
            0x8000000000008089,
            0x8000000000008003,
            0x8000000000008002,
            0x8000000000000080,
            0x000000000000800A,
            0x800000008000000A,
            0x8000000080008081,
            0x8000000000008080,
            0x0000000080000001,
            0x8000000080008008,
        ];

    // Rho and pi walk the lanes in one cycle of 24 steps.
    private static ReadOnlySpan<byte> Rotations =>
        [1, 3, 6, 10, 15, 21, 28, 36, 45, 55, 2, 14, 27, 41, 56, 8, 25, 43, 62, 18, 39, 61, 20, 44];

    private static ReadOnlySpan<byte> Targets =>
        [10, 7, 11, 17, 18, 3, 5, 16, 8, 21, 24, 4, 15, 23, 19, 13, 12, 2, 20, 14, 22, 9, 6, 1];

    /// <summary>Hashes bytes.</summary>
    /// <param name="data">Any length.</param>
    /// <returns>32 bytes.</returns>
    public static byte[] Hash(ReadOnlySpan<byte> data)
    {
        Span<ulong> state = stackalloc ulong[Lanes];
        while (data.Length >= RateBytes)
        {
            Absorb(state, data[..RateBytes]);
            data = data[RateBytes..];
        }

        Span<byte> last = stackalloc byte[RateBytes];
        data.CopyTo(last);
        last[data.Length] ^= 0x01;
        last[RateBytes - 1] ^= 0x80;
        Absorb(state, last);

        byte[] hash = new byte[HashBytes];
        for (int i = 0; i < HashBytes / sizeof(ulong); i++)
            BinaryPrimitives.WriteUInt64LittleEndian(hash.AsSpan(i * sizeof(ulong)), state[i]);
        return hash;
    }

    private static void Absorb(Span<ulong> state, ReadOnlySpan<byte> block)
    {
        for (int i = 0; i < RateBytes / sizeof(ulong); i++)
            state[i] ^= BinaryPrimitives.ReadUInt64LittleEndian(block[(i * sizeof(ulong))..]);
        Permute(state);
    }

    private static void Permute(Span<ulong> state)
    {
        Span<ulong> columns = stackalloc ulong[5];
        foreach (ulong roundConstant in RoundConstants)
        {
            MixColumns(state, columns);
            RotateAndMove(state);
            MixRows(state, columns);
            state[0] ^= roundConstant;
        }
    }

    // Theta.
    private static void MixColumns(Span<ulong> state, Span<ulong> columns)
    {
        for (int x = 0; x < 5; x++)
            columns[x] = state[x] ^ state[x + 5] ^ state[x + 10] ^ state[x + 15] ^ state[x + 20];
        for (int x = 0; x < 5; x++)
        {
            ulong mix = columns[(x + 4) % 5] ^ BitOperations.RotateLeft(columns[(x + 1) % 5], 1);
            for (int y = 0; y < Lanes; y += 5)
                state[y + x] ^= mix;
        }
    }

    // Rho and pi.
    private static void RotateAndMove(Span<ulong> state)
    {
        ulong carried = state[1];
        for (int i = 0; i < Targets.Length; i++)
        {
            int target = Targets[i];
            ulong next = state[target];
            state[target] = BitOperations.RotateLeft(carried, Rotations[i]);
            carried = next;
        }
    }

    // Chi.
    private static void MixRows(Span<ulong> state, Span<ulong> row)
    {
        for (int y = 0; y < Lanes; y += 5)
        {
            state.Slice(y, 5).CopyTo(row);
            for (int x = 0; x < 5; x++)
                state[y + x] ^= ~row[(x + 1) % 5] & row[(x + 2) % 5];
        }
    }
}
