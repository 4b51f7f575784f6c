using Settlement.Chains.Solana.Addresses;

namespace Settlement.Chains.Solana.Transactions;

/// <summary>Compiles instructions into the message that is signed. Source: Solana docs, "Transactions"; chain facts
/// in the Rust SDK's <c>CompiledKeys</c>.</summary>
internal static class SolanaMessage
{
    private const byte VersionZero = 0x80;

    /// <summary>Builds the message.</summary>
    /// <param name="feePayer">Pays the fee; always the first account.</param>
    /// <param name="blockhash">A recent block hash: it dates the message.</param>
    /// <param name="instructions">In the order in which they run.</param>
    /// <param name="version">Legacy is two bytes shorter; both land.</param>
    /// <param name="order">Order inside a role; frozen to <see cref="AccountOrder.Bytes"/> for our own
    /// transactions.</param>
    /// <param name="tables">Lookup tables as they are on the chain; only for version 0.</param>
    internal static byte[] Compile(
        PublicKey feePayer,
        PublicKey blockhash,
        IReadOnlyList<Instruction> instructions,
        MessageVersion version = MessageVersion.Legacy,
        AccountOrder order = AccountOrder.Bytes,
        IReadOnlyList<AddressLookupTable>? tables = null
    )
    {
        if (tables is { Count: > 0 } && version != MessageVersion.V0)
            throw new ArgumentException("Only version 0 knows lookup tables.", nameof(tables));
        var accounts = MessageAccounts.Of(feePayer, instructions, order, tables ?? []);

        MessageWriter message = new();
        if (version == MessageVersion.V0)
            message.Put(VersionZero);
        message.Put((byte)accounts.Named.Count(a => a.Signs)); // required signatures
        message.Put((byte)accounts.Named.Count(a => a.Signs && !a.Writes)); // read-only signers
        message.Put((byte)accounts.Named.Count(a => !a.Signs && !a.Writes)); // read-only others
        message.PutCount(accounts.Named.Count);
        foreach (AccountUse account in accounts.Named)
            message.Put(account.Key.Bytes);
        message.Put(blockhash.Bytes);
        message.PutCount(instructions.Count);
        foreach (Instruction instruction in instructions)
            PutInstruction(message, instruction, accounts.Indexes);
        if (version == MessageVersion.V0)
            PutLookups(message, accounts.Lookups);
        return message.ToArray();
    }

    private static void PutInstruction(
        MessageWriter message,
        Instruction instruction,
        IReadOnlyDictionary<PublicKey, byte> indexes
    )
    {
        message.Put(indexes[instruction.Program]);
        message.PutCount(instruction.Accounts.Count);
        foreach (AccountUse account in instruction.Accounts)
            message.Put(indexes[account.Key]);
        message.PutCount(instruction.Data.Length);
        message.Put(instruction.Data);
    }

    private static void PutLookups(MessageWriter message, IReadOnlyList<TableLookup> lookups)
    {
        message.PutCount(lookups.Count);
        foreach (TableLookup lookup in lookups)
        {
            message.Put(lookup.Table.Bytes);
            message.PutCount(lookup.Written.Count);
            message.Put(lookup.Written.ToArray());
            message.PutCount(lookup.Read.Count);
            message.Put(lookup.Read.ToArray());
        }
    }
}

/// <summary>The two message formats that the network takes today.</summary>
internal enum MessageVersion
{
    /// <summary>Without a version byte.</summary>
    Legacy,

    /// <summary>Version byte 0x80; may load accounts from lookup tables.</summary>
    V0,
}
