using System.Collections.Concurrent;
using System.Text.Json;
using Settlement.Chains.Evm.Addresses;
using Settlement.Chains.Evm.Encoding;
using Settlement.Chains.Evm.Transactions;
using Settlement.Chains.Tests;

namespace Settlement.Chains.Evm.Tests.Scripted;

/// <summary>A node whose chain a test writes by hand. By default it is healthy, rich and empty.</summary>
public sealed class ScriptedEvmNode : IAsyncDisposable
{
    public const ulong Gwei = 1_000_000_000;

    private readonly ConcurrentDictionary<string, ScriptedReply> _overrides = new(
        StringComparer.Ordinal
    );
    private ScriptedEndpoint _endpoint = null!;

    private ScriptedEvmNode() { }

    public string Url => _endpoint.Url.ToString();

    public IReadOnlyList<ScriptedCall> Calls => _endpoint.Calls;

    public ulong ChainId { get; set; } = 1;

    public ulong LatestBlock { get; set; } = 1_000;

    public ulong? FinalizedBlock { get; set; } = 990;

    /// <summary>Heights whose block is another one than usual.</summary>
    public Dictionary<ulong, string> OtherHashes { get; } = [];

    public Dictionary<string, object> Receipts { get; } = new(StringComparer.Ordinal);

    public ulong LatestNonce { get; set; } = 7;

    public ulong FinalNonce { get; set; } = 7;

    /// <summary>The count of transactions at a height; null: <see cref="FinalNonce"/> at each.</summary>
    public Func<ulong, ScriptedReply>? NonceAt { get; set; }

    /// <summary>The transactions of a block, by its height.</summary>
    public Dictionary<ulong, object[]> Sent { get; } = [];

    public UInt128 NativeWei { get; set; } = (UInt128)1_000_000_000 * Gwei;

    public UInt128 AssetUnits { get; set; } = 1_000_000_000_000;

    public UInt128 Decimals { get; set; } = 6;

    public UInt128 NextBaseFee { get; set; } = 10 * Gwei;

    public object? Rewards { get; set; } = new[] { new[] { "0x77359400" } };

    public UInt128 GasEstimate { get; set; } = 45_000;

    /// <summary>The wallet's code.</summary>
    public string Code { get; set; } = "0x";

    /// <summary>What a simulated transfer to a destination gives; success when nothing is written.</summary>
    public Dictionary<string, ScriptedReply> Transfers { get; } = new(StringComparer.Ordinal);

    /// <summary>The answer to <c>isBlacklisted</c>; null where the token has no such function.</summary>
    public Func<string, ScriptedReply>? IsBlacklisted { get; set; }

    /// <summary>The contract that pays in batches; null: there is none.</summary>
    public ScriptedVault? Vault { get; set; }

    /// <summary>Runs before a call is answered, to change the chain between two reads.</summary>
    public Action<string>? BeforeAnswer { get; set; }

    public static async Task<ScriptedEvmNode> StartAsync()
    {
        var node = new ScriptedEvmNode();
        node._endpoint = await ScriptedEndpoint.StartAsync(node.Answer);
        return node;
    }

    /// <summary>From now on every call of the method gets this reply.</summary>
    public void Override(string method, ScriptedReply reply) => _overrides[method] = reply;

    public void Heal(string method) => _overrides.TryRemove(method, out _);

    public int CountOf(string method) => _endpoint.CountOf(method);

    public static string HashOfBlock(ulong number) =>
        Hex.Data(Keccak256.Hash(BitConverter.GetBytes(number)));

    public static ScriptedReply.Result Boolean(bool value) =>
        new(Hex.Data(Erc20.Word(value ? 1u : 0u)));

    /// <summary><c>Error(string)</c> as geth gives it.</summary>
    public static ScriptedReply.Error Revert(string text) =>
        new($"execution reverted: {text}", 3, RevertData(text));

    public static string RevertData(string text)
    {
        byte[] words = System.Text.Encoding.UTF8.GetBytes(text);
        byte[] padded = new byte[(words.Length + 31) / 32 * 32];
        words.CopyTo(padded, 0);
        return Hex.Data([
            .. new byte[] { 0x08, 0xc3, 0x79, 0xa0 },
            .. Erc20.Word(32u),
            .. Erc20.Word((UInt128)words.Length),
            .. padded,
        ]);
    }

