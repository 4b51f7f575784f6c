namespace Settlement.Api.Http;

/// <summary>The envelope of every error. Clients branch on <c>error</c> alone; what follows the request id depends on it.</summary>
public sealed record ErrorBody
{
    /// <summary>The tag.</summary>
    public required string Error { get; init; }

    /// <summary>One sentence that a person can act on.</summary>
    public required string Message { get; init; }

    /// <summary>Also in the X-Request-Id header and in our logs.</summary>
    public string RequestId { get; init; } = "";

    /// <summary>Which field is wrong.</summary>
    public string? Field { get; init; }

    /// <summary>Why, where one error has several causes, such as <c>transaction_in_flight</c> or <c>on_hold</c>.</summary>
    public string? Reason { get; init; }

    /// <summary>The payout's status.</summary>
    public string? Status { get; init; }

    /// <summary>The transaction that stands in the way, or the one that settled the payout.</summary>
    public string? TxHash { get; init; }

    /// <summary>About when that transaction can no longer land.</summary>
    public DateTimeOffset? SafeAfter { get; init; }

    /// <summary>From when on an address may be paid.</summary>
    public DateTimeOffset? ActiveAt { get; init; }

    /// <summary>The payout's version now.</summary>
    public int? Version { get; init; }

    /// <summary>The chain transaction to decide.</summary>
    public long? TransactionId { get; init; }

    /// <summary>The network's minimum in micro-units.</summary>
    public long? MinMicro { get; init; }

    /// <summary>The network's maximum in micro-units.</summary>
    public long? MaxMicro { get; init; }

    /// <summary>What is available in micro-units.</summary>
    public long? AvailableMicro { get; init; }

    /// <summary>Seconds to wait; also in the Retry-After header.</summary>
    public int? RetryAfter { get; init; }

    /// <summary>The reward that was recorded first.</summary>
    public Guid? RewardId { get; init; }

    /// <summary>The commission that was recorded first.</summary>
    public Guid? CommissionId { get; init; }

    /// <summary>The payout that is there already.</summary>
    public Guid? PayoutId { get; init; }

    /// <summary>The transfer that paid an affiliate's payout.</summary>
    public string? ExternalRef { get; init; }
}

/// <summary>Makes bodies from the catalogue.</summary>
internal static class ErrorBodies
{
    public static ErrorBody Body(this ErrorEntry entry, string? message = null) =>
        new() { Error = entry.Tag, Message = message ?? entry.Message };

    public static ErrorBody InvalidField(string field, string problem) =>
        ErrorCatalogue.InvalidArgs.Body($"{problem} Nothing was created.") with
        {
            Field = field,
        };

    public static ErrorBody Invalid(string field, string problem) =>
        ErrorCatalogue.ValidationError.Body($"{problem} Nothing was changed.") with
        {
            Field = field,
        };
}
