using Npgsql;
using Settlement.Affiliates.Paying;
using Settlement.Api.Http;
using Settlement.Payouts.Tokens;

namespace Settlement.Api.Affiliates;

/// <summary>POST /v1/admin/payouts/bulk: one decision on up to a hundred payouts, each in a commit of its own.</summary>
internal sealed class BulkMoves(KeyedCommit commit, NpgsqlDataSource database)
{
    private const string Approve = "approve";
    private const string MarkPaid = "mark-paid";

    public async Task HandleAsync(HttpContext context, Principal by)
    {
        using JsonBody? body = await BodyReader.ReadAsync(context.Request);
        if (body is null)
        {
            await context.ErrorAsync(ErrorCatalogue.ValidationError);
            return;
        }
        (AffiliateBulkBody? asked, ErrorBody? problem) = Read(body);
        if (asked is null)
        {
            await context.ErrorAsync(ErrorCatalogue.ValidationError, problem!);
            return;
        }
        // What was done to a payout is done whatever becomes of the next, and doing it again changes nothing: the key adds the answer.
        await commit.AnswerAsync(
            context,
            by,
            Routes.BulkAffiliatePayouts,
            [asked.Action, asked.ExternalRef, asked.Approve ? Approve : null, .. asked.Ids],
            async _ =>
                Told.Of(
                    StatusCodes.Status200OK,
                    await MoveAllAsync(asked, by.Name, context.RequestId()),
                    AffiliateJson.Default.AffiliateBulkView
                )
        );
    }

    private static (AffiliateBulkBody? Value, ErrorBody? Problem) Read(JsonBody body)
    {
        if (!body.Text("action").Has(out string action) || action is not (Approve or MarkPaid))
        {
            return (
                null,
                ErrorBodies.Invalid("action", $"action must be {Approve} or {MarkPaid}.")
            );
        }

        if (AffiliateRules.Ids(body) is not { } ids)
            return (null, AffiliateRules.InvalidIds());
        Field<bool> approves = body.Flag("approve");
        if (approves.IsWrong)
            return (null, ErrorBodies.Invalid("approve", "approve must be true or false."));
        string? reference = null;
        if (action == MarkPaid || body.Text("external_ref").IsWrong)
        {
            (reference, ErrorBody? problem) = AffiliateRules.Reference(body);
            if (problem is not null)
                return (null, problem);
        }
        return (
            new AffiliateBulkBody
            {
                Action = action,
                Ids = ids,
                ExternalRef = reference,
                Approve = approves.OrDefault(),
            },
            null
        );
    }

    private async Task<AffiliateBulkView> MoveAllAsync(
        AffiliateBulkBody asked,
        string actor,
        string requestId
    )
    {
        var results = new List<AffiliateBulkResult>(asked.Ids.Count);
        foreach (string text in asked.Ids)
        {
            Told reply = PayoutIds.TryParse(text, out Guid id)
                ? await MoveAsync(
                    new Move(
                        id,
                        asked.Action == MarkPaid ? MoveReplies.Paid : MoveReplies.Approved,
                        asked.ExternalRef,
                        actor,
                        requestId
                    ),
                    asked is { Action: MarkPaid, Approve: true }
                )
                : Told.Not(ErrorCatalogue.PayoutNotFound);
            results.Add(
                new AffiliateBulkResult(
                    text,
                    reply.Error is null,
                    reply.Error?.Tag,
                    reply.ErrorBody?.Message
                )
            );
        }
        return new AffiliateBulkView(results.Count(r => r.Ok), results.Count(r => !r.Ok), results);
    }

    private async Task<Told> MoveAsync(Move move, bool approves)
    {
        await using NpgsqlConnection connection = await database.OpenConnectionAsync();
        await using NpgsqlTransaction transaction = await connection.BeginTransactionAsync();
        Told reply = await MoveReplies.MoveAsync(connection, move, approves);
        if (reply.Error is null)
            await transaction.CommitAsync();
        return reply;
    }
}

/// <summary>What became of each payout.</summary>
/// <param name="Done">How many are what they were to become.</param>
/// <param name="Refused">How many are unchanged.</param>
/// <param name="Results">In the order in which they were asked for.</param>
public sealed record AffiliateBulkView(
    int Done,
    int Refused,
    IReadOnlyList<AffiliateBulkResult> Results
);

/// <summary>What became of one payout.</summary>
/// <param name="Error">The tag that the single route would have answered; null when it was done.</param>
public sealed record AffiliateBulkResult(string Id, bool Ok, string? Error, string? Message);
