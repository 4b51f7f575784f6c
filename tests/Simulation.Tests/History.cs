using Settlement.Chains;
using Settlement.Payouts.Owning;
using Settlement.Payouts.Settling;
using Settlement.Simulation.Tests.Networks;
using Settlement.Simulation.Tests.Runtime;
using Settlement.Simulation.Tests.Storage;

namespace Settlement.Simulation.Tests;

/// <summary>One seed, one history: the real steps in a simulated world, from the first request until all is quiet.</summary>
public sealed class History
{
    // Dice of their own, so that what others have found under a seed stays what it is where they do nothing.
    private const long OfficersDice = 1L << 40;

    private readonly Dice _dice;
    private readonly Scheduler _clock = new();
    private readonly Weather _weather;
    private readonly Scenario _scenario;
    private readonly Flaw _flaws;
    private readonly ChainLimits _limits;
    private readonly List<SimProcess> _workers = [];
    private readonly HashSet<SimProcess> _checked = [];
    private readonly bool _isForeignPlanned;
    private readonly Outsiders _outsiders;
    private readonly Officers _officers;
    private readonly long _patienceMs;
    private readonly TextWriter? _trace;
    private int _traced = -1;

    public History(long seed, Flaw flaws = Flaw.None, TextWriter? trace = null)
    {
        Seed = seed;
        _flaws = flaws;
        _trace = trace;
        _dice = new Dice(seed);
        _weather = new Weather(_dice);
        _scenario = new Scenario(_clock, _dice, _weather);
        Database = new SimDatabase(_clock, _dice, flaws);
        Network =
            seed % 2 == 0 ? _scenario.Solana() : _scenario.Evm(!flaws.HasFlag(Flaw.VaultForgets));
        _limits = _scenario.Limits(Network);
        // Dice of its own: what others have found under a seed stays what it is.
        var fate = new Dice(~seed);
        bool isLimited = fate.Chance(0.1);
        long limit = fate.Between(62, 400) * 1_000_000L;
        // A mistake is looked for in the histories that it was found in.
        if (isLimited && flaws is Flaw.None)
            Database.SpendLimitMicro = limit;
        if (Network is SolanaNetwork solana && fate.Chance(0.02))
        {
            _isForeignPlanned = true;
            // The wallet was registered before: what is older than that is nobody's news.
            Database.Cursor = "0";
            solana.PlanForeign(fate.Between(1_000, _weather.ClearsAt));
        }
        Database.NextNonce = (Network as EvmNetwork)?.FirstNonce;
        _patienceMs = Patience();
        Oracle = new Oracle(this, _clock);
        Network.Arriving = Oracle.SeeSend;
        _outsiders = new Outsiders(this, _clock, _dice, _weather, _scenario.Requests);
        _officers = new Officers(this, _clock, new Dice(seed + OfficersDice), _weather);
    }

    public long Seed { get; }
    public long ClearsAt => _weather.ClearsAt;
    public SimDatabase Database { get; }
    public SimNetwork Network { get; }
    public Oracle Oracle { get; }
    public IReadOnlyList<SimProcess> Workers => _workers;

    /// <summary>All is quiet: nobody begins anything new.</summary>
    public bool IsClosing { get; private set; }
    public int Crashes { get; private set; }
    public int Pauses { get; private set; }
    public long Events => _clock.Events;

    /// <summary>When all was quiet.</summary>
    public long EndedAt { get; private set; }
    public ulong Hash => _clock.Hash;

