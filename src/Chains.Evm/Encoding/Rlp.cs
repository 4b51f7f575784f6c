using System.Buffers.Binary;

namespace Settlement.Chains.Evm.Encoding;

/// <summary>Recursive length prefix: how Ethereum writes transactions.</summary>
/// <remarks>Source: Ethereum yellow paper, appendix B. Encoding only: we never read foreign transactions.</remarks>
public static class Rlp
{
    private const int LongestShort = 55;
    private const byte StringOffset = 0x80;
    private const byte ListOffset = 0xc0;

    /// <summary>Encodes a byte string. A single byte below 0x80 stands for itself.</summary>
    public static byte[] Bytes(ReadOnlySpan<byte> value) =>
        value is [< StringOffset] ? [value[0]] : [.. Prefix(value.Length, StringOffset), .. value];

    /// <summary>Encodes an integer: big-endian without leading zeros; zero is the empty string.</summary>
    /// <param name="bigEndian">The integer's bytes; leading zeros are stripped.</param>
    public static byte[] Integer(ReadOnlySpan<byte> bigEndian) =>
        Bytes(bigEndian.TrimStart((byte)0));

    /// <inheritdoc cref="Integer(ReadOnlySpan{byte})"/>
    public static byte[] Integer(UInt128 value)
    {
        Span<byte> bytes = stackalloc byte[16];
        BinaryPrimitives.WriteUInt128BigEndian(bytes, value);
        return Integer(bytes);
    }

    /// <summary>Encodes a list.</summary>
    /// <param name="encodedItems">Items that are already encoded.</param>
    public static byte[] List(params ReadOnlySpan<byte[]> encodedItems)
    {
        int length = 0;
        foreach (byte[] item in encodedItems)
            length += item.Length;

        byte[] prefix = Prefix(length, ListOffset);
        byte[] list = new byte[prefix.Length + length];
        prefix.CopyTo(list, 0);
        int position = prefix.Length;
        foreach (byte[] item in encodedItems)
        {
            item.CopyTo(list, position);
            position += item.Length;
        }
        return list;
    }

    private static byte[] Prefix(int length, byte offset)
    {
        if (length <= LongestShort)
            return [(byte)(offset + length)];
        Span<byte> bytes = stackalloc byte[sizeof(int)];
        BinaryPrimitives.WriteInt32BigEndian(bytes, length);
        ReadOnlySpan<byte> trimmed = bytes.TrimStart((byte)0);
        return [(byte)(offset + LongestShort + trimmed.Length), .. trimmed];
    }
}
