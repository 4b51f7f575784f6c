using System.Collections.Concurrent;
using Settlement.Chains.Solana.Addresses;

namespace Settlement.Chains.Solana.Transactions;

/// <summary>The asset as the token programs know it.</summary>
internal sealed class TokenPair(PublicKey mint, PublicKey program, byte decimals)
{
    /// <summary>A few megabytes.</summary>
    private const int MaxRemembered = 10_000;

    // A derivation costs two curve checks on average, and each payout needs its account about ten times.
    private readonly ConcurrentDictionary<PublicKey, PublicKey> _accounts = new();

    internal PublicKey Mint => mint;

    internal PublicKey Program => program;

    internal byte Decimals => decimals;

    /// <summary>The wallet's token account.</summary>
    internal PublicKey AccountOf(PublicKey wallet)
    {
        if (_accounts.TryGetValue(wallet, out PublicKey? known))
            return known;
        PublicKey account = AssociatedTokenAddress.Of(wallet, mint, program);
        // Rare enough to forget all of them at once.
        if (_accounts.Count >= MaxRemembered)
            _accounts.Clear();
        _accounts[wallet] = account;
        return account;
    }
}
