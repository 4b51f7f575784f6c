using Settlement.Affiliates.Paying;
using Settlement.Api.Http;
using Settlement.Payouts.Tokens;

namespace Settlement.Api.Affiliates;

/// <summary>POST …/{id}/approve, unapprove, void and mark-paid: each answers the payout as it is afterwards.</summary>
internal sealed class MoveAffiliatePayouts(MoveAffiliatePayout move, AffiliatePayoutQueries payouts)
{
    private const string Pending = "pending";
    private const string Approved = "approved";
    private const string Paid = "paid";
    private const string Void = "void";

    public Task ApproveAsync(HttpContext context, Principal by) =>
        MoveAsync(context, by, Approved, reference: null);

    public Task UnapproveAsync(HttpContext context, Principal by) =>
        MoveAsync(context, by, Pending, reference: null);

    public Task VoidAsync(HttpContext context, Principal by) =>
        MoveAsync(context, by, Void, reference: null);

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
        if (reference is null)
        {
            await context.ErrorAsync(ErrorCatalogue.ValidationError, problem!);
            return;
        }
        await MoveAsync(context, by, Paid, reference);
    }

    private async Task MoveAsync(
        HttpContext context,
        Principal by,
        string becomes,
        string? reference
    )
    {
        if (!PayoutIds.TryRead(context, out Guid id))
        {
            await context.ErrorAsync(ErrorCatalogue.PayoutNotFound);
            return;
        }
        // Not cancelled when the client leaves: what an operator decided is carried out or refused.
        MoveOutcome outcome = await move.ExecuteAsync(
            new Move(id, becomes, reference, by.Name, context.RequestId()),
            CancellationToken.None
        );
        switch (outcome)
        {
            case MoveOutcome.Done:
                AffiliatePayout? payout = await payouts.FindAsync(id, CancellationToken.None);
                await context.Response.JsonAsync(
                    StatusCodes.Status200OK,
                    AffiliatePayoutView.Of(payout!),
                    AffiliateJson.Default.AffiliatePayoutView
                );
                break;
            case MoveOutcome.Refused refused:
                ErrorEntry entry = Explain(becomes, refused.Status);
                await context.ErrorAsync(
                    entry,
                    entry.Body() with
                    {
                        Status = refused.Status,
                        ExternalRef = refused.ExternalRef,
                    }
                );
                break;
            default:
                await context.ErrorAsync(ErrorCatalogue.PayoutNotFound);
                break;
        }
    }

    private static ErrorEntry Explain(string becomes, string status) =>
        (becomes, status) switch
        {
            (_, Paid) => ErrorCatalogue.PayoutAlreadyPaid,
            (Paid, Pending) => ErrorCatalogue.PayoutNotApproved,
            (Paid or Approved, _) => ErrorCatalogue.PayoutNotPayable,
            _ => ErrorCatalogue.PayoutNotActionable,
        };
}
