namespace Settlement.Chains.Endpoints;

/// <summary>Asks endpoints what became of transactions, as many as each verdict takes.</summary>
public sealed class AgreeingObserver
{
    private readonly EndpointPolicy _policy;
    private readonly IReadOnlyList<IWitness> _witnesses;
    private readonly FinalityMark _mark;
    private readonly Disputes _disputes;
    private readonly bool[] _wasSilent;
    private int _turn = -1;

    /// <param name="policy">How far one word goes.</param>
    /// <param name="witnesses">At least one.</param>
    /// <param name="mark">Raised by every verdict.</param>
    /// <param name="clock">Tells how long endpoints do not agree, and nothing about the chain.</param>
    public AgreeingObserver(
        EndpointPolicy policy,
        IReadOnlyList<IWitness> witnesses,
        FinalityMark mark,
        TimeProvider clock
    )
    {
        ArgumentNullException.ThrowIfNull(witnesses);
        ArgumentNullException.ThrowIfNull(policy);
        _policy = policy;
        _witnesses = witnesses;
        _mark = mark;
        _disputes = new Disputes(policy.DisagreementAfter, clock);
        _wasSilent = new bool[witnesses.Count];
    }

    /// <summary>Asks.</summary>
    /// <returns>One observation for each transaction, by position.</returns>
    public async Task<IReadOnlyList<Observation>> ObserveAsync(
        IReadOnlyList<OpenTransaction> transactions,
        CancellationToken ct
    )
    {
        ArgumentNullException.ThrowIfNull(transactions);
        Panel[] panels = [.. transactions.Select(t => new Panel(_policy, t, _witnesses.Count))];
        int[] turn = InTurn();
        foreach (int index in turn)
            await HearAsync(index, panels, transactions, _ => true, ct);
        // The only endpoint is asked again where its first word is not enough.
        if (turn.Length == 1)
            await HearAsync(0, panels, transactions, panel => panel.IsInDispute, ct);
        for (int i = 0; i < panels.Length; i++)
            Note(panels[i], transactions[i]);
        return [.. panels.Select(panel => panel.Conclude())];
    }

    /// <summary>How the endpoints stand.</summary>
    public NetworkReport Report(IEnumerable<Standing> standings) =>
        new([.. standings.Select(s => s.Report())], _disputes.Count, _disputes.Alarming);

    private async Task HearAsync(
        int index,
        Panel[] panels,
        IReadOnlyList<OpenTransaction> transactions,
        Func<Panel, bool> isAsked,
        CancellationToken ct
    )
    {
        ct.ThrowIfCancellationRequested();
        int[] open =
        [
            .. Enumerable
                .Range(0, panels.Length)
                .Where(i => !panels[i].IsSettled && isAsked(panels[i])),
        ];
        if (open.Length == 0)
            return;
        IWitness witness = _witnesses[index];
        Testimony said = await witness.SayAsync([.. open.Select(i => transactions[i])], ct);
        Volatile.Write(ref _wasSilent[index], said.Words.All(w => w is Observation.Unknown));
        for (int i = 0; i < open.Length; i++)
            panels[open[i]].Hear(new Word(witness.Name, said.WordOn(i), said.Head));
    }

    // Each round begins with the next endpoint: one that sees nothing, for whatever reason, hides nothing for long.
    // Those that did not answer lately come last, so that their silence is waited for only where it matters.
    private int[] InTurn()
    {
        int first = (int)((uint)Interlocked.Increment(ref _turn) % (uint)_witnesses.Count);
        return
        [
            .. Enumerable
                .Range(0, _witnesses.Count)
                .Select(i => (first + i) % _witnesses.Count)
                .OrderBy(i => Volatile.Read(ref _wasSilent[i])),
        ];
    }

    private void Note(Panel panel, OpenTransaction transaction)
    {
        if (panel.IsVerdict)
        {
            if (panel.Head is { } head)
                _mark.Raise(head);
            _disputes.Settled(transaction);
        }
        else if (panel.IsInDispute)
        {
            _disputes.Found(transaction);
        }
    }
}
