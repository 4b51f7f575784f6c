namespace Settlement.Webhooks.Sending;

/// <summary>What became of one attempt.</summary>
public sealed record SendResult
{
    /// <summary>Never tried: it is due again at once, for whoever comes.</summary>
    public static readonly SendResult Released = new() { IsReleased = true };

    /// <summary>Nobody tried, and nothing is counted.</summary>
    public bool IsReleased { get; private init; }

    /// <summary>The endpoint's HTTP status; null when it did not answer.</summary>
    public int? Status { get; init; }

    /// <summary>How long it took.</summary>
    public TimeSpan Took { get; init; }

    /// <summary>Why it did not arrive, in a few words; null when it did.</summary>
    public string? Error { get; init; }

    /// <summary>The beginning of what the endpoint answered.</summary>
    public string? Response { get; init; }

    /// <summary>How long the endpoint asks us to wait.</summary>
    public TimeSpan? RetryAfter { get; init; }

    /// <summary>Only a 2xx says that it has arrived.</summary>
    public bool IsDelivered => Status is >= 200 and < 300;

    /// <summary>410: the endpoint wants nothing any more.</summary>
    public bool IsGone => Status is 410;
}
