using System.Text.Json;
using Settlement.Chains.Evm.Encoding;
using Settlement.Chains.Evm.Rpc;
using Settlement.Chains.Evm.Transactions;

namespace Settlement.Chains.Evm;

/// <summary>Why a simulated call would fail, in words.</summary>
/// <param name="Text">The contract's words, or its error's selector, or the node's words.</param>
/// <param name="IsRevert">Whether the contract refused; false when only the node did, from which nothing follows.</param>
internal sealed record RevertReason(string Text, bool IsRevert)
{
    private const int SelectorBytes = 4;
    private const int MostWords = 300;
    private const int MostNesting = 4;
    private const int RevertCode = 3; // geth's code for "execution reverted"

    // Source: Solidity documentation, "Panic via assert and Error via require"; OpenZeppelin IERC20Errors and Pausable.
    private static readonly byte[] ErrorSelector = [0x08, 0xc3, 0x79, 0xa0];
    private static readonly byte[] PanicSelector = [0x4e, 0x48, 0x7b, 0x71];
    private static readonly byte[] InsufficientBalance = [0xe4, 0x50, 0xd3, 0x8c];
    private static readonly byte[] EnforcedPause = [0xd9, 0x3c, 0x06, 0x65];

    /// <summary>Reads a node's error. Clients put revert data into <c>data</c>, an object inside it, or the text alone.</summary>
    internal static RevertReason Read(EvmError error)
    {
        if (ReadData(error) is { } data && Decode(data) is { } decoded)
            return new RevertReason(decoded, IsRevert: true);
        bool isRevert =
            error.Code == RevertCode
            || error.Message.Contains("revert", StringComparison.OrdinalIgnoreCase);
        return new RevertReason(Shorten(error.Message), isRevert);
    }

    /// <summary>Revert data in words, also where its end is cut off.</summary>
    internal static string OfData(byte[] data)
    {
        if (data.Length == 0)
            return "no reason";
        return Decode(data) ?? $"a reason of {data.Length} bytes";
    }

    /// <summary>How <see cref="Text"/> names an error of this selector.</summary>
    internal static string OfSelector(ReadOnlySpan<byte> selector) =>
        $"custom error {Hex.Data(selector)}";

    private static byte[]? ReadData(EvmError error)
    {
        try
        {
            return FindData(error.Data, MostNesting);
        }
        catch (InvalidOperationException)
        {
            // A string that is not text, such as half a surrogate pair: the message must do.
            return null;
        }
    }

    // A string of hex, possibly after words ("Reverted 0x08c3…"), possibly some objects deep.
    private static byte[]? FindData(JsonElement? place, int depth)
    {
        if (place is not { } value || depth == 0)
            return null;
        if (value.ValueKind == JsonValueKind.String)
        {
            string text = value.GetString()!;
            int start = text.LastIndexOf("0x", StringComparison.Ordinal);
            return start >= 0 && Hex.TryData(text[start..], out byte[]? data) ? data : null;
        }
        if (value.ValueKind != JsonValueKind.Object)
            return null;
        return value
            .EnumerateObject()
            .Where(p => p.Value.ValueKind is JsonValueKind.Object || IsDataName(p.Name))
            .Select(p => FindData(p.Value, depth - 1))
            .FirstOrDefault(d => d is not null);
    }

    private static bool IsDataName(string name) =>
        name is "data" or "result" or "return" or "output";

    private static string? Decode(byte[] data)
    {
        if (data.Length < SelectorBytes)
            return null;
        ReadOnlySpan<byte> selector = data.AsSpan(0, SelectorBytes);
        ReadOnlySpan<byte> arguments = data.AsSpan(SelectorBytes);
        if (selector.SequenceEqual(ErrorSelector))
            return DecodeString(arguments);
        if (selector.SequenceEqual(PanicSelector))
            return $"panic {Erc20.ReadInteger(arguments)}";
        if (selector.SequenceEqual(InsufficientBalance))
            return "ERC20InsufficientBalance";
        return selector.SequenceEqual(EnforcedPause) ? "EnforcedPause" : OfSelector(selector);
    }

    // Offset word, length word, then the text.
    private static string? DecodeString(ReadOnlySpan<byte> arguments)
    {
        if (arguments.Length < 2 * Erc20.WordBytes)
            return null;
        UInt128? length = Erc20.ReadInteger(arguments[Erc20.WordBytes..(2 * Erc20.WordBytes)]);
        ReadOnlySpan<byte> text = arguments[(2 * Erc20.WordBytes)..];
        return length is { } known && known <= (UInt128)text.Length
            ? Shorten(System.Text.Encoding.UTF8.GetString(text[..(int)known]))
            : null;
    }

    private static string Shorten(string text) =>
        text.Length <= MostWords ? text : text[..MostWords];
}
