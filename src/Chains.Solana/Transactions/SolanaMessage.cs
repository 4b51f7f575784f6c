using Settlement.Chains.Solana.Addresses;

namespace Settlement.Chains.Solana.Transactions;

/// <summary>Compiles instructions into the message that is signed. Source: Solana docs, "Transactions"; chain facts
/// in the Rust SDK's <c>CompiledKeys</c>.</summary>
internal static class SolanaMessage
{
    private const byte VersionZero = 0x80;
    private const int HeaderBytes = 3;
    private const int MaxAccounts = 256;

    /// <summary>Builds the message without address lookup tables.</summary>
    /// <param name="feePayer">Pays the fee; always the first account.</param>
    /// <param name="blockhash">A recent block hash: it dates the message.</param>
    /// <param name="instructions">In the order in which they run.</param>
    /// <param name="version">Legacy is two bytes shorter; both land.</param>
    /// <param name="order">Order inside a role; frozen to <see cref="AccountOrder.Bytes"/> for our own
    /// transactions.</param>
    internal static byte[] Compile(
        PublicKey feePayer,
        PublicKey blockhash,
        IReadOnlyList<Instruction> instructions,
        MessageVersion version = MessageVersion.Legacy,
        AccountOrder order = AccountOrder.Bytes
    )
    {
        List<AccountUse> accounts = AccountTable.Of(feePayer, instructions, order);
        if (accounts.Count > MaxAccounts)
            throw new InvalidOperationException("A message holds at most 256 accounts.");
        Dictionary<PublicKey, byte> indexes = new(accounts.Count);
        for (int i = 0; i < accounts.Count; i++)
            indexes[accounts[i].Key] = (byte)i;

        byte[] message = new byte[SizeOf(accounts.Count, instructions, version)];
        Span<byte> rest = message;
        if (version == MessageVersion.V0)
            rest = Put(rest, VersionZero);
        rest = Put(rest, (byte)accounts.Count(a => a.Signs)); // required signatures
        rest = Put(rest, (byte)accounts.Count(a => a.Signs && !a.Writes)); // read-only signers
        rest = Put(rest, (byte)accounts.Count(a => !a.Signs && !a.Writes)); // read-only others
        rest = PutCount(rest, accounts.Count);
        foreach (AccountUse account in accounts)
            rest = Put(rest, account.Key.Bytes);
        rest = Put(rest, blockhash.Bytes);
        rest = PutCount(rest, instructions.Count);
        foreach (Instruction instruction in instructions)
            rest = PutInstruction(rest, instruction, indexes);
        if (version == MessageVersion.V0)
            PutCount(rest, 0); // lookup tables
        return message;
    }

    private static int SizeOf(int accounts, IReadOnlyList<Instruction> all, MessageVersion version)
    {
        int size =
            HeaderBytes
            + CompactU16.SizeOf(accounts)
            + ((accounts + 1) * PublicKey.Length)
            + CompactU16.SizeOf(all.Count)
            + (version == MessageVersion.V0 ? 2 : 0);
        foreach (Instruction one in all)
        {
            size +=
                1
                + CompactU16.SizeOf(one.Accounts.Count)
                + one.Accounts.Count
                + CompactU16.SizeOf(one.Data.Length)
                + one.Data.Length;
        }
        return size;
    }

    private static Span<byte> PutInstruction(
        Span<byte> rest,
        Instruction instruction,
        Dictionary<PublicKey, byte> indexes
    )
    {
        rest = Put(rest, indexes[instruction.Program]);
        rest = PutCount(rest, instruction.Accounts.Count);
        foreach (AccountUse account in instruction.Accounts)
            rest = Put(rest, indexes[account.Key]);
        rest = PutCount(rest, instruction.Data.Length);
        return Put(rest, instruction.Data);
    }

    private static Span<byte> Put(Span<byte> rest, byte value)
    {
        rest[0] = value;
        return rest[1..];
    }

    private static Span<byte> Put(Span<byte> rest, ReadOnlySpan<byte> bytes)
    {
        bytes.CopyTo(rest);
        return rest[bytes.Length..];
    }

    private static Span<byte> PutCount(Span<byte> rest, int count) =>
        rest[CompactU16.Write(rest, count)..];
}

/// <summary>The two message formats that the network takes today.</summary>
internal enum MessageVersion
{
    /// <summary>Without a version byte.</summary>
    Legacy,

    /// <summary>Version byte 0x80 and room for lookup tables, which stays empty here.</summary>
    V0,
}
