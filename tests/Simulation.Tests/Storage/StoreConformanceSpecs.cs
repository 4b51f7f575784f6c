using Settlement.Chains;
using Settlement.Simulation.Tests.Runtime;
using Settlement.TestKit;
using Shouldly;
using Xunit;

namespace Settlement.Simulation.Tests.Storage;

/// <summary>The simulated database against PostgreSQL: the same random calls, lawful and not, must leave the same rows.</summary>
public sealed class StoreConformanceSpecs(PostgresDatabase database)
    : IClassFixture<PostgresDatabase>
{
    [Theory]
    [InlineData("polygon", 7UL, 1)]
    [InlineData("polygon-2", 0UL, 2)]
    [InlineData("solana", null, 3)]
    [InlineData("solana-2", null, 4)]
    public async Task The_simulated_store_obeys_the_schema_and_nothing_more(
        string network,
        ulong? nonce,
        long seed
    )
    {
        const int Calls = 600;
        var pair = new StorePair(database, new NetworkId(network), new Dice(seed));
        await pair.BeginAsync(nonce);

        for (int call = 0; call < Calls; call++)
        {
            string what = await pair.CallBothAsync();
            (string real, string simulated) = await pair.StateAsync();
            simulated.ShouldBe(real, $"after call {call}: {what}");
        }
    }
}
