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
/// <para>Where room is short the same list is written in base 36 (<c>P:</c>), or as the first number and the steps from each
/// number to the next, in base 36 (<c>D:</c>): nine neighbours fit into the 32 bytes that nine new wallets leave.</para>
/// </remarks>
internal static class PayoutMemo
{
    /// <summary>The most transfers to new, distinct wallets that leave room for a memo. Whether nine payouts fit depends on their
    /// numbers; eight always do, with 123 bytes left for a memo.</summary>
    internal const int MaxTransfers = 9;

    private const string Digits = "0123456789abcdefghijklmnopqrstuvwxyz";

    /// <summary>The forms of one memo, the most readable first; the shortest last.</summary>
    internal static IEnumerable<string> FormsOf(IEnumerable<long> payoutNumbers, ulong slot)
    {
        List<long> numbers = [.. payoutNumbers];
        yield return Join("p:", numbers.Select(n => Text(n)), Text(slot));
        yield return Join("P:", numbers.Select(InBase36), InBase36(slot));
        yield return Join("D:", Steps(numbers).Select(InBase36), InBase36(slot));
    }

    /// <summary>Reads the slot of a memo that <see cref="FormsOf"/> wrote; null for any other text.</summary>
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
        return
            memo.StartsWith("P:", StringComparison.Ordinal)
            || memo.StartsWith("D:", StringComparison.Ordinal)
            ? FromBase36(slot)
            : null;
    }

    private static string Join(string prefix, IEnumerable<string> numbers, string slot) =>
        $"{prefix}{string.Join(',', numbers)}@{slot}";

    private static string Text(IFormattable number) =>
        number.ToString(null, CultureInfo.InvariantCulture);

    private static IEnumerable<long> Steps(List<long> numbers) =>
        numbers.Select((number, i) => i == 0 ? number : number - numbers[i - 1]);

    private static string InBase36(long value) =>
        value < 0 ? $"-{InBase36((ulong)-value)}" : InBase36((ulong)value);

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
