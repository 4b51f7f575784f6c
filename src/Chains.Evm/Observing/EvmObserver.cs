using Settlement.Chains.Evm.Addresses;
using Settlement.Chains.Evm.Encoding;
using Settlement.Chains.Evm.Rpc;

namespace Settlement.Chains.Evm.Observing;

/// <summary>Finds out what became of open transactions. Each verdict rests on one endpoint's answers alone.</summary>
internal sealed class EvmObserver(EvmNetwork network, EvmEndpoints endpoints)
{
    private const int ParallelReads = 8;

    private readonly FinalityReader _finality = new(network.Options);
    private readonly EvmVerdicts _verdicts = new(network);

    internal async Task<IReadOnlyList<Observation>> ObserveAsync(
        IReadOnlyList<OpenTransaction> transactions,
        CancellationToken ct
    )
    {
        Observation[] observations =
        [
            .. transactions.Select(_ => new Observation.Unknown("no endpoint was asked")),
        ];
        _ = await endpoints.AskAsync(
            endpoint => ObserveAtAsync(endpoint, transactions, observations, ct),
            isUsable: answered => answered,
            unknown: doubt => MarkUnknown(observations, doubt),
            ct
        );
        return observations;
    }

    // Fills in what is still unknown, and says whether nothing is any more.
    private async Task<bool> ObserveAtAsync(
        EvmEndpoint endpoint,
        IReadOnlyList<OpenTransaction> transactions,
        Observation[] observations,
        CancellationToken ct
    )
    {
        (FinalityView? view, string doubt) = await _finality.ReadAsync(endpoint, ct);
        if (view is null)
            return MarkUnknown(observations, doubt);
        await Parallel.ForEachAsync(
            Enumerable.Range(0, transactions.Count).Where(i => IsUnknown(observations[i])),
            new ParallelOptions { MaxDegreeOfParallelism = ParallelReads, CancellationToken = ct },
            async (i, token) =>
                observations[i] = await ObserveOneAsync(view, transactions[i], token)
        );
        return !observations.Any(IsUnknown);
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
            : _verdicts.Of(view, expected, sighting);
    }

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
            return _verdicts.Of(view, expected, again);
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
        }
        return _verdicts.ForeignNonce(view, expected, count);
    }

    private ExpectedTransfer? Describe(OpenTransaction transaction) =>
        transaction is { Nonce: { } nonce, Transfers: [var order], Attempts.Count: > 0 }
        && EvmAddress.TryParse(transaction.Sender, out EvmAddress sender)
        && EvmAddress.TryParse(order.Destination, out EvmAddress destination)
            ? new ExpectedTransfer(
                sender,
                nonce,
                destination,
                network.AmountOf(order),
                transaction.Attempts
            )
            : null;

    private static bool MarkUnknown(Observation[] observations, string cause)
    {
        for (int i = 0; i < observations.Length; i++)
        {
            if (IsUnknown(observations[i]))
                observations[i] = new Observation.Unknown(cause);
        }
        return false;
    }

    private static bool IsUnknown(Observation observation) => observation is Observation.Unknown;
}
