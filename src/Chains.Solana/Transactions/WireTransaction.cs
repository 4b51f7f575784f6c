using System.Diagnostics.CodeAnalysis;
using Settlement.Chains.Solana.Addresses;
using Settlement.Chains.Solana.Signing;
using SimpleBase;

namespace Settlement.Chains.Solana.Transactions;

/// <summary>What is sent: one signature and the message. Source: Solana docs, "Transactions".</summary>
internal static class WireTransaction
{
    /// <summary>An IPv6 packet of 1,280 bytes less its headers.</summary>
    internal const int MaxBytes = 1_232;

    /// <summary>Count of signatures (1 byte) and the only signature.</summary>
    internal const int MessageOffset = 1 + Sodium.SignatureBytes;

    /// <summary>Joins signature and message; null where they exceed what the network takes.</summary>
    internal static byte[]? Join(ReadOnlySpan<byte> signature, ReadOnlySpan<byte> message)
    {
        if (MessageOffset + message.Length > MaxBytes)
            return null;
        byte[] bytes = new byte[MessageOffset + message.Length];
        bytes[0] = 1;
        signature.CopyTo(bytes.AsSpan(1));
        message.CopyTo(bytes.AsSpan(MessageOffset));
        return bytes;
    }

    /// <summary>The transaction with zeros for a signature: a node can simulate it, nobody can send it.</summary>
    internal static byte[]? Unsigned(ReadOnlySpan<byte> message) =>
        Join(stackalloc byte[Sodium.SignatureBytes], message);

    /// <summary>The id that the bytes carry: their first signature in base58; null where there is none.</summary>
    internal static string? IdOf(ReadOnlySpan<byte> transaction) =>
        transaction.Length > MessageOffset && transaction[0] == 1
            ? Base58.Bitcoin.Encode(transaction[1..MessageOffset])
            : null;

    /// <summary>The block hash of a legacy transaction; null where the bytes are anything else.</summary>
    internal static PublicKey? BlockhashOf(ReadOnlySpan<byte> transaction)
    {
        if (transaction.Length <= MessageOffset + 3)
            return null;
        ReadOnlySpan<byte> rest = transaction[(MessageOffset + 3)..];
        return
            TryTakeCount(ref rest, out int accounts)
            && TryTake(ref rest, accounts * PublicKey.Length, out _)
            && TryTake(ref rest, PublicKey.Length, out ReadOnlySpan<byte> hash)
            ? new PublicKey(hash)
            : null;
    }

    /// <summary>Reads the memo of a legacy transaction that we built; false where the bytes are anything
    /// else.</summary>
    internal static bool TryReadMemo(
        ReadOnlySpan<byte> transaction,
        [NotNullWhen(true)] out string? memo
    )
    {
        memo = null;
        string? found = null;
        if (transaction.Length <= MessageOffset + 3)
            return false;
        // After the header: accounts, block hash, instructions.
        ReadOnlySpan<byte> rest = transaction[(MessageOffset + 3)..];
        if (!TryTakeCount(ref rest, out int accounts))
            return false;
        if (!TryTake(ref rest, accounts * PublicKey.Length, out ReadOnlySpan<byte> keys))
            return false;
        if (!TryTake(ref rest, PublicKey.Length, out _) || !TryTakeCount(ref rest, out int count))
            return false;
        for (int i = 0; i < count; i++)
        {
            if (!TryTake(ref rest, 1, out ReadOnlySpan<byte> program) || program[0] >= accounts)
                return false;
            if (!TryTakeCount(ref rest, out int uses) || !TryTake(ref rest, uses, out _))
                return false;
            if (!TryTakeCount(ref rest, out int length))
                return false;
            if (!TryTake(ref rest, length, out ReadOnlySpan<byte> data))
                return false;
            ReadOnlySpan<byte> key = keys.Slice(program[0] * PublicKey.Length, PublicKey.Length);
            if (key.SequenceEqual(Programs.Memo.Bytes))
                found = System.Text.Encoding.UTF8.GetString(data);
        }
        memo = rest.IsEmpty ? found : null;
        return memo is not null;
    }

    private static bool TryTakeCount(ref ReadOnlySpan<byte> rest, out int count)
    {
        bool read = CompactU16.TryRead(rest, out count, out int size);
        if (read)
            rest = rest[size..];
        return read;
    }

    private static bool TryTake(
        ref ReadOnlySpan<byte> rest,
        int length,
        out ReadOnlySpan<byte> taken
    )
    {
        bool enough = length <= rest.Length;
        taken = enough ? rest[..length] : default;
        rest = enough ? rest[length..] : rest;
        return enough;
    }
}
