using Settlement.Chains;
using Settlement.Payouts.Settling;

namespace Settlement.Simulation.Tests.Storage;

/// <content>Dearer attempts and cancels at the nonce of an open transaction.</content>
public sealed partial class SimDatabase
{
    /// <summary>Attempts that replaced others.</summary>
    public int Replacements { get; private set; }

    /// <summary>Cancels among them.</summary>
    public int Cancels { get; private set; }

    /// <summary>Payouts that an operator's cancel in flight has ended.</summary>
    public int CalledOff { get; private set; }

    /// <summary>Payouts that were paid before the cancel could land.</summary>
    public int TooLate { get; private set; }

    /// <summary>StoreAttempt, and the attempt law of guard_attempt.</summary>
    public AttemptOutcome StoreAttempt(NewAttempt attempt)
    {
        SignedTransaction signed = attempt.Signed;
        if (!TryTake(attempt.Transaction, out StoredTransaction transaction))
            return AttemptOutcome.Fenced.Instance;
        if (IsPaused && signed.Kind == AttemptKind.Payment)
            return AttemptOutcome.Fenced.Instance;
        bool isAtItsPlace = transaction.Nonce == signed.Nonce && signed.Nonce is not null;
        if (!isAtItsPlace && !flaws.HasFlag(Flaw.BumpAtNewNonce))
            return AttemptOutcome.Fenced.Instance;
        Ask? asked = transaction.Asked is null or Ask.SpeedUp
            ? (attempt.IsFiller ? Ask.Fill : null)
            : transaction.Asked;
        int known = attempt.Transaction.Transaction.Attempts.Count;
        CheckLaw(transaction, transaction.Attempts[known - 1], signed, asked);
        // attempt_sequence: it was stored under this token already.
        if (known != transaction.Attempts.Count)
            return AttemptOutcome.Fenced.Instance;
        if (!_hashes.Add(signed.TransactionId))
            return AttemptOutcome.Fenced.Instance;
        transaction.Asked = asked;
        transaction.Attempts.Add(new StoredSignature(signed, clock.Now));
        transaction.ForAdapter = transaction.ForAdapter with
        {
            Attempts =
            [
                .. transaction.ForAdapter.Attempts,
                new StoredAttempt(signed.TransactionId, signed.Bytes) { Kind = signed.Kind },
            ],
        };
        Replacements++;
        if (signed.Kind == AttemptKind.Cancel)
            Cancels++;
        clock.Mix(transaction.Id * 59 + transaction.Attempts.Count);
        return AttemptOutcome.Stored.Instance;
    }

    /// <summary>AskReplacement.SpeedUp.</summary>
    public bool SpeedUp(StoredPayout payout)
    {
        if (!IsReplaceable(payout, out StoredTransaction? transaction))
            return false;
        bool isAtCap = transaction.LastSeen.StartsWith(NextLook.FeeCap, StringComparison.Ordinal);
        if (transaction.Asked is not null || isAtCap)
            return false;
        transaction.Asked = Ask.SpeedUp;
        transaction.DueAt = Math.Min(transaction.DueAt, clock.Now);
        return true;
    }

    /// <summary>AskReplacement.Cancel.</summary>
    public bool CancelInFlight(StoredPayout payout)
    {
        if (payout.IsCancelAsked || !IsReplaceable(payout, out StoredTransaction? transaction))
            return false;
        payout.IsCancelAsked = true;
        transaction.Asked = Ask.Cancel;
        transaction.DueAt = Math.Min(transaction.DueAt, clock.Now);
        return true;
    }

    private static bool IsReplaceable(
        StoredPayout payout,
        [System.Diagnostics.CodeAnalysis.NotNullWhen(true)] out StoredTransaction? transaction
    )
    {
        transaction = payout.RidesOn;
        return transaction is { Nonce: not null, Included: false }
            && !payout.IsFinal
            && !transaction.LastSeen.StartsWith(NextLook.Contradiction, StringComparison.Ordinal);
    }

    private static void CheckLaw(
        StoredTransaction transaction,
        StoredSignature last,
        SignedTransaction signed,
        Ask? asked
    )
    {
        OfferedFees? before = last.Signed.Fees;
        bool isDearer =
            signed.Fees is { } fees
            && before is not null
            && fees.MaxFee > before.MaxFee
            && fees.MaxFee * 10 >= before.MaxFee * 11
            && fees.Tip > before.Tip
            && fees.Tip * 10 >= before.Tip * 11;
        if (!isDearer)
            throw new LawBrokenException("an attempt that is not a tenth dearer");
        if (signed.Kind == AttemptKind.Cancel && asked is null)
            throw new LawBrokenException("nobody asked to cancel it");
        bool wasCancelled = transaction.Attempts.Exists(a => a.Signed.Kind == AttemptKind.Cancel);
        if (signed.Kind == AttemptKind.Payment && wasCancelled)
            throw new LawBrokenException("a payment after a cancel");
    }

    private static bool IsOf(StoredSignature attempt, string hash) =>
        string.Equals(attempt.Signed.TransactionId, hash, StringComparison.Ordinal);
}
