using System.Diagnostics;
using Settlement.Payouts.Auditing;
using Settlement.TestKit;
using Shouldly;
using Xunit;
using Xunit.Abstractions;

namespace Settlement.Model.Tests.Postgres;

public sealed class StoreModelSpecs(PostgresDatabase database, ITestOutputHelper output)
    : IClassFixture<PostgresDatabase>
{
    [Fact]
    public async Task The_store_does_what_the_model_says()
    {
        var run = new PostgresRun(database);
        long began = Stopwatch.GetTimestamp();

        string? found = await run.FindAsync(Settings.FirstSeed, Settings.Sequences);

        output.WriteLine(
            $"{run.Ran} sequences, {run.Commands} commands, {Stopwatch.GetElapsedTime(began).TotalSeconds:F0} s, of which the driver computed {Environment.CpuUsage.TotalTime.TotalSeconds:F0} s"
        );
        output.WriteLine(run.Coverage.ToString());
        found.ShouldBeNull(found);
        AuditReport everything = await new LedgerAudit(database.Owner).RunAsync(default);
        everything.Violations.ShouldBeEmpty();
    }

    [Fact]
    public async Task Replay_of_one_seed()
    {
        if (Settings.Replay is not { } seed)
            return;

        string? found = await new PostgresRun(database, lanes: 1).FindAsync(seed, 1);

        found.ShouldBeNull(found);
    }
}
