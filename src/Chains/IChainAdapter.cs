using Settlement.Chains.Endpoints;

namespace Settlement.Chains;

/// <summary>One network and one hot wallet on it. It never touches the database and decides nothing: it answers questions.</summary>
/// <remarks>Every method throws only <see cref="OperationCanceledException"/>; every other trouble is one of its outcomes.</remarks>
public interface IChainAdapter
{
    /// <summary>The network.</summary>
    NetworkId Network { get; }

    /// <summary>The hot wallet's address.</summary>
    string Sender { get; }

    /// <summary>The asset that it pays: token contract or mint.</summary>
    string Asset { get; }

    /// <summary>Whether the asset that it pays is this one.</summary>
    /// <param name="asset">Token contract or mint, as a payout was asked for.</param>
    bool PaysIn(string asset);

    /// <summary>How this adapter may be used.</summary>
    ChainLimits Limits { get; }

    /// <summary>The highest final block that a verdict has rested on: endpoints behind it are not believed. Null: the adapter
    /// keeps none.</summary>
    FinalityMark? Mark => null;

    /// <summary>Compares the node's identity (chain id, genesis hash), the asset's decimals and the signer's address with the configuration.</summary>
    /// <returns>Whether work may start. Fail closed: anything but <see cref="IdentityCheck.Confirmed"/> means no.</returns>
    Task<IdentityCheck> VerifyIdentityAsync(CancellationToken ct);

    /// <summary>The wallet's next nonce by the newest block, to register a wallet for the first time.</summary>
    /// <returns>The nonce; null where the network has none, or when no node answered.</returns>
    Task<ulong?> ReadNextNonceAsync(CancellationToken ct);

    /// <summary>How far the wallet's nonces have come, as one node sees it.</summary>
    /// <returns>Null where the network has none, or when no node answered.</returns>
    Task<NonceCounts?> ReadNonceCountsAsync(CancellationToken ct);

    /// <summary>The wallet's balances by the newest block; null when no node answered.</summary>
    Task<WalletBalances?> ReadBalancesAsync(CancellationToken ct);

    /// <summary>Asks whether transfers could be made. Reads only; promises nothing.</summary>
    /// <returns>One answer for each order, by position. <see cref="PreflightAnswer.NeverPayable"/> takes two endpoints that agree where
    /// more than one is configured, unless it follows from the address alone.</returns>
    Task<IReadOnlyList<PreflightAnswer>> PreflightAsync(
        IReadOnlyList<TransferOrder> transfers,
        CancellationToken ct
    );

    /// <summary>Builds and signs one transaction. Sends nothing.</summary>
    Task<SigningOutcome> SignAsync(SigningOrder order, CancellationToken ct);

    /// <summary>Builds and signs a dearer attempt at the place of an open transaction. Sends nothing.</summary>
    Task<ReplacementOutcome> ReplaceAsync(ReplacementOrder order, CancellationToken ct);

    /// <summary>Sends exactly these bytes. Never signs.</summary>
    /// <param name="attempt">Bytes that are already stored.</param>
    /// <param name="again">Whether they may have been sent before; a node's simulation then says nothing.</param>
    /// <param name="ct">Honoured before the send only.</param>
    Task<BroadcastOutcome> BroadcastAsync(StoredAttempt attempt, bool again, CancellationToken ct);

    /// <summary>Asks the chain what became of open transactions.</summary>
    /// <returns>One observation for each transaction, by position.</returns>
    Task<IReadOnlyList<Observation>> ObserveAsync(
        IReadOnlyList<OpenTransaction> transactions,
        CancellationToken ct
    );

    /// <summary>Asks the chain whether a transaction, whoever sent it, made a transfer. Reads only.</summary>
    /// <param name="transactionId">As a person wrote it; anything.</param>
    /// <param name="order">Amount and destination. Its payout's number is not looked for: others do not write it.</param>
    /// <param name="ct">Cancels the wait.</param>
    Task<TransferSighting> FindTransferAsync(
        string transactionId,
        TransferOrder order,
        CancellationToken ct
    );

    /// <summary>Looks at every endpoint: does it serve the chain, how far is finality there, is it believed.</summary>
    Task<NetworkReport> InspectAsync(CancellationToken ct) => Task.FromResult(NetworkReport.None);

    /// <summary>Reads which transactions of the chain may be this wallet's own, ours and those of others who have its key.</summary>
    /// <param name="cursor">From an earlier answer; null begins at the present.</param>
    /// <param name="ct">Cancels the wait.</param>
    Task<OwnTransactions> ReadOwnTransactionsAsync(string? cursor, CancellationToken ct);

    /// <summary>Asks what a transaction is that nobody here knows of.</summary>
    Task<OwnTransactionFacts> ExplainAsync(OwnTransaction transaction, CancellationToken ct);
}

/// <summary>The answer of <see cref="IChainAdapter.VerifyIdentityAsync"/>.</summary>
public abstract record IdentityCheck
{
    private IdentityCheck() { }

    /// <summary>Chain, asset and signer are the configured ones.</summary>
    public sealed record Confirmed : IdentityCheck;

    /// <summary>They are not: a fault of configuration. Next: do no work on this network until it is mended.</summary>
    /// <param name="Problem">One sentence that names both values.</param>
    public sealed record Mismatch(string Problem) : IdentityCheck;

    /// <summary>No usable answer. Next: ask again later; do no work until confirmed.</summary>
    public sealed record Unknown(string Cause) : IdentityCheck;
}

/// <summary>How far the nonces of a wallet have come.</summary>
/// <param name="Mined">The next nonce by the newest block: everything below it is used up, final or not.</param>
/// <param name="Pending">The next nonce when everything in the node's pool has landed that can; never below <paramref name="Mined"/>.</param>
public sealed record NonceCounts(ulong Mined, ulong Pending);

/// <summary>What a hot wallet holds.</summary>
/// <param name="AssetBaseUnits">The asset, in its smallest units.</param>
/// <param name="NativeBaseUnits">The network's own coin: wei, lamports.</param>
public sealed record WalletBalances(UInt128 AssetBaseUnits, UInt128 NativeBaseUnits);
