using System.Buffers.Binary;
using Settlement.Chains.Evm.Addresses;
using Settlement.Chains.Evm.Transactions;

namespace Settlement.Chains.Evm.Vault;

/// <summary>One transfer of a batch, as the vault is told of it.</summary>
/// <param name="Number">The payout's number.</param>
/// <param name="To">Who is paid.</param>
/// <param name="Micro">Micro-units; the vault knows its token's decimals.</param>
internal sealed record PayItem(long Number, EvmAddress To, long Micro);

/// <summary><c>pay(uint256 base, uint256[] items)</c>: an item is one word, recipient in the high 160 bits, then 64 bits of
/// micro-units, then 32 bits that are added to the base and make the payout's number.</summary>
/// <remarks>The base is the lowest number of the batch, so that one batch has one encoding.</remarks>
internal static class PayCall
{
    private const int SelectorBytes = 4;
    private const int HeadBytes = SelectorBytes + 3 * Erc20.WordBytes;
    private const uint OffsetOfItems = 2 * Erc20.WordBytes;
    private const int MicroAt = EvmAddress.Length;
    private const int OffsetAt = MicroAt + sizeof(long);

    /// <summary>How many of these, from the first on, have numbers that fit one base.</summary>
    /// <returns>At least 1 where there are any.</returns>
    internal static int Fits(IReadOnlyList<PayItem> items)
    {
        long low = long.MaxValue;
        long high = long.MinValue;
        for (int i = 0; i < items.Count; i++)
        {
            low = Math.Min(low, items[i].Number);
            high = Math.Max(high, items[i].Number);
            if (high - low > uint.MaxValue)
                return i;
        }
        return items.Count;
    }

    /// <summary>The call.</summary>
    /// <param name="items">At least one; all of them fit (<see cref="Fits"/>).</param>
    internal static byte[] Encode(IReadOnlyList<PayItem> items)
    {
        long low = items.Min(i => i.Number);
        byte[] call = new byte[HeadBytes + items.Count * Erc20.WordBytes];
        byte[][] head =
        [
            VaultAbi.Pay,
            Erc20.Word((UInt128)low),
            Erc20.Word(OffsetOfItems),
            Erc20.Word((UInt128)items.Count),
        ];
        int place = 0;
        foreach (byte[] part in head)
        {
            part.CopyTo(call, place);
            place += part.Length;
        }
        foreach (PayItem item in items)
        {
            Write(item, checked((uint)(item.Number - low)), call.AsSpan(place, Erc20.WordBytes));
            place += Erc20.WordBytes;
        }
        return call;
    }

    /// <summary>Reads a call.</summary>
    /// <returns>Its items; null when it is another call, or has another form.</returns>
    internal static IReadOnlyList<PayItem>? Read(ReadOnlySpan<byte> call)
    {
        if (call.Length < HeadBytes || !call[..SelectorBytes].SequenceEqual(VaultAbi.Pay))
            return null;
        ReadOnlySpan<byte> words = call[SelectorBytes..];
        UInt128? start = Erc20.ReadInteger(words[..Erc20.WordBytes]);
        UInt128? offset = Erc20.ReadInteger(words[Erc20.WordBytes..(2 * Erc20.WordBytes)]);
        UInt128? count = Erc20.ReadInteger(words[(2 * Erc20.WordBytes)..(3 * Erc20.WordBytes)]);
        ReadOnlySpan<byte> rest = call[HeadBytes..];
        if (start is not { } low || low > long.MaxValue - uint.MaxValue || offset != OffsetOfItems)
            return null;
        if (count is not { } length || length > (UInt128)rest.Length)
            return null;
        if ((int)length * Erc20.WordBytes != rest.Length)
            return null;
        var items = new PayItem[(int)length];
        for (int i = 0; i < items.Length; i++)
            items[i] = Read((long)low, rest.Slice(i * Erc20.WordBytes, Erc20.WordBytes));
        return items;
    }

    private static void Write(PayItem item, uint offset, Span<byte> word)
    {
        item.To.ToBytes().CopyTo(word);
        BinaryPrimitives.WriteInt64BigEndian(word[MicroAt..], item.Micro);
        BinaryPrimitives.WriteUInt32BigEndian(word[OffsetAt..], offset);
    }

    private static PayItem Read(long low, ReadOnlySpan<byte> word) =>
        new(
            low + BinaryPrimitives.ReadUInt32BigEndian(word[OffsetAt..]),
            new EvmAddress(word[..EvmAddress.Length]),
            BinaryPrimitives.ReadInt64BigEndian(word[MicroAt..])
        );
}
