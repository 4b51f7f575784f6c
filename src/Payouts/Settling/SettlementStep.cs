using Settlement.Chains;

namespace Settlement.Payouts.Settling;

/// <summary>The one way in which a payout is settled: for messages, for the sweep and for the rescue of a dead worker's
/// payouts alike. Take up, ask, sign, store, send; and later look, conclude.</summary>
/// <remarks>Pure over a store, a chain and randomness: each step is one awaited call, so that a simulator can cut between any
/// two. The process may die at every await; whoever takes up the payout or the transaction next goes on from what is stored.</remarks>
public sealed class SettlementStep(
    ISettlementStore store,
    IChainAdapter chain,
    SettlementPolicy policy,
    WorkerIdentity worker
)
{
    /// <summary>Takes up payouts and sends them on their way.</summary>
    /// <param name="payoutIds">Those of a message; null to sweep whatever is due.</param>
    /// <param name="ct">Honoured until signed bytes are stored, never between storing and sending.</param>
    /// <returns>How many payouts were taken up.</returns>
    public async Task<int> SettleAsync(IReadOnlyList<Guid>? payoutIds, CancellationToken ct)
    {
        // What the wallet cannot carry now stays in the queue, untouched. Behind a frozen wallet payouts are told so.
        WalletState wallet = await store.ReadWalletAsync(chain.Network, chain.Sender, ct);
        int room = wallet.FrozenReason is null ? Room(wallet) : policy.ClaimLimit;
        if (room <= 0)
            return 0;
        IReadOnlyList<ClaimedPayout> claimed = await store.ClaimPayoutsAsync(
            new PayoutClaim(
                chain.Network,
                payoutIds,
                Math.Min(policy.ClaimLimit, room),
                worker.Name,
                policy.Lease
            )
            {
                Company = chain.Limits.MaxTransfers,
                Linger = chain.Limits.Linger,
            },
            ct
        );
        CrashPoints.Hit(CrashPoints.AfterClaim);
        if (claimed.Count == 0)
            return 0;

        if (wallet.FrozenReason is { } frozen)
            await ParkAllAsync(claimed, ParkReason.WalletFrozen, frozen, ct);
        else
            await WorkInTimeAsync(claimed, ct);
        return claimed.Count;
    }

    private async Task WorkInTimeAsync(IReadOnlyList<ClaimedPayout> claimed, CancellationToken ct)
    {
        try
        {
            await WorkAsync(claimed, ct);
        }
        catch (OperationCanceledException) when (ct.IsCancellationRequested)
        {
            // The time was up: nodes were slow, or the process is to end. That speaks against none of the payouts.
            await store.ParkAsync(Untouched(claimed, policy.Postpone), CancellationToken.None);
            throw;
        }
    }

    private static List<ParkedPayout> Untouched(
        IEnumerable<ClaimedPayout> payouts,
        TimeSpan retryAfter
    ) =>
        [
            .. payouts.Select(p => new ParkedPayout(p, null, null, retryAfter)
            {
                IsUntouched = true,
            }),
        ];

    /// <summary>A payout that may have ended whoever worked on it comes last and by itself, one in a round.</summary>
    private async Task WorkAsync(IReadOnlyList<ClaimedPayout> claimed, CancellationToken ct)
    {
        // Nobody works on what waits for a person, so that it can end nobody.
        List<ClaimedPayout> trusted =
        [
            .. claimed.Where(p =>
                p.TakeUps <= policy.MaxTakeUpsTogether || WhyForAPerson(p) is not null
            ),
        ];
        // The least suspect first: the others are due at once, for whoever comes next.
        List<ClaimedPayout> suspects = [.. claimed.Except(trusted).OrderBy(p => p.TakeUps)];
        if (suspects.Count > 1)
        {
            await store.ParkAsync(Untouched(suspects.Skip(1), TimeSpan.Zero), ct);
        }
        if (trusted.Count > 0)
            await PayAllAsync(await SortAsync(trusted, ct), ct);
        if (suspects.Count > 0)
            await PayAllAsync(await SortAsync([suspects[0]], ct), ct);
    }

    private int Room(WalletState wallet) =>
        (chain.Limits.MaxInFlight - wallet.InFlight) * chain.Limits.MaxTransfers;

    /// <summary>Asks the chain before anything is signed; fails, parks or keeps each payout by the answer.</summary>
    private async Task<List<ClaimedPayout>> SortAsync(
        IReadOnlyList<ClaimedPayout> claimed,
        CancellationToken ct
    )
    {
        var parked = claimed.Select(WhyForAPerson).OfType<ParkedPayout>().ToList();
        var candidates = claimed.Where(p => WhyForAPerson(p) is null).ToList();
        if (candidates.Exists(p => p.IsLimited))
        {
            IReadOnlyList<ParkedPayout> over = await store.FindOverLimitAsync(candidates, ct);
            parked.AddRange(over);
            candidates.RemoveAll(p => over.Any(o => o.Payout.Id == p.Id));
        }
        var payable = new List<ClaimedPayout>(candidates.Count);
        if (candidates.Count > 0)
        {
            IReadOnlyList<PreflightAnswer> answers = await chain.PreflightAsync(
                candidates.ConvertAll(p => p.Order()),
                ct
            );
            for (int i = 0; i < candidates.Count; i++)
            {
                if (answers[i] is PreflightAnswer.Payable)
                    payable.Add(candidates[i]);
                else if (await ParkOrFailAsync(candidates[i], answers[i], ct) is { } later)
                    parked.Add(later);
            }
        }
        if (parked.Count > 0)
            await store.ParkAsync(parked, ct);
        return payable;
    }

    /// <summary>What no chain needs to be asked about. The asset is what was asked for, whatever is configured since.</summary>
    private ParkedPayout? WhyForAPerson(ClaimedPayout payout)
    {
        string? because = payout switch
        {
            { Asset: { } asset } when !chain.PaysIn(asset) =>
                $"It was asked for in the token {asset}; {chain.Network} is configured to pay another.",
            { FailedRides: int rides } when rides >= policy.MaxFailedRides =>
                $"{rides} transactions executed and failed; a person must look.",
            { TakeUps: int times } when times > policy.MaxTakeUps =>
                $"It was taken up {policy.MaxTakeUps} times and nothing came of it: whoever worked on it died or failed. A person must look.",
            _ => null,
        };
        return because is null
            ? null
            : new ParkedPayout(payout, ParkReason.NeedsOperator, because, policy.ParkForOperator)
            {
                IsUntouched = true,
            };
    }

    private async Task<ParkedPayout?> ParkOrFailAsync(
        ClaimedPayout payout,
        PreflightAnswer answer,
        CancellationToken ct
    )
    {
        switch (answer)
        {
            case PreflightAnswer.NeverPayable never:
                // Refused when somebody else has taken it up since: then it is theirs to decide.
                await store.FailBeforeSigningAsync(payout, never.Code, never.Message, ct);
                return null;
            case PreflightAnswer.NotNow notNow:
                return new ParkedPayout(
                    payout,
                    notNow.Reason,
                    notNow.Detail,
                    ParkTime(notNow.Reason)
                );
            case PreflightAnswer.Unknown unknown:
                return new ParkedPayout(
                    payout,
                    ParkReason.NodeUnavailable,
                    unknown.Cause,
                    policy.Postpone
                );
            default:
                return new ParkedPayout(payout, null, null, policy.Postpone);
        }
    }

    /// <summary>Fills transactions. A payout whose transaction executed and failed rides alone from then on, so that it cannot
    /// drag others down again.</summary>
    private IEnumerable<IReadOnlyList<ClaimedPayout>> Group(List<ClaimedPayout> payable)
    {
        foreach (ClaimedPayout alone in payable.Where(p => p.FailedRides > 0))
            yield return [alone];
        foreach (
            ClaimedPayout[] together in payable
                .Where(p => p.FailedRides == 0)
                .Chunk(chain.Limits.MaxTransfers)
        )
        {
            yield return together;
        }
    }

    /// <summary>Stops at the first silence: a dead node answers each call with a time-out, and the round must end within its lease.</summary>
    private async Task PayAllAsync(List<ClaimedPayout> payable, CancellationToken ct)
    {
        bool answered = true;
        var later = new List<ClaimedPayout>();
        foreach (IReadOnlyList<ClaimedPayout> riders in Group(payable))
        {
            if (answered)
                answered = await PayAsync(riders, ct);
            else
                later.AddRange(riders);
        }
        if (later.Count > 0)
            await ParkAllAsync(later, null, null, ct);
    }

    /// <returns>Whether the nodes answered.</returns>
    private async Task<bool> PayAsync(IReadOnlyList<ClaimedPayout> riders, CancellationToken ct)
    {
        for (int race = 0; race < policy.MaxNonceRaces && riders.Count > 0; race++)
        {
            WalletState wallet = await store.ReadWalletAsync(chain.Network, chain.Sender, ct);
            if (wallet.FrozenReason is { } frozen)
            {
                await ParkAllAsync(riders, ParkReason.WalletFrozen, frozen, ct);
                return true;
            }
            if (wallet.InFlight >= chain.Limits.MaxInFlight)
            {
                await ParkAllAsync(riders, null, null, ct);
                return true;
            }
            SigningOutcome outcome = await chain.SignAsync(
                new SigningOrder(riders.Select(p => p.Order()).ToList(), wallet.NextNonce),
                ct
            );
            CrashPoints.Hit(CrashPoints.AfterSign);
            switch (outcome)
            {
                case SigningOutcome.Signed signed:
                    if (await StoreAndSendAsync(riders, signed.Transaction, ct) is { } answered)
                        return answered;
                    break; // The nonce was taken meanwhile.
                case SigningOutcome.Rejected rejected:
                    riders = await LeaveOutAsync(riders, rejected, ct);
                    break;
                case SigningOutcome.TooMany { Fits: int fits }:
                    await LeaveForNextRoundAsync(riders.Skip(fits), ct);
                    riders = riders.Take(fits).ToList();
                    break;
                case SigningOutcome.NotNow notNow:
                    await ParkAllAsync(riders, notNow.Reason, notNow.Detail, ct);
                    return true;
                case SigningOutcome.Unknown unknown:
                    await ParkAllAsync(riders, ParkReason.NodeUnavailable, unknown.Cause, ct);
                    return false;
                default:
                    throw new InvalidOperationException(
                        $"{outcome.GetType().Name} is not handled."
                    );
            }
        }
        if (riders.Count > 0)
            await ParkAllAsync(riders, null, null, ct);
        return true;
    }

    /// <returns>Whether the nodes answered; null to sign anew with another nonce.</returns>
    private async Task<bool?> StoreAndSendAsync(
        IReadOnlyList<ClaimedPayout> riders,
        SignedTransaction signed,
        CancellationToken ct
    )
    {
        OpenOutcome opened = await store.OpenTransactionAsync(
            new NewTransaction(chain.Network, riders, signed, worker.Name, policy.FirstLook),
            ct
        );
        CrashPoints.Hit(CrashPoints.AfterStore);
        if (opened is OpenOutcome.NonceTaken)
            return null;
        if (opened is OpenOutcome.OverLimit)
            await ParkAllAsync(riders, null, null, ct);
        if (opened is not OpenOutcome.Opened { TransactionId: long id })
            return true;
        // From here on only a crash may stop the send; then whoever looks at the transaction sends the same bytes.
        return await SendAsync(id, new StoredAttempt(signed.TransactionId, signed.Bytes));
    }

    /// <returns>Whether a node answered.</returns>
    private async Task<bool> SendAsync(long transactionId, StoredAttempt attempt)
    {
        BroadcastOutcome outcome = await chain.BroadcastAsync(
            attempt,
            again: false,
            CancellationToken.None
        );
        CrashPoints.Hit(CrashPoints.AfterBroadcast);
        if (outcome is not BroadcastOutcome.Taken)
        {
            await store.NoteBroadcastAsync(
                new BroadcastNote(transactionId, attempt.TransactionId, outcome),
                CancellationToken.None
            );
        }
        return outcome is not BroadcastOutcome.Unknown;
    }

    private async Task<IReadOnlyList<ClaimedPayout>> LeaveOutAsync(
        IReadOnlyList<ClaimedPayout> riders,
        SigningOutcome.Rejected rejected,
        CancellationToken ct
    )
    {
        ClaimedPayout left = riders[rejected.Position];
        if (await ParkOrFailAsync(left, rejected.Answer, ct) is { } later)
            await store.ParkAsync([later], ct);
        return riders.Where(p => p.Id != left.Id).ToList();
    }

    /// <summary>They are due at once: nothing keeps them but the size of a transaction.</summary>
    private Task LeaveForNextRoundAsync(IEnumerable<ClaimedPayout> payouts, CancellationToken ct) =>
        store.ParkAsync(
            payouts.Select(p => new ParkedPayout(p, null, null, TimeSpan.Zero)).ToList(),
            ct
        );

    private Task ParkAllAsync(
        IReadOnlyList<ClaimedPayout> riders,
        ParkReason? reason,
        string? detail,
        CancellationToken ct
    ) =>
        store.ParkAsync(
            riders.Select(p => new ParkedPayout(p, reason, detail, ParkTime(reason))).ToList(),
            ct
        );

    private TimeSpan ParkTime(ParkReason? reason) =>
        reason switch
        {
            null or ParkReason.NodeUnavailable => policy.Postpone,
            ParkReason.NeedsOperator => policy.ParkForOperator,
            _ => policy.ParkFor,
        };
}
