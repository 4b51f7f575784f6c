namespace Settlement.Webhooks.Endpoints;

/// <summary>An endpoint as operators see it; never its secrets.</summary>
public sealed record WebhookEndpoint
{
    /// <summary>Unique id.</summary>
    public required Guid Id { get; init; }

    /// <summary>Where messages go.</summary>
    public required string Url { get; init; }

    /// <summary>Whatever the operator wrote.</summary>
    public string? Description { get; init; }

    /// <summary>Types, groups such as <c>payout.*</c>, or <c>*</c>.</summary>
    public required string[] EventTypes { get; init; }

    /// <summary>Whether it is sent to.</summary>
    public required bool Enabled { get; init; }

    /// <summary><c>operator</c>, <c>gone</c> (it answered 410) or <c>failing</c>; null while enabled.</summary>
    public string? DisabledReason { get; init; }

    /// <summary>Since when it is disabled.</summary>
    public DateTimeOffset? DisabledAt { get; init; }

    /// <summary>Since when no attempt has succeeded; null while they do.</summary>
    public DateTimeOffset? FailingSince { get; init; }

    /// <summary>Until when the secret before the last rotation signs as well.</summary>
    public DateTimeOffset? PreviousUntil { get; init; }

    /// <summary>When it was made.</summary>
    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>Messages that arrived in the last 24 hours, by the hour.</summary>
    public required long Delivered { get; init; }

    /// <summary>Attempts that failed in the same time.</summary>
    public required long Failed { get; init; }

    /// <summary>Messages that wait for their next attempt.</summary>
    public required long Pending { get; init; }
}

/// <summary>An endpoint to be made.</summary>
/// <param name="Id">Its id; the secret is sealed for it.</param>
/// <param name="Url">Judged already.</param>
/// <param name="Description">1 to 200 characters, or null.</param>
/// <param name="EventTypes">1 to 50, each of which can be chosen.</param>
/// <param name="SealedSecret">See <see cref="Secrets.SecretBox"/>.</param>
public sealed record NewEndpoint(
    Guid Id,
    string Url,
    string? Description,
    string[] EventTypes,
    byte[] SealedSecret
);

/// <summary>What is to change; null leaves as it is.</summary>
public sealed record EndpointChange
{
    /// <summary>Judged already.</summary>
    public string? Url { get; init; }

    /// <summary>1 to 200 characters.</summary>
    public string? Description { get; init; }

    /// <summary>1 to 50.</summary>
    public string[]? EventTypes { get; init; }

    /// <summary>On: failures are forgotten. Off: by the operator's word.</summary>
    public bool? Enabled { get; init; }
}

/// <summary>Who acts, for the audit log.</summary>
public sealed record Actor(string Name, string RequestId);
