using System.Globalization;
using Settlement.Chaos.Checking;
using Settlement.Chaos.Faults;

namespace Settlement.Chaos.Reporting;

/// <summary>What happened, for people; a checker's line begins with "ok" or "not ok".</summary>
internal sealed class Report(Plan plan, TextWriter output)
{
    private const int MostNamed = 10;

    public void WriteFaults(
        IEnumerable<Fault> faults,
        DateTimeOffset began,
        IReadOnlyList<PayoutFact> payouts
    )
    {
        var sent = new SentTimes(payouts);
        Write("");
        Write(
            "Faults: when, what, how long, and how long until the next payout became sent (since the fault; since its end)"
        );
        foreach (Fault fault in faults.OrderBy(f => f.At))
        {
            (TimeSpan? since, TimeSpan? sinceEnd) = sent.Recovery(fault);
            Write(
                $"  {(fault.At - began).TotalSeconds, 6:F1} s  {fault.Kind, -30} {(fault.Healed - fault.At).TotalSeconds, 5:F1} s"
                    + $"  {Seconds(since)}  {Seconds(sinceEnd)}  {fault.Detail}"
            );
        }
        Write("");
        Write(
            "Recovery by kind: how many, then the middle and the longest time from the end of the fault to the next sent payout"
        );
        foreach (
            IGrouping<string, Fault> kind in faults
                .GroupBy(f => f.Kind)
                .OrderBy(g => g.Key, StringComparer.Ordinal)
        )
        {
            TimeSpan[] times =
            [
                .. kind.Select(f => sent.Recovery(f).SinceEnd).OfType<TimeSpan>().Order(),
            ];
            Write(
                $"  {kind.Count(), 3}  {kind.Key, -30} {Seconds(times.Length > 0 ? times[times.Length / 2] : null)}"
                    + $"  {Seconds(times.Length > 0 ? times[^1] : null)}"
            );
        }
    }

    public void WritePayouts(IReadOnlyList<PayoutFact> payouts, TimeSpan took)
    {
        Write("");
        Write("Payouts");
        foreach (
            var group in payouts.GroupBy(p => (p.Network, Status: Describe(p))).OrderBy(g => g.Key)
        )
        {
            Write($"  {group.Count(), 6}  {group.Key.Network, -9} {group.Key.Status}");
        }

        double perSecond = payouts.Count(p => p.IsPaidByUs) / took.TotalSeconds;
        Write(
            $"  {payouts.Count} in all; {perSecond:F1} paid in a second, {took.TotalSeconds:F0} s from the first request to the last end"
        );
    }

    public void WriteActions(IReadOnlyDictionary<string, int> actions, int replays)
    {
        Write("");
        Write(
            $"What people did, and what they were answered ({replays} requests were repeated under their key)"
        );
        foreach (
            var action in actions
                .Select(a => (Words: a.Key.Split(' '), a.Value))
                .GroupBy(a => string.Join(' ', a.Words[..^1]), StringComparer.Ordinal)
                .OrderBy(g => g.Key, StringComparer.Ordinal)
        )
        {
            Write(
                $"  {action.Key, -16} {string.Join(", ", action.Select(a => $"{a.Words[^1]} × {a.Value}").Order(StringComparer.Ordinal))}"
            );
        }
    }

    public void WriteNotes(string title, IReadOnlyCollection<string> notes)
    {
        if (notes.Count == 0)
            return;
        Write("");
        Write(title);
        foreach (string note in notes.Take(MostNamed))
            Write($"  {note}");
    }

    /// <returns>Whether every rule holds.</returns>
    public bool WriteVerdicts(IReadOnlyList<Verdict> verdicts, string logs)
    {
        Write("");
        foreach (Verdict verdict in verdicts)
        {
            Write($"{(verdict.Holds ? "ok" : "not ok")} {verdict.Rule}");
            foreach (string violation in verdict.Violations.Take(MostNamed))
                Write($"  {violation}");
            if (verdict.Violations.Count > MostNamed)
                Write($"  and {verdict.Violations.Count - MostNamed} more");
        }
        bool holds = verdicts.All(v => v.Holds);
        Write("");
        Write(
            holds
                ? $"All of it holds. Seed {plan.Seed}."
                : $"BROKEN. Again: ./chaos --minutes {plan.Duration.TotalMinutes.ToString(CultureInfo.InvariantCulture)} --seed {plan.Seed}; logs: {logs}"
        );
        return holds;
    }

    public void Write(FormattableString line) =>
        output.WriteLine(FormattableString.Invariant(line));

    public void Write(string line) => output.WriteLine(line);

    private static string Seconds(TimeSpan? time) =>
        time is { } t
            ? t.TotalSeconds.ToString("F1", CultureInfo.InvariantCulture).PadLeft(5) + " s"
            : "     –";

    private static string Describe(PayoutFact payout) =>
        payout switch
        {
            { HasConflict: true } => "failed by force, and paid all the same",
            { Status: "sent", SettledBy: "operator" } => "sent by hand",
            { Status: "sent" } => "sent",
            _ => $"{payout.Status} by {payout.SettledBy ?? "nobody"}",
        };
}
