using Settlement.Chains.Solana.Addresses;

namespace Settlement.Chains.Solana.Transactions;

/// <summary>Addresses that lie on the chain in a table of at most 256, so that a message can name each with one byte.
/// A table pays only for destinations that come again: each entry costs rent and a slot of waiting, so payouts do not
/// use one.</summary>
internal sealed record AddressLookupTable(PublicKey Key, IReadOnlyList<PublicKey> Addresses)
{
    /// <summary>The place of an address; null where the table does not have it.</summary>
    internal byte? IndexOf(PublicKey address)
    {
        for (int i = 0; i < Addresses.Count && i <= byte.MaxValue; i++)
        {
            if (Addresses[i].Equals(address))
                return (byte)i;
        }
        return null;
    }
}
