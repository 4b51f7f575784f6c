using Settlement.Affiliates.Commissions;
using Settlement.Api.Configuration;
using Settlement.Api.Http;
using Settlement.Payouts.Tokens;

namespace Settlement.Api.Affiliates;

/// <summary>What affiliates earn: recorded once per event, judged, and taken back.</summary>
internal sealed class Commissions(KeyedCommit commit, AffiliatesOptions options)
{
    /// <summary>POST /v1/commissions: 201 when recorded, 200 when the same event was recorded before.</summary>
    public async Task RecordAsync(HttpContext context, Principal by)
    {
        using JsonBody? body = await BodyReader.ReadAsync(context.Request);
        if (body is null)
        {
            await context.ErrorAsync(ErrorCatalogue.ValidationError);
            return;
        }
        (NewCommission? commission, ErrorBody? problem) = AffiliateRules.Commission(
            body,
            options.UsualHold,
            (by.Name, context.RequestId())
        );
        if (commission is null)
        {
            await context.ErrorAsync(ErrorCatalogue.ValidationError, problem!);
            return;
        }
        await commit.AnswerAsync(
            context,
            by,
            Routes.Commissions,
            [
                commission.AffiliateId,
                commission.Currency,
                AffiliatePayoutView.Cents(commission.AmountCents),
                commission.SourceEventId,
                Csv.Time(commission.EarnedAt),
                Csv.Time(commission.HoldUntil),
            ],
            async connection =>
                Recorded(
                    await IngestCommission.ExecuteAsync(
                        connection,
                        commission,
                        CancellationToken.None
                    )
                )
        );
    }

    /// <summary>POST /v1/commissions/{id}/reverse. A second time changes nothing.</summary>
    public Task ReverseAsync(HttpContext context, Principal by) =>
        WithReasonAsync(
            context,
            by,
            Routes.ReverseCommission,
            (connection, id, reason) =>
                ReverseCommission.ExecuteAsync(
                    connection,
                    new Reversal(id, reason, by.Name, context.RequestId()),
                    CancellationToken.None
                ),
            Reversed
        );

    /// <summary>POST /v1/commissions/{id}/approve, hold, release and reject. A second time changes nothing.</summary>
    /// <param name="route">Which of them.</param>
    /// <param name="becomes">approved, held, released or rejected.</param>
    public BearerHandler Judge(string route, string becomes) =>
        (context, by) =>
            WithReasonAsync(
                context,
                by,
                route,
                (connection, id, reason) =>
                    JudgeCommission.ExecuteAsync(
                        connection,
                        new Judgement(id, becomes, reason, by.Name, context.RequestId()),
                        CancellationToken.None
                    ),
                (id, outcome) =>
                    outcome switch
                    {
                        JudgedOutcome.Done => Told.Of(
                            StatusCodes.Status200OK,
                            new JudgedView(Ok: true, id, becomes),
                            AffiliateJson.Default.JudgedView
                        ),
                        JudgedOutcome.Refused => Told.Not(ErrorCatalogue.CommissionNotActionable),
                        JudgedOutcome.Missing => Told.Not(ErrorCatalogue.CommissionNotFound),
                    }
            );

    private async Task WithReasonAsync<T>(
        HttpContext context,
        Principal by,
        string route,
        Func<Npgsql.NpgsqlConnection, Guid, string?, Task<T>> work,
        Func<Guid, T, Told> tell
    )
    {
        using JsonBody? body = await BodyReader.ReadAsync(context.Request, emptyIsObject: true);
        if (body is null)
        {
            await context.ErrorAsync(ErrorCatalogue.ValidationError);
            return;
        }
        (string? reason, ErrorBody? problem) = AffiliateRules.Reason(body);
        if (problem is not null)
        {
            await context.ErrorAsync(ErrorCatalogue.ValidationError, problem);
            return;
        }
        if (!PayoutIds.TryRead(context, out Guid id))
        {
            await context.ErrorAsync(ErrorCatalogue.CommissionNotFound);
            return;
        }
        await commit.AnswerAsync(
            context,
            by,
            route,
            [id.ToString(), reason],
            async connection => tell(id, await work(connection, id, reason))
        );
    }

    private static Told Recorded(CommissionOutcome outcome) =>
        outcome switch
        {
            CommissionOutcome.Created created => Recorded(201, created.Id),
            CommissionOutcome.Replayed replayed => Recorded(200, replayed.Id),
            CommissionOutcome.Mismatch mismatch => Told.Refusal(
                ErrorCatalogue.DuplicateEventMismatch,
                ErrorCatalogue.DuplicateEventMismatch.Body() with
                {
                    CommissionId = mismatch.Id,
                }
            ),
            _ => throw new InvalidOperationException($"Unknown outcome {outcome.GetType().Name}."),
        };

    private static Told Recorded(int status, Guid id) =>
        Told.Of(status, new CommissionView(Ok: true, id), AffiliateJson.Default.CommissionView);

    private static Told Reversed(Guid id, ReversalOutcome outcome) =>
        outcome switch
        {
            ReversalOutcome.Reversed reversed => Told.Of(
                StatusCodes.Status200OK,
                new ReversedView(Ok: true, id, reversed.ReversalId),
                AffiliateJson.Default.ReversedView
            ),
            ReversalOutcome.Missing => Told.Not(ErrorCatalogue.CommissionNotFound),
            ReversalOutcome.NotReversible => Told.Not(ErrorCatalogue.CommissionNotReversible),
            _ => throw new InvalidOperationException($"Unknown outcome {outcome.GetType().Name}."),
        };
}
