namespace Settlement.Chains.Solana.Transactions;

/// <summary>Lengths in transactions: 7 bits in each byte, least significant first, at most 3 bytes, shortest form
/// only.</summary>
/// <remarks>Source: Solana docs, "Transactions", compact-u16; solana-short-vec.</remarks>
internal static class CompactU16
{
    internal const int MaxBytes = 3;

    /// <summary>Bytes that the value takes.</summary>
    /// <param name="value">0 to 65,535.</param>
    internal static int SizeOf(int value)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(value);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(value, ushort.MaxValue);
        return value switch
        {
            < 0x80 => 1,
            < 0x4000 => 2,
            _ => 3,
        };
    }

    /// <summary>Writes the value and returns the bytes that it took.</summary>
    internal static int Write(Span<byte> destination, int value)
    {
        int size = SizeOf(value);
        for (int i = 0; i < size; i++)
        {
            int bits = (value >> (7 * i)) & 0x7f;
            destination[i] = (byte)(i == size - 1 ? bits : bits | 0x80);
        }
        return size;
    }

    /// <summary>Reads a value; false where the bytes end early, are not the shortest form, or exceed 16
    /// bits.</summary>
    internal static bool TryRead(ReadOnlySpan<byte> source, out int value, out int size)
    {
        value = 0;
        for (size = 0; size < MaxBytes && size < source.Length; )
        {
            byte current = source[size];
            value |= (current & 0x7f) << (7 * size);
            size++;
            if ((current & 0x80) != 0)
                continue;
            bool shortest = size == 1 || current != 0;
            return shortest && value <= ushort.MaxValue;
        }
        return false;
    }
}
