using System.Globalization;
using Settlement.Affiliates.Paying;
using Settlement.Api.Http;
using Settlement.Payouts.Tokens;

namespace Settlement.Api.Affiliates;

/// <summary>POST …/{id}/approve, unapprove, void, mark-paid and write-off: each answers the payout as it is afterwards.</summary>
internal sealed class MoveAffiliatePayouts(KeyedCommit commit)
{
    public Task ApproveAsync(HttpContext context, Principal by) =>
        MoveAsync(context, by, Routes.Approve, Wish(MoveReplies.Approved));

    public Task UnapproveAsync(HttpContext context, Principal by) =>
        MoveAsync(context, by, Routes.Unapprove, Wish(MoveReplies.Pending));

    public Task VoidAsync(HttpContext context, Principal by) =>
        MoveAsync(context, by, Routes.Void, Wish(MoveReplies.Void));

    /// <summary>Records the transfer that paid it. The same transfer again changes nothing.</summary>
    public async Task MarkPaidAsync(HttpContext context, Principal by)
    {
        using JsonBody? body = await BodyReader.ReadAsync(context.Request);
        if (body is null)
        {
            await context.ErrorAsync(ErrorCatalogue.ValidationError);
            return;
        }
        (string? reference, ErrorBody? problem) = AffiliateRules.Reference(body);
        Field<bool> approves = body.Flag("approve");
        if (approves.IsWrong)
            problem ??= ErrorBodies.Invalid("approve", "approve must be true or false.");
        if (problem is not null)
        {
            await context.ErrorAsync(ErrorCatalogue.ValidationError, problem);
            return;
        }
        await MoveAsync(
            context,
            by,
            Routes.MarkPaid,
            Wish(MoveReplies.Paid) with
            {
                ExternalRef = reference,
            },
            approves.OrDefault()
        );
    }

    /// <summary>Forgives what an affiliate owes.</summary>
    public async Task WriteOffAsync(HttpContext context, Principal by)
    {
        using JsonBody? body = await BodyReader.ReadAsync(context.Request);
        if (body is null)
        {
            await context.ErrorAsync(ErrorCatalogue.ValidationError);
            return;
        }
        (string? reason, ErrorBody? problem) = AffiliateRules.Reason(body);
        if (string.IsNullOrWhiteSpace(reason))
            problem ??= ErrorBodies.Invalid("reason", "reason must say why, in a text.");
        if (problem is not null)
        {
            await context.ErrorAsync(ErrorCatalogue.ValidationError, problem);
            return;
        }
        await MoveAsync(
            context,
            by,
            Routes.WriteOff,
            Wish(MoveReplies.WrittenOff) with
            {
                Reason = reason,
            }
        );
    }

    private static Move Wish(string becomes) => new(default, becomes, null, "", "");

    private async Task MoveAsync(
        HttpContext context,
        Principal by,
        string route,
        Move wish,
        bool approves = false
    )
    {
        if (!PayoutIds.TryRead(context, out Guid id))
        {
            await context.ErrorAsync(ErrorCatalogue.PayoutNotFound);
            return;
        }
        Move move = wish with
        {
            PayoutId = id,
            Actor = by.Name,
            RequestId = context.RequestId(),
            Version = Versions.Read(context.Request),
        };
        await commit.AnswerAsync(
            context,
            by,
            route,
            [
                id.ToString(),
                move.ExternalRef,
                move.Reason,
                approves ? "approve" : null,
                move.Version?.ToString(CultureInfo.InvariantCulture),
            ],
            connection => MoveReplies.MoveAsync(connection, move, approves)
        );
    }
}
