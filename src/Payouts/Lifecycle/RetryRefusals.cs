namespace Settlement.Payouts.Lifecycle;

/// <summary>Why a payout cannot be asked for again, in the order in which the reasons are looked for. See why_not_retry() in the
/// schema, which has the last word.</summary>
public static class RetryRefusals
{
    /// <summary>Only a failed payout can be.</summary>
    public const string NotFailed = "not_failed";

    /// <summary>It was failed by force, and its transaction went through.</summary>
    public const string PaidAfterAll = "paid_after_all";

    /// <summary>It was failed by force, and the network has not proven yet that it was not paid.</summary>
    public const string RefundHeld = "refund_held";

    /// <summary>Its failure would happen again.</summary>
    public const string FailureIsFinal = "failure_is_final";

    /// <summary>It was asked for again already, by a payout that was not called off.</summary>
    public const string Retried = "retried";

    /// <summary>Whether the same payout may succeed the next time.</summary>
    /// <param name="failureCode">Of a failed payout. A destination that cannot receive will not receive the next time either.</param>
    public static bool IsRetryable(string failureCode) =>
        !failureCode.StartsWith("destination_", StringComparison.Ordinal);

    /// <summary>Judges a payout as it was read.</summary>
    /// <returns>One of the reasons, or null.</returns>
    public static string? Judge(Queries.PayoutRow payout) =>
        payout switch
        {
            { Status: not "failed" } => NotFailed,
            { ConflictAt: not null } => PaidAfterAll,
            { RefundHeld: true } => RefundHeld,
            { FailureCode: { } code } when !IsRetryable(code) => FailureIsFinal,
            { RetriedBy: not null } => Retried,
            _ => null,
        };
}
