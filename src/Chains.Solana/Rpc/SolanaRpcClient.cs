using System.Text.Json;
using Settlement.Chains.JsonRpc;
using Settlement.Chains.Solana.Addresses;

namespace Settlement.Chains.Solana.Rpc;

/// <summary>The questions that we ask a node, typed. Source: Solana docs, "RPC HTTP methods".</summary>
internal sealed class SolanaRpcClient(JsonRpcClient rpc)
{
    internal const int MaxAccountsPerCall = 100;
    internal const int MaxSignaturesPerCall = 256;
    internal const int MaxListedPerCall = 1_000;

    /// <summary>Host and port.</summary>
    internal string EndpointName => rpc.EndpointName;

    internal Task<NodeAnswer<string>> GetGenesisHashAsync(CancellationToken ct) =>
        AskAsync("getGenesisHash", [], RpcReaders.Text, ct);

    internal Task<NodeAnswer<RecentBlockhash>> GetLatestBlockhashAsync(CancellationToken ct) =>
        AskAsync("getLatestBlockhash", [At(Commitment.Confirmed)], RpcReaders.Blockhash, ct);

    /// <summary>Slot and block height of the newest finalized block: getEpochInfo tells both in one answer.</summary>
    internal Task<NodeAnswer<ChainHead>> GetFinalizedHeadAsync(CancellationToken ct) =>
        AskAsync("getEpochInfo", [At(Commitment.Finalized)], RpcReaders.Head, ct);

    internal Task<NodeAnswer<ulong>> GetFirstAvailableBlockAsync(CancellationToken ct) =>
        AskAsync("getFirstAvailableBlock", [], static r => r.GetUInt64(), ct);

    /// <summary>The hash of the finalized block in a slot, without what it holds.</summary>
    internal Task<NodeAnswer<string>> GetBlockHashAsync(ulong slot, CancellationToken ct) =>
        AskAsync(
            "getBlock",
            [
                slot,
                new
                {
                    commitment = "finalized",
                    transactionDetails = "none",
                    rewards = false,
                    maxSupportedTransactionVersion = 0,
                },
            ],
            static r => RpcReaders.Text(r.GetProperty("blockhash")),
            ct
        );

    /// <summary>Whether a block hash can still be used, on a confirmed state not older than a slot.</summary>
    internal Task<NodeAnswer<bool>> IsBlockhashValidAsync(
        PublicKey blockhash,
        ulong minContextSlot,
        CancellationToken ct
    ) =>
        AskAsync(
            "isBlockhashValid",
            [blockhash.ToString(), new { commitment = "confirmed", minContextSlot }],
            result => RpcReaders.Validity(result, minContextSlot),
            ct
        );

    /// <summary>Statuses of at most 256 signatures, searching the node's whole history.</summary>
    internal Task<NodeAnswer<SignatureStatuses>> GetSignatureStatusesAsync(
        IReadOnlyList<string> signatures,
        CancellationToken ct
    ) =>
        AskAsync(
            "getSignatureStatuses",
            [signatures, new { searchTransactionHistory = true }],
            result => RpcReaders.Statuses(result, signatures.Count),
            ct
        );

    /// <summary>A finalized transaction; the value is null where the node does not know it.</summary>
    internal Task<NodeAnswer<LandedTransaction?>> GetTransactionAsync(
        string signature,
        CancellationToken ct
    ) => GetTransactionAsync(signature, RpcReaders.Transaction, ct);

    /// <summary>The same with the transfers that the token program was told to make.</summary>
    internal Task<NodeAnswer<LandedTransfers?>> GetTransfersAsync(
        string signature,
        string tokenProgram,
        CancellationToken ct
    ) => GetTransactionAsync(signature, r => TransferInstructions.Read(r, tokenProgram), ct);

    /// <summary>At most 1,000 finalized signatures that name the account, newest first, as of a slot or
    /// later.</summary>
    internal Task<NodeAnswer<IReadOnlyList<ListedSignature>>> GetSignaturesForAddressAsync(
        PublicKey account,
        string? before,
        ulong minContextSlot,
        CancellationToken ct
    )
    {
        var options = new Dictionary<string, object>(StringComparer.Ordinal)
        {
            ["commitment"] = "finalized",
            ["limit"] = MaxListedPerCall,
            ["minContextSlot"] = minContextSlot,
        };
        if (before is not null)
            options["before"] = before;
        return AskAsync(
            "getSignaturesForAddress",
            [account.ToString(), options],
            RpcReaders.Listed,
            ct
        );
    }

