using System.Globalization;
using Settlement.Chains.JsonRpc;
using Settlement.Chains.Signing;
using Settlement.Chains.Solana.Building;
using Settlement.Chains.Solana.Observing;
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
    private readonly TransactionBuilder _builder;
    private readonly Broadcaster _broadcaster;
    private readonly ChainObserver _observer;

    /// <summary>An adapter for a checked configuration.</summary>
    /// <param name="id">The network's name.</param>
    /// <param name="options">See <see cref="SolanaOptionsValidator.Check"/>.</param>
    /// <param name="signer">Signs for the configured wallet.</param>
    /// <param name="http">Shared; its own timeout must not be shorter than the configured one.</param>
    /// <param name="clock">Tells how old fee prices are, nothing else.</param>
    public SolanaChainAdapter(
        NetworkId id,
        SolanaOptions options,
        ISigner signer,
        HttpClient http,
        TimeProvider clock
    )
    {
        _network = new SolanaNetwork(id, options);
        _nodes = new SolanaNodes(
            [
                .. options.RpcUrls.Select(url => new SolanaRpcClient(
                    new JsonRpcClient(http, new Uri(url), options.RpcTimeout)
                )),
            ],
            options.GenesisHash
        );
        _signer = signer;
        _preflight = new TransferPreflight(_network, _nodes);
        _builder = new TransactionBuilder(
            _network,
            _nodes,
            signer,
            new UnitPrices(_network, clock)
        );
        _broadcaster = new Broadcaster(_nodes);
        _observer = new ChainObserver(_network, _nodes);
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
    public async Task<IdentityCheck> VerifyIdentityAsync(CancellationToken ct)
    {
        ct.ThrowIfCancellationRequested();
        if (_signer.Address != Sender)
        {
            return new IdentityCheck.Mismatch(
                $"The signer holds the key of {_signer.Address}; configured is wallet {Sender}."
            );
        }

        // An endpoint that does not answer is left out until it has shown the right hash; a wrong one stops the
        // network.
        foreach (SolanaRpcClient node in _nodes.All)
        {
            NodeAnswer<string> genesis = await node.GetGenesisHashAsync(ct);
            if (genesis is NodeAnswer<string>.Known shown && !_nodes.IsOurs(shown.Value))
                return new IdentityCheck.Mismatch(_nodes.Foreign(node, shown.Value));
        }

        NodeAnswer<AccountStates> answer = await _nodes.AskAsync(
            node => node.GetMultipleAccountsAsync([_network.Token.Mint], ct),
            ct
        );
        return answer is NodeAnswer<AccountStates>.Known states
            ? CheckMint(states.Value.Accounts[0])
            : new IdentityCheck.Unknown(answer.Trouble ?? "");
    }

    /// <summary>Null: Solana's transactions are dated by a block hash, not numbered.</summary>
    public Task<ulong?> ReadNextNonceAsync(CancellationToken ct)
    {
        ct.ThrowIfCancellationRequested();
        return Task.FromResult<ulong?>(null);
    }

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
    public Task<SigningOutcome> SignAsync(SigningOrder order, CancellationToken ct) =>
        _builder.SignAsync(order, ct);

    /// <inheritdoc />
    public Task<BroadcastOutcome> BroadcastAsync(
        StoredAttempt attempt,
        bool again,
        CancellationToken ct
    ) => _broadcaster.SendAsync(attempt, again, ct);

    /// <inheritdoc />
    public Task<IReadOnlyList<Observation>> ObserveAsync(
        IReadOnlyList<OpenTransaction> transactions,
        CancellationToken ct
    ) => _observer.ObserveAsync(transactions, ct);

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
                $"The mint {name} has the extension {extension}, under which a transfer is not simply a transfer."
            )
            : new IdentityCheck.Confirmed();
    }
}
