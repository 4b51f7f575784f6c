using Settlement.Api.Http;
using Settlement.Payouts.Ledger;

namespace Settlement.Api.Endpoints;

/// <summary>POST /v1/referrals/spend-on-invoice: covers an invoice in full with what the user earned.</summary>
/// <remarks>An invoice is covered once: the same user asking the same again is answered alike, with or without a key.</remarks>
internal sealed class SpendOnInvoice(KeyedAnswers keys)
{
    public async Task HandleAsync(HttpContext context, Guid userId)
    {
        using JsonBody? body = await BodyReader.ReadAsync(context.Request);
        if (body is null)
        {
            await context.ErrorAsync(ErrorCatalogue.InvalidJson);
            return;
        }
        if (!IdempotencyKey.TryRead(context.Request, out string? key))
        {
            await context.ErrorAsync(ErrorCatalogue.IdempotencyKeyInvalid);
            return;
        }
        if (!body.Text("invoice_id").Has(out string invoice) || string.IsNullOrWhiteSpace(invoice))
        {
            await RefuseAsync(
                context,
                "invoice_id",
                "invoice_id must be a text that is not empty."
            );
            return;
        }
        if (!body.Integer("amount_micro").Has(out long amount) || amount <= 0)
        {
            await RefuseAsync(
                context,
                "amount_micro",
                "amount_micro must be a whole number of micro-units above zero, in plain digits, such as 25000000."
            );
            return;
        }
        string user = KeyedAnswers.User(userId);
        await keys.ChangeAsync(
            context,
            KeyedAnswers.Of(user, Routes.Spend, key, Answer.Ok, [invoice, $"{amount}"]),
            connection =>
                Invoices.SpendAsync(
                    connection,
                    new Spend(userId, invoice, amount, context.RequestId()),
                    CancellationToken.None
                ),
            Tell
        );
    }

    private static Told Tell(SpendOutcome outcome) =>
        outcome switch
        {
            SpendOutcome.Spent => Told.Success(StatusCodes.Status200OK, Answer.Ok),
            SpendOutcome.Replayed => Told.Success(StatusCodes.Status200OK, Answer.Ok) with
            {
                IsReplay = true,
            },
            SpendOutcome.NotEligible refused => Told.Refusal(
                ErrorCatalogue.InvoiceNotEligible,
                ErrorCatalogue.InvoiceNotEligible.Body() with
                {
                    Reason = refused.Reason,
                }
            ),
            SpendOutcome.Mismatch => Told.Refusal(
                ErrorCatalogue.AmountMismatch,
                ErrorCatalogue.AmountMismatch.Body()
            ),
            SpendOutcome.Insufficient refused => Told.Refusal(
                ErrorCatalogue.BalanceInsufficient,
                ErrorCatalogue.BalanceInsufficient.Body(
                    "The invoice exceeds your available balance, see available_micro; nothing was deducted."
                ) with
                {
                    AvailableMicro = refused.AvailableMicro,
                }
            ),
            _ => throw new InvalidOperationException($"Unknown outcome {outcome.GetType().Name}."),
        };

    private static Task RefuseAsync(HttpContext context, string field, string problem) =>
        context.ErrorAsync(
            ErrorCatalogue.InvalidArgs,
            ErrorCatalogue.InvalidArgs.Body($"{problem} Nothing was deducted.") with
            {
                Field = field,
            }
        );
}

/// <summary>Which invoice, and its total.</summary>
public sealed record SpendBody
{
    /// <summary>The invoice to cover.</summary>
    public required string InvoiceId { get; init; }

    /// <summary>Micro-units, a whole number in plain digits; the invoice's total, no more and no less.</summary>
    public required long AmountMicro { get; init; }
}
