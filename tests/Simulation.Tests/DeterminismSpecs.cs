using Shouldly;
using Xunit;

namespace Settlement.Simulation.Tests;

public sealed class DeterminismSpecs
{
    [Fact]
    public void The_same_seed_makes_the_same_history_on_any_thread()
    {
        const int Seeds = 300;
        (ulong, long)[] first = Enumerable.Range(0, Seeds).Select(s => Fingerprint(s)).ToArray();

        var again = new (ulong, long)[Seeds];
        Parallel.For(0, Seeds, s => again[s] = Fingerprint(s));

        again.ShouldBe(first);
        first.Distinct().Count().ShouldBe(Seeds);
    }

    [Fact]
    public void Telling_a_history_does_not_change_it()
    {
        var silent = new History(7);
        silent.Run();
        var told = new History(7, Flaw.None, TextWriter.Null);

        told.Run();

        told.Hash.ShouldBe(silent.Hash);
    }

    private static (ulong, long) Fingerprint(long seed)
    {
        var history = new History(seed);
        history.Run();
        return (history.Hash, history.Events);
    }
}
