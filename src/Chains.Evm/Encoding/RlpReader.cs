namespace Settlement.Chains.Evm.Encoding;

/// <summary>Reads what <see cref="Rlp"/> has written: our own stored transactions, never foreign ones.</summary>
internal static class RlpReader
{
    private const byte StringOffset = 0x80;
    private const byte ListOffset = 0xc0;
    private const int LongestShort = 55;

    /// <summary>The items of a list that holds byte strings and empty lists only.</summary>
    /// <returns>Null when the bytes are anything else.</returns>
    internal static IReadOnlyList<ReadOnlyMemory<byte>>? TryList(ReadOnlyMemory<byte> encoded)
    {
        if (Split(encoded, ListOffset) is not { } whole || !whole.Left.IsEmpty)
            return null;
        var items = new List<ReadOnlyMemory<byte>>();
        for (ReadOnlyMemory<byte> left = whole.Content; !left.IsEmpty; )
        {
            bool isList = left.Span[0] >= ListOffset;
            if (Split(left, isList ? ListOffset : StringOffset) is not { } item)
                return null;
            if (isList && !item.Content.IsEmpty)
                return null;
            items.Add(item.Content);
            left = item.Left;
        }
        return items;
    }

    // Lengths that are longer than needed are not looked for: whoever reads compares what it would write.
    private static (ReadOnlyMemory<byte> Content, ReadOnlyMemory<byte> Left)? Split(
        ReadOnlyMemory<byte> encoded,
        byte offset
    )
    {
        if (encoded.IsEmpty)
            return null;
        byte first = encoded.Span[0];
        if (offset == StringOffset && first < StringOffset)
            return (encoded[..1], encoded[1..]);
        int prefix = 1;
        long length = first - offset;
        if (length > LongestShort)
        {
            int digits = (int)length - LongestShort;
            prefix += digits;
            if (digits > sizeof(int) || encoded.Length < prefix)
                return null;
            length = 0;
            foreach (byte digit in encoded.Span[1..prefix])
                length = (length << 8) | digit;
        }
        return length >= 0 && length <= encoded.Length - prefix
            ? (encoded.Slice(prefix, (int)length), encoded[(prefix + (int)length)..])
            : null;
    }
}