    public ValueTask DisposeAsync() => _endpoint.DisposeAsync();

    private ScriptedReply Answer(ScriptedCall call)
    {
        BeforeAnswer?.Invoke(call.Method);
        if (_overrides.TryGetValue(call.Method, out ScriptedReply? scripted))
            return scripted;
        return call.Method switch
        {
            "eth_chainId" => Quantity(ChainId),
            "eth_blockNumber" => Quantity(LatestBlock),
            "eth_getBlockByNumber" when call.Parameters[1].GetBoolean() => WithTransactions(
                Convert.ToUInt64(call.Parameters[0].GetString()!, 16)
            ),
            "eth_getBlockByNumber" => Block(call.Parameters[0].GetString()!),
            "eth_getTransactionCount" => Nonce(call.Parameters[1].GetString()!),
            "eth_getCode" => new ScriptedReply.Result(Code),
            "eth_getBalance" => Quantity(NativeWei),
            "eth_call" => Contract(call.Parameters[0]),
            "eth_estimateGas" => Estimate(call.Parameters[0]),
            "eth_feeHistory" => new ScriptedReply.Result(
                new { baseFeePerGas = new[] { "0x1", Hex.Quantity(NextBaseFee) }, reward = Rewards }
            ),
            "eth_getLogs" when Vault is not null => Vault.Logs(call.Parameters[0]),
            "eth_sendRawTransaction" => new ScriptedReply.Result(
                Eip1559Transaction.HashOf(
                    Convert.FromHexString(call.Parameters[0].GetString().AsSpan(2))
                )
            ),
            "eth_getTransactionReceipt" => new ScriptedReply.Result(
                Receipts.GetValueOrDefault(call.Parameters[0].GetString()!)
            ),
            _ => new ScriptedReply.Error($"the method {call.Method} does not exist", -32601),
        };
    }

    private ScriptedReply Nonce(string block) =>
        block == "latest" ? Quantity(LatestNonce)
        : NonceAt is null ? Quantity(FinalNonce)
        : NonceAt(Convert.ToUInt64(block, 16));

    private ScriptedReply.Result WithTransactions(ulong height) =>
        new(
            new
            {
                number = Hex.Quantity(height),
                hash = HashOfBlock(height),
                transactions = Sent.GetValueOrDefault(height) ?? [],
            }
        );

    private ScriptedReply.Result Block(string block)
    {
        ulong? number = block switch
        {
            "latest" => LatestBlock,
            "finalized" => FinalizedBlock,
            _ => Convert.ToUInt64(block, 16),
        };
        if (number is not { } height || height > LatestBlock)
            return new ScriptedReply.Result(null);
        string hash = OtherHashes.GetValueOrDefault(height) ?? HashOfBlock(height);
        return new ScriptedReply.Result(new { number = Hex.Quantity(height), hash });
    }

    private ScriptedReply Contract(JsonElement call)
    {
        string data = call.GetProperty("data").GetString()!;
        if (Vault?.Answer(call) is { } answer)
            return answer;
        return data[..10] switch
        {
            "0x313ce567" => new ScriptedReply.Result(Hex.Data(Erc20.Word(Decimals))),
            "0x70a08231" => new ScriptedReply.Result(Hex.Data(Erc20.Word(AssetUnits))),
            "0xfe575a87" => IsBlacklisted?.Invoke(FirstAddress(data))
                ?? new ScriptedReply.Error("execution reverted", 3, "0x"),
            "0xa9059cbb" => Transfers.GetValueOrDefault(FirstAddress(data)) ?? Boolean(true),
            _ => new ScriptedReply.Error("execution reverted", 3, "0x"),
        };
    }

    // A node that simulates a revert gives it to estimates and calls alike.
    private ScriptedReply Estimate(JsonElement call)
    {
        if (Vault?.Estimate(call) is { } estimate)
            return estimate;
        string destination = FirstAddress(call.GetProperty("data").GetString()!);
        return Transfers.GetValueOrDefault(destination) is ScriptedReply.Error error
            ? error
            : Quantity(GasEstimate);
    }

    private static string FirstAddress(string data) =>
        EvmAddress.Parse($"0x{data.Substring(10 + 24, EvmAddress.Digits)}").ToString();

    private static ScriptedReply.Result Quantity(UInt128 value) => new(Hex.Quantity(value));
}
