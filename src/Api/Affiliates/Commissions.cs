using Settlement.Affiliates.Commissions;
using Settlement.Api.Http;
using Settlement.Payouts.Tokens;

namespace Settlement.Api.Affiliates;

/// <summary>What affiliates earn: recorded once per event, and taken back.</summary>
internal sealed class Commissions(IngestCommission ingest, ReverseCommission reverse)
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
            by.Name,
            context.RequestId()
        );
        if (commission is null)
        {
            await context.ErrorAsync(ErrorCatalogue.ValidationError, problem!);
            return;
        }
        CommissionOutcome outcome = await ingest.ExecuteAsync(commission, CancellationToken.None);
        await (
            outcome switch
            {
                CommissionOutcome.Created created => AnswerAsync(context, 201, created.Id),
                CommissionOutcome.Replayed replayed => AnswerAsync(context, 200, replayed.Id),
                CommissionOutcome.Mismatch mismatch => context.ErrorAsync(
                    ErrorCatalogue.DuplicateEventMismatch,
                    ErrorCatalogue.DuplicateEventMismatch.Body() with
                    {
                        CommissionId = mismatch.Id,
                    }
                ),
                _ => throw new InvalidOperationException(
                    $"Unknown outcome {outcome.GetType().Name}."
                ),
            }
        );
    }

    /// <summary>POST /v1/commissions/{id}/reverse. A second time changes nothing.</summary>
    public async Task ReverseAsync(HttpContext context, Principal by)
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
        ReversalOutcome outcome = await reverse.ExecuteAsync(
            new Reversal(id, reason, by.Name, context.RequestId()),
            CancellationToken.None
        );
        await (
            outcome switch
            {
                ReversalOutcome.Reversed reversed => context.Response.JsonAsync(
                    StatusCodes.Status200OK,
                    new ReversedView(Ok: true, id, reversed.ReversalId),
                    AffiliateJson.Default.ReversedView
                ),
                ReversalOutcome.Missing => context.ErrorAsync(ErrorCatalogue.CommissionNotFound),
                ReversalOutcome.NotReversible => context.ErrorAsync(
                    ErrorCatalogue.CommissionNotReversible
                ),
                _ => throw new InvalidOperationException(
                    $"Unknown outcome {outcome.GetType().Name}."
                ),
            }
        );
    }

    private static Task AnswerAsync(HttpContext context, int status, Guid id) =>
        context.Response.JsonAsync(
            status,
            new CommissionView(Ok: true, id),
            AffiliateJson.Default.CommissionView
        );
}
