using Settlement.Chains.Solana.Addresses;

namespace Settlement.Chains.Solana.Transactions;

/// <summary>Where each account of a message stands: named in it with 32 bytes, or loaded from a lookup table with one.
/// Instructions count the named ones first, then all that are loaded for writing, then all that are loaded for
/// reading. Source: Solana docs, "Versioned Transactions"; <c>CompiledKeys::try_extract_table_lookup</c> of the Rust
/// SDK.</summary>
internal sealed record MessageAccounts(
    IReadOnlyList<AccountUse> Named,
    IReadOnlyList<TableLookup> Lookups,
    IReadOnlyDictionary<PublicKey, byte> Indexes
)
{
    private const int MaxAccounts = 256;

    internal static MessageAccounts Of(
        PublicKey feePayer,
        IReadOnlyList<Instruction> instructions,
        AccountOrder order,
        IReadOnlyList<AddressLookupTable> tables
    )
    {
        List<AccountUse> named = AccountTable.Of(feePayer, instructions, order);
        // A program that is called must be named, and so must whoever signs.
        HashSet<PublicKey> called = [.. instructions.Select(i => i.Program)];
        List<PublicKey> written = [];
        List<PublicKey> read = [];
        List<TableLookup> lookups = [];
        foreach (AddressLookupTable table in tables)
        {
            AccountUse[] loaded =
            [
                .. named.Where(a =>
                    !a.Signs && !called.Contains(a.Key) && table.IndexOf(a.Key) is not null
                ),
            ];
            if (loaded.Length == 0)
                continue;
            named.RemoveAll(a => loaded.Contains(a));
            PublicKey[] writes = [.. loaded.Where(a => a.Writes).Select(a => a.Key)];
            PublicKey[] reads = [.. loaded.Where(a => !a.Writes).Select(a => a.Key)];
            written.AddRange(writes);
            read.AddRange(reads);
            lookups.Add(new TableLookup(table.Key, Places(writes), Places(reads)));

            byte[] Places(PublicKey[] keys) => [.. keys.Select(key => table.IndexOf(key)!.Value)];
        }

        PublicKey[] all = [.. named.Select(a => a.Key), .. written, .. read];
        if (all.Length > MaxAccounts)
            throw new InvalidOperationException("A message holds at most 256 accounts.");
        return new MessageAccounts(
            named,
            lookups,
            all.Index().ToDictionary(a => a.Item, a => (byte)a.Index)
        );
    }
}

/// <summary>Accounts that a message loads from one table, by their places in it.</summary>
internal sealed record TableLookup(
    PublicKey Table,
    IReadOnlyList<byte> Written,
    IReadOnlyList<byte> Read
);
