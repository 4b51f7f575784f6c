using System.Globalization;
using Settlement.Affiliates.Paying;
using Settlement.Api.Http;

namespace Settlement.Api.Affiliates;

/// <summary>The shapes of files in which payouts are handed over.</summary>
internal sealed record PayoutFile
{
    /// <summary>For people and spreadsheets: every payout that matches.</summary>
    public static readonly PayoutFile Generic = new()
    {
        Header =
            "id,affiliate_id,name,email,network,address,currency,amount,gross_amount_cents,reversal_amount_cents,amount_cents,"
            + "recovery_owed_cents,status,period_start,period_end,approved_at,paid_at,external_ref",
        Line = GenericLine,
    };

    /// <summary>PayPal's mass payouts: recipient, amount, currency, customer id, note, wallet; no header, one currency.
    /// https://docs.paypal.ai/growth/payouts/send-money/use-web-ui</summary>
    public static readonly PayoutFile PayPal = new()
    {
        Line = PayPalLine,
        IsForTransfers = true,
        IsOneCurrency = true,
    };

    /// <summary>Wise's batch by e-mail address. The amount is what arrives.
    /// https://wise.com/help/articles/2663302/how-do-i-fill-in-my-batch-template</summary>
    public static readonly PayoutFile Wise = new()
    {
        Header =
            "name,recipientEmail,paymentReference,receiverType,amountCurrency,amount,sourceCurrency,targetCurrency,type",
        Line = WiseLine,
        IsForTransfers = true,
        NeedsName = true,
    };

    // PayPal takes 30 characters without spaces.
    private const int CustomerIdLength = 30;

    public string? Header { get; private init; }
    public required Func<ExportedPayout, string> Line { get; init; }

    /// <summary>Whoever gets the file transfers what is in it: only what must be transferred is.</summary>
    public bool IsForTransfers { get; private init; }

    public bool IsOneCurrency { get; private init; }
    private bool NeedsName { get; init; }

    /// <returns>Null for a word that is no format.</returns>
    public static PayoutFile? Named(string? format) =>
        format?.ToLowerInvariant() switch
        {
            null or "generic" => Generic,
            "paypal" => PayPal,
            "wise" => Wise,
            _ => null,
        };

    /// <summary>Whether enough is known of the affiliate.</summary>
    public bool CanHold(ExportedPayout payout) =>
        !IsForTransfers || (payout.Email is not null && (!NeedsName || payout.Name is not null));

    private static string GenericLine(ExportedPayout payout) =>
        string.Join(
            ',',
            $"{payout.Id}",
            Csv.Text(payout.AffiliateId),
            Csv.Text(payout.Name),
            Csv.Text(payout.Email),
            Csv.Text(payout.Network),
            Csv.Text(payout.Address),
            payout.Currency,
            Amount(payout.AmountCents),
            Csv.Number(payout.GrossAmountCents),
            Csv.Number(payout.ReversalAmountCents),
            Csv.Number(payout.AmountCents),
            Csv.Number(payout.RecoveryOwedCents),
            payout.Status,
            Csv.Time(payout.PeriodStart),
            Csv.Time(payout.PeriodEnd),
            Csv.Time(payout.ApprovedAt),
            Csv.Time(payout.PaidAt),
            Csv.Text(payout.ExternalRef)
        );

    private static string PayPalLine(ExportedPayout payout) =>
        string.Join(
            ',',
            Csv.Text(payout.Email),
            Amount(payout.AmountCents),
            payout.Currency,
            payout.Id.ToString("N")[..CustomerIdLength],
            Csv.Text($"Payout {payout.Id}"),
            "PAYPAL"
        );

    private static string WiseLine(ExportedPayout payout) =>
        string.Join(
            ',',
            Csv.Text(payout.Name),
            Csv.Text(payout.Email),
            Csv.Text(
                $"Payout {payout.PeriodStart.UtcDateTime.ToString("yyyy-MM", CultureInfo.InvariantCulture)}"
            ),
            "PERSON",
            "target",
            Amount(payout.AmountCents),
            payout.Currency,
            payout.Currency,
            "EMAIL"
        );

    /// <summary>Cents as a decimal: 1250 is 12.50.</summary>
    private static string Amount(long cents) =>
        string.Create(CultureInfo.InvariantCulture, $"{cents / 100}.{cents % 100:00}");
}
