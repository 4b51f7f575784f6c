using System.Buffers.Binary;
using Settlement.Chains.Evm.Addresses;
using Settlement.Chains.Evm.Encoding;

namespace Settlement.Chains.Evm.Transactions;

/// <summary>Reads our own stored bytes back, to sign the same thing at another price.</summary>
internal static class StoredTransaction
{
    private const byte Type = 0x02;
    private const int SignedFields = 12;

    /// <summary>The transaction that was signed.</summary>
    /// <returns>Null when the bytes are not exactly what we would write for it.</returns>
    internal static Eip1559Transaction? TryRead(ReadOnlyMemory<byte> signedBytes)
    {
        if (signedBytes.Length < 2 || signedBytes.Span[0] != Type)
            return null;
        if (RlpReader.TryList(signedBytes[1..]) is not { Count: SignedFields } fields)
            return null;
        bool isWhole =
            TryInteger(fields[0], out UInt128 chainId)
            & TryInteger(fields[1], out UInt128 nonce)
            & TryInteger(fields[2], out UInt128 tip)
            & TryInteger(fields[3], out UInt128 maxFee)
            & TryInteger(fields[4], out UInt128 gasLimit)
            & TryInteger(fields[9], out UInt128 parity);
        if (!isWhole || fields[5].Length != EvmAddress.Length)
            return null;
        if (chainId > ulong.MaxValue || nonce > ulong.MaxValue || gasLimit > ulong.MaxValue)
            return null;
        var transaction = new Eip1559Transaction(
            (ulong)chainId,
            (ulong)nonce,
            tip,
            maxFee,
            (ulong)gasLimit,
            new EvmAddress(fields[5].Span),
            fields[7]
        );
        return IsExactly(transaction, signedBytes, (byte)parity, fields[10], fields[11])
            ? transaction
            : null;
    }

    // Whatever we do not read (value, access list) was zero and empty, or these are not our bytes.
    private static bool IsExactly(
        Eip1559Transaction transaction,
        ReadOnlyMemory<byte> signedBytes,
        byte parity,
        ReadOnlyMemory<byte> r,
        ReadOnlyMemory<byte> s
    ) =>
        transaction
            .ToSignedBytes(new EvmSignature(r, s, parity))
            .AsSpan()
            .SequenceEqual(signedBytes.Span);

    private static bool TryInteger(ReadOnlyMemory<byte> bigEndian, out UInt128 value)
    {
        value = 0;
        if (bigEndian.Length > 16)
            return false;
        Span<byte> padded = stackalloc byte[16];
        padded.Clear();
        bigEndian.Span.CopyTo(padded[(16 - bigEndian.Length)..]);
        value = BinaryPrimitives.ReadUInt128BigEndian(padded);
        return true;
    }
}
