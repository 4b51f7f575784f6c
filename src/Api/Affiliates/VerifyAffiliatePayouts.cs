using System.Globalization;
using Settlement.Affiliates.Paying;
using Settlement.Api.Http;

namespace Settlement.Api.Affiliates;

/// <summary>POST /v1/commissions/verify: compares what a bank says of a transfer, or of a batch, with what was recorded.
/// Reads only.</summary>
internal sealed class VerifyAffiliatePayouts(VerifyPayouts payouts)
{
    public async Task HandleAsync(HttpContext context)
    {
        using JsonBody? body = await BodyReader.ReadAsync(context.Request);
        if (body is null)
        {
            await context.ErrorAsync(ErrorCatalogue.ValidationError);
            return;
        }
        (VerifyBody? asked, ErrorBody? problem) = Read(body);
        if (asked is null)
        {
            await context.ErrorAsync(ErrorCatalogue.ValidationError, problem!);
            return;
        }
        Guid[] ids = (asked.Ids ?? [])
            .Select(text => PayoutIds.TryParse(text, out Guid id) ? id : Guid.Empty)
            .ToArray();
        IReadOnlyList<RecordedPayout> found = await payouts.ReadAsync(
            asked.ExternalRef,
            ids,
            context.RequestAborted
        );
        await context.Response.JsonAsync(
            StatusCodes.Status200OK,
            Compare(asked, found),
            AffiliateJson.Default.VerifiedView
        );
    }

    private static (VerifyBody? Value, ErrorBody? Problem) Read(JsonBody body)
    {
        Field<string> reference = body.Text("external_ref");
        Field<IReadOnlyList<string>> ids = body.Texts("ids");
        bool isByIds = ids.Has(out _) || ids.IsWrong;
        if (isByIds == (reference.Has(out _) || reference.IsWrong))
        {
            return (
                null,
                ErrorBodies.Invalid("external_ref", "Give external_ref or ids, and not both.")
            );
        }
        string? named = null;
        IReadOnlyList<string>? list = null;
        if (isByIds)
        {
            list = AffiliateRules.Ids(body);
            if (list is null)
                return (null, AffiliateRules.InvalidIds());
        }
        else
        {
            (named, ErrorBody? problem) = AffiliateRules.Reference(body);
            if (problem is not null)
                return (null, problem);
        }
        if (!AffiliateRules.TryReadTotal(body.Text("expected_amount_cents"), out long cents))
        {
            return (
                null,
                ErrorBodies.Invalid(
                    "expected_amount_cents",
                    "expected_amount_cents must be a text of plain digits."
                )
            );
        }
        return AffiliateRules.TryReadCurrency(body.Text("currency"), out string currency)
            ? (
                new VerifyBody
                {
                    ExternalRef = named,
                    Ids = list,
                    ExpectedAmountCents = AffiliatePayoutView.Cents(cents),
                    Currency = currency,
                },
                null
            )
            : (null, ErrorBodies.Invalid("currency", "currency must be three letters."));
    }

    private static VerifiedView Compare(VerifyBody asked, IReadOnlyList<RecordedPayout> found)
    {
        List<VerifiedPayout> payouts =
        [
            .. found.Select(p => new VerifiedPayout(
                $"{p.Id}",
                p.AffiliateId,
                p.Status,
                AffiliatePayoutView.Cents(p.AmountCents),
                p.ExternalRef,
                Problem(p, asked.Currency)
            )),
            .. (asked.Ids ?? [])
                .Where(text => !found.Any(p => PayoutIds.TryParse(text, out Guid id) && id == p.Id))
                .Select(text => new VerifiedPayout(text, null, null, "0", null, "not_found")),
        ];
        // Only what is paid in this currency was transferred.
        long actual = found
            .Where(p => Problem(p, asked.Currency) is null or "does_not_add_up")
            .Sum(p => p.AmountCents);
        long discrepancy =
            actual - long.Parse(asked.ExpectedAmountCents, CultureInfo.InvariantCulture);
        return new VerifiedView
        {
            Ok = discrepancy == 0 && payouts.TrueForAll(p => p.Problem is null),
            Currency = asked.Currency,
            ExpectedAmountCents = asked.ExpectedAmountCents,
            ActualAmountCents = AffiliatePayoutView.Cents(actual),
            DiscrepancyCents = AffiliatePayoutView.Cents(discrepancy),
            Payouts = payouts,
        };
    }

    private static string? Problem(RecordedPayout payout, string currency) =>
        payout switch
        {
            _ when payout.Currency != currency => "other_currency",
            { Status: not "paid" } => "not_paid",
            _ when payout.AmountCents != payout.EntriesCents => "does_not_add_up",
            _ => null,
        };
}

/// <summary>What a bank says, and what was recorded.</summary>
public sealed record VerifiedView
{
    /// <summary>Nothing differs.</summary>
    public required bool Ok { get; init; }

    public required string Currency { get; init; }
    public required string ExpectedAmountCents { get; init; }

    /// <summary>The sum of the payouts that are paid in this currency.</summary>
    public required string ActualAmountCents { get; init; }

    /// <summary>Actual less expected; negative when more was transferred than was recorded.</summary>
    public required string DiscrepancyCents { get; init; }

    public required IReadOnlyList<VerifiedPayout> Payouts { get; init; }
}

/// <summary>One payout of the comparison.</summary>
/// <param name="Problem">not_found, not_paid, other_currency or does_not_add_up; null when all is well.</param>
public sealed record VerifiedPayout(
    string Id,
    string? AffiliateId,
    string? Status,
    string AmountCents,
    string? ExternalRef,
    string? Problem
);
