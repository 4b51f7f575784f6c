using System.Globalization;

namespace Settlement.Chains.Endpoints;

/// <summary>What is remembered of one endpoint, and whether it is believed.</summary>
/// <param name="name">Host and port.</param>
/// <param name="policy">Of the network.</param>
/// <param name="mark">Of the network, shared by its endpoints.</param>
/// <param name="clock">Measures ages.</param>
public sealed class Standing(
    string name,
    EndpointPolicy policy,
    FinalityMark mark,
    TimeProvider clock
)
{
    private readonly Lock _gate = new();
    private EndpointState _state = EndpointState.Unasked;
    private string? _because;
    private FinalHead? _highest;
    private FinalHead? _passed;
    private long _movedAt;
    private long? _judgedAt;
    private long _confirmedAt;
    private bool _confirmed;
    private bool _everConfirmed;

    /// <summary>Host and port.</summary>
    public string Name => name;

    /// <summary>Whether it has named the configured chain before, however long ago.</summary>
    public bool WasConfirmed
    {
        get
        {
            lock (_gate)
                return _everConfirmed;
        }
    }

    /// <summary>Whether it has named another chain than the configured one.</summary>
    public bool IsOutForChain
    {
        get
        {
            lock (_gate)
                return _state == EndpointState.OtherChain;
        }
    }

    /// <summary>Whether it has to name its chain before anything else is asked.</summary>
    public bool NeedsIdentity
    {
        get
        {
            lock (_gate)
                return !_confirmed || clock.GetElapsedTime(_confirmedAt) >= policy.IdentityEvery;
        }
    }

    /// <summary>Whether its final head must be read again before it is asked something else.</summary>
    public bool NeedsHead
    {
        get
        {
            lock (_gate)
                return _judgedAt is not { } at || clock.GetElapsedTime(at) >= policy.HeadEvery;
        }
    }

    /// <summary>Why nothing that it says is used; null where it may speak. Silence is not remembered here: the next
    /// answer ends it.</summary>
    public string? OutBecause
    {
        get
        {
            lock (_gate)
            {
                return
                    _state
                        is EndpointState.Behind
                            or EndpointState.Regressed
                            or EndpointState.OtherBlock
                            or EndpointState.OtherChain
                    ? _because
                    : null;
            }
        }
    }

    /// <summary>Why no verdict may rest on it, although it may speak; null where one may.</summary>
    public string? NoVerdictBecause
    {
        get
        {
            lock (_gate)
                return _state == EndpointState.Stalled ? _because : null;
        }
    }

    /// <summary>For operators.</summary>
    public EndpointReport Report()
    {
        lock (_gate)
        {
            return new EndpointReport(
                name,
                _state,
                _because,
                _highest?.Number,
                _highest is null ? null : clock.GetElapsedTime(_movedAt)
            );
        }
    }

    /// <summary>It has named the configured chain.</summary>
    public void IsOurs()
    {
        lock (_gate)
        {
            _confirmed = _everConfirmed = true;
            _confirmedAt = clock.GetTimestamp();
            if (_state == EndpointState.OtherChain)
                Turn(EndpointState.Unasked, null);
        }
    }

    /// <summary>It has named another chain.</summary>
    /// <returns>The given sentence.</returns>
    public string IsForeign(string sentence)
    {
        lock (_gate)
        {
            _confirmed = false;
            Turn(EndpointState.OtherChain, sentence);
        }
        return sentence;
    }

    /// <summary>It answers, and no block is final there yet.</summary>
    public void IsYoung()
    {
        lock (_gate)
        {
            if (_state is EndpointState.Unasked or EndpointState.Silent)
                Turn(EndpointState.In, null);
        }
    }

    /// <summary>It gave no usable answer. What is known against it stays known.</summary>
    /// <returns>The given sentence.</returns>
    public string IsSilent(string sentence)
    {
        lock (_gate)
        {
            if (_state is EndpointState.Unasked or EndpointState.In or EndpointState.Silent)
                Turn(EndpointState.Silent, sentence);
        }
        return sentence;
    }

    /// <summary>The highest final block that it has shown. Taken before the next head is read: another question may go
    /// further in the meantime, and this one is not a step back for it.</summary>
    public FinalHead? Highest
    {
        get
        {
            lock (_gate)
                return _highest;
        }
    }

    /// <summary>Judges a final head that it has named.</summary>
    /// <param name="own"><see cref="Highest"/>, as it was before the head was read.</param>
    /// <param name="head">Just read.</param>
    /// <param name="hashAtAsync">Reads the hash of its block at a height; null where it has none or does not answer.</param>
    /// <returns>Why it must not be believed; null where it may.</returns>
    public async Task<string?> JudgeAsync(
        FinalHead? own,
        FinalHead head,
        Func<ulong, Task<string?>> hashAtAsync
    )
    {
        ArgumentNullException.ThrowIfNull(head);
        ArgumentNullException.ThrowIfNull(hashAtAsync);
        FinalHead? used = mark.Highest;
        if (own is not null && head.Number < own.Number)
        {
            return Out(
                EndpointState.Regressed,
                Text($"{name} is behind itself: final block {head.Number}, {own.Number} before")
            );
        }
        if (used is not null && head.Number < used.Number)
        {
            return Out(
                EndpointState.Behind,
                Text(
                    $"{name} is behind: final block {head.Number} there, {used.Number} already used"
                )
            );
        }
        // What it has shown once links all that follows to it; the mark is compared once each time it is raised.
        FinalHead? unmatched = used == Passed() ? null : used;
        foreach (FinalHead known in new[] { own, unmatched }.OfType<FinalHead>())
        {
            if (await CompareAsync(head, known, hashAtAsync) is { } doubt)
                return doubt;
        }
        return Accept(head, used);
    }

    private async Task<string?> CompareAsync(
        FinalHead head,
        FinalHead known,
        Func<ulong, Task<string?>> hashAtAsync
    )
    {
        if (known.Hash is null)
            return null;
        string? hash =
            head.Number == known.Number && head.Hash is not null
                ? head.Hash
                : await hashAtAsync(known.Number);
        if (hash is null)
            return IsSilent(Text($"{name} does not show block {known.Number}"));
        return hash == known.Hash
            ? null
            : Out(
                EndpointState.OtherBlock,
                Text(
                    $"{name} has another block {known.Number} than the one that was final: finality was broken, or the node is on another chain"
                )
            );
    }

    private string? Accept(FinalHead head, FinalHead? passed)
    {
        lock (_gate)
        {
            long now = clock.GetTimestamp();
            _judgedAt = now;
            _passed = passed;
            if (_highest is null || head.Number > _highest.Number)
            {
                _highest = head;
                _movedAt = now;
            }
            TimeSpan still = clock.GetElapsedTime(_movedAt);
            if (still < policy.StallAfter)
                Turn(EndpointState.In, null);
            else
                Turn(EndpointState.Stalled, StandsStill(head, still));
            return null;
        }
    }

    private string StandsStill(FinalHead head, TimeSpan still) =>
        Text(
            $"{name}: finality stands still, at block {head.Number} for {(long)still.TotalSeconds} s"
        );

    private string Out(EndpointState state, string because)
    {
        lock (_gate)
        {
            _judgedAt = clock.GetTimestamp();
            Turn(state, because);
        }
        return because;
    }

    private FinalHead? Passed()
    {
        lock (_gate)
            return _passed;
    }

    private void Turn(EndpointState state, string? because) =>
        (_state, _because) = (state, because);

    private static string Text(FormattableString text) =>
        text.ToString(CultureInfo.InvariantCulture);
}
