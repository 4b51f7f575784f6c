using Dapper;
using Npgsql;
using Settlement.Payouts.Database;
using Settlement.TestKit;
using Shouldly;
using Xunit;

namespace Settlement.Payouts.Tests.Database;

public sealed class MigrationSpecs(PostgresDatabase migrated) : IClassFixture<PostgresDatabase>
{
    [Fact]
    public async Task Migrating_twice_is_migrating_once()
    {
        await using EmptyDatabase database = await EmptyDatabase.CreateAsync();
        var migrator = new Migrator(database.Source);
        (await migrator.IsCurrentAsync(default)).ShouldBeFalse();

        IReadOnlyList<string> first = await migrator.MigrateAsync(default);
        List<string> once = await SchemaText.ReadAsync(database.Source);
        IReadOnlyList<string> second = await migrator.MigrateAsync(default);

        first.ShouldBe(Migrator.ScriptNames);
        second.ShouldBeEmpty();
        (await SchemaText.ReadAsync(database.Source)).ShouldBe(once);
        (await migrator.IsCurrentAsync(default)).ShouldBeTrue();
    }

    [Fact]
    public async Task Of_migrators_that_start_together_one_runs_the_scripts()
    {
        await using EmptyDatabase database = await EmptyDatabase.CreateAsync();

        IReadOnlyList<string>[] ran = await Task.WhenAll(
            Enumerable.Range(0, 4).Select(_ => new Migrator(database.Source).MigrateAsync(default))
        );

        ran.Count(scripts => scripts.Count == 0).ShouldBe(3);
        ran.Single(scripts => scripts.Count > 0).ShouldBe(Migrator.ScriptNames);
    }

    [Fact]
    public async Task A_database_that_is_newer_than_this_build_is_left_alone()
    {
        await using EmptyDatabase database = await EmptyDatabase.CreateAsync();
        var migrator = new Migrator(database.Source);
        await migrator.MigrateAsync(default);
        await ExecuteAsync(
            database,
            "INSERT INTO schema_migrations (name) VALUES ('999_of_tomorrow.sql')"
        );

        InvalidOperationException refusal = await Should.ThrowAsync<InvalidOperationException>(() =>
            migrator.MigrateAsync(default)
        );

        refusal.Message.ShouldContain("999_of_tomorrow.sql");
    }

    [Fact]
    public async Task A_script_that_fails_leaves_nothing_behind_and_runs_next_time()
    {
        await using EmptyDatabase database = await EmptyDatabase.CreateAsync();
        await ExecuteAsync(
            database,
            "CREATE SCHEMA settlement; CREATE TABLE settlement.chain_transactions ()"
        );
        var migrator = new Migrator(database.Source);

        await Should.ThrowAsync<PostgresException>(() => migrator.MigrateAsync(default));
        await ExecuteAsync(database, "DROP TABLE settlement.chain_transactions");
        IReadOnlyList<string> ran = await migrator.MigrateAsync(default);

        ran.ShouldBe(Migrator.ScriptNames.Skip(2));
    }

    [Fact]
    public async Task The_snapshot_is_the_sum_of_the_migrations()
    {
        await using EmptyDatabase loaded = await EmptyDatabase.CreateAsync();

        await ExecuteAsync(loaded, Snapshot());

        (await SchemaText.ReadAsync(loaded.Source)).ShouldBe(
            await SchemaText.ReadAsync(migrated.Owner),
            "Run dev/schema-snapshot."
        );
    }

    [Theory]
    [InlineData("(amount_micro > 0)", "(amount_micro >= 0)")]
    [InlineData("v_live OR", "")]
    [InlineData("BEFORE UPDATE ON settlement.payouts", "AFTER UPDATE ON settlement.payouts")]
    [InlineData(
        "GRANT SELECT ON TABLE settlement.payouts TO settlement_app",
        "GRANT ALL ON TABLE settlement.payouts TO settlement_app"
    )]
    [InlineData("CREATE UNIQUE INDEX ux_payout_rides_once", "CREATE INDEX ux_payout_rides_once")]
    public async Task A_snapshot_that_differs_in_one_law_is_found_out(string law, string other)
    {
        await using EmptyDatabase loaded = await EmptyDatabase.CreateAsync();
        Snapshot().ShouldContain(law);

        await ExecuteAsync(loaded, Snapshot().Replace(law, other, StringComparison.Ordinal));

        (await SchemaText.ReadAsync(loaded.Source)).ShouldNotBe(
            await SchemaText.ReadAsync(migrated.Owner)
        );
    }

    // Functions come before the tables that they speak of.
    private static string Snapshot() =>
        "SET check_function_bodies = false;\n" + Repository.Read("src/Payouts/Database/Schema.sql");

    private static async Task ExecuteAsync(EmptyDatabase database, string sql)
    {
        await using NpgsqlConnection connection = await database.Source.OpenConnectionAsync();
        await connection.ExecuteAsync(sql);
    }
}
