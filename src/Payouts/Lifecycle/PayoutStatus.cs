namespace Settlement.Payouts.Lifecycle;

/// <summary>Where a payout is in its life, in the order of the flow. See docs/payout-lifecycle.md.</summary>
public enum PayoutStatus
{
    /// <summary>Accepted and its amount reserved; no worker has taken it up. A user may still cancel it.</summary>
    Requested,

    /// <summary>A worker has taken it up. It may wait in the queue, be parked with a reason, or ride on a signed
    /// transaction. When the worker dies, another takes it up after its lease; signed bytes are kept and sent again.</summary>
    Processing,

    /// <summary>Final: paid, and seen on the chain at finality or stated by an operator. The reservation is settled.</summary>
    Sent,

    /// <summary>Final: not paid. The reservation is back with the user, or is held until the chain has spoken when an operator forced it.</summary>
    Failed,

    /// <summary>Final: called off before anything was signed. The reservation is back with the user.</summary>
    Cancelled,
}

/// <summary>The words of <see cref="PayoutStatus"/> in the database and on the wire.</summary>
public static class PayoutStatusNames
{
    /// <summary>The lower-case word.</summary>
    public static string Name(this PayoutStatus status) =>
        status switch
        {
            PayoutStatus.Requested => "requested",
            PayoutStatus.Processing => "processing",
            PayoutStatus.Sent => "sent",
            PayoutStatus.Failed => "failed",
            PayoutStatus.Cancelled => "cancelled",
        };

    /// <summary>Reads the lower-case word.</summary>
    /// <exception cref="ArgumentException">No status has this name.</exception>
    public static PayoutStatus Parse(string name) =>
        Enum.GetValues<PayoutStatus>()
            .Cast<PayoutStatus?>()
            .FirstOrDefault(s => string.Equals(s!.Value.Name(), name, StringComparison.Ordinal))
        ?? throw new ArgumentException($"\"{name}\" is not a status.", nameof(name));
}
