using Settlement.Chaos.Nodes;

namespace Settlement.Chaos.Faults;

/// <summary>What nodes do to their callers, through the proxy.</summary>
internal sealed class NodeStrikes(NodeWeather weather, IReadOnlyList<Network> networks)
    : IDisposable
{
    // Where nobody calls, as while the database is away, it has not happened yet.
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(60);

    // Of the nodes that are asked for a proof one must be honest: one liar at a time.
    private readonly SemaphoreSlim _liar = new(1, 1);

    public IEnumerable<KeyValuePair<string, Strike>> All =>
        [
            Of(FaultKinds.NodeErrors, Trouble.Errors, ["a", "b", null]),
            Of(FaultKinds.NodeSilence, Trouble.Silence, ["a", "b", null]),
            Of(FaultKinds.NodeDuplicates, Trouble.Duplicates, [null]),
            Of(FaultKinds.NodeLate, Trouble.LateSends, [null]),
            Of(FaultKinds.NodeDrops, Trouble.Drops, [null]),
            Of(FaultKinds.NodeLostAnswers, Trouble.LostAnswers, [null]),
            new(FaultKinds.NodeLies, dice => AsOnlyLiarAsync(() => LieAsync(dice))),
            new(FaultKinds.NodeLiesAlone, dice => AsOnlyLiarAsync(() => LieAloneAsync(dice))),
        ];

    public void Dispose() => _liar.Dispose();

    private KeyValuePair<string, Strike> Of(string kind, Trouble trouble, string?[] nodes) =>
        new(
            kind,
            async dice =>
            {
                var fault = new NodeFault(trouble, dice.Of(networks).Name, dice.Of(nodes));
                TimeSpan length = dice.Seconds(4, 9);
                long began = Environment.TickCount64;
                do await weather.LastAsync(fault, length);
                while (fault.Hits == 0 && IsPatient(began));
                return Describe(fault, length);
            }
        );

    // Callers stay with a node that answers: now one liar is tried, now the other.
    private async Task<string?> LieAsync(Dice dice)
    {
        string network = dice.Of(networks).Name;
        TimeSpan length = dice.Seconds(4, 9);
        string liar = "b";
        NodeFault lie;
        long began = Environment.TickCount64;
        do
        {
            liar = liar == "a" ? "b" : "a";
            lie = new NodeFault(Trouble.Lies, network, liar);
            await weather.LastAsync(lie, length);
        } while (lie.Hits == 0 && IsPatient(began));
        return Describe(lie, length);
    }

    // The honest node cannot be asked, on any network: nothing may be concluded until it answers.
    private async Task<string?> LieAloneAsync(Dice dice)
    {
        TimeSpan length = dice.Seconds(5, 9);
        List<NodeFault> lies = [.. networks.Select(n => new NodeFault(Trouble.Lies, n.Name, "a"))];
        IEnumerable<NodeFault> errors = networks.Select(n => new NodeFault(
            Trouble.Errors,
            n.Name,
            "b"
        ));
        await Task.WhenAll(lies.Concat(errors).Select(f => weather.LastAsync(f, length)));
        return $"everywhere, {lies.Sum(l => l.Hits)} lies in {length.TotalSeconds:F1} s";
    }

    private async Task<string?> AsOnlyLiarAsync(Func<Task<string?>> lieAsync)
    {
        await _liar.WaitAsync();
        try
        {
            return await lieAsync();
        }
        finally
        {
            _liar.Release();
        }
    }

    private static bool IsPatient(long since) =>
        Environment.TickCount64 - since < s_patience.TotalMilliseconds;

    private static string? Describe(NodeFault fault, TimeSpan length) =>
        fault.Hits == 0 ? null : $"{fault}, {fault.Hits} calls in {length.TotalSeconds:F1} s";
}
