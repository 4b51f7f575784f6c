using Settlement.Chains;

namespace Settlement.Payouts.Settling;

/// <summary>Makes an open transaction dearer, or cancels it, at its own nonce: sign, store, send. Whichever attempt lands, at most one
/// does; only the chain's final word on the nonce ends anything.</summary>
internal sealed class ReplacementStep(
    ISettlementStore store,
    IChainAdapter chain,
    WorkerIdentity worker
)
{
    /// <summary>Replaces the newest attempt of a transaction that was not seen, where that is due.</summary>
    public async Task<Replacement> TryAsync(ClaimedTransaction transaction, CancellationToken ct)
    {
        if (Order(transaction) is not { } order)
            return Replacement.None;
        ReplacementOutcome outcome = await chain.ReplaceAsync(order, ct);
        CrashPoints.Hit(CrashPoints.AfterReplace);
        return outcome switch
        {
            ReplacementOutcome.Signed signed => await StoreAndSendAsync(
                transaction,
                signed.Transaction,
                ct
            ),
            ReplacementOutcome.AtCap cap => new Replacement(null, NextLook.FeeCap + cap.Detail),
            ReplacementOutcome.NotNow later => new Replacement(null, $"not seen: {later.Detail}"),
            ReplacementOutcome.Unknown unknown => new Replacement(
                null,
                $"not seen: not replaced: {unknown.Cause}"
            ),
            _ => throw new InvalidOperationException($"{outcome.GetType().Name} is not handled."),
        };
    }

    /// <summary>What is due; null: nothing.</summary>
    private ReplacementOrder? Order(ClaimedTransaction transaction)
    {
        if (chain.Limits.ReplaceAfter is not { } patience)
            return null;
        bool isLate = transaction.NewestAge >= patience;
        AttemptKind newest = transaction.Transaction.Attempts[^1].Kind;
        AttemptKind kind =
            newest == AttemptKind.Cancel || transaction.Asked is Ask.Cancel or Ask.Fill
                ? AttemptKind.Cancel
                : AttemptKind.Payment;
        // Nothing lands at this nonce as it is: use it up, so that those behind it can land.
        if (isLate && IsUnminable(transaction))
            kind = AttemptKind.Cancel;
        bool isAsked =
            transaction.Asked == Ask.SpeedUp || (kind != newest && transaction.Asked != null);
        bool wasUnderpriced = transaction.Refused == RefusalReason.ReplacementUnderpriced;
        return isLate || isAsked || wasUnderpriced
            ? new ReplacementOrder(transaction.Transaction, kind)
            {
                EvenBehindOthers = isAsked,
                WasUnderpriced = wasUnderpriced,
            }
            : null;
    }

    private async Task<Replacement> StoreAndSendAsync(
        ClaimedTransaction transaction,
        SignedTransaction signed,
        CancellationToken ct
    )
    {
        AttemptOutcome stored = await store.StoreAttemptAsync(
            new NewAttempt(transaction, signed, worker.Name)
            {
                IsFiller =
                    signed.Kind == AttemptKind.Cancel
                    && transaction.Asked is not (Ask.Cancel or Ask.Fill),
            },
            ct
        );
        CrashPoints.Hit(CrashPoints.AfterAttemptStore);
        if (stored is not AttemptOutcome.Stored)
            return new Replacement(null, "not seen: a dearer attempt was not stored");
        // From here on only a crash may stop the send; then whoever looks next sends the same bytes.
        var attempt = new StoredAttempt(signed.TransactionId, signed.Bytes) { Kind = signed.Kind };
        BroadcastOutcome outcome = await chain.BroadcastAsync(
            attempt,
            again: false,
            CancellationToken.None
        );
        CrashPoints.Hit(CrashPoints.AfterBroadcast);
        if (outcome is not BroadcastOutcome.Taken)
        {
            await store.NoteBroadcastAsync(
                new BroadcastNote(transaction.Id, signed.TransactionId, outcome),
                CancellationToken.None
            );
        }
        string what = signed.Kind == AttemptKind.Cancel ? "a cancel" : "a dearer attempt";
        return new Replacement(outcome, $"not seen: {what} was sent");
    }

    /// <summary>The first send was refused as breaking a rule of the protocol, and nobody has seen it since.</summary>
    private static bool IsUnminable(ClaimedTransaction transaction) =>
        transaction.Refused == RefusalReason.Malformed;
}

/// <summary>What came of looking for a replacement.</summary>
/// <param name="Sent">What nodes said to the new attempt; null when none was sent.</param>
/// <param name="Seen">For people; null when there is nothing to tell.</param>
internal readonly record struct Replacement(BroadcastOutcome? Sent, string? Seen)
{
    public static Replacement None => default;
}
