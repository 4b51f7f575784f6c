using System.Buffers.Binary;
using Settlement.Chains.Solana.Addresses;

namespace Settlement.Chains.Solana.Rpc;

/// <summary>A mint's data. Source: SPL Token, <c>Mint</c>; Token-2022, extensions as type, length, value from byte
/// 166 on.</summary>
/// <param name="Decimals">Decimals of the asset.</param>
/// <param name="Paused">Whether the Pausable extension forbids transfers now.</param>
/// <param name="Unsupported">An extension under which a transfer is not simply a transfer, with the reason; null where there is
/// none.</param>
internal sealed record MintState(byte Decimals, bool Paused, string? Unsupported)
{
    private const int Length = 82;
    private const int DecimalsOffset = 44;
    private const int InitializedOffset = 45;
    private const int TypeOffset = 165;
    private const byte MintType = 1;
    private const int ExtensionsOffset = 166;
    private const int HeadBytes = 4;
    private const int DefaultAccountState = 6;
    private const byte FrozenState = 2;
    private const int Pausable = 26;
    private const int PausedOffset = 32;

    // They say who may close, pause or describe the mint, and change nothing about a transfer: MintCloseAuthority,
    // MetadataPointer, TokenMetadata, GroupPointer, TokenGroup, GroupMemberPointer, TokenGroupMember. Pausable is read.
    private static readonly HashSet<int> s_harmless = [3, 18, 19, 20, 21, 22, 23, Pausable];

    private static readonly Dictionary<int, string> s_refused = new()
    {
        [1] = "TransferFeeConfig: recipients get less than was sent",
        [4] = "ConfidentialTransferMint: accounts may hide balances and refuse plain transfers",
        [9] = "NonTransferable: it cannot be transferred",
        [10] = "InterestBearingConfig: an amount is not what wallets show",
        [12] =
            "PermanentDelegate: its issuer can take it from the hot wallet, and back from who was paid",
        [14] = "TransferHook: foreign code runs in each transfer",
        [16] = "ConfidentialTransferFeeConfig: recipients get less than was sent",
        [24] = "ConfidentialMintBurn: accounts may hide balances and refuse plain transfers",
        [25] = "ScaledUiAmount: an amount is not what wallets show",
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
        while (rest.Length >= HeadBytes)
        {
            int type = BinaryPrimitives.ReadUInt16LittleEndian(rest);
            int length = BinaryPrimitives.ReadUInt16LittleEndian(rest[2..]);
            if (type == 0)
                return mint;
            if (rest.Length < HeadBytes + length)
                return mint.But(CutOff);
            mint = mint.With(type, rest.Slice(HeadBytes, length));
            rest = rest[(HeadBytes + length)..];
        }
        // What lies beyond the bytes that were asked for may be any extension.
        return account.Space > (ulong)data.Length ? mint.But(CutOff) : mint;
    }

    private const string CutOff = "list that is too long to be read to its end";

    private MintState With(int type, ReadOnlySpan<byte> value)
    {
        if (type == Pausable)
            return this with { Paused = value.Length <= PausedOffset || value[PausedOffset] != 0 };
        // A new token account could not be paid before its issuer thaws it.
        if (type == DefaultAccountState)
        {
            return value.Length == 1 && value[0] != FrozenState
                ? this
                : But("DefaultAccountState: new token accounts are frozen");
        }
        return s_harmless.Contains(type)
            ? this
            : But(s_refused.GetValueOrDefault(type, $"of type {type}: nobody has judged it"));
    }

    // The first one is enough.
    private MintState But(string extension) => this with { Unsupported = Unsupported ?? extension };
}
