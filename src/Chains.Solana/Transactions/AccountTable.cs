using Settlement.Chains.Solana.Addresses;

namespace Settlement.Chains.Solana.Transactions;

/// <summary>The accounts of a message, merged and in their order: fee payer, writing signers, reading signers,
/// written, read.</summary>
internal static class AccountTable
{
    internal static List<AccountUse> Of(
        PublicKey feePayer,
        IReadOnlyList<Instruction> instructions,
        AccountOrder order
    )
    {
        List<AccountUse> seen = [AccountUse.Payer(feePayer)];
        Dictionary<PublicKey, int> places = new() { [feePayer] = 0 };
        foreach (Instruction instruction in instructions)
        {
            Merge(AccountUse.Reads(instruction.Program));
            foreach (AccountUse use in instruction.Accounts)
                Merge(use);
        }

        // The sort is stable, so without a further key accounts stay as first seen.
        IOrderedEnumerable<AccountUse> byRole = seen.OrderBy(a => a.Key.Equals(feePayer) ? 0 : 1)
            .ThenBy(a => a.Signs ? 0 : 1)
            .ThenBy(a => a.Writes ? 0 : 1);
        return order switch
        {
            AccountOrder.Bytes => [.. byRole.ThenBy(a => a.Key, ByBytes)],
            AccountOrder.KitCollation => [.. byRole.ThenBy(a => a.Key, ByCollation)],
            AccountOrder.FirstSeen => [.. byRole],
        };

        void Merge(AccountUse use)
        {
            if (places.TryAdd(use.Key, seen.Count))
            {
                seen.Add(use);
                return;
            }
            AccountUse known = seen[places[use.Key]];
            seen[places[use.Key]] = known with
            {
                Signs = known.Signs || use.Signs,
                Writes = known.Writes || use.Writes,
            };
        }
    }

    private static readonly IComparer<PublicKey> ByBytes = Comparer<PublicKey>.Create(
        static (a, b) => a.Bytes.SequenceCompareTo(b.Bytes)
    );

    private static readonly IComparer<PublicKey> ByCollation = Comparer<PublicKey>.Create(
        static (a, b) => Collate(a.ToString(), b.ToString())
    );

    // Intl.Collator's order for base58: letters first without case, then lower case before upper case.
    private static int Collate(string a, string b)
    {
        int withoutCase = string.CompareOrdinal(a.ToLowerInvariant(), b.ToLowerInvariant());
        if (withoutCase != 0)
            return withoutCase;
        for (int i = 0; i < a.Length; i++)
        {
            if (a[i] != b[i])
                return char.IsLower(a[i]) ? -1 : 1;
        }
        return 0;
    }
}

/// <summary>Order of accounts inside a role. The network takes any; ours is frozen so that equal orders give equal
/// bytes.</summary>
internal enum AccountOrder
{
    /// <summary>By the key's bytes, as the Rust SDK does. Ours.</summary>
    Bytes,

    /// <summary>By <c>Intl.Collator</c> on base58, as @solana/kit does. Only to compare with it.</summary>
    KitCollation,

    /// <summary>As first seen, as @solana/web3.js 1 does. Only to compare with it.</summary>
    FirstSeen,
}
