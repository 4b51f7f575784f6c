using Microsoft.Extensions.Logging;
using Settlement.Chains.Evm.Addresses;
using Settlement.Chains.Evm.Broadcasting;
using Settlement.Chains.Evm.Observing;
using Settlement.Chains.Evm.Paying;
using Settlement.Chains.Evm.Rpc;
using Settlement.Chains.Evm.Transactions;
using Settlement.Chains.JsonRpc;
using Settlement.Chains.Signing;

namespace Settlement.Chains.Evm;

/// <summary>An EVM network and one hot wallet that pays an ERC-20 token, one transfer in each transaction.</summary>
public sealed class EvmChainAdapter : IChainAdapter
{
    private readonly EvmNetwork _network;
    private readonly EvmEndpoints _endpoints;
    private readonly EvmIdentity _identity;
    private readonly EvmPreflight _preflight;
    private readonly EvmTransactionBuilder _builder;
    private readonly EvmBroadcaster _broadcaster;
    private readonly EvmObserver _observer;

    private EvmChainAdapter(
        EvmNetwork network,
        EvmEndpoints endpoints,
        ISigner signer,
        ILogger logger
    )
    {
        _network = network;
        _endpoints = endpoints;
        _identity = new EvmIdentity(network, endpoints, signer);
        _preflight = new EvmPreflight(network, endpoints);
        _builder = new EvmTransactionBuilder(network, endpoints, signer);
        _broadcaster = new EvmBroadcaster(network, endpoints, logger);
        _observer = new EvmObserver(network, endpoints);
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
        new(MaxTransfers: 1, _network.Options.MaxInFlight, UsesNonces: true);

    /// <summary>An adapter of one network.</summary>
    /// <param name="network">Its name.</param>
    /// <param name="options">Checked here.</param>
    /// <param name="http">Shared; its own timeout must not be shorter than <see cref="EvmOptions.RpcTimeout"/>.</param>
    /// <param name="signer">Holds the wallet's key; compared with the wallet by <see cref="VerifyIdentityAsync"/>.</param>
    /// <param name="logger">Told about nodes that misbehave.</param>
    /// <exception cref="InvalidOperationException">The options are wrong; the message lists everything.</exception>
    public static EvmChainAdapter Create(
        NetworkId network,
        EvmOptions options,
        HttpClient http,
        ISigner signer,
        ILogger logger
    )
    {
        ArgumentNullException.ThrowIfNull(options);
        EvmOptionsValidator.CheckChain(network, options);
        EvmEndpoint[] endpoints =
        [
            .. options.RpcUrls.Select(url => new EvmEndpoint(
                new EvmRpcClient(new JsonRpcClient(http, new Uri(url), options.RpcTimeout)),
                options.ChainId
            )),
        ];
        return new EvmChainAdapter(
            new EvmNetwork(network, options),
            new EvmEndpoints(endpoints),
            signer,
            logger
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
    public Task<SigningOutcome> SignAsync(SigningOrder order, CancellationToken ct) =>
        _builder.SignAsync(order, ct);

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

    private async Task<WalletBalances?> ReadBalancesAtAsync(EvmRpcClient rpc, CancellationToken ct)
    {
        var call = new EvmCall(_network.Wallet, _network.Token, Erc20.BalanceOf(_network.Wallet));
        Task<EvmReply<byte[]>> asset = rpc.CallContractAsync(call, ct);
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
