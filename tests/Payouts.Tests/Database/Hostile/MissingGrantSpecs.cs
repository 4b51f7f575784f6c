using Dapper;
using Npgsql;
using Shouldly;
using Xunit;

namespace Settlement.Payouts.Tests.Database.Hostile;

/// <summary>The application cannot even try what it has no grant for; and it is the missing grant that stops it.</summary>
public sealed class MissingGrantSpecs(World world) : IClassFixture<World>
{
    public static TheoryData<string> Names => new(MissingGrant.All.Select(attack => attack.Name));

    [Theory]
    [MemberData(nameof(Names))]
    public async Task The_application_lacks_the_grant(string name)
    {
        MissingGrant attack = MissingGrant.All.Single(a => a.Name == name);

        PostgresException? refusal = await Attacker.TryAsync(world.App, world.Fill(attack.Sql));

        HostileWriteSpecs.ShouldLackAGrant(refusal);
    }

    [Theory]
    [MemberData(nameof(Names))]
    public async Task With_the_grant_the_attack_passes_or_meets_a_law(string name)
    {
        MissingGrant attack = MissingGrant.All.Single(a => a.Name == name);

        PostgresException? refusal = await Attacker.TryAsync(
            world.Owner,
            attack.Opening,
            "SET LOCAL ROLE settlement_app",
            world.Fill(attack.Sql)
        );

        string? next = refusal is null ? null : refusal.ConstraintName ?? refusal.SqlState;
        next.ShouldBe(attack.Next, refusal?.ToString() ?? "The write was accepted.");
    }

    [Fact]
    public async Task The_application_may_call_the_doors_and_nothing_else()
    {
        await using NpgsqlConnection connection = await world.Owner.OpenConnectionAsync();

        IEnumerable<string> open = await connection.QueryAsync<string>(
            """
            SELECT p.proname FROM pg_proc p
             WHERE p.pronamespace = 'settlement'::regnamespace AND has_function_privilege('settlement_app', p.oid, 'EXECUTE')
            """
        );

        open.ShouldBe(
            [
                "accept_payout",
                "ingest_reward",
                "lock_accounts_of",
                "register_invoice",
                "close_invoice",
                "spend_on_invoice",
                "judge_address",
                "comparable_address",
                "ingest_commission",
                "reverse_commission",
                "judge_commission",
                "create_affiliate_payout",
                "move_affiliate_payout",
                "approval_threshold",
                "principal_of",
                "tell_affiliate_payee",
                "pay_affiliate_payout",
                "fan_out_webhooks",
                "test_webhook",
                "prune_webhooks",
                "this_database",
                "probably_paid_by",
                "paid_elsewhere",
                "adopt_transaction",
                "spend_key",
                "spend_room",
                "set_spend_limit",
            ],
            ignoreOrder: true
        );
    }

    [Fact]
    public async Task The_auditor_only_reads_and_sees_no_session_and_no_token()
    {
        await using NpgsqlConnection connection = await world.Owner.OpenConnectionAsync();

        IEnumerable<string> grants = await connection.QueryAsync<string>(
            """
            SELECT privilege_type || ' ' || table_name FROM information_schema.role_table_grants
             WHERE grantee = 'settlement_auditor' AND table_schema = 'settlement'
            """
        );

        grants.ShouldAllBe(grant => grant.StartsWith("SELECT ", StringComparison.Ordinal));
        grants.ShouldNotContain("SELECT sessions");
        grants.ShouldNotContain("SELECT api_tokens");
        // Of endpoints it sees every column but the secrets.
        grants.ShouldNotContain("SELECT webhook_endpoints");
        grants.ShouldContain("SELECT payouts");
    }

    [Fact]
    public async Task A_function_that_reads_tables_cannot_be_shown_a_temporary_one()
    {
        await using NpgsqlConnection connection = await world.Owner.OpenConnectionAsync();

        IEnumerable<string> open = await connection.QueryAsync<string>(
            """
            SELECT p.proname FROM pg_proc p
             WHERE p.pronamespace = 'settlement'::regnamespace
               AND NOT coalesce('search_path=settlement, pg_temp' = ANY (p.proconfig), false)
            """
        );

        // These read nothing but OLD and NEW, or their parameters.
        open.ShouldBe(
            [
                "forbid",
                "guard_account",
                "guard_new_account",
                "guard_reward",
                "guard_wallet",
                "webhook_time",
                "webhook_event_id",
                "webhook_message",
            ],
            ignoreOrder: true
        );
    }
}
