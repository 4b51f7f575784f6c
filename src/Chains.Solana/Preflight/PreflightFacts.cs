using Settlement.Chains.Solana.Addresses;
using Settlement.Chains.Solana.Rpc;

namespace Settlement.Chains.Solana.Preflight;

/// <summary>What a node said about the accounts that take part.</summary>
/// <param name="Node">Who said it.</param>
/// <param name="Accounts">All accounts that were asked for; null where one does not exist.</param>
/// <param name="RentLamports">What a new token account costs.</param>
internal sealed record PreflightFacts(
    SolanaRpcClient Node,
    IReadOnlyDictionary<PublicKey, AccountState?> Accounts,
    ulong RentLamports
)
{
    internal AccountState? this[PublicKey key] => Accounts.GetValueOrDefault(key);
}
