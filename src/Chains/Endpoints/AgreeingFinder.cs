namespace Settlement.Chains.Endpoints;

/// <summary>Asks endpoints, one after the other, whether a transaction made a transfer. What ends a payout takes two of them that say
/// the same, as every other proof that it was paid does.</summary>
public static class AgreeingFinder
{
    /// <summary>Asks until the answer is settled.</summary>
    /// <param name="policy">Of the network.</param>
    /// <param name="order">What was to be paid.</param>
    /// <param name="endpoints">Each asks one endpoint.</param>
    /// <returns>An answer that ends something only where it is agreed; otherwise what is known most of.</returns>
    public static async Task<TransferSighting> AskAsync(
        EndpointPolicy policy,
        TransferOrder order,
        IReadOnlyList<Func<Task<TransferSighting>>> endpoints
    )
    {
        ArgumentNullException.ThrowIfNull(policy);
        ArgumentNullException.ThrowIfNull(order);
        ArgumentNullException.ThrowIfNull(endpoints);
        bool needsTwo = endpoints.Count > 1 && order.AmountMicro >= policy.AgreeOnLandedFromMicro;
        TransferSighting.Made? claim = null;
        TransferSighting known = new TransferSighting.Unknown("no endpoint was asked");
        foreach (Func<Task<TransferSighting>> askAsync in endpoints)
        {
            TransferSighting seen = await askAsync();
            if (seen is TransferSighting.Made made)
            {
                if (claim is null && needsTwo)
                {
                    claim = made;
                    continue;
                }
                return claim is null || IsSame(claim, made) ? made : Contradicted();
            }
            bool isFinal = seen is TransferSighting.Other or TransferSighting.Failed;
            if (isFinal)
                return claim is null ? seen : Contradicted();
            if (Weight(seen) >= Weight(known))
                known = seen;
        }
        return claim is null
            ? known
            : new TransferSighting.Unknown("one endpoint shows it, and no second one does");
    }

    private static bool IsSame(TransferSighting.Made one, TransferSighting.Made other) =>
        one.TransactionId == other.TransactionId && one.Places.SequenceEqual(other.Places);

    private static TransferSighting.Unknown Contradicted() =>
        new("endpoints contradict each other about it");

    private static int Weight(TransferSighting seen) =>
        seen switch
        {
            TransferSighting.Pending => 2,
            TransferSighting.Missing => 1,
            _ => 0,
        };
}
