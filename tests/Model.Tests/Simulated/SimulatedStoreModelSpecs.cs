using Settlement.Model.Tests.Commands;
using Settlement.Simulation.Tests;
using Shouldly;
using Xunit;
using Xunit.Abstractions;

namespace Settlement.Model.Tests.Simulated;

/// <summary>The simulator is believed because its database obeys the model that PostgreSQL obeys.</summary>
public sealed class SimulatedStoreModelSpecs(ITestOutputHelper output)
{
    private const int Sequences = 20_000;

    [Fact]
    public async Task The_simulated_store_does_what_the_model_says()
    {
        var coverage = new Coverage();

        for (long seed = 0; seed < Sequences; seed++)
        {
            string? parted = await RunAsync(seed, Flaw.None, coverage);
            parted.ShouldBeNull($"Seed {seed}\n{parted}");
        }

        output.WriteLine(coverage.ToString());
    }

    [Theory]
    [InlineData(Flaw.NoFence)]
    [InlineData(Flaw.NoRideLaw)]
    [InlineData(Flaw.RidersStayDue)]
    [InlineData(Flaw.HoldOnlySkips)]
    public async Task A_simulated_store_without_a_law_is_found_out(Flaw flaw)
    {
        const int Within = 2_000;
        long seed = 0;
        string? parted = null;

        while (parted is null && seed < Within)
            parted = await RunAsync(seed++, flaw, null);

        output.WriteLine($"{flaw}: found after {seed} sequences");
        parted.ShouldNotBeNull($"Without it {Within} sequences see nothing.");
    }

    private static async Task<string?> RunAsync(long seed, Flaw flaws, Coverage? coverage)
    {
        Sequence sequence = SequenceGenerator.Generate(SequenceGenerator.StoreAndPeople, seed);
        return await TryAsync(sequence, flaws, coverage) is { } report
            ? (await Shrinker.ShrinkAsync(sequence, report, s => TryAsync(s, flaws, null))).Report
            : null;
    }

    private static async Task<string?> TryAsync(Sequence sequence, Flaw flaws, Coverage? coverage)
    {
        try
        {
            var store = new SimulatedStore(sequence.HasThreshold, flaws);
            return await SequenceRunner.RunAsync(sequence, store, coverage);
        }
        catch (Simulation.Tests.Storage.LawBrokenException e)
        {
            return $"{sequence}\n→ {e.Message}";
        }
    }
}
