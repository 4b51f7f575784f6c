using Npgsql;
using Settlement.Affiliates.Paying;
using Settlement.Api.Http;
using Settlement.Payouts.Tokens;

namespace Settlement.Api.Affiliates;

/// <summary>Gathers commissions into payouts: for one affiliate, or for all of them for a month.</summary>
internal sealed class CreateAffiliatePayouts(
    KeyedCommit commit,
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
        await commit.AnswerAsync(
            context,
            by,
            Routes.AffiliatePayouts,
            [affiliate, order.Currency, Csv.Time(period.Start), Csv.Time(period.End)],
            connection => CreateAsync(connection, order)
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
        // Each payout is a commit of its own, and running again creates nothing twice: the key adds the answer.
        await commit.AnswerAsync(
            context,
            by,
            Routes.RunMonthly,
            [Csv.Time(period.Start), Csv.Time(period.End), isTrial ? "dry" : null],
            async _ =>
                Told.Of(
                    StatusCodes.Status200OK,
                    View(
                        period,
                        isTrial,
                        await run.ExecuteAsync(
                            period,
                            isTrial,
                            (by.Name, context.RequestId()),
                            CancellationToken.None
                        )
                    ),
                    AffiliateJson.Default.RunView
                )
        );
    }

    private static async Task<Told> CreateAsync(NpgsqlConnection connection, PayoutOrder order)
    {
        CreatedOutcome outcome = await CreateAffiliatePayout.ExecuteAsync(
            connection,
            order,
            CancellationToken.None
        );
        switch (outcome)
        {
            case CreatedOutcome.Created created:
                AffiliatePayout payout = (
                    await AffiliatePayoutQueries.FindAsync(
                        connection,
                        created.Id,
                        CancellationToken.None
                    )
                )!;
                return Told.Of(
                    StatusCodes.Status201Created,
                    AffiliatePayoutView.Of(payout),
                    AffiliateJson.Default.AffiliatePayoutView
                ) with
                {
                    Location = $"{Routes.AffiliatePayouts}/{created.Id}",
                    Tag = Versions.Tag(payout.Version),
                };
            case CreatedOutcome.Exists exists:
                return Told.Refusal(
                    ErrorCatalogue.PayoutExists,
                    ErrorCatalogue.PayoutExists.Body() with
                    {
                        PayoutId = exists.Id,
                    }
                );
            default:
                return Told.Not(ErrorCatalogue.NoCommissions);
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
