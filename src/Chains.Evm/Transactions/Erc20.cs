using System.Buffers.Binary;
using Settlement.Chains.Evm.Addresses;

namespace Settlement.Chains.Evm.Transactions;

/// <summary>Calls of a token contract, and how to read their answers.</summary>
/// <remarks>Source: EIP-20; <c>isBlacklisted</c> and <c>paused</c>: Circle's FiatToken. Contract ABI: 32-byte words.</remarks>
public static class Erc20
{
    /// <summary>Bytes of one ABI word.</summary>
    public const int WordBytes = 32;

    private const int HalfWordBytes = WordBytes / 2;

    /// <summary><c>decimals()</c>.</summary>
    public static byte[] Decimals() => [0x31, 0x3c, 0xe5, 0x67];

    /// <summary><c>paused()</c>.</summary>
    public static byte[] Paused() => [0x5c, 0x97, 0x5a, 0xbb];

    /// <summary><c>balanceOf(address)</c>.</summary>
    public static byte[] BalanceOf(EvmAddress owner) => [0x70, 0xa0, 0x82, 0x31, .. Word(owner)];

    /// <summary><c>isBlacklisted(address)</c>.</summary>
    public static byte[] IsBlacklisted(EvmAddress account) =>
        [0xfe, 0x57, 0x5a, 0x87, .. Word(account)];

    /// <summary><c>transfer(address,uint256)</c>.</summary>
    public static byte[] Transfer(EvmAddress to, UInt128 amount) =>
        [0xa9, 0x05, 0x9c, 0xbb, .. Word(to), .. Word(amount)];

    /// <summary>An address as a word: 12 zero bytes, then the address.</summary>
    public static byte[] Word(EvmAddress address) =>
        [.. new byte[WordBytes - EvmAddress.Length], .. address.ToBytes()];

    /// <summary>An integer as a word, big-endian.</summary>
    public static byte[] Word(UInt128 value)
    {
        byte[] word = new byte[WordBytes];
        BinaryPrimitives.WriteUInt128BigEndian(word.AsSpan(HalfWordBytes), value);
        return word;
    }

    /// <summary>Reads one integer.</summary>
    /// <returns>The integer; null when the answer is not one word, or the integer exceeds 128 bits.</returns>
    public static UInt128? ReadInteger(ReadOnlySpan<byte> answer) =>
        answer.Length == WordBytes && answer[..HalfWordBytes].IndexOfAnyExcept((byte)0) < 0
            ? BinaryPrimitives.ReadUInt128BigEndian(answer[HalfWordBytes..])
            : null;

    /// <summary>Reads one boolean.</summary>
    /// <returns>The boolean; null when the answer is not one word of 0 or 1.</returns>
    public static bool? ReadBoolean(ReadOnlySpan<byte> answer) =>
        ReadInteger(answer) switch
        {
            { } zero when zero == 0 => false,
            { } one when one == 1 => true,
            _ => null,
        };

    /// <summary>Reads what <c>transfer</c> answers. Some tokens answer nothing at all.</summary>
    public static bool SaysTransferred(ReadOnlySpan<byte> answer) =>
        answer.IsEmpty || ReadBoolean(answer) == true;
}
