using System.Globalization;
using System.Text;

namespace Settlement.Chains.Solana.Transactions;

/// <summary>The memo of our transactions: whom it pays for, and the slot of its block hash.</summary>
/// <remarks>
/// <para><c>p:12,13,14@452000123</c> names the payouts in the order of the transfers. The numbers tell two otherwise
/// equal transactions apart: without them they would share bytes and signature, and only one would ever land. They also
/// let people find a payout on the chain when nothing but the chain is left.</para>
/// <para>The slot makes the signed bytes carry what the proof of expiry needs: history that begins after it proves
/// nothing.</para>
/// <para>Numbers too large for the room are written in base 36: <c>P:</c> and the same list.</para>
/// </remarks>
internal static class PayoutMemo
{
    /// <summary>Longest memo that fits beside <see cref="MaxTransfers"/> transfers to new, distinct
    /// wallets.</summary>
    /// <remarks>Measured by <c>PayoutMemoSpecs</c>: 1,232 bytes less 1,109 for eight transfers and an empty
    /// memo.</remarks>
    internal const int MaxBytes = 123;

    /// <summary>With nine, 32 bytes would be left for a memo, and nine numbers need up to 117.</summary>
    internal const int MaxTransfers = 8;

    private const string Digits = "0123456789abcdefghijklmnopqrstuvwxyz";

    internal static string Of(IEnumerable<long> payoutNumbers, ulong slot)
    {
        List<long> numbers = [.. payoutNumbers];
        string decimals = Join("p:", numbers.Select(n => Text(n)), Text(slot));
        return decimals.Length <= MaxBytes
            ? decimals
            : Join("P:", numbers.Select(n => InBase36((ulong)n)), InBase36(slot));
    }

    /// <summary>Reads the slot of a memo that <see cref="Of"/> wrote; null for any other text.</summary>
    internal static ulong? SlotOf(string memo)
    {
        int at = memo.LastIndexOf('@');
        if (at < 0)
            return null;
        ReadOnlySpan<char> slot = memo.AsSpan(at + 1);
        if (memo.StartsWith("p:", StringComparison.Ordinal))
        {
            return ulong.TryParse(
                slot,
                NumberStyles.None,
                CultureInfo.InvariantCulture,
                out ulong read
            )
                ? read
                : null;
        }
        return memo.StartsWith("P:", StringComparison.Ordinal) ? FromBase36(slot) : null;
    }

    private static string Join(string prefix, IEnumerable<string> numbers, string slot) =>
        $"{prefix}{string.Join(',', numbers)}@{slot}";

    private static string Text(IFormattable number) =>
        number.ToString(null, CultureInfo.InvariantCulture);

    private static string InBase36(ulong value)
    {
        var text = new StringBuilder();
        do
        {
            text.Insert(0, Digits[(int)(value % 36)]);
            value /= 36;
        } while (value > 0);
        return text.ToString();
    }

    private static ulong? FromBase36(ReadOnlySpan<char> text)
    {
        // 12 digits always fit 64 bits; no slot will ever need more.
        if (text.Length is 0 or > 12)
            return null;
        ulong value = 0;
        foreach (char letter in text)
        {
            int digit = Digits.IndexOf(letter);
            if (digit < 0)
                return null;
            value = (value * 36) + (ulong)digit;
        }
        return value;
    }
}
