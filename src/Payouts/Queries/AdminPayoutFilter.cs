namespace Settlement.Payouts.Queries;

/// <summary>Which payouts operators ask for; what is null does not narrow.</summary>
public sealed record AdminPayoutFilter
{
    /// <summary>Any of these statuses; a word that is no status matches nothing.</summary>
    public IReadOnlyList<string>? Statuses { get; init; }

    /// <summary>Any of these stages.</summary>
    public IReadOnlyList<string>? Stages { get; init; }

    /// <summary>Any of these networks, in lower case.</summary>
    public IReadOnlyList<string>? Networks { get; init; }
    public Guid? UserId { get; init; }

    /// <summary>The destination, in any case.</summary>
    public string? Address { get; init; }

    /// <summary>A transaction that carried or paid it.</summary>
    public string? TxHash { get; init; }
    public long? AmountMin { get; init; }
    public long? AmountMax { get; init; }

    /// <summary>Requested at this time or later.</summary>
    public DateTimeOffset? From { get; init; }

    /// <summary>Requested before this time.</summary>
    public DateTimeOffset? To { get; init; }

    /// <summary>Only those on hold.</summary>
    public bool IsHeld { get; init; }

    /// <summary>Only those that have not ended after this time, or that are due and untouched; what waits for a person's word is not stuck.</summary>
    public TimeSpan? StuckAfter { get; init; }

    /// <summary>One box for all: id or its beginning, number, user id, address, transaction.</summary>
    public string? Search { get; init; }
    public PayoutOrderBy OrderBy { get; init; }

    /// <summary>Only what comes after this payout in the order.</summary>
    public AdminPayoutCursor? After { get; init; }
}

/// <summary>The order of a list; the id decides between equals.</summary>
public enum PayoutOrderBy
{
    /// <summary>The newest first.</summary>
    Newest,

    /// <summary>The oldest first.</summary>
    Oldest,

    /// <summary>The largest first.</summary>
    Largest,

    /// <summary>The smallest first.</summary>
    Smallest,
}

/// <summary>A place in the list.</summary>
public sealed record AdminPayoutCursor(DateTimeOffset RequestedAt, long AmountMicro, Guid Id);
