using System.Globalization;
using System.Text.RegularExpressions;
using Settlement.Affiliates.Commissions;
using Settlement.Affiliates.Paying;
using Settlement.Api.Http;

namespace Settlement.Api.Affiliates;

/// <summary>What the bodies of affiliates' routes must hold. Each returns what it read, or what is wrong with it.</summary>
internal static partial class AffiliateRules
{
    private const int MaxIdLength = 200;
    private const int MaxReferenceLength = 500;
    private const int MaxIds = 100;

    // 1,000,000,000.00: a typing mistake beyond it is refused.
    private const long MaxAmountCents = 100_000_000_000;

    public static (NewCommission? Value, ErrorBody? Problem) Commission(
        JsonBody body,
        TimeSpan usualHold,
        (string Actor, string RequestId) by
    )
    {
        if (!TryReadId(body.Text("affiliate_id"), out string affiliate))
            return (null, InvalidId("affiliate_id"));
        if (!body.Text("currency").Has(out string currency) || !Currency().IsMatch(currency))
            return (null, ErrorBodies.Invalid("currency", "currency must be three letters."));
        if (!TryReadCents(body.Text("amount_cents"), out long cents))
        {
            return (
                null,
                ErrorBodies.Invalid(
                    "amount_cents",
                    $"amount_cents must be a text of plain digits, from \"1\" to \"{MaxAmountCents}\"."
                )
            );
        }
        if (!TryReadId(body.Text("source_event_id"), out string source))
            return (null, InvalidId("source_event_id"));
        if (!Rfc3339.TryRead(body.Text("earned_at"), out DateTimeOffset? earned))
            return (null, InvalidTime("earned_at"));
        if (!Rfc3339.TryRead(body.Text("hold_until"), out DateTimeOffset? hold))
            return (null, InvalidTime("hold_until"));
        return (
            new NewCommission(
                affiliate,
                currency.ToUpperInvariant(),
                cents,
                source,
                earned,
                hold,
                usualHold,
                by.Actor,
                by.RequestId
            ),
            null
        );
    }

    public static (string? Value, ErrorBody? Problem) Reason(JsonBody body) =>
        Reasons.TryRead(body, isNeeded: false, out string? reason)
            ? (reason, null)
            : (null, ErrorBodies.Invalid("reason", Reasons.Wanted));

    public static (string? Value, ErrorBody? Problem) Reference(JsonBody body)
    {
        string reference = (body.Text("external_ref").OrDefault() ?? "").Trim();
        return reference.Length is 0 or > MaxReferenceLength || reference.Any(char.IsControl)
            ? (
                null,
                ErrorBodies.Invalid(
                    "external_ref",
                    $"external_ref must be a text of 1 to {MaxReferenceLength} characters, without control characters."
                )
            )
            : (reference, null);
    }

    public static (
        (string Affiliate, string? Currency, Period Period)? Value,
        ErrorBody? Problem
    ) Payout(JsonBody body)
    {
        if (!TryReadId(body.Text("affiliate_id"), out string affiliate))
            return (null, InvalidId("affiliate_id"));
        if (!Rfc3339.TryRead(body.Text("period_start"), out DateTimeOffset? start) || start is null)
            return (null, InvalidTime("period_start"));
        if (!Rfc3339.TryRead(body.Text("period_end"), out DateTimeOffset? end) || end is null)
            return (null, InvalidTime("period_end"));
        if (end <= start)
        {
            return (
                null,
                ErrorBodies.Invalid("period_end", "period_end must be after period_start.")
            );
        }
        Field<string> currency = body.Text("currency");
        if (currency.IsWrong || (currency.Has(out string word) && !Currency().IsMatch(word)))
            return (null, ErrorBodies.Invalid("currency", "currency must be three letters."));
        var period = new Period(start.Value, end.Value);
        return ((affiliate, currency.OrDefault()?.ToUpperInvariant(), period), null);
    }

    public static ((Period Period, bool IsTrial)? Value, ErrorBody? Problem) Run(
        JsonBody body,
        DateTimeOffset now
    )
    {
        Field<string> month = body.Text("period");
        Field<bool> trial = body.Flag("dry_run");
        if (trial.IsWrong)
            return (null, ErrorBodies.Invalid("dry_run", "dry_run must be true or false."));
        var period = Period.MonthBefore(now);
        if (month.IsWrong || (month.Has(out string word) && !TryReadMonth(word, out period)))
            return (null, ErrorBodies.Invalid("period", "period must be a month such as 2026-01."));
        return period.Start > now
            ? (null, ErrorBodies.Invalid("period", "period has not begun."))
            : ((period, trial.OrDefault()), null);
    }

    /// <returns>1 to 100 ids of any form; null when it is anything else.</returns>
    public static IReadOnlyList<string>? Ids(JsonBody body) =>
        body.Texts("ids").Has(out IReadOnlyList<string> ids) && ids.Count is > 0 and <= MaxIds
            ? ids
            : null;

    public static ErrorBody InvalidIds() =>
        ErrorBodies.Invalid("ids", $"ids must be a list of 1 to {MaxIds} texts.");

    internal static bool TryReadCurrency(Field<string> field, out string currency)
    {
        bool isCurrency = field.Has(out currency) && Currency().IsMatch(currency);
        currency = isCurrency ? currency.ToUpperInvariant() : "";
        return isCurrency;
    }

    /// <summary>Cents of a sum: zero, and more than one commission may have.</summary>
    internal static bool TryReadTotal(Field<string> field, out long cents)
    {
        cents = 0;
        return field.Has(out string text)
            && (text == "0" || Digits().IsMatch(text))
            && long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out cents);
    }

    internal static ErrorBody InvalidId(string field) =>
        ErrorBodies.Invalid(field, $"{field} must be a text of 1 to {MaxIdLength} characters.");

    private static ErrorBody InvalidTime(string field) =>
        ErrorBodies.Invalid(
            field,
            $"{field} must be an RFC 3339 time, such as 2026-01-02T03:04:05Z."
        );

    internal static bool TryReadId(Field<string> field, out string id) =>
        field.Has(out id)
        && id.Length <= MaxIdLength
        && !string.IsNullOrWhiteSpace(id)
        && !id.Any(char.IsControl);

    internal static bool TryReadCents(Field<string> field, out long cents)
    {
        cents = 0;
        return field.Has(out string text)
            && Digits().IsMatch(text)
            && long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out cents)
            && cents <= MaxAmountCents;
    }

    internal static bool TryReadMonth(string text, out Period period)
    {
        bool isMonth = DateTime.TryParseExact(
            text,
            "yyyy-MM",
            CultureInfo.InvariantCulture,
            DateTimeStyles.None,
            out DateTime month
        );
        // The last month of all has no end that could be written down.
        isMonth &= month.Year < 9999;
        period = isMonth ? Period.Month(month.Year, month.Month) : default;
        return isMonth;
    }

    [GeneratedRegex(@"^[A-Za-z]{3}\z", RegexOptions.None, 1_000)]
    private static partial Regex Currency();

    [GeneratedRegex(@"^[1-9][0-9]{0,17}\z", RegexOptions.None, 1_000)]
    private static partial Regex Digits();
}
