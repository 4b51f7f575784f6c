using Settlement.Affiliates.Paying;
using Settlement.Api.Http;
using Settlement.Payouts.Tokens;

namespace Settlement.Api.Affiliates;

/// <summary>Gathers commissions into payouts: for one affiliate, or for all of them for a month.</summary>
internal sealed class CreateAffiliatePayouts(
    CreateAffiliatePayout create,
    RunPeriod run,
    AffiliatePayoutQueries payouts,
    TimeProvider clock
)
{
    /// <summary>POST /v1/payouts.</summary>
    public async Task CreateAsync(HttpContext context, Principal by)
    {
        using JsonBody? body = await BodyReader.ReadAsync(context.Request);
        if (body is null)
        {
            await context.ErrorAsync(ErrorCatalogue.ValidationError);
            return;
        }
        (var asked, ErrorBody? problem) = AffiliateRules.Payout(body);
        if (asked is not var (affiliate, currency, period))
        {
            await context.ErrorAsync(ErrorCatalogue.ValidationError, problem!);
            return;
        }
        IReadOnlyList<string> known = await payouts.CurrenciesOfAsync(
            affiliate,
            context.RequestAborted
        );
        if (known.Count == 0 || (currency is not null && !known.Contains(currency)))
        {
            await context.ErrorAsync(ErrorCatalogue.AffiliateNotFound);
            return;
        }
        if (currency is null && known.Count > 1)
        {
            await context.ErrorAsync(
                ErrorCatalogue.ValidationError,
                ErrorBodies.Invalid(
                    "currency",
                    $"This affiliate earns in {string.Join(", ", known)}: name one as currency."
                )
            );
            return;
        }
        var order = new PayoutOrder(
            affiliate,
            currency ?? known[0],
            period,
            by.Name,
            context.RequestId()
        );
        await AnswerAsync(
            context,
            await create.ExecuteAsync(order, isTrial: false, CancellationToken.None)
        );
    }

    /// <summary>POST /v1/admin/payouts/run-monthly.</summary>
    public async Task RunAsync(HttpContext context, Principal by)
    {
        using JsonBody? body = await BodyReader.ReadAsync(context.Request, emptyIsObject: true);
        if (body is null)
        {
            await context.ErrorAsync(ErrorCatalogue.ValidationError);
            return;
        }
        (var asked, ErrorBody? problem) = AffiliateRules.Run(body, clock.GetUtcNow());
        if (asked is not var (period, isTrial))
        {
            await context.ErrorAsync(ErrorCatalogue.ValidationError, problem!);
            return;
        }
        RunReport report = await run.ExecuteAsync(
            period,
            isTrial,
            (by.Name, context.RequestId()),
            CancellationToken.None
        );
        await context.Response.JsonAsync(
            StatusCodes.Status200OK,
            View(period, isTrial, report),
            AffiliateJson.Default.RunView
        );
    }

    private async Task AnswerAsync(HttpContext context, CreatedOutcome outcome)
    {
        switch (outcome)
        {
            case CreatedOutcome.Created created:
                AffiliatePayout? payout = await payouts.FindAsync(
                    created.Id,
                    CancellationToken.None
                );
                context.Response.Headers.Location = $"{Routes.AffiliatePayouts}/{created.Id}";
                await context.Response.JsonAsync(
                    StatusCodes.Status201Created,
                    AffiliatePayoutView.Of(payout!),
                    AffiliateJson.Default.AffiliatePayoutView
                );
                break;
            case CreatedOutcome.Exists exists:
                await context.ErrorAsync(
                    ErrorCatalogue.PayoutExists,
                    ErrorCatalogue.PayoutExists.Body() with
                    {
                        PayoutId = exists.Id,
                    }
                );
                break;
            default:
                await context.ErrorAsync(ErrorCatalogue.NoCommissions);
                break;
        }
    }

    private static RunView View(Period period, bool isTrial, RunReport report) =>
        new()
        {
            PeriodStart = period.Start,
            PeriodEnd = period.End,
            DryRun = isTrial,
            Created = report.Created,
            Skipped = report.Skipped,
            AlreadyExists = report.AlreadyExists,
            TotalNetCents = AffiliatePayoutView.Cents(report.TotalNetCents),
            Errors = report
                .Errors.Select(e => new RunErrorView(e.AffiliateId, e.Currency, e.SqlState))
                .ToList(),
        };
}
