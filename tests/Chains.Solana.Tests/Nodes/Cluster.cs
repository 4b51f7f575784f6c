using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Settlement.Chains.Endpoints;
using Settlement.Chains.Solana.Addresses;
using Settlement.Chains.Solana.Signing;
using Settlement.Chains.Solana.Transactions;

namespace Settlement.Chains.Solana.Tests.Nodes;

/// <summary>A cluster in good order, as scripted nodes tell it; and the adapter that asks them.</summary>
public sealed class Cluster : IAsyncDisposable
{
    public const ulong Slot = 5_000;
    public const ulong Height = 4_000;
    public const ulong LastValid = Height + 150;

    private readonly HttpClient _http = new() { Timeout = Timeout.InfiniteTimeSpan };

    private Cluster() { }

    public List<ScriptedNode> Nodes { get; } = [];

    public ScriptedNode Node => Nodes[0];

    public SolanaOptions Options { get; private set; } = new();

    internal Ed25519Signer Signer { get; } = Ed25519Signer.FromSeed(SHA256.HashData([1]));

    internal static PublicKey Mint { get; } = Key("mint");

    internal static TokenPair Token { get; } = new(Mint, Programs.Token, 6);

    internal static string Genesis { get; } = Key("genesis").ToString();

    public static async Task<Cluster> StartAsync(int nodes = 1)
    {
        var cluster = new Cluster();
        for (int i = 0; i < nodes; i++)
        {
            ScriptedNode node = await ScriptedNode.StartAsync();
            cluster.Nodes.Add(node);
            cluster.PutInGoodOrder(node);
        }
        cluster.Options = new SolanaOptions
        {
            Kind = "solana",
            GenesisHash = Genesis,
            RpcUrls = [.. cluster.Nodes.Select(n => n.Url)],
            Token = Mint.ToString(),
            Wallet = cluster.Signer.Address,
            KeyFile = "unused",
            RpcTimeout = TimeSpan.FromSeconds(5),
            Endpoints = new EndpointPolicy { AllowSingle = nodes == 1 },
        };
        return cluster;
    }

    /// <summary>Every node is in good order again.</summary>
    public void Heal()
    {
        foreach (ScriptedNode node in Nodes)
            PutInGoodOrder(node);
    }

    public IChainAdapter Adapter(TimeProvider? clock = null) =>
        new SolanaChainAdapter(
            new NetworkId("solana"),
            Options,
            Signer,
            _http,
            clock ?? TimeProvider.System
        );

    public async ValueTask DisposeAsync()
    {
        foreach (ScriptedNode node in Nodes)
            await node.DisposeAsync();
        _http.Dispose();
        Signer.Dispose();
    }

    internal static PublicKey Key(string name) =>
        new(SHA256.HashData(Encoding.UTF8.GetBytes(name)));

    internal static TransferOrder Order(long number, long amountMicro = 1_000_000) =>
        new(number, Key($"wallet {number}").ToString(), amountMicro);

    /// <summary>A transaction as it would have been stored.</summary>
    public async Task<OpenTransaction> OpenAsync(params TransferOrder[] orders)
    {
        SigningOutcome outcome = await Adapter().SignAsync(new SigningOrder(orders, null), default);
        SignedTransaction signed = outcome
            .ShouldBeOfType<SigningOutcome.Signed>(outcome.ToString())
            .Transaction;
        return new OpenTransaction(
            signed.Sender,
            null,
            signed.LastValidBlockHeight,
            [new StoredAttempt(signed.TransactionId, signed.Bytes)],
            orders
        );
    }

    private void PutInGoodOrder(ScriptedNode node) =>
        node.Result("getGenesisHash", Genesis)
            .Result(
                "getLatestBlockhash",
                InContext(
                    Slot,
                    new
                    {
                        blockhash = Key("blockhash").ToString(),
                        lastValidBlockHeight = LastValid,
                    }
                )
            )
            .Result("getRecentPrioritizationFees", Array.Empty<object>())
            .Result("simulateTransaction", InContext(Slot, Simulated(null)))
            .Result("getMinimumBalanceForRentExemption", 2_039_280)
            .Result("getFirstAvailableBlock", 0)
            .Result("getTransaction", null)
            .Result("getBlock", new { blockhash = "one of many" })
            .On("isBlockhashValid", IsDead)
            .Result("getSignaturesForAddress", Array.Empty<object>())
            .Result("getEpochInfo", Head(Slot, Height))
            .On("getSignatureStatuses", Accounts.Statuses(Slot, _ => null))
            .On("getMultipleAccounts", Accounts.Of(Healthy()))
            .On("sendTransaction", EchoId);

    /// <summary>The accounts of a network on which everything can be paid.</summary>
    internal Dictionary<string, object?> Healthy() =>
        new(StringComparer.Ordinal)
        {
            [Mint.ToString()] = Accounts.Mint(6),
            [Signer.Address] = Accounts.Wallet(1_000_000_000),
            [Source.ToString()] = Accounts.Token(Mint, Signer.PublicKey, 10_000_000_000),
        };

    internal PublicKey Source => Token.AccountOf(Signer.PublicKey);

    public static object InContext(ulong slot, object? value) =>
        new { context = new { slot }, value };

    public static object Head(ulong slot, ulong height) =>
        new { absoluteSlot = slot, blockHeight = height };

    public static object Simulated(object? err) =>
        new
        {
            err,
            logs = Array.Empty<string>(),
            unitsConsumed = 30_000,
        };

    // As of a state that is as fresh as was asked for.
    private static Answer IsDead(JsonElement parameters) =>
        new Answer.Result(
            InContext(parameters[1].GetProperty("minContextSlot").GetUInt64(), false)
        );

    // A node answers the first signature of the bytes.
    private static Answer EchoId(JsonElement parameters)
    {
        byte[] bytes = Convert.FromBase64String(parameters[0].GetString()!);
        return new Answer.Result(WireTransaction.IdOf(bytes));
    }
}
