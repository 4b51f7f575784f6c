using Dapper;
using Npgsql;

namespace Settlement.Model.Tests.Postgres;

/// <summary>A schema without one of its laws, or with one of them weaker.</summary>
/// <param name="Name">What is missing.</param>
/// <param name="Statements">What removes it.</param>
/// <param name="Rewrites">Functions of which a piece of text is replaced.</param>
public sealed record SchemaMutant(
    string Name,
    string[] Statements,
    (string Function, string Text, string Instead)[] Rewrites
)
{
    private const string Token = "AND p.lease_token = NEW.payout_token";

    public static IReadOnlyList<SchemaMutant> All { get; } =
    [
        Without("a payout rides once", "DROP INDEX ux_payout_rides_once"),
        Without("the law of a payout's life", "DROP TRIGGER guard_payout ON payouts"),
        // Stated where a rider boards and where its payout hears of it: each covers for the other.
        Weaker("the riders' tokens", ("guard_ride", Token, ""), ("board", Token, "")),
        Weaker("a held payout is not paid", ("board", "AND p.held_at IS NULL", "")),
        Weaker(
            "an unapproved payout is not paid",
            (
                "board",
                "AND (p.approved_at IS NOT NULL OR p.amount_micro <= approval_threshold(p.network))",
                ""
            )
        ),
        Without(
            "a balance is never negative",
            "ALTER TABLE accounts DROP CONSTRAINT balance_never_negative"
        ),
        Without(
            "the ledger is append-only",
            "DROP TRIGGER transfers_are_append_only ON ledger_transfers"
        ),
        Without("history is append-only", "DROP TRIGGER events_are_append_only ON payout_events"),
        Weaker(
            "a nonce is the next one",
            ("guard_transaction", "AND w.next_nonce = NEW.nonce", "")
        ),
        Without("a status has its event", "DROP TRIGGER status_has_its_event ON payouts"),
        Without(
            "a key stands for one payout",
            "ALTER TABLE idempotency_keys DROP CONSTRAINT idempotency_keys_pkey"
        ),
        Without(
            "a resolution follows the status",
            "DROP TRIGGER resolution_follows_status ON ledger_transfers"
        ),
        Without("a reserve is resolved once", "DROP INDEX ux_transfers_one_resolution"),
        Weaker(
            "a live ride keeps the refund",
            ("guard_payout", "IF v_live AND NOT (", "IF false AND NOT (")
        ),
        Without("a hold takes a new token", "DROP TRIGGER guard_word ON payouts"),
        Without("balances move by transfers only", "DROP TRIGGER guard_account ON accounts"),
        Without("one signature without a nonce", "DROP INDEX ux_attempts_one_without_nonce"),
        Without(
            "a verdict reaches every rider",
            "DROP TRIGGER transaction_is_whole ON chain_transactions"
        ),
        Weaker(
            "who boards late is not paid",
            (
                "guard_ride",
                "IF EXISTS (SELECT FROM attempts a WHERE a.transaction_id = NEW.transaction_id)",
                "IF false"
            )
        ),
        Weaker(
            "a dearer attempt is a tenth dearer",
            ("guard_attempt", "IF NEW.sequence > 1 AND NEW.nonce IS NOT NULL", "IF false")
        ),
        Weaker(
            "an attempt keeps the nonce",
            ("guard_attempt", "AND t.nonce IS NOT DISTINCT FROM NEW.nonce", "")
        ),
        Weaker("a cancel was asked for", ("guard_attempt", "IF NEW.kind = 'cancel'", "IF false")),
        Weaker(
            "no payment follows a cancel",
            ("guard_attempt", "IF NEW.kind = 'payment'", "IF false")
        ),
        Weaker(
            "what lands is a payment",
            ("guard_transaction", "IF NEW.state = 'landed'", "IF false")
        ),
        Weaker(
            "a cancel is not taken back",
            ("guard_transaction", "IF (OLD.asked = 'cancel'", "IF false AND (OLD.asked = 'cancel'")
        ),
        Weaker("what was decided stays", ("guard_ride", "OR OLD.outcome IS NOT NULL", "")),
    ];

    public override string ToString() => Name;

    /// <summary>Takes the law away.</summary>
    public async Task PlantAsync(NpgsqlDataSource owner)
    {
        await using NpgsqlConnection connection = await owner.OpenConnectionAsync();
        foreach ((string function, string text, string instead) in Rewrites)
        {
            string definition = (
                await connection.ExecuteScalarAsync<string>(
                    "SELECT pg_get_functiondef(@function::regproc)",
                    new { function }
                )
            )!;
            if (!definition.Contains(text, StringComparison.Ordinal))
                throw new InvalidOperationException($"{function} says nothing like \"{text}\".");
            await connection.ExecuteAsync(
                definition.Replace(text, instead, StringComparison.Ordinal)
            );
        }
        foreach (string statement in Statements)
            await connection.ExecuteAsync(statement);
    }

    private static SchemaMutant Without(string name, params string[] statements) =>
        new(name, statements, []);

    private static SchemaMutant Weaker(
        string name,
        params (string Function, string Text, string Instead)[] rewrites
    ) => new(name, [], rewrites);
}
