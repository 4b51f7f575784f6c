using Microsoft.Extensions.Logging.Abstractions;
using Settlement.Chains.Endpoints;
using Settlement.Chains.Evm.Addresses;
using Settlement.Chains.Evm.Encoding;
using Settlement.Chains.Evm.Signing;
using Settlement.Chains.Evm.Transactions;
using Settlement.Chains.Signing;

namespace Settlement.Chains.Evm.Tests.Scripted;

/// <summary>An adapter of one or more scripted nodes, and transactions to ask it about.</summary>
public sealed class ScriptedChain : IAsyncDisposable
{
    public const string Token = "0xA0b86991c6218b36c1d19D4a2e9Eb0cE3606eB48";
    public const string Destination = "0x3535353535353535353535353535353535353535";
    public const string Key = "0x4646464646464646464646464646464646464646464646464646464646464646";
    public const string Wallet = "0x9d8A62f656a8d1615C1294fd71e9CFb3E4855A4F";
    public const ulong Nonce = 7;

    private readonly HttpClient _http = new();
    private readonly Secp256k1Signer _signer = Secp256k1Signer.FromText(Key);

    private ScriptedChain(IReadOnlyList<ScriptedEvmNode> nodes)
    {
        Nodes = nodes;
        Options = new EvmOptions
        {
            ChainId = 1,
            RpcUrls = [.. nodes.Select(n => n.Url)],
            Token = Token,
            Wallet = Wallet,
            FinalityDepth = 5,
            MaxFeePerGasWei = 100 * ScriptedEvmNode.Gwei,
            MinTipWei = ScriptedEvmNode.Gwei,
            RpcTimeout = TimeSpan.FromSeconds(20),
            Endpoints = new EndpointPolicy { AllowSingle = nodes.Count == 1 },
        };
    }

    public IReadOnlyList<ScriptedEvmNode> Nodes { get; }

    public ScriptedEvmNode Node => Nodes[0];

    public EvmOptions Options { get; }

    public static TransferOrder Order { get; } = new(1, Destination, 1_234_567);

    public static async Task<ScriptedChain> StartAsync(int nodes = 1)
    {
        var started = new List<ScriptedEvmNode>();
        for (int i = 0; i < nodes; i++)
            started.Add(await ScriptedEvmNode.StartAsync());
        return new ScriptedChain(started);
    }

    public EvmChainAdapter Adapter(ISigner? signer = null, TimeProvider? clock = null) =>
        EvmChainAdapter.Create(
            new NetworkId("ethereum"),
            Options,
            _http,
            signer ?? _signer,
            NullLogger.Instance,
            clock
        );

    /// <summary>A stored attempt; the tip only makes its bytes differ from another's.</summary>
    public StoredAttempt Attempt(int tip = 1)
    {
        var transaction = new Eip1559Transaction(
            1,
            Nonce,
            (UInt128)tip,
            1_000,
            65_000,
            EvmAddress.Parse(Token),
            Erc20.Transfer(EvmAddress.Parse(Destination), (UInt128)Order.AmountMicro)
        );
        byte[] compact = _signer
            .SignAsync(transaction.SigningHash(), CancellationToken.None)
            .GetAwaiter()
            .GetResult();
        byte[] raw = transaction.ToSignedBytes(EvmSignature.FromCompact(compact)!);
        return new StoredAttempt(Eip1559Transaction.HashOf(raw), raw);
    }

    public static OpenTransaction Open(params StoredAttempt[] attempts) =>
        new(Wallet, Nonce, null, attempts, [Order]);

    public static object Receipt(
        StoredAttempt attempt,
        ulong block = 980,
        int status = 1,
        params object[] logs
    ) =>
        new
        {
            transactionHash = attempt.TransactionId,
            blockNumber = Hex.Quantity(block),
            blockHash = ScriptedEvmNode.HashOfBlock(block),
            status = Hex.Quantity((UInt128)status),
            gasUsed = "0xb00f",
            effectiveGasPrice = "0x3b9aca07",
            logs,
        };

    /// <summary>The log of the order's transfer, or one that differs in what is given.</summary>
    public static object Log(
        string token = Token,
        string from = Wallet,
        string to = Destination,
        long amount = 1_234_567,
        bool removed = false
    ) =>
        new
        {
            address = token,
            topics = new[]
            {
                "0xddf252ad1be2c89b69c2b068fc378daa952ba7f163c4a11628f55a4df523b3ef",
                Hex.Data(Erc20.Word(EvmAddress.Parse(from))),
                Hex.Data(Erc20.Word(EvmAddress.Parse(to))),
            },
            data = Hex.Data(Erc20.Word((UInt128)amount)),
            logIndex = "0x2a",
            removed,
        };

    public async ValueTask DisposeAsync()
    {
        _http.Dispose();
        _signer.Dispose();
        foreach (ScriptedEvmNode node in Nodes)
            await node.DisposeAsync();
    }
}
