using Settlement.Webhooks.Deliveries;

namespace Settlement.Worker.Webhooks;

/// <summary>What the watch last read of webhooks, for health and metrics.</summary>
/// <param name="HasKey">Whether this worker can open the endpoints' secrets, and so tell them anything.</param>
public sealed record WebhookVitals(bool HasKey)
{
    private volatile WebhookBacklog? _backlog;

    /// <summary>Null: not read yet.</summary>
    public WebhookBacklog? Backlog
    {
        get => _backlog;
        set => _backlog = value;
    }

    /// <summary>Somebody listens, and this worker cannot speak.</summary>
    public bool IsMute => !HasKey && Backlog is { Endpoints: > 0 };
}
