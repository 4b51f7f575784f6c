namespace Settlement.Payouts.Queries;

/// <summary>Which of a user's payouts are asked for; what is null does not narrow.</summary>
public sealed record PayoutFilter
{
    /// <summary>All of them.</summary>
    public static readonly PayoutFilter All = new();

    /// <summary>Any of these statuses; a word that is no status matches nothing.</summary>
    public IReadOnlyList<string>? Statuses { get; init; }

    /// <summary>Lower-case network name.</summary>
    public string? Network { get; init; }

    /// <summary>Requested at this time or later.</summary>
    public DateTimeOffset? From { get; init; }

    /// <summary>Requested before this time.</summary>
    public DateTimeOffset? To { get; init; }

    /// <summary>Only what comes after this payout in the order of the list.</summary>
    public PayoutCursor? After { get; init; }
}

/// <summary>A place in the list, newest first.</summary>
/// <param name="RequestedAt">Of the last payout that was read.</param>
/// <param name="Id">Its id.</param>
public sealed record PayoutCursor(DateTimeOffset RequestedAt, Guid Id);
