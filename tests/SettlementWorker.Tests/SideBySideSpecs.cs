using Settlement.Payouts.Database;
using Settlement.TestKit;
using Shouldly;
using Xunit;

namespace Settlement.Worker.Tests;

/// <summary>While a newer version is rolled out, this one goes on beside it, on a database that the newer one has migrated.</summary>
public sealed class SideBySideSpecs(PostgresDatabase database) : IClassFixture<PostgresDatabase>
{
    // What a migration may do while an older build runs: it adds.
    private const string Gains = """
        ALTER TABLE payouts ADD COLUMN of_tomorrow text, ADD COLUMN counted_tomorrow int NOT NULL DEFAULT 0;
        ALTER TABLE payout_events ADD COLUMN of_tomorrow text;
        ALTER TABLE chain_transactions ADD COLUMN of_tomorrow text;
        ALTER TABLE transaction_payouts ADD COLUMN of_tomorrow text;
        ALTER TABLE attempts ADD COLUMN of_tomorrow text;
        ALTER TABLE wallets ADD COLUMN of_tomorrow text;
        ALTER TABLE ledger_transfers ADD COLUMN of_tomorrow text;
        ALTER TABLE spend_limits ADD COLUMN of_tomorrow text;
        ALTER TABLE wallet_watch ADD COLUMN of_tomorrow text;
        CREATE TABLE of_tomorrow (id bigint PRIMARY KEY);
        INSERT INTO schema_migrations (name) VALUES ('999_of_tomorrow.sql')
        """;

    private readonly Given _given = new(database);

    [Fact]
    public async Task P12_A_database_that_a_newer_version_has_migrated_meanwhile_is_worked_on_as_before()
    {
        FakeChain chain = AChain.Expiring();
        await using AWorker first = await AWorker.RunningAsync(database, chain);
        await using AWorker second = await AWorker.RunningAsync(database, chain);
        // Long enough for every hot statement to be prepared.
        IReadOnlyList<Payout> before = await _given.PayoutsAsync(chain, 12);
        foreach (Payout payout in before)
            await _given.IsSentAsync(payout);

        int errorsBefore = Errors(first, second);
        await _given.ExecuteAsync(Gains);
        IReadOnlyList<Payout> after = await _given.PayoutsAsync(chain, 12);

        foreach (Payout payout in after)
            await _given.IsSentAsync(payout);
        chain.Payments.Count.ShouldBe(24);
        chain.Payments.Values.ShouldAllBe(times => times == 1);
        (await new Migrator(database.App).IsCurrentAsync(default)).ShouldBeTrue();
        Errors(first, second).ShouldBe(errorsBefore);
    }

    private static int Errors(params AWorker[] workers) =>
        workers.Sum(w => w.Logs.Lines.Count(l => l.StartsWith("Error", StringComparison.Ordinal)));
}
