using Dapper;
using Npgsql;

namespace Settlement.Payouts.Ledger;

/// <summary>Invoices that a balance may cover. Billing tells of them; each is covered at most once, in full, by its own user.</summary>
/// <remarks>Every method writes by a connection of the caller, so that an idempotency key can be stored in the same commit.</remarks>
public static class Invoices
{
    private const string RegisterSql = """
        -- Invoices: register
        SELECT outcome FROM register_invoice(@InvoiceId, @UserId, @AmountMicro, @Actor, @RequestId)
        """;

    private const string CloseSql = """
        -- Invoices: close
        SELECT outcome FROM close_invoice(@InvoiceId, @Actor, @RequestId)
        """;

    private const string SpendSql = """
        -- Invoices: spend
        SELECT outcome, available_micro FROM spend_on_invoice(@UserId, @InvoiceId, @AmountMicro, @RequestId)
        """;

    /// <summary>Makes an invoice known.</summary>
    public static async Task<RegisterOutcome> RegisterAsync(
        NpgsqlConnection connection,
        NewInvoice invoice,
        CancellationToken ct
    )
    {
        string outcome = await connection.QuerySingleAsync<string>(
            new CommandDefinition(RegisterSql, invoice, cancellationToken: ct)
        );
        return outcome switch
        {
            "created" => RegisterOutcome.Created,
            "replay" => RegisterOutcome.Replayed,
            "mismatch" => RegisterOutcome.Mismatch,
            _ => throw new InvalidOperationException($"register_invoice answered {outcome}."),
        };
    }

    /// <summary>Says that an invoice was paid otherwise or is void: no balance may cover it any more.</summary>
    public static async Task<CloseOutcome> CloseAsync(
        NpgsqlConnection connection,
        InvoiceWord word,
        CancellationToken ct
    )
    {
        string outcome = await connection.QuerySingleAsync<string>(
            new CommandDefinition(CloseSql, word, cancellationToken: ct)
        );
        return outcome switch
        {
            "closed" => CloseOutcome.Closed,
            "unchanged" => CloseOutcome.Unchanged,
            "covered" => CloseOutcome.Covered,
            "missing" => CloseOutcome.Missing,
            _ => throw new InvalidOperationException($"close_invoice answered {outcome}."),
        };
    }

    /// <summary>Covers an invoice with the user's balance, under the lock that payouts take too.</summary>
    public static async Task<SpendOutcome> SpendAsync(
        NpgsqlConnection connection,
        Spend spend,
        CancellationToken ct
    )
    {
        (string outcome, long? available) = await connection.QuerySingleAsync<(string, long?)>(
            new CommandDefinition(SpendSql, spend, cancellationToken: ct)
        );
        return outcome switch
        {
            "spent" => new SpendOutcome.Spent(),
            "replay" => new SpendOutcome.Replayed(),
            "missing" or "closed" or "covered" => new SpendOutcome.NotEligible(
                outcome is "missing" ? null : outcome
            ),
            "mismatch" => new SpendOutcome.Mismatch(),
            "insufficient" => new SpendOutcome.Insufficient(available ?? 0),
            _ => throw new InvalidOperationException($"spend_on_invoice answered {outcome}."),
        };
    }
}

/// <summary>An invoice to make known.</summary>
/// <param name="InvoiceId">1 to 200 letters, digits, dots, underscores, colons and hyphens; known once.</param>
/// <param name="UserId">To whom it was made out.</param>
/// <param name="AmountMicro">Its total in micro-units, 1 to 10^15.</param>
/// <param name="Actor">"operator:name".</param>
/// <param name="RequestId">For the history.</param>
public sealed record NewInvoice(
    string InvoiceId,
    Guid UserId,
    long AmountMicro,
    string Actor,
    string? RequestId
);

/// <summary>Who closes which invoice.</summary>
public sealed record InvoiceWord(string InvoiceId, string Actor, string? RequestId);

/// <summary>Who covers which invoice.</summary>
/// <param name="UserId">Whose balance.</param>
/// <param name="InvoiceId">Any text; an unknown one is not eligible.</param>
/// <param name="AmountMicro">Must be the invoice's total.</param>
/// <param name="RequestId">For the audit log.</param>
public sealed record Spend(Guid UserId, string InvoiceId, long AmountMicro, string? RequestId);

/// <summary>What came of making an invoice known.</summary>
public enum RegisterOutcome
{
    /// <summary>Stored.</summary>
    Created,

    /// <summary>Known with the same values. Nothing was written.</summary>
    Replayed,

    /// <summary>Known with other values. Nothing was written.</summary>
    Mismatch,
}

/// <summary>What came of closing an invoice.</summary>
public enum CloseOutcome
{
    /// <summary>No balance may cover it any more.</summary>
    Closed,

    /// <summary>It was closed. Nothing was written.</summary>
    Unchanged,

    /// <summary>A balance has covered it. Nothing was written.</summary>
    Covered,

    /// <summary>Nobody has made it known. Nothing was written.</summary>
    Missing,
}

/// <summary>What came of a spend.</summary>
public abstract record SpendOutcome
{
    private SpendOutcome() { }

    /// <summary>The invoice is covered and the balance debited.</summary>
    public sealed record Spent : SpendOutcome;

    /// <summary>This user has covered it with this amount before. Nothing was written.</summary>
    public sealed record Replayed : SpendOutcome;

    /// <summary>It is unknown, another user's, closed or covered. Nothing was written.</summary>
    /// <param name="Reason"><c>closed</c> or <c>covered</c>; null where the user learns nothing about it.</param>
    public sealed record NotEligible(string? Reason) : SpendOutcome;

    /// <summary>Its total is another amount. Nothing was written.</summary>
    public sealed record Mismatch : SpendOutcome;

    /// <summary>The balance does not cover it. Nothing was written.</summary>
    /// <param name="AvailableMicro">What it would have covered.</param>
    public sealed record Insufficient(long AvailableMicro) : SpendOutcome;
}
