using Settlement.TestKit;
using Shouldly;
using Xunit;
using Xunit.Abstractions;

namespace Settlement.Model.Tests.Postgres;

/// <summary>A model that finds nothing proves nothing: a schema without one of its laws must be found out.</summary>
public sealed class SchemaMutantSpecs(ITestOutputHelper output)
{
    private const int Within = 3_000;

    public static TheoryData<string> Names => new(SchemaMutant.All.Select(m => m.Name));

    [Theory]
    [MemberData(nameof(Names))]
    public async Task A_schema_without_one_law_is_found_out(string law)
    {
        var database = new PostgresDatabase();
        await database.InitializeAsync();
        try
        {
            await SchemaMutant.All.Single(m => m.Name == law).PlantAsync(database.Owner);
            var run = new PostgresRun(database, auditEvery: 10);

            long? seed = await run.FindSeedAsync(0, Within);

            seed.ShouldNotBeNull($"Without \"{law}\" {Within} sequences see nothing.");
            string? report = await run.RunAsync(PostgresRun.Generate(seed.Value));
            output.WriteLine($"{law}: found after {run.Ran} sequences, seed {seed}");
            output.WriteLine(report?[report.IndexOf('→', StringComparison.Ordinal)..] ?? "");
        }
        finally
        {
            await database.DisposeAsync();
        }
    }
}
