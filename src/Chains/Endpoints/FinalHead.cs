namespace Settlement.Chains.Endpoints;

/// <summary>The newest final block of one endpoint at one moment.</summary>
/// <param name="Number">EVM: block number. Solana: slot.</param>
/// <param name="Hash">The block's hash; null where it was not read.</param>
public sealed record FinalHead(ulong Number, string? Hash);
