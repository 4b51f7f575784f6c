using System.Text.Json;
using Settlement.Chains.Evm.Addresses;
using Settlement.Chains.Evm.Encoding;
using Settlement.Chains.JsonRpc;

namespace Settlement.Chains.Evm.Rpc;

/// <summary>The calls we make, typed. Source: https://ethereum.github.io/execution-apis.</summary>
internal sealed class EvmRpcClient(JsonRpcClient rpc)
{
    internal const string Latest = "latest";

    /// <summary>The newest state with what waits in the node's pool, where a node tells it apart.</summary>
    internal const string Pending = "pending";

    // Enough for a median that one odd block does not move.
    private const int FeeHistoryBlocks = 20;

    /// <inheritdoc cref="JsonRpcClient.EndpointName"/>
    internal string EndpointName => rpc.EndpointName;

    internal Task<EvmReply<ulong>> ChainIdAsync(CancellationToken ct) =>
        CallAsync("eth_chainId", [], EvmJson.Number, ct);

    internal Task<EvmReply<ulong>> BlockNumberAsync(CancellationToken ct) =>
        CallAsync("eth_blockNumber", [], EvmJson.Number, ct);

    /// <summary>A block's number and hash; null when the node knows none.</summary>
    /// <param name="block"><c>latest</c>, <c>finalized</c>, or a quantity.</param>
    /// <param name="ct">Cancels the wait.</param>
    internal Task<EvmReply<EvmBlock?>> BlockAsync(string block, CancellationToken ct) =>
        CallAsync("eth_getBlockByNumber", [block, false], EvmJson.Block, ct);

    /// <summary>The block at a height; an answer about another height is no answer.</summary>
    internal Task<EvmReply<EvmBlock?>> BlockAsync(ulong number, CancellationToken ct) =>
        CallAsync(
            "eth_getBlockByNumber",
            [Hex.Quantity(number), false],
            value =>
                EvmJson.Block(value) is { } block && block.Number != number
                    ? throw new JsonException("another block's number")
                    : EvmJson.Block(value),
            ct
        );

    /// <summary>How many transactions of the account are in the chain up to the block: its next nonce there.</summary>
    internal Task<EvmReply<ulong>> TransactionCountAsync(
        EvmAddress account,
        string block,
        CancellationToken ct
    ) => CallAsync("eth_getTransactionCount", [Text(account), block], EvmJson.Number, ct);

    internal Task<EvmReply<UInt128>> BalanceAsync(EvmAddress account, CancellationToken ct) =>
        CallAsync("eth_getBalance", [Text(account), Latest], EvmJson.Quantity, ct);

    /// <summary>The code of an account in the newest state; empty where it has none.</summary>
    internal Task<EvmReply<byte[]>> CodeAsync(EvmAddress account, CancellationToken ct) =>
        CallAsync("eth_getCode", [Text(account), Latest], EvmJson.Data, ct);

    internal Task<EvmReply<byte[]>> CallContractAsync(EvmCall call, CancellationToken ct) =>
        CallContractAsync(call, Latest, ct);

    internal Task<EvmReply<byte[]>> CallContractAsync(
        EvmCall call,
        string block,
        CancellationToken ct
    ) => CallAsync("eth_call", [Fields(call), block], EvmJson.Data, ct);

    internal Task<EvmReply<IReadOnlyList<EvmFoundLog>>> LogsAsync(
        EvmLogFilter filter,
        CancellationToken ct
    ) =>
        CallAsync(
            "eth_getLogs",
            [
                new
                {
                    address = Text(filter.Address),
                    topics = new[] { Hex.Data(filter.Event) },
                    fromBlock = Hex.Quantity(filter.FirstBlock),
                    toBlock = Hex.Quantity(filter.LastBlock),
                },
            ],
            EvmJson.FoundLogs,
            ct
        );

    internal Task<EvmReply<ulong>> EstimateGasAsync(EvmCall call, CancellationToken ct) =>
        CallAsync("eth_estimateGas", [Fields(call)], EvmJson.Number, ct);

    internal Task<EvmReply<EvmFeeHistory>> FeeHistoryAsync(int percentile, CancellationToken ct) =>
        CallAsync(
            "eth_feeHistory",
            [Hex.Quantity(FeeHistoryBlocks), Latest, new[] { percentile }],
            EvmJson.FeeHistory,
            ct
        );

    /// <summary>Sends bytes; the answer is their hash, as the node sees it.</summary>
    internal Task<EvmReply<string>> SendAsync(ReadOnlyMemory<byte> bytes, CancellationToken ct) =>
        CallAsync("eth_sendRawTransaction", [Hex.Data(bytes.Span)], EvmJson.Hash, ct);

    /// <summary>A receipt; null when the node knows none, which proves nothing.</summary>
    internal Task<EvmReply<EvmReceipt?>> ReceiptAsync(string hash, CancellationToken ct) =>
        CallAsync(
            "eth_getTransactionReceipt",
            [hash],
            value =>
                EvmJson.Receipt(value) is { } receipt && receipt.TransactionHash != hash
                    ? throw new JsonException("another transaction's receipt")
                    : EvmJson.Receipt(value),
            ct
        );

    /// <summary>The transactions of a block; empty when the node knows no such block.</summary>
    internal Task<EvmReply<IReadOnlyList<EvmSent>>> SentInBlockAsync(
        ulong number,
        CancellationToken ct
    ) =>
        CallAsync(
            "eth_getBlockByNumber",
            [Hex.Quantity(number), true],
            value => EvmJson.Sent(value, number),
            ct
        );

    private static string Text(EvmAddress address) => Hex.Data(address.ToBytes());

    private static Dictionary<string, string> Fields(EvmCall call) =>
        new(StringComparer.Ordinal)
        {
            ["from"] = Text(call.From),
            ["to"] = Text(call.To),
            ["data"] = Hex.Data(call.Data.Span),
        };

    private async Task<EvmReply<T>> CallAsync<T>(
        string method,
        IReadOnlyList<object?> parameters,
        Func<JsonElement, T> read,
        CancellationToken ct
    )
    {
        JsonRpcReply reply = await rpc.CallAsync(method, parameters, ct);
        return reply switch
        {
            JsonRpcReply.Result result => Read(method, result.Value, read),
            JsonRpcReply.Error error => new EvmReply<T>.Refusal(
                new EvmError(error.Code, error.Message, error.Data)
            ),
            JsonRpcReply.NoAnswer none => new EvmReply<T>.Silence(none.Cause),
            _ => throw new InvalidOperationException("The union has three cases."),
        };
    }

    private static EvmReply<T> Read<T>(string method, JsonElement value, Func<JsonElement, T> read)
    {
        try
        {
            return new EvmReply<T>.Answer(read(value));
        }
        // InvalidOperationException: a string that is not text, such as half a surrogate pair.
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            return new EvmReply<T>.Silence($"{method}: a malformed answer: {e.Message}");
        }
    }
}