    /// <summary>Runs the history to its end.</summary>
    /// <returns>What went wrong; empty when nothing did.</returns>
    public IReadOnlyList<string> Run()
    {
        SynchronizationContext? before = SynchronizationContext.Current;
        SynchronizationContext.SetSynchronizationContext(_clock);
        try
        {
            for (int i = 0; i < _scenario.Workers; i++)
                _workers.Add(new SimProcess(i));
            foreach (SimProcess worker in _workers)
                _clock.At(_dice.Between(0, 3_000), () => Start(worker));
            _outsiders.Plan();
            _officers.Plan();
            while (!IsOver() && _clock.TryNext(out ISimEvent next))
                Meet(next);
            EndedAt = _clock.Now;
            // What is still on its way arrives: late bytes, late commits, workers that wake from a pause.
            IsClosing = true;
            while (Oracle.Violations.Count == 0 && _clock.TryNext(out ISimEvent last))
                Meet(last);
            Oracle.Judge();
            if (_isForeignPlanned && Database.FrozenReason is null && Oracle.Violations.Count == 0)
                Oracle.Report("FOREIGN-UNSEEN somebody else uses the key, and nobody noticed");
        }
        finally
        {
            SynchronizationContext.SetSynchronizationContext(before);
        }
        return Oracle.Violations;
    }

    /// <summary>Hands a message to a running worker, as a consumer would; a hint to a dead one is lost.</summary>
    public void Hint(IReadOnlyList<Guid> payouts)
    {
        SimProcess worker = _dice.Pick(_workers);
        if (worker.IsRunning && MayPay(worker))
            _ = GuardAsync(() => Settle(worker).SettleAsync(payouts, worker.Stopping.Token));
    }

    public void Trace(string what) => _trace?.WriteLine($"{_clock.Now / 1000.0, 10:F3} s  {what}");

    /// <summary>How long everything may take in fair weather: an hour, and twice the time in which the wallet can carry all
    /// payouts to finality. Whatever is not over by then is stuck.</summary>
    private long Patience()
    {
        long finality = Network.Depth * Network.BlockMs + 60_000;
        long turns = _scenario.Requests / _limits.MaxInFlight + 1;
        return 3_600_000 + 2 * turns * finality;
    }

    private bool IsOver()
    {
        if (Oracle.Violations.Count > 0 || _clock.Now > _weather.ClearsAt + _patienceMs)
            return true;
        if (_isForeignPlanned && Database.FrozenReason is null)
            return false;
        if (!_outsiders.AreDone || !_officers.AreDone)
            return false;
        bool isHelpless = !_officers.EndContradictions && Oracle.AllWaitForAnOperator();
        return Database.Unfinished == 0 || isHelpless;
    }

    private void Meet(ISimEvent next)
    {
        if (next.Process is not { } process)
        {
            next.Fire();
            TraceState();
            return;
        }
        if (process.Life != next.Life)
            return;
        if (process.PausedUntil > _clock.Now)
        {
            _clock.At(process.PausedUntil, next);
            return;
        }
        if (_clock.Now < _weather.ClearsAt && IsCut(process, next))
            return;
        next.Fire();
        TraceState();
    }

    private bool IsCut(SimProcess process, ISimEvent next)
    {
        if (_dice.Chance(_weather.Crash))
        {
            Crashes++;
            Trace($"{process.Name} dies");
            process.Die();
            _clock.At(_clock.Now + _dice.Skewed(500, 120_000), () => Start(process));
            return true;
        }
        if (_dice.Chance(_weather.Pause))
        {
            Pauses++;
            process.PausedUntil = _clock.Now + _dice.Skewed(100, 240_000);
            Trace($"{process.Name} stands still until {process.PausedUntil / 1000.0:F3} s");
            _clock.At(process.PausedUntil, next);
            return true;
        }
        if (_dice.Chance(_weather.Stall))
        {
            Pauses++;
            _clock.At(_clock.Now + _dice.Skewed(100, 240_000), next);
            return true;
        }
        if (process.IsRunning && _dice.Chance(_weather.Stop))
        {
            Trace($"{process.Name} is asked to end");
            process.Stop();
            int life = process.Life;
            // What has not ended by then is killed.
            _clock.At(_clock.Now + _dice.Between(1_000, 30_000), () => Restart(process, life));
        }
        return false;
    }

