using Microsoft.Extensions.Logging;
using Settlement.Chains.Endpoints;
using Settlement.Chains.Evm.Addresses;
using Settlement.Chains.Evm.Broadcasting;
using Settlement.Chains.Evm.Observing;
using Settlement.Chains.Evm.Owning;
using Settlement.Chains.Evm.Paying;
using Settlement.Chains.Evm.Replacing;
using Settlement.Chains.Evm.Rpc;
using Settlement.Chains.Evm.Transactions;
using Settlement.Chains.Evm.Vault;
using Settlement.Chains.Signing;

namespace Settlement.Chains.Evm;

/// <summary>An EVM network and one hot wallet that pays an ERC-20 token: in batches through a vault where one is configured, one
/// transfer in each transaction where not.</summary>
public sealed class EvmChainAdapter : IChainAdapter
{
    private readonly EvmNetwork _network;
    private readonly EvmEndpoints _endpoints;
    private readonly EvmIdentity _identity;
    private readonly EvmPreflight _preflight;
    private readonly EvmTransactionBuilder _builder;
    private readonly EvmBroadcaster _broadcaster;
    private readonly AgreeingObserver _observer;
    private readonly EvmReplacer _replacer;
    private readonly EvmTransferFinder _finder;
    private readonly EvmOwnTransactions _own;

    private EvmChainAdapter(
        EvmNetwork network,
        EvmEndpoints endpoints,
        ISigner signer,
        ILogger logger,
        TimeProvider clock
    )
    {
        EndpointPolicy policy = network.Options.Endpoints;
        _network = network;
        _endpoints = endpoints;
        _identity = new EvmIdentity(network, endpoints, signer);
        _preflight = new EvmPreflight(network, endpoints);
        _builder = new EvmTransactionBuilder(network, endpoints, signer);
        _broadcaster = new EvmBroadcaster(network, endpoints, logger);
        _replacer = new EvmReplacer(network, endpoints, signer);
        var observer = new EvmObserver(network, endpoints);
        _observer = new AgreeingObserver(
            policy,
            [.. endpoints.All.Select(endpoint => new EvmWitness(endpoint, observer))],
            endpoints.Mark,
            clock
        );
        _finder = new EvmTransferFinder(network, endpoints);
        _own = new EvmOwnTransactions(network, endpoints);
    }

    /// <inheritdoc />
    public NetworkId Network => _network.Id;

    /// <inheritdoc />
    public string Sender => _network.Wallet.ToString();

    /// <inheritdoc />
    public string Asset => _network.Token.ToString();

    /// <inheritdoc />
    public bool PaysIn(string asset) =>
        EvmAddress.TryParse(asset, out EvmAddress token) && token == _network.Token;

    /// <inheritdoc />
    public ChainLimits Limits =>
        new(
            _network.Vault is null ? 1 : _network.Options.Batch.MaxTransfers,
            _network.Options.MaxInFlight,
            UsesNonces: true
        )
        {
            Linger = _network.Vault is null ? TimeSpan.Zero : _network.Options.Batch.Linger,
            ReplaceAfter = _network.Options.ReplaceAfter,
        };

    /// <inheritdoc />
    public FinalityMark Mark => _endpoints.Mark;

    /// <summary>An adapter of one network.</summary>
    /// <param name="network">Its name.</param>
    /// <param name="options">Checked here.</param>
    /// <param name="http">Shared; its own timeout must not be shorter than <see cref="EvmOptions.RpcTimeout"/>.</param>
    /// <param name="signer">Holds the wallet's key; compared with the wallet by <see cref="VerifyIdentityAsync"/>.</param>
    /// <param name="logger">Told about nodes that misbehave.</param>
    /// <param name="clock">Tells how long finality stands still, and nothing about the chain.</param>
    /// <exception cref="InvalidOperationException">The options are wrong; the message lists everything.</exception>
    public static EvmChainAdapter Create(
        NetworkId network,
        EvmOptions options,
        HttpClient http,
        ISigner signer,
        ILogger logger,
        TimeProvider? clock = null
    )
    {
        ArgumentNullException.ThrowIfNull(options);
        EvmOptionsValidator.CheckChain(network, options);
        TimeProvider time = clock ?? TimeProvider.System;
        return new EvmChainAdapter(
            new EvmNetwork(network, options),
            EvmEndpoints.Of(options, http, time),
            signer,
            logger,
            time
        );
    }

    /// <inheritdoc />
    public Task<IdentityCheck> VerifyIdentityAsync(CancellationToken ct) =>
        _identity.VerifyAsync(ct);

