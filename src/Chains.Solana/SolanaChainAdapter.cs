using System.Globalization;
using Settlement.Chains.Endpoints;
using Settlement.Chains.Signing;
using Settlement.Chains.Solana.Building;
using Settlement.Chains.Solana.Observing;
using Settlement.Chains.Solana.Owning;
using Settlement.Chains.Solana.Preflight;
using Settlement.Chains.Solana.Rpc;
using Settlement.Chains.Solana.Sending;

namespace Settlement.Chains.Solana;

/// <summary>Pays an SPL token on one Solana cluster. Each part of the work has its own folder; this is their table of
/// contents.</summary>
public sealed class SolanaChainAdapter : IChainAdapter
{
    private readonly SolanaNetwork _network;
    private readonly SolanaNodes _nodes;
    private readonly ISigner _signer;
    private readonly TransferPreflight _preflight;
    private readonly UnitPrices _prices;
    private readonly TransactionBuilder _builder;
    private readonly Broadcaster _broadcaster;
    private readonly AgreeingObserver _observer;
    private readonly TransferFinder _finder;
    private readonly SolanaOwnTransactions _own;

    /// <summary>An adapter for a checked configuration.</summary>
    /// <param name="id">The network's name.</param>
    /// <param name="options">See <see cref="SolanaOptionsValidator.Check"/>.</param>
    /// <param name="signer">Signs for the configured wallet.</param>
    /// <param name="http">Shared; its own timeout must not be shorter than the configured one.</param>
    /// <param name="clock">Tells how old fee prices are and how long finality stands still, nothing else.</param>
    public SolanaChainAdapter(
        NetworkId id,
        SolanaOptions options,
        ISigner signer,
        HttpClient http,
        TimeProvider clock
    )
    {
        _network = new SolanaNetwork(id, options);
        _nodes = SolanaNodes.Of(options, http, clock);
        _signer = signer;
        _prices = new UnitPrices(_network, clock);
        _preflight = new TransferPreflight(_network, _nodes);
        _builder = new TransactionBuilder(_network, _nodes, signer, _prices);
        _broadcaster = new Broadcaster(_nodes);
        var observer = new ChainObserver(_network);
        _observer = new AgreeingObserver(
            options.Endpoints,
            [.. _nodes.All.Select(node => new SolanaWitness(node, _nodes, observer))],
            _nodes.Mark,
            clock
        );
        _finder = new TransferFinder(_network, _nodes);
        _own = new SolanaOwnTransactions(_network, _nodes);
        Limits = new ChainLimits(options.MaxTransfers, options.MaxInFlight, UsesNonces: false);
    }

    /// <inheritdoc />
    public NetworkId Network => _network.Id;

    /// <inheritdoc />
    public string Sender => _network.Wallet.ToString();

    /// <inheritdoc />
    public string Asset => _network.Token.Mint.ToString();

    /// <inheritdoc />
    public bool PaysIn(string asset) => string.Equals(asset, Asset, StringComparison.Ordinal);

    /// <inheritdoc />
    public ChainLimits Limits { get; }

    /// <inheritdoc />
    public FinalityMark Mark => _nodes.Mark;

    /// <inheritdoc />
    public async Task<IdentityCheck> VerifyIdentityAsync(CancellationToken ct)
    {
        ct.ThrowIfCancellationRequested();
        if (_signer.Problem is { } missing)
            return new IdentityCheck.Mismatch(missing);
        if (_signer.Address != Sender)
        {
            return new IdentityCheck.Mismatch(
                $"The signer holds the key of {_signer.Address}; configured is wallet {Sender}."
            );
        }

        // An endpoint that does not answer is left out until it has shown the right hash. One that never showed it is a
        // wrong configuration; one that shows another than before is out, and the others go on.
        foreach (SolanaRpcClient node in _nodes.All)
        {
            Standing standing = _nodes.StandingOf(node);
            bool known = standing.WasConfirmed;
            if (await _nodes.ProveAsync(node, ct) is { } doubt && !known && standing.IsOutForChain)
                return new IdentityCheck.Mismatch(doubt);
        }

        IdentityCheck[] mints = await Task.WhenAll(
            _nodes.All.Select(node => VerifyMintAsync(node, ct))
        );
        // Who shows another mint is wrong or is the only one that is right; one silent node is neither.
        return mints.FirstOrDefault(check => check is IdentityCheck.Mismatch)
            ?? mints.FirstOrDefault(check => check is IdentityCheck.Confirmed)
            ?? mints[0];
    }

    /// <summary>Null: Solana's transactions are dated by a block hash, not numbered.</summary>
    public Task<ulong?> ReadNextNonceAsync(CancellationToken ct)
    {
        ct.ThrowIfCancellationRequested();
        return Task.FromResult<ulong?>(null);
    }

