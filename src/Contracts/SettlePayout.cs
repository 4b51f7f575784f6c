namespace Settlement.Contracts;

/// <summary>Asks a worker to take up one payout now. A hint: the payout's row is the truth, and losing,
/// repeating or reordering this message changes latency only.</summary>
/// <param name="PayoutId">The payout.</param>
/// <param name="Network">Lower-case network name; chooses the queue.</param>
public sealed record SettlePayout(Guid PayoutId, string Network);
