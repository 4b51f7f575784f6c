using System.Buffers.Binary;
using Settlement.Chains.Solana.Addresses;

namespace Settlement.Chains.Solana.Rpc;

/// <summary>A token account's data. Source: SPL Token, <c>Account</c>; Token-2022 keeps the same first 165
/// bytes.</summary>
internal sealed record TokenAccountState(
    PublicKey Mint,
    PublicKey Owner,
    ulong BaseUnits,
    bool Frozen
)
{
    internal const int Length = 165;

    private const int MultisigLength = 355;
    private const byte AccountType = 2;
    private const byte Uninitialized = 0;
    private const byte FrozenState = 2;
    private const int StateOffset = 108;

    /// <summary>Reads the account; null where it is not an initialized token account.</summary>
    internal static TokenAccountState? Read(AccountState? account)
    {
        if (account is null || !Programs.IsToken(account.Owner) || account.Space == MultisigLength)
            return null;
        ReadOnlySpan<byte> data = account.Data;
        if (data.Length < Length || data[StateOffset] == Uninitialized)
            return null;
        if (data.Length > Length && data[Length] != AccountType)
            return null;
        return new TokenAccountState(
            new PublicKey(data[..32]),
            new PublicKey(data[32..64]),
            BinaryPrimitives.ReadUInt64LittleEndian(data[64..]),
            data[StateOffset] == FrozenState
        );
    }

    /// <summary>Whether an account is a mint or a token account, so that paying to it would be a mistake.</summary>
    /// <remarks>A multisig of a token program can own token accounts and is told by its length.</remarks>
    internal static bool IsMintOrTokenAccount(AccountState account) =>
        Programs.IsToken(account.Owner) && account.Space != MultisigLength;
}
