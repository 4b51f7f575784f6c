using System.Diagnostics.CodeAnalysis;
using System.Globalization;

namespace Settlement.Chains.Evm.Encoding;

/// <summary>The two hexadecimal notations of Ethereum's JSON-RPC: quantities and data.</summary>
/// <remarks>Source: https://ethereum.org/developers/docs/apis/json-rpc/#hex-encoding. Strict on read: what a node
/// must not write is not believed.</remarks>
public static class Hex
{
    private const int MostQuantityDigits = 32;

    /// <summary>Writes data: two lower-case digits a byte.</summary>
    public static string Data(ReadOnlySpan<byte> bytes) => $"0x{Convert.ToHexStringLower(bytes)}";

    /// <summary>Writes a quantity: no leading zeros, zero is <c>0x0</c>.</summary>
    public static string Quantity(UInt128 value) =>
        $"0x{value.ToString("x", CultureInfo.InvariantCulture)}";

    /// <summary>Reads data.</summary>
    /// <param name="text"><c>0x</c> and an even number of digits.</param>
    /// <param name="bytes">The bytes; null when the text has another form.</param>
    public static bool TryData(string? text, [NotNullWhen(true)] out byte[]? bytes)
    {
        bytes = null;
        if (!HasPrefix(text) || text.Length % 2 != 0 || !IsHex(text.AsSpan(2)))
            return false;
        bytes = Convert.FromHexString(text.AsSpan(2));
        return true;
    }

    /// <summary>Reads a quantity.</summary>
    /// <param name="text"><c>0x</c>, then 1 to 32 digits without a leading zero, or <c>0x0</c>.</param>
    /// <param name="value">The value; zero when the text has another form.</param>
    public static bool TryQuantity(string? text, out UInt128 value)
    {
        value = 0;
        if (!HasPrefix(text) || text.Length is < 3 or > MostQuantityDigits + 2)
            return false;
        if (text.Length > 3 && text[2] == '0' || !IsHex(text.AsSpan(2)))
            return false;
        value = UInt128.Parse(
            text.AsSpan(2),
            NumberStyles.AllowHexSpecifier,
            CultureInfo.InvariantCulture
        );
        return true;
    }

    /// <summary>Whether every character is a hexadecimal digit.</summary>
    public static bool IsHex(ReadOnlySpan<char> digits)
    {
        foreach (char digit in digits)
        {
            if (!char.IsAsciiHexDigit(digit))
                return false;
        }
        return true;
    }

    private static bool HasPrefix([NotNullWhen(true)] string? text) =>
        text is not null && text.StartsWith("0x", StringComparison.Ordinal);
}
