namespace Settlement.Api.Webhooks;

/// <summary>The body of a new endpoint.</summary>
public sealed record WebhookBody
{
    /// <summary>https, on the public Internet.</summary>
    public required string Url { get; init; }

    /// <summary>Types, groups such as payout.*, or * for all of them, which is the default.</summary>
    public IReadOnlyList<string>? Events { get; init; }

    /// <summary>At most 200 characters.</summary>
    public string? Description { get; init; }
}

/// <summary>The body of a change; what is left out stays.</summary>
public sealed record WebhookChangeBody
{
    public string? Url { get; init; }
    public IReadOnlyList<string>? Events { get; init; }
    public string? Description { get; init; }

    /// <summary>false: nothing is noted or sent for it; what waits, waits. true: what waits goes on.</summary>
    public bool? Enabled { get; init; }
}

/// <summary>The body of a rotation; it may be left out.</summary>
public sealed record WebhookRotateBody
{
    /// <summary>How long the old secret signs as well: 0 to 604800, and 86400 when left out.</summary>
    public long? OverlapSeconds { get; init; }
}