    private void Restart(SimProcess process, int life)
    {
        if (process.Life != life)
            return;
        process.Die();
        Start(process);
    }

    private void Start(SimProcess process)
    {
        if (process.IsRunning || IsClosing)
            return;
        process.Start();
        Trace($"{process.Name} starts");
        SettlementStep settle = Settle(process);
        ObservationStep observe = new(
            Store(process),
            Adapter(process),
            _scenario.Policy,
            new WorkerIdentity(process.Name)
        );
        CancellationToken ct = process.Stopping.Token;
        _checked.Remove(process);
        if (_isForeignPlanned && !_flaws.HasFlag(Flaw.NoKeyCheck))
            _ = LoopAsync(process, static () => true, () => CheckKeyAsync(process, ct), 30_000);
        _ = LoopAsync(
            process,
            Database.HasDuePayout,
            () => MayPay(process) ? settle.SettleAsync(null, ct) : Task.FromResult(0),
            _scenario.SweepMs
        );
        _ = LoopAsync(
            process,
            Database.HasDueTransaction,
            () => observe.ObserveAsync(ct),
            _scenario.ObserveMs
        );
    }

    // As the gate does: nothing new is signed before the wallet's transactions are accounted for, and while that is not known.
    private bool MayPay(SimProcess process) =>
        !_isForeignPlanned || _flaws.HasFlag(Flaw.NoKeyCheck) || _checked.Contains(process);

    private async Task<int> CheckKeyAsync(SimProcess process, CancellationToken ct)
    {
        var check = new CheckOwnTransactions(Store(process));
        if (await check.ExecuteAsync(Adapter(process), ct) is OwnCheck.Complete)
            _checked.Add(process);
        else
            _checked.Remove(process);
        return 0;
    }

    /// <remarks>Most rounds would find nothing and change nothing; only a few of those are run, for the sake of speed.</remarks>
    private async Task LoopAsync(
        SimProcess process,
        Func<bool> hasWork,
        Func<Task<int>> round,
        long pauseMs
    )
    {
        CancellationToken ct = process.Stopping.Token;
        bool IsNeeded() =>
            hasWork() || IsClosing || ct.IsCancellationRequested || _dice.Chance(0.02);
        while (!IsClosing && !ct.IsCancellationRequested)
        {
            await GuardAsync(round);
            var poll = new SimPoll(process, _clock, pauseMs, IsNeeded);
            _clock.At(_clock.Now + pauseMs, poll);
            await poll.Task;
        }
    }

    /// <summary>What a host does with a round: faults of the database are expected, anything else is a bug.</summary>
    private async Task GuardAsync(Func<Task<int>> round)
    {
        try
        {
            await round();
        }
        catch (SimulatedFaultException e)
        {
            Trace(e.Message);
        }
        catch (OperationCanceledException)
        {
            Trace("cancelled");
        }
        catch (Exception e)
        {
            Oracle.Report($"a step threw {e}");
        }
    }

    private SettlementStep Settle(SimProcess process) =>
        new(Store(process), Adapter(process), _scenario.Policy, new WorkerIdentity(process.Name));

    private SimStore Store(SimProcess process) => new(Database, process, _clock, _dice, _weather);

    private IChainAdapter Adapter(SimProcess process)
    {
        IChainAdapter honest = Network switch
        {
            EvmNetwork evm => new SimEvmAdapter(evm, process, _clock, _dice, _weather, _flaws)
            {
                Limits = _limits,
            },
            SolanaNetwork solana => new SimSolanaAdapter(
                solana,
                process,
                _clock,
                _dice,
                _weather,
                _flaws
            )
            {
                Limits = _limits,
            },
            _ => throw new InvalidOperationException(),
        };
        return _flaws == Flaw.None ? honest : new MutantAdapter(honest, _flaws);
    }

    private void TraceState()
    {
        if (_trace is null)
            return;
        int state = Database.Fingerprint();
        if (state != _traced)
            Trace(Database.Describe());
        _traced = state;
    }
}
