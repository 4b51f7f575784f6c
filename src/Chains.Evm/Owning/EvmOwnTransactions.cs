using System.Globalization;
using System.Text.Json.Nodes;
using Settlement.Chains.Evm.Encoding;
using Settlement.Chains.Evm.Observing;
using Settlement.Chains.Evm.Rpc;
using Settlement.Chains.Evm.Transactions;

namespace Settlement.Chains.Evm.Owning;

/// <summary>Which nonces of the wallet are used, and by what. The cursor is the nonce below which all is accounted for.</summary>
/// <remarks>Nodes tell how many transactions a wallet has sent, not which: the one behind a nonce is looked for in the blocks.</remarks>
internal sealed class EvmOwnTransactions(EvmNetwork network, EvmEndpoints endpoints)
{
    /// <summary>Nonces in one answer. The rest follows once these are accounted for.</summary>
    private const ulong MostNonces = 10_000;

    /// <summary>By the newest block: whether a nonce of ours is used early or late changes nothing, a foreign one is news.</summary>
    internal async Task<OwnTransactions> ReadAsync(string? cursor, CancellationToken ct)
    {
        ct.ThrowIfCancellationRequested();
        ulong floor = 0;
        if (
            cursor is not null
            && !ulong.TryParse(cursor, NumberStyles.None, CultureInfo.InvariantCulture, out floor)
        )
        {
            return new OwnTransactions.Unknown($"\"{cursor}\" is not a nonce.");
        }
        OwnTransactions[] answers = await Task.WhenAll(
            endpoints.All.Select(e => ReadAtAsync(e, cursor is null ? null : floor, ct))
        );
        return OwnTransactions.Together(answers, begins: cursor is null);
    }

    internal async Task<OwnTransactionFacts> ExplainAsync(
        OwnTransaction transaction,
        CancellationToken ct
    )
    {
        ct.ThrowIfCancellationRequested();
        if (transaction.Nonce is not { } nonce)
            return new OwnTransactionFacts.Unknown("Transactions of this network have a nonce.");
        return await endpoints.AskAsync(
            endpoint => ExplainAtAsync(endpoint, nonce, ct),
            // Where one node has dropped the old state, another may have it.
            isUsable: answer => answer is OwnTransactionFacts.Signed { TransactionId: not null },
            unknown: doubt => new OwnTransactionFacts.Unknown(doubt),
            ct
        );
    }

    private async Task<OwnTransactions> ReadAtAsync(
        EvmEndpoint endpoint,
        ulong? floor,
        CancellationToken ct
    )
    {
        if (await endpoint.DoubtAsync(ct) is { } doubt)
            return new OwnTransactions.Unknown(doubt);
        EvmReply<ulong> reply = await endpoint.Rpc.TransactionCountAsync(
            network.Wallet,
            EvmRpcClient.Latest,
            ct
        );
        if (!reply.IsAnswer(out ulong used, out string cause))
            return new OwnTransactions.Unknown($"{endpoint.Name}: {cause}");
        ulong from = floor ?? used;
        if (used < from)
        {
            return new OwnTransactions.Unknown(
                $"{endpoint.Name} is behind: nonces below {used} are used there, below {from} before"
            );
        }
        // A node may name any number.
        ulong until = from + Math.Min(used - from, MostNonces);
        var found = new List<OwnTransaction>();
        for (ulong nonce = from; nonce < until; nonce++)
            found.Add(new OwnTransaction(TransactionId: null, nonce));
        return new OwnTransactions.Read(found, until.ToString(CultureInfo.InvariantCulture));
    }

    private async Task<OwnTransactionFacts> ExplainAtAsync(
        EvmEndpoint endpoint,
        ulong nonce,
        CancellationToken ct
    )
    {
        (FinalityView? view, string doubt) = await endpoint.ViewAsync(ct);
        if (view is null)
            return new OwnTransactionFacts.Unknown(doubt);
        if (view.Head is not { } head)
            return new OwnTransactionFacts.Unknown($"{endpoint.Name}: no block is final yet");
        var place = new NoncePlace(endpoint.Rpc, network.Wallet, nonce);
        switch (await place.IsUsedAsync(head.Number, ct))
        {
            case null:
                return new OwnTransactionFacts.Unknown(
                    $"{endpoint.Name} does not tell the nonce at the final block {head.Number}"
                );
            case false:
                return new OwnTransactionFacts.Unknown(
                    $"nonce {nonce} is used in a block that is not final"
                );
            default:
                return await DescribeAsync(view, place, nonce, ct);
        }
    }

    private async Task<OwnTransactionFacts> DescribeAsync(
        FinalityView view,
        NoncePlace place,
        ulong nonce,
        CancellationToken ct
    )
    {
        JsonObject facts = new()
        {
            ["network"] = network.Id.Name,
            ["chainId"] = network.Options.ChainId,
            ["sender"] = network.Wallet.ToString(),
            ["nonce"] = nonce,
            ["finality"] = view.ToJson(),
        };
        EvmSent? sent = await place.FindAsync(view.Head!.Number, ct);
        if (sent is null)
        {
            facts["note"] = "no node could say which transaction used the nonce";
            return new OwnTransactionFacts.Signed(null, [], Evidence.Of(facts));
        }
        EvmReply<EvmReceipt?> reply = await view.Endpoint.Rpc.ReceiptAsync(sent.Hash, ct);
        if (!reply.IsAnswer(out EvmReceipt? receipt, out string cause) || receipt is null)
            return new OwnTransactionFacts.Unknown($"{view.Endpoint.Name}: {sent.Hash}: {cause}");
        facts["transactionId"] = sent.Hash;
        facts["block"] = receipt.BlockNumber;
        facts["blockHash"] = receipt.BlockHash;
        facts["status"] = receipt.Succeeded ? 1 : 0;
        facts["to"] = sent.To?.ToString();
        facts["valueWei"] = sent.Value.ToString(CultureInfo.InvariantCulture);
        facts["method"] = Hex.Data(sent.Input.AsSpan(0, Math.Min(sent.Input.Length, 4)));
        // A contract of ours pays from the wallet, or from what it holds itself.
        return new OwnTransactionFacts.Signed(
            sent.Hash,
            [
                .. receipt
                    .Logs.Select(log => TransferLog.Read(log, network.Token))
                    .OfType<TransferLog>()
                    .Where(t => t.From == network.Wallet || t.From == sent.To)
                    .Select(t => new OutgoingTransfer(t.To.ToString(), t.Amount)),
            ],
            Evidence.Of(facts)
        );
    }
}
