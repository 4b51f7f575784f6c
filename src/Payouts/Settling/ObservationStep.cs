using Settlement.Chains;

namespace Settlement.Payouts.Settling;

/// <summary>Looks at transactions that may still land, and ends payouts by what the chain says. Also the rescue: a
/// transaction whose worker died before the send is simply not seen, and is sent again.</summary>
/// <remarks>Of the observations only <see cref="Observation.Landed"/> and <see cref="Observation.Never"/> conclude anything.</remarks>
public sealed class ObservationStep(
    ISettlementStore store,
    IChainAdapter chain,
    SettlementPolicy policy,
    WorkerIdentity worker
)
{
    private readonly ReplacementStep _replacement = new(store, chain, worker);

    /// <summary>Looks at what is due.</summary>
    /// <returns>How many transactions were looked at.</returns>
    public async Task<int> ObserveAsync(CancellationToken ct)
    {
        IReadOnlyList<ClaimedTransaction> claimed = await store.ClaimTransactionsAsync(
            new TransactionClaim(chain.Network, policy.ObserveLimit, worker.Name, policy.Lease),
            ct
        );
        CrashPoints.Hit(CrashPoints.AfterTransactionClaim);
        if (claimed.Count == 0)
            return 0;

        IReadOnlyList<Observation> seen = await chain.ObserveAsync(
            claimed.Select(t => t.Transaction).ToList(),
            ct
        );
        CrashPoints.Hit(CrashPoints.AfterObserve);

        // Verdicts first: nothing that follows may hold them up until the lease is over.
        var conclusions = new List<Conclusion>();
        var open = new List<(ClaimedTransaction Transaction, Observation Seen)>();
        for (int i = 0; i < claimed.Count; i++)
        {
            if (Conclude(claimed[i], seen[i]) is { } conclusion)
                conclusions.Add(conclusion);
            else
                open.Add((claimed[i], seen[i]));
        }
        foreach (Conclusion[] together in conclusions.Chunk(policy.ConcludeLimit))
        {
            await store.ConcludeAsync(together, ct);
            CrashPoints.Hit(CrashPoints.AfterConclude);
        }
        if (open.Count > 0)
            await store.RescheduleAsync(await FollowAllAsync(open, ct), ct);
        return claimed.Count;
    }

    private Conclusion? Conclude(ClaimedTransaction transaction, Observation seen) =>
        seen switch
        {
            Observation.Landed landed => new Conclusion.Landed(transaction, landed)
            {
                ParkFor = policy.ParkFor,
            },
            Observation.Never never => new Conclusion.Dead(transaction, never, policy.Postpone),
            _ => null,
        };

    /// <summary>Sends again what was not seen, the lowest nonce first: those behind it cannot land without it.</summary>
    private async Task<IReadOnlyList<NextLook>> FollowAllAsync(
        List<(ClaimedTransaction Transaction, Observation Seen)> open,
        CancellationToken ct
    )
    {
        var looks = new List<NextLook>(open.Count);
        int sends = 0;
        foreach (
            (ClaimedTransaction transaction, Observation seen) in open.OrderBy(o =>
                    o.Transaction.Transaction.Nonce
                )
                .ThenBy(o => o.Transaction.Id)
        )
        {
            if (seen is not Observation.NotSeen notSeen)
            {
                looks.Add(await FollowAsync(transaction, seen, ct));
            }
            else if (sends < policy.MaxResends)
            {
                (bool answered, NextLook look) = await SendAsync(transaction, notSeen, ct);
                // A dead node answers each send with a time-out; the round must end within its lease.
                sends = answered ? sends + 1 : policy.MaxResends;
                looks.Add(look);
            }
            else
            {
                // Due at once, and so ahead of those that had their turn.
                looks.Add(new NextLook(transaction, TimeSpan.Zero, $"not sent: {notSeen.Detail}"));
            }
        }
        return looks;
    }

    private async Task<NextLook> FollowAsync(
        ClaimedTransaction transaction,
        Observation seen,
        CancellationToken ct
    )
    {
        switch (seen)
        {
            case Observation.Included included:
                return new NextLook(
                    transaction,
                    policy.LookAgain,
                    $"included: {included.Detail}",
                    Included: true
                );
            case Observation.Contradiction contradiction:
                // The one that signed: a wallet that has taken its place since is not in doubt.
                await store.FreezeWalletAsync(
                    chain.Network,
                    transaction.Transaction.Sender,
                    $"{contradiction.Detail} {contradiction.Proof.Json}",
                    ct
                );
                return new NextLook(
                    transaction,
                    policy.LookAgainAtMost,
                    $"{NextLook.Contradiction}{contradiction.Detail}"
                );
            case Observation.Unknown unknown:
                return new NextLook(
                    transaction,
                    Backoff(transaction, policy.LookAgainAtMost),
                    $"unknown: {unknown.Cause}"
                );
            default:
                throw new InvalidOperationException($"{seen.GetType().Name} is not followed.");
        }
    }

    /// <summary>Sends a dearer attempt where one is due, and the newest bytes again where none is.</summary>
    private async Task<(bool Answered, NextLook Look)> SendAsync(
        ClaimedTransaction transaction,
        Observation.NotSeen seen,
        CancellationToken ct
    )
    {
        Replacement replacement = await _replacement.TryAsync(transaction, ct);
        bool answered = replacement.Sent is { } outcome
            ? outcome is not BroadcastOutcome.Unknown
            : await SendAgainAsync(transaction, ct);
        return (
            answered,
            new NextLook(
                transaction,
                Backoff(transaction, policy.SendAgainAtMost),
                replacement.Seen ?? $"not seen: {seen.Detail}"
            )
        );
    }

    /// <summary>Sends the newest bytes again, exactly as stored: always safe. On EVM the newest attempt pays the most.</summary>
    /// <returns>Whether a node answered.</returns>
    private async Task<bool> SendAgainAsync(ClaimedTransaction transaction, CancellationToken ct)
    {
        BroadcastOutcome outcome = await chain.BroadcastAsync(
            transaction.Transaction.Attempts[^1],
            again: true,
            ct
        );
        CrashPoints.Hit(CrashPoints.AfterBroadcast);
        // A refusal of bytes sent before is no verdict and mostly no news; the first few are kept for people.
        if (outcome is not BroadcastOutcome.Taken && transaction.Observations <= 3)
        {
            await store.NoteBroadcastAsync(
                new BroadcastNote(
                    transaction.Id,
                    transaction.Transaction.Attempts[^1].TransactionId,
                    outcome
                ),
                ct
            );
        }
        return outcome is not BroadcastOutcome.Unknown;
    }

    /// <summary>1, 1, 2, 4, 8, … times the first pause, up to the longest.</summary>
    private TimeSpan Backoff(ClaimedTransaction transaction, TimeSpan atMost)
    {
        int doublings = Math.Clamp(transaction.Observations - 2, 0, 10);
        TimeSpan pause = policy.LookAgain * (1 << doublings);
        return pause < atMost ? pause : atMost;
    }
}
