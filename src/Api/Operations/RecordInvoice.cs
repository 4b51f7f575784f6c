using Settlement.Api.Http;
using Settlement.Payouts.Ledger;

namespace Settlement.Api.Operations;

/// <summary>POST /v1/admin/referrals/invoices, and …/{id}/close: what billing says of an invoice.</summary>
internal sealed class RecordInvoice(KeyedAnswers keys)
{
    private const long MaxAmountMicro = 1_000_000_000_000_000;
    private const int MaxIdLength = 200;

    /// <summary>201 when it is new, 200 when it was known with the same values.</summary>
    public async Task RegisterAsync(HttpContext context)
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
        (NewInvoice? invoice, ErrorBody? problem) = Read(body, context);
        if (invoice is null)
        {
            await context.ErrorAsync(ErrorCatalogue.InvalidArgs, problem!);
            return;
        }
        await keys.ChangeAsync(
            context,
            KeyedAnswers.Of(
                context.Operator().Principal,
                Routes.AdminInvoices,
                key,
                Answer.Ok,
                [invoice.InvoiceId, $"{invoice.UserId}", $"{invoice.AmountMicro}"]
            ),
            connection => Invoices.RegisterAsync(connection, invoice, CancellationToken.None),
            Tell
        );
    }

    /// <summary>It was paid otherwise, or is void.</summary>
    public async Task CloseAsync(HttpContext context)
    {
        using JsonBody? body = await BodyReader.ReadAsync(context.Request, emptyIsObject: true);
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
        string id = (string)context.GetRouteValue("id")!;
        if (!IsId(id))
        {
            await context.ErrorAsync(ErrorCatalogue.InvoiceNotEligible);
            return;
        }
        var word = new InvoiceWord(id, context.Operator().Actor, context.RequestId());
        await keys.ChangeAsync(
            context,
            KeyedAnswers.Of(
                context.Operator().Principal,
                Routes.CloseInvoice,
                key,
                Answer.Ok,
                [id]
            ),
            connection => Invoices.CloseAsync(connection, word, CancellationToken.None),
            Tell
        );
    }

    private static (NewInvoice? Invoice, ErrorBody? Problem) Read(
        JsonBody body,
        HttpContext context
    )
    {
        if (!body.Text("invoice_id").Has(out string id) || !IsId(id))
        {
            return Refuse(
                "invoice_id",
                $"invoice_id must be 1 to {MaxIdLength} letters, digits, dots, underscores, colons or hyphens."
            );
        }
        if (
            !body.Text("user_id").Has(out string user) || !PayoutIds.TryParse(user, out Guid userId)
        )
        {
            return Refuse("user_id", "user_id must be a UUID of the form 8-4-4-4-12.");
        }
        if (
            !body.Integer("amount_micro").Has(out long amount) || amount is <= 0 or > MaxAmountMicro
        )
        {
            return Refuse(
                "amount_micro",
                $"amount_micro must be a whole number from 1 to {MaxAmountMicro}, in plain digits."
            );
        }
        string actor = context.Operator().Actor;
        return (new NewInvoice(id, userId, amount, actor, context.RequestId()), null);
    }

    private static bool IsId(string id) =>
        id.Length is > 0 and <= MaxIdLength
        && id.All(c => char.IsAsciiLetterOrDigit(c) || c is '.' or '_' or ':' or '-');

    private static (NewInvoice?, ErrorBody?) Refuse(string field, string problem) =>
        (null, ErrorBodies.InvalidField(field, problem));

    private static Told Tell(RegisterOutcome outcome) =>
        outcome switch
        {
            RegisterOutcome.Created => Told.Success(StatusCodes.Status201Created, Answer.Ok),
            RegisterOutcome.Replayed => Told.Success(StatusCodes.Status200OK, Answer.Ok),
            RegisterOutcome.Mismatch => Told.Refusal(
                ErrorCatalogue.DuplicateEventMismatch,
                ErrorCatalogue.DuplicateEventMismatch.Body(
                    "This invoice_id was made known before with other values; the first stand, nothing was changed."
                )
            ),
        };

    private static Told Tell(CloseOutcome outcome) =>
        outcome switch
        {
            CloseOutcome.Closed or CloseOutcome.Unchanged => Told.Success(
                StatusCodes.Status200OK,
                Answer.Ok
            ),
            CloseOutcome.Covered => Told.Refusal(
                ErrorCatalogue.InvoiceCovered,
                ErrorCatalogue.InvoiceCovered.Body()
            ),
            CloseOutcome.Missing => Told.Refusal(
                ErrorCatalogue.InvoiceNotEligible,
                ErrorCatalogue.InvoiceNotEligible.Body(
                    "There is no invoice with this id; nothing was changed."
                )
            ),
        };
}

/// <summary>An invoice to make known.</summary>
public sealed record InvoiceBody
{
    /// <summary>1 to 200 letters, digits, dots, underscores, colons or hyphens; known once.</summary>
    public required string InvoiceId { get; init; }

    /// <summary>To whom it was made out.</summary>
    public required Guid UserId { get; init; }

    /// <summary>Its total in micro-units.</summary>
    public required long AmountMicro { get; init; }
}

/// <summary>The body of close: nothing is asked for, and it may be left out.</summary>
public sealed record CloseInvoiceBody;
