using Settlement.Api.Http;
using Settlement.Api.Operations;
using Settlement.Payouts.Tokens;

namespace Settlement.Api.OpenApi;

/// <summary>What the description says of the operators' routes around invoices.</summary>
internal static class InvoiceOperations
{
    public static readonly Operation Register = new(
        "registerInvoice",
        "Make an invoice known that a user's balance may cover",
        Caller.Operator,
        [(201, typeof(OkView)), (200, typeof(OkView))],
        ErrorCatalogue.InvalidJson,
        ErrorCatalogue.IdempotencyKeyInvalid,
        ErrorCatalogue.InvalidArgs,
        ErrorCatalogue.IdempotencyKeyReused,
        ErrorCatalogue.DuplicateEventMismatch
    )
    {
        Text =
            "An invoice is known once: the same invoice_id with the same values answers 200. To give back what "
            + "was spent on an invoice, record an adjustment for its user.",
        Scope = Scopes.WriteInvoices,
        Body = typeof(InvoiceBody),
        TakesIdempotencyKey = true,
    };

    public static readonly Operation Close = new(
        "closeInvoice",
        "Let no balance cover an invoice any more",
        Caller.Operator,
        [(200, typeof(OkView))],
        ErrorCatalogue.InvalidJson,
        ErrorCatalogue.IdempotencyKeyInvalid,
        ErrorCatalogue.IdempotencyKeyReused,
        ErrorCatalogue.InvoiceNotEligible,
        ErrorCatalogue.InvoiceCovered
    )
    {
        Text = "When it was paid otherwise, or is void. Closing twice is fine.",
        IsIdAnyText = true,
        IdText = "The invoice_id under which it was made known.",
        Scope = Scopes.WriteInvoices,
        Body = typeof(CloseInvoiceBody),
        IsBodyOptional = true,
        TakesIdempotencyKey = true,
    };
}
