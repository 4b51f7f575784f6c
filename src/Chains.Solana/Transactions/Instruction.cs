using Settlement.Chains.Solana.Addresses;

namespace Settlement.Chains.Solana.Transactions;

/// <summary>A call to a program.</summary>
internal sealed record Instruction(
    PublicKey Program,
    IReadOnlyList<AccountUse> Accounts,
    byte[] Data
);

/// <summary>How an instruction uses an account.</summary>
internal sealed record AccountUse(PublicKey Key, bool Signs, bool Writes)
{
    internal static AccountUse Reads(PublicKey key) => new(key, Signs: false, Writes: false);

    internal static AccountUse Written(PublicKey key) => new(key, Signs: false, Writes: true);

    internal static AccountUse Signer(PublicKey key) => new(key, Signs: true, Writes: false);

    internal static AccountUse Payer(PublicKey key) => new(key, Signs: true, Writes: true);
}
