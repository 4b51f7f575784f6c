using Settlement.Chaos.Faults;

namespace Settlement.Chaos.Checking;

/// <summary>Whether the run was one: fair weather proves nothing.</summary>
internal static class Strength
{
    public static IReadOnlyList<Verdict> Judge(Plan plan, Storm storm, int payouts)
    {
        string[] kinds = [.. storm.Faults.Select(f => f.Kind).Distinct()];
        List<string> faults = [.. FaultKinds.All.Except(kinds).Select(kind => $"{kind}: never")];
        if (storm.Faults.Count < plan.LeastFaults)
            faults.Add($"{storm.Faults.Count} faults");
        // What could not be carried out does not count. It matters where what could is too little.
        if (faults.Count > 0)
            faults.AddRange(storm.Failures);
        return
        [
            new Verdict($"at least {plan.LeastFaults} faults, and one of each kind", faults),
            new Verdict(
                $"at least {plan.LeastPayouts} payouts",
                payouts >= plan.LeastPayouts ? [] : [$"{payouts} payouts"]
            ),
        ];
    }
}
