using System.Globalization;
using Settlement.Affiliates.Paying;
using Settlement.Api.Http;

namespace Settlement.Api.Affiliates;

/// <summary>The shapes of files in which payouts are handed over.</summary>
internal sealed record PaymentFile
{
    /// <summary>For people and spreadsheets: every payout that matches.</summary>
    public static readonly PaymentFile Generic = new()
    {
        Header =
            "id,affiliate_id,name,email,network,address,currency,amount,gross_amount_cents,reversal_amount_cents,amount_cents,recovery_owed_cents,status,period_start,period_end,approved_at,paid_at,external_ref",
        Line = GenericLine,
    };

    /// <summary>PayPal's mass payments: recipient, amount, currency, customer id, note, wallet; no header, one currency.
    /// https://docs.paypal.ai/growth/payouts/send-money/use-web-ui</summary>
    public static readonly PaymentFile PayPal = new()
    {
        Line = PayPalLine,
        IsForTransfers = true,
        IsOneCurrency = true,
    };

    /// <summary>Wise's batch by e-mail address. The amount is what arrives.
    /// https://wise.com/help/articles/2663302/how-do-i-fill-in-my-batch-template</summary>
    public static readonly PaymentFile Wise = new()
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
    public required Func<ExportedPayment, string> Line { get; init; }

    /// <summary>Whoever gets the file transfers what is in it: only what must be transferred is.</summary>
    public bool IsForTransfers { get; private init; }

    public bool IsOneCurrency { get; private init; }
    private bool NeedsName { get; init; }

    /// <returns>Null for a word that is no format.</returns>
    public static PaymentFile? Named(string? format) =>
        format?.ToLowerInvariant() switch
        {
            null or "generic" => Generic,
            "paypal" => PayPal,
            "wise" => Wise,
            _ => null,
        };

    /// <summary>Whether enough is known of the affiliate.</summary>
    public bool CanHold(ExportedPayment payment) =>
        !IsForTransfers || (payment.Email is not null && (!NeedsName || payment.Name is not null));

    private static string GenericLine(ExportedPayment payment) =>
        string.Join(
            ',',
            $"{payment.Id}",
            Csv.Text(payment.AffiliateId),
            Csv.Text(payment.Name),
            Csv.Text(payment.Email),
            Csv.Text(payment.Network),
            Csv.Text(payment.Address),
            payment.Currency,
            Amount(payment.AmountCents),
            Csv.Number(payment.GrossAmountCents),
            Csv.Number(payment.ReversalAmountCents),
            Csv.Number(payment.AmountCents),
            Csv.Number(payment.RecoveryOwedCents),
            payment.Status,
            Csv.Time(payment.PeriodStart),
            Csv.Time(payment.PeriodEnd),
            Csv.Time(payment.ApprovedAt),
            Csv.Time(payment.PaidAt),
            Csv.Text(payment.ExternalRef)
        );

    private static string PayPalLine(ExportedPayment payment) =>
        string.Join(
            ',',
            Csv.Text(payment.Email),
            Amount(payment.AmountCents),
            payment.Currency,
            payment.Id.ToString("N")[..CustomerIdLength],
            Csv.Text($"Payout {payment.Id}"),
            "PAYPAL"
        );

    private static string WiseLine(ExportedPayment payment) =>
        string.Join(
            ',',
            Csv.Text(payment.Name),
            Csv.Text(payment.Email),
            Csv.Text(
                $"Payout {payment.PeriodStart.UtcDateTime.ToString("yyyy-MM", CultureInfo.InvariantCulture)}"
            ),
            "PERSON",
            "target",
            Amount(payment.AmountCents),
            payment.Currency,
            payment.Currency,
            "EMAIL"
        );

    /// <summary>Cents as a decimal: 1250 is 12.50.</summary>
    private static string Amount(long cents) =>
        string.Create(CultureInfo.InvariantCulture, $"{cents / 100}.{cents % 100:00}");
}
