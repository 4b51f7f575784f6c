namespace Settlement.Payouts.Settling;

/// <summary>Who works, for people who read leases and history.</summary>
/// <param name="Name">Such as host and process id; at most 100 characters.</param>
public sealed record WorkerIdentity(string Name);