    /// <summary>Null: see <see cref="ReadNextNonceAsync"/>.</summary>
    public Task<NonceCounts?> ReadNonceCountsAsync(CancellationToken ct) =>
        Task.FromResult<NonceCounts?>(null);

    /// <inheritdoc />
    public async Task<WalletBalances?> ReadBalancesAsync(CancellationToken ct)
    {
        ct.ThrowIfCancellationRequested();
        NodeAnswer<AccountStates> answer = await _nodes.AskAsync(
            node => node.GetMultipleAccountsAsync([_network.Wallet, _network.Source], ct),
            ct
        );
        if (
            answer
            is not NodeAnswer<AccountStates>.Known { Value.Accounts: [var wallet, var source] }
        )
        {
            return null;
        }

        return new WalletBalances(
            TokenAccountState.Read(source)?.BaseUnits ?? 0,
            wallet?.Lamports ?? 0
        );
    }

    /// <inheritdoc />
    public Task<IReadOnlyList<PreflightAnswer>> PreflightAsync(
        IReadOnlyList<TransferOrder> transfers,
        CancellationToken ct
    ) => _preflight.AskAsync(transfers, ct);

    /// <inheritdoc />
    public async Task<SigningOutcome> SignAsync(SigningOrder order, CancellationToken ct) =>
        await _preflight.ConfirmAsync(order, await _builder.SignAsync(order, ct), ct);

    /// <summary>Never: two live signatures could both land.</summary>
    public Task<ReplacementOutcome> ReplaceAsync(ReplacementOrder order, CancellationToken ct) =>
        Task.FromResult<ReplacementOutcome>(
            new ReplacementOutcome.NotNow("Nothing is replaced on this network.")
        );

    /// <inheritdoc />
    public Task<BroadcastOutcome> BroadcastAsync(
        StoredAttempt attempt,
        bool again,
        CancellationToken ct
    ) => _broadcaster.SendAsync(attempt, again, ct);

    /// <inheritdoc />
    public async Task<IReadOnlyList<Observation>> ObserveAsync(
        IReadOnlyList<OpenTransaction> transactions,
        CancellationToken ct
    )
    {
        IReadOnlyList<Observation> seen = await _observer.ObserveAsync(transactions, ct);
        _prices.Learn(seen);
        return seen;
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
        await Task.WhenAll(_nodes.All.Select(node => InspectAsync(node, ct)));
        return _observer.Report(_nodes.All.Select(node => _nodes.StandingOf(node)));
    }

    /// <inheritdoc />
    public Task<OwnTransactions> ReadOwnTransactionsAsync(string? cursor, CancellationToken ct) =>
        _own.ReadAsync(cursor, ct);

    /// <inheritdoc />
    public Task<OwnTransactionFacts> ExplainAsync(
        OwnTransaction transaction,
        CancellationToken ct
    ) => _own.ExplainAsync(transaction, ct);

    private async Task InspectAsync(SolanaRpcClient node, CancellationToken ct)
    {
        if (await _nodes.VerifyAsync(node, ct) is null)
            _ = await _nodes.ReadHeadAsync(node, ct);
    }

    private async Task<IdentityCheck> VerifyMintAsync(SolanaRpcClient node, CancellationToken ct)
    {
        NodeAnswer<AccountStates> answer = await _nodes.AskAsync(
            node,
            n => n.GetMultipleAccountsAsync([_network.Token.Mint], ct),
            ct
        );
        return answer is NodeAnswer<AccountStates>.Known states
            ? CheckMint(states.Value.Accounts[0])
            : new IdentityCheck.Unknown(answer.Trouble ?? "");
    }

    private IdentityCheck CheckMint(AccountState? account)
    {
        string name = _network.Token.Mint.ToString();
        if (MintState.Read(account) is not { } mint || account is null)
            return new IdentityCheck.Mismatch($"{name} is not a mint on this cluster.");
        if (!account.Owner.Equals(_network.Token.Program))
        {
            return new IdentityCheck.Mismatch(
                $"The mint {name} belongs to program {account.Owner}; configured is {_network.Token.Program}."
            );
        }

        if (mint.Decimals != _network.Token.Decimals)
        {
            return new IdentityCheck.Mismatch(
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"The mint {name} has {mint.Decimals} decimals; configured are {_network.Token.Decimals}."
                )
            );
        }
        return mint.Unsupported is { } extension
            ? new IdentityCheck.Mismatch(
                $"The mint {name} is not supported for its extension {extension}."
            )
            : new IdentityCheck.Confirmed();
    }
}
