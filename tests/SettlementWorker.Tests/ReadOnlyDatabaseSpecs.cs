using Dapper;
using Npgsql;
using Settlement.TestKit;
using Settlement.Worker.Tests.Hosting;
using Shouldly;
using Xunit;

namespace Settlement.Worker.Tests;

public sealed class ReadOnlyDatabaseSpecs
{
    [Fact]
    public async Task D7_A_database_that_takes_no_writes_gets_nothing_signed()
    {
        await using OwnDatabase own = await OwnDatabase.MakeAsync();
        FakeChain chain = AChain.Numbered();
        await using AWorker worker = await AWorker.StandingAsync(own.Database, chain);
        Payout payout = await own.Given.PayoutAsync(chain);
        bool signed = false;
        chain.AfterSigning = _ =>
        {
            signed = true;
            return Task.CompletedTask;
        };

        await TakesWritesAsync(own.Database, false);
        await Should.ThrowAsync<PostgresException>(() => worker.Network.SettleAsync(null, default));
        (bool Signed, int Sent) readOnly = (signed, chain.Broadcasts);
        await TakesWritesAsync(own.Database, true);
        await worker.Network.SettleAsync(null, default);

        readOnly.ShouldBe((false, 0));
        chain.Payments[payout.Number].ShouldBe(1);
    }

    // As a full disk or a standby does; connections that are open keep what they were told before.
    private static async Task TakesWritesAsync(PostgresDatabase database, bool takes)
    {
        await using NpgsqlConnection owner = await database.Owner.OpenConnectionAsync();
        await owner.ExecuteAsync("SET default_transaction_read_only = off");
        string? name = await owner.ExecuteScalarAsync<string>("SELECT current_database()");
        string value = takes ? "off" : "on";
        await owner.ExecuteAsync(
            $"ALTER DATABASE {name} SET default_transaction_read_only = {value}"
        );
        database.App.Clear();
    }
}
