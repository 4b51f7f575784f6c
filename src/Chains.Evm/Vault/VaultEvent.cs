using Settlement.Chains.Evm.Encoding;
using Settlement.Chains.Evm.Rpc;
using Settlement.Chains.Evm.Transactions;

namespace Settlement.Chains.Evm.Vault;

/// <summary>What a vault records of a batch. Source: contracts/PayoutVault.sol.</summary>
internal abstract record VaultEvent
{
    private VaultEvent() { }

    /// <summary><c>Paid(uint256[] numbers)</c>: these were paid, in the order of the token's transfers.</summary>
    internal sealed record Paid(IReadOnlyList<UInt128> Numbers) : VaultEvent;

    /// <summary><c>AlreadyPaid(uint256 indexed number)</c>: it had been paid before; nothing moved.</summary>
    internal sealed record AlreadyPaid(UInt128 Number) : VaultEvent;

    /// <summary><c>Refused(uint256 indexed number, bytes reason)</c>: the token refused; nothing moved.</summary>
    internal sealed record Refused(UInt128 Number, byte[] Reason) : VaultEvent;

    /// <summary>The first topic of <see cref="Paid"/>.</summary>
    internal static readonly byte[] PaidTopic = Keccak256.Hash("Paid(uint256[])"u8);

    internal static readonly byte[] AlreadyPaidTopic = Keccak256.Hash("AlreadyPaid(uint256)"u8);

    internal static readonly byte[] RefusedTopic = Keccak256.Hash("Refused(uint256,bytes)"u8);

    /// <summary>Reads a log of a vault.</summary>
    /// <returns>The event; null when it is another one, or has another form.</returns>
    internal static VaultEvent? Read(EvmLog log) =>
        log.Topics switch
        {
            [var topic] when Is(topic, PaidTopic) => ReadPaid(log.Data),
            [var topic, var number] when Is(topic, AlreadyPaidTopic) => ReadAlreadyPaid(
                number,
                log.Data
            ),
            [var topic, var number] when Is(topic, RefusedTopic) => ReadRefused(number, log.Data),
            _ => null,
        };

    private static Paid? ReadPaid(byte[] data) =>
        ReadNumbers(data) is { } numbers ? new Paid(numbers) : null;

    private static AlreadyPaid? ReadAlreadyPaid(byte[] topic, byte[] data) =>
        Erc20.ReadInteger(topic) is { } number && data.Length == 0 ? new AlreadyPaid(number) : null;

    private static Refused? ReadRefused(byte[] topic, byte[] data) =>
        Erc20.ReadInteger(topic) is { } number && ReadBytes(data) is { } reason
            ? new Refused(number, reason)
            : null;

    private static bool Is(byte[] topic, byte[] expected) => topic.AsSpan().SequenceEqual(expected);

    // Offset word, length word, then the words.
    private static UInt128[]? ReadNumbers(ReadOnlySpan<byte> data)
    {
        if (Length(data) is not { } count || data.Length != (2 + count) * Erc20.WordBytes)
            return null;
        var numbers = new UInt128[count];
        for (int i = 0; i < count; i++)
        {
            if (Erc20.ReadInteger(WordAt(data, 2 + i)) is not { } number)
                return null;
            numbers[i] = number;
        }
        return numbers;
    }

    // Offset word, length word, then the bytes, padded to whole words.
    private static byte[]? ReadBytes(ReadOnlySpan<byte> data)
    {
        if (Length(data) is not { } count)
            return null;
        int words = (count + Erc20.WordBytes - 1) / Erc20.WordBytes;
        return data.Length == (2 + words) * Erc20.WordBytes
            ? data.Slice(2 * Erc20.WordBytes, count).ToArray()
            : null;
    }

    private static int? Length(ReadOnlySpan<byte> data) =>
        data.Length >= 2 * Erc20.WordBytes
        && Erc20.ReadInteger(WordAt(data, 0)) == (UInt128)Erc20.WordBytes
        && Erc20.ReadInteger(WordAt(data, 1)) is { } length
        && length <= (UInt128)data.Length
            ? (int)length
            : null;

    private static ReadOnlySpan<byte> WordAt(ReadOnlySpan<byte> data, int index) =>
        data.Slice(index * Erc20.WordBytes, Erc20.WordBytes);
}