    /// <inheritdoc />
    public Task<ulong?> ReadNextNonceAsync(CancellationToken ct) =>
        _endpoints.AskAsync<ulong?>(
            async endpoint =>
                (
                    await endpoint.Rpc.TransactionCountAsync(
                        _network.Wallet,
                        EvmRpcClient.Latest,
                        ct
                    )
                ).IsAnswer(out ulong count, out _)
                    ? count
                    : null,
            isUsable: nonce => nonce is not null,
            unknown: _ => null,
            ct
        );

    /// <inheritdoc />
    public Task<NonceCounts?> ReadNonceCountsAsync(CancellationToken ct) =>
        _endpoints.AskAsync(
            endpoint => ReadNonceCountsAtAsync(endpoint.Rpc, ct),
            isUsable: counts => counts is not null,
            unknown: _ => null,
            ct
        );

    /// <inheritdoc />
    public Task<WalletBalances?> ReadBalancesAsync(CancellationToken ct) =>
        _endpoints.AskAsync(
            endpoint => ReadBalancesAtAsync(endpoint.Rpc, ct),
            isUsable: balances => balances is not null,
            unknown: _ => null,
            ct
        );

    /// <inheritdoc />
    public Task<IReadOnlyList<PreflightAnswer>> PreflightAsync(
        IReadOnlyList<TransferOrder> transfers,
        CancellationToken ct
    ) => _preflight.AskAsync(transfers, ct);

    /// <inheritdoc />
    public async Task<SigningOutcome> SignAsync(SigningOrder order, CancellationToken ct) =>
        await _preflight.ConfirmAsync(order, await _builder.SignAsync(order, ct), ct);

    /// <inheritdoc />
    public Task<ReplacementOutcome> ReplaceAsync(ReplacementOrder order, CancellationToken ct) =>
        _replacer.ReplaceAsync(order, ct);

    /// <inheritdoc />
    /// <remarks>No node simulates a transaction before it takes it, so a first send is like any other.</remarks>
    public Task<BroadcastOutcome> BroadcastAsync(
        StoredAttempt attempt,
        bool again,
        CancellationToken ct
    ) => _broadcaster.SendAsync(attempt, ct);

    /// <inheritdoc />
    public Task<IReadOnlyList<Observation>> ObserveAsync(
        IReadOnlyList<OpenTransaction> transactions,
        CancellationToken ct
    ) => _observer.ObserveAsync(transactions, ct);

    // The pool is asked first: what lands in between is counted by both.
    private async Task<NonceCounts?> ReadNonceCountsAtAsync(EvmRpcClient rpc, CancellationToken ct)
    {
        EvmReply<ulong> pool = await rpc.TransactionCountAsync(_network.Wallet, "pending", ct);
        EvmReply<ulong> chain = await rpc.TransactionCountAsync(
            _network.Wallet,
            EvmRpcClient.Latest,
            ct
        );
        return pool.IsAnswer(out ulong pending, out _) & chain.IsAnswer(out ulong mined, out _)
            ? new NonceCounts(mined, Math.Max(pending, mined))
            : null;
    }

    /// <inheritdoc />
    public Task<TransferSighting> FindTransferAsync(
        string transactionId,
        TransferOrder order,
        CancellationToken ct
    ) => _finder.FindAsync(transactionId, order, ct);

    /// <inheritdoc />
    public async Task<NetworkReport> InspectAsync(CancellationToken ct)
    {
        await Task.WhenAll(_endpoints.All.Select(endpoint => endpoint.ViewAsync(ct)));
        return _observer.Report(_endpoints.All.Select(endpoint => endpoint.Standing));
    }

    /// <inheritdoc />
    public Task<OwnTransactions> ReadOwnTransactionsAsync(string? cursor, CancellationToken ct) =>
        _own.ReadAsync(cursor, ct);

    /// <inheritdoc />
    public Task<OwnTransactionFacts> ExplainAsync(
        OwnTransaction transaction,
        CancellationToken ct
    ) => _own.ExplainAsync(transaction, ct);

    private async Task<WalletBalances?> ReadBalancesAtAsync(EvmRpcClient rpc, CancellationToken ct)
    {
        Task<EvmReply<byte[]>> asset = HoldingsReader.AskAsync(_network, rpc, ct);
        Task<EvmReply<UInt128>> native = rpc.BalanceAsync(_network.Wallet, ct);
        await Task.WhenAll(asset, native);
        bool answered =
            (await asset).IsAnswer(out byte[] word, out _)
            & (await native).IsAnswer(out UInt128 wei, out _);
        return answered && Erc20.ReadInteger(word) is { } units
            ? new WalletBalances(units, wei)
            : null;
    }
}