    /// <summary>At most 100 accounts at the confirmed level, each with the beginning of its data.</summary>
    internal Task<NodeAnswer<AccountStates>> GetMultipleAccountsAsync(
        IReadOnlyList<PublicKey> accounts,
        CancellationToken ct
    ) =>
        AskAsync(
            "getMultipleAccounts",
            [
                accounts.Select(a => a.ToString()),
                new
                {
                    commitment = "confirmed",
                    encoding = "base64",
                    // Programs can be megabytes long; what we read lies at the front.
                    dataSlice = new { offset = 0, length = 1_024 },
                },
            ],
            result => RpcReaders.Accounts(result, accounts.Count),
            ct
        );

    internal Task<NodeAnswer<ulong>> GetRentExemptionAsync(int dataBytes, CancellationToken ct) =>
        AskAsync("getMinimumBalanceForRentExemption", [dataBytes], static r => r.GetUInt64(), ct);

    /// <summary>The lowest price that landed in each recent slot among transactions that write these
    /// accounts.</summary>
    internal Task<NodeAnswer<IReadOnlyList<ulong>>> GetRecentPrioritizationFeesAsync(
        IReadOnlyList<PublicKey> written,
        CancellationToken ct
    ) =>
        AskAsync(
            "getRecentPrioritizationFees",
            [written.Select(a => a.ToString())],
            RpcReaders.Fees,
            ct
        );

    /// <summary>Runs a transaction without a signature on the node's confirmed state.</summary>
    internal Task<NodeAnswer<SimulationResult>> SimulateTransactionAsync(
        ReadOnlyMemory<byte> unsigned,
        ulong minContextSlot,
        CancellationToken ct
    ) =>
        AskAsync(
            "simulateTransaction",
            [
                Convert.ToBase64String(unsigned.Span),
                new
                {
                    encoding = "base64",
                    sigVerify = false,
                    replaceRecentBlockhash = false,
                    commitment = "confirmed",
                    minContextSlot,
                },
            ],
            RpcReaders.Simulation,
            ct
        );

    /// <summary>Hands a transaction over. The node tries once: repeating is ours.</summary>
    /// <param name="transaction">Signed bytes.</param>
    /// <param name="preflightSlot">The slot of its block hash, for a first send with simulation; null skips the
    /// simulation.</param>
    /// <param name="ct">Cancels the wait; the node may have sent it all the same.</param>
    internal Task<NodeAnswer<string>> SendTransactionAsync(
        ReadOnlyMemory<byte> transaction,
        ulong? preflightSlot,
        CancellationToken ct
    )
    {
        // The level of the simulation must be the block hash's: the default, finalized, would not know it yet.
        var options = new Dictionary<string, object>(StringComparer.Ordinal)
        {
            ["encoding"] = "base64",
            ["skipPreflight"] = preflightSlot is null,
            ["preflightCommitment"] = "confirmed",
            ["maxRetries"] = 0,
        };
        if (preflightSlot is { } slot)
            options["minContextSlot"] = slot;
        return AskAsync(
            "sendTransaction",
            [Convert.ToBase64String(transaction.Span), options],
            RpcReaders.Text,
            ct
        );
    }

    private Task<NodeAnswer<T>> GetTransactionAsync<T>(
        string signature,
        Func<JsonElement, T> read,
        CancellationToken ct
    ) =>
        AskAsync(
            "getTransaction",
            [
                signature,
                new
                {
                    encoding = "json",
                    commitment = "finalized",
                    maxSupportedTransactionVersion = 0,
                },
            ],
            read,
            ct
        );

    private static object At(Commitment commitment) =>
        new
        {
            commitment = commitment switch
            {
                Commitment.Processed => "processed",
                Commitment.Confirmed => "confirmed",
                Commitment.Finalized => "finalized",
            },
        };

    private async Task<NodeAnswer<T>> AskAsync<T>(
        string method,
        IReadOnlyList<object?> parameters,
        Func<JsonElement, T> read,
        CancellationToken ct
    )
    {
        switch (await rpc.CallAsync(method, parameters, ct))
        {
            case JsonRpcReply.Result result:
                return Read(method, result.Value, read);
            case JsonRpcReply.Error error:
                return new NodeAnswer<T>.Refused(error.Code, error.Message, error.Data);
            case JsonRpcReply.NoAnswer none:
                return new NodeAnswer<T>.Silent(none.Cause);
            default:
                return new NodeAnswer<T>.Silent($"{method}: an unexpected kind of reply");
        }
    }

    // A result of another shape than documented is no answer.
    private static NodeAnswer<T> Read<T>(
        string method,
        JsonElement result,
        Func<JsonElement, T> read
    )
    {
        try
        {
            return new NodeAnswer<T>.Known(read(result));
        }
        catch (Exception e)
            when (e
                    is InvalidOperationException
                        or KeyNotFoundException
                        or FormatException
                        or OverflowException
                        or IndexOutOfRangeException
                        or ArgumentException
            )
        {
            return new NodeAnswer<T>.Silent($"{method}: a malformed result");
        }
    }
}
