using Settlement.Chains.Evm.Addresses;
using Settlement.Chains.Evm.Encoding;
using Settlement.Chains.Evm.Rpc;
using Settlement.Chains.Evm.Vault;

namespace Settlement.Chains.Evm.Observing;

/// <summary>Finds out what became of open transactions. Each verdict rests on one endpoint's answers alone.</summary>
internal sealed class EvmObserver(EvmNetwork network, EvmEndpoints endpoints)
{
    private const int ParallelReads = 8;

    private readonly EvmVerdicts _verdicts = new(network);

    /// <summary>What one endpoint says in one view. Asked for a whole round; each verdict is agreed upon elsewhere.</summary>
    internal async Task<IReadOnlyList<Observation>> ObserveAsync(
        FinalityView view,
        IReadOnlyList<OpenTransaction> transactions,
        CancellationToken ct
    )
    {
        var observations = new Observation[transactions.Count];
        await Parallel.ForEachAsync(
            Enumerable.Range(0, transactions.Count),
            new ParallelOptions { MaxDegreeOfParallelism = ParallelReads, CancellationToken = ct },
            async (i, token) =>
                observations[i] = await ObserveOneAsync(view, transactions[i], token)
        );
        return observations;
    }

    private async Task<Observation> ObserveOneAsync(
        FinalityView view,
        OpenTransaction transaction,
        CancellationToken ct
    )
    {
        if (Describe(transaction) is not { } expected)
            return new Observation.Unknown("this is not a transaction of this network");
        Sighting sighting = await ReceiptReader.LookAsync(view.Endpoint, transaction.Attempts, ct);
        return sighting is Sighting.Absent
            ? await ExplainAbsenceAsync(view, expected, ct)
            : await JudgeAsync(view, expected, sighting, ct);
    }

    private async Task<Observation> JudgeAsync(
        FinalityView view,
        ExpectedTransfer expected,
        Sighting sighting,
        CancellationToken ct
    ) =>
        sighting is Sighting.Found { Receipt: { } receipt } && expected.IsCancel(receipt)
            ? await ReplacedProof.JudgeAsync(view, expected, receipt, ct)
            : _verdicts.Of(view, expected, sighting);

    // A missing receipt alone says nothing. That the nonce is used up at finality, and by none of ours, says a lot.
    private async Task<Observation> ExplainAbsenceAsync(
        FinalityView view,
        ExpectedTransfer expected,
        CancellationToken ct
    )
    {
        EvmRpcClient rpc = view.Endpoint.Rpc;
        EvmReply<ulong> reply = await rpc.TransactionCountAsync(
            expected.Sender,
            EvmRpcClient.Latest,
            ct
        );
        if (!reply.IsAnswer(out ulong count, out string cause))
            return new Observation.Unknown($"{view.Endpoint.Name}: {cause}");
        // The newest state is always at hand; older state is asked for only when it matters.
        if (count <= expected.Nonce || view.Head is null)
            return new Observation.NotSeen($"{view.Endpoint.Name} has no receipt");

        reply = await rpc.TransactionCountAsync(
            expected.Sender,
            Hex.Quantity(view.Head.Number),
            ct
        );
        if (!reply.IsAnswer(out count, out cause))
            return new Observation.Unknown($"{view.Endpoint.Name}: {cause}");
        if (count <= expected.Nonce)
        {
            return new Observation.NotSeen(
                $"{view.Endpoint.Name} has no receipt; nonce {expected.Nonce} is used in a block "
                    + "that is not final"
            );
        }
        return await AccuseAsync(view, expected, count, ct);
    }

    // The receipts are asked for again, as the transaction may have got in after the first look.
    private async Task<Observation> AccuseAsync(
        FinalityView view,
        ExpectedTransfer expected,
        ulong count,
        CancellationToken ct
    )
    {
        Sighting again = await ReceiptReader.LookAsync(view.Endpoint, expected.Attempts, ct);
        if (again is not Sighting.Absent)
            return await JudgeAsync(view, expected, again, ct);
        foreach (EvmEndpoint other in endpoints.All.Where(e => e != view.Endpoint))
        {
            Sighting there = await ReceiptReader.LookAsync(other, expected.Attempts, ct);
            if (there is Sighting.Found found)
            {
                return new Observation.Unknown(
                    $"{other.Name} has a receipt in block {found.Receipt.BlockNumber}, "
                        + $"{view.Endpoint.Name} has none"
                );
            }
            // It may have the receipt that this one denies.
            if (there is Sighting.Doubtful doubtful)
            {
                return new Observation.Unknown(
                    $"nonce {expected.Nonce} is used and {view.Endpoint.Name} has no receipt; "
                        + $"before strangers are accused {other.Name} must be asked: {doubtful.Cause}"
                );
            }
        }
        return _verdicts.ForeignNonce(view, expected, count);
    }

    private ExpectedTransfer? Describe(OpenTransaction transaction) =>
        transaction is { Nonce: { } nonce, Transfers.Count: > 0, Attempts.Count: > 0 }
        && EvmAddress.TryParse(transaction.Sender, out EvmAddress sender)
        && Describe(transaction.Transfers) is { } items
            ? new ExpectedTransfer(sender, nonce, items, transaction.Attempts)
            : null;

    private List<OrderedItem>? Describe(IReadOnlyList<TransferOrder> orders)
    {
        var items = new List<OrderedItem>(orders.Count);
        foreach (TransferOrder order in orders)
        {
            if (!EvmAddress.TryParse(order.Destination, out EvmAddress destination))
                return null;
            items.Add(new OrderedItem(order.PayoutNumber, destination, network.AmountOf(order)));
        }
        return items;
    }
}
