using Settlement.Chaos.Checking;
using Settlement.Chaos.Faults;
using Shouldly;
using Xunit;

namespace Settlement.Chaos.Tests;

/// <summary>Fair weather, or a driver that was held up, passes for no proof.</summary>
public sealed class StrengthSpecs
{
    private static readonly Plan s_plan = new(TimeSpan.FromMinutes(5), Seed: 1);

    [Fact]
    public void Five_minutes_mean_twenty_faults_and_two_thousand_payouts()
    {
        s_plan.LeastFaults.ShouldBe(20);
        s_plan.Faults.ShouldBeGreaterThanOrEqualTo(20);
        s_plan.LeastPayouts.ShouldBe(2_000);
    }

    [Fact]
    public void A_strong_run_passes() =>
        Strength.Judge(s_plan, AStorm(FaultKinds.All, 2), 2_000).ShouldAllBe(v => v.Holds);

    [Fact]
    public void A_kind_of_fault_that_never_came_is_named() =>
        Strength
            .Judge(s_plan, AStorm(FaultKinds.All.Skip(1), 3), 2_000)[0]
            .Violations.ShouldBe([$"{FaultKinds.All[0]}: never"]);

    [Fact]
    public void Too_few_faults_are_found() =>
        Strength
            .Judge(s_plan, AStorm(FaultKinds.All.Skip(1), 1), 2_000)[0]
            .Violations.ShouldContain($"{FaultKinds.All.Count - 1} faults");

    [Fact]
    public void Too_few_payouts_are_found() =>
        Strength.Judge(s_plan, AStorm(FaultKinds.All, 2), 1_999)[1].Holds.ShouldBeFalse();

    [Fact]
    public void What_could_not_be_carried_out_is_told_where_it_is_missed()
    {
        Storm weak = AStorm(FaultKinds.All.Skip(1), 3);
        weak.Failures.Enqueue("broker killed: why");
        Strength
            .Judge(s_plan, weak, 2_000)[0]
            .Violations.ShouldBe([$"{FaultKinds.All[0]}: never", "broker killed: why"]);

        Storm strong = AStorm(FaultKinds.All, 2);
        strong.Failures.Enqueue("broker killed: why");
        Strength.Judge(s_plan, strong, 2_000)[0].Holds.ShouldBeTrue();
    }

    private static Storm AStorm(IEnumerable<string> kinds, int each)
    {
        var storm = new Storm(new Dictionary<string, Strike>(StringComparer.Ordinal), seed: 1);
        foreach (string kind in kinds.SelectMany(k => Enumerable.Repeat(k, each)))
            storm.Faults.Enqueue(new Fault(kind, default, default, ""));
        return storm;
    }
}
