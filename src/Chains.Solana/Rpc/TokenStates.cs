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

/// <summary>A mint's data. Source: SPL Token, <c>Mint</c>; Token-2022, extensions as type, length, value from byte
/// 166 on.</summary>
/// <param name="Decimals">Decimals of the asset.</param>
/// <param name="Paused">Whether the Pausable extension forbids transfers now.</param>
/// <param name="Unsupported">An extension under which a transfer is not simply a transfer; null where there is
/// none.</param>
internal sealed record MintState(byte Decimals, bool Paused, string? Unsupported)
{
    private const int Length = 82;
    private const int DecimalsOffset = 44;
    private const int InitializedOffset = 45;
    private const int TypeOffset = 165;
    private const byte MintType = 1;
    private const int ExtensionsOffset = 166;
    private const int Pausable = 26;
    private const int PausedOffset = 32;

    // Each changes who gets how much, or runs foreign code in our transaction.
    private static readonly Dictionary<int, string> UnsupportedExtensions = new()
    {
        [1] = "TransferFeeConfig",
        [9] = "NonTransferable",
        [14] = "TransferHook",
    };

    /// <summary>Reads the mint; null where the account is none.</summary>
    internal static MintState? Read(AccountState? account)
    {
        if (account is null || !Programs.IsToken(account.Owner))
            return null;
        ReadOnlySpan<byte> data = account.Data;
        bool isMint =
            data.Length == Length
            || (data.Length > ExtensionsOffset && data[TypeOffset] == MintType);
        if (!isMint || data[InitializedOffset] == 0)
            return null;
        var mint = new MintState(data[DecimalsOffset], Paused: false, Unsupported: null);
        ReadOnlySpan<byte> rest = data.Length > ExtensionsOffset ? data[ExtensionsOffset..] : [];
        while (rest.Length >= 4)
        {
            int type = BinaryPrimitives.ReadUInt16LittleEndian(rest);
            int length = BinaryPrimitives.ReadUInt16LittleEndian(rest[2..]);
            if (type == 0 || rest.Length < 4 + length)
                break;
            ReadOnlySpan<byte> value = rest.Slice(4, length);
            if (type == Pausable && length > PausedOffset && value[PausedOffset] != 0)
                mint = mint with { Paused = true };
            if (UnsupportedExtensions.TryGetValue(type, out string? name))
                mint = mint with { Unsupported = name };
            rest = rest[(4 + length)..];
        }
        return mint;
    }
}
