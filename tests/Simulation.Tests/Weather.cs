using Settlement.Simulation.Tests.Runtime;

namespace Settlement.Simulation.Tests;

/// <summary>How bad the world is in one history: each seed has its own rates, many of them zero. After a time it clears.</summary>
public sealed class Weather
{
    public Weather(Dice dice)
    {
        ClearsAt = dice.Skewed(60_000, 1_800_000);
        Crash = dice.Rate(0.05);
        Stop = dice.Rate(0.01);
        Pause = dice.Rate(0.02);
        Stall = dice.Rate(0.03);
        StoreLostReply = dice.Rate(0.02);
        StoreLateCommit = dice.Rate(0.01);
        StoreConflict = dice.Rate(0.02);
        StoreAway = Window(dice, 0.15, 120_000);
        RpcSilent = dice.Rate(0.3);
        RpcLostReply = dice.Rate(0.3);
        RpcLate = dice.Rate(0.1);
        RpcRefused = dice.Rate(0.2);
        RpcAway = Window(dice, 0.2, 300_000);
        Lie = dice.Rate(0.5);
        Drop = dice.Rate(0.5);
        Fork = dice.Rate(0.3);
        Evict = dice.Rate(0.1);
        Revert = dice.Rate(0.1);
        FinalityStall = Window(dice, 0.2, 300_000);
        FeeSpike = Window(dice, 0.3, 300_000);
        EmptyWallet = Window(dice, 0.15, 200_000);
    }

    /// <summary>From then on nothing goes wrong any more.</summary>
    public long ClearsAt { get; }

    /// <summary>Chance at each resumption that the process dies instead.</summary>
    public double Crash { get; }

    /// <summary>Chance at each resumption that the process is asked to end.</summary>
    public double Stop { get; }

    /// <summary>Chance at each resumption that the whole process stands still, often past its leases.</summary>
    public double Pause { get; }

    /// <summary>Chance that this one answer comes very late.</summary>
    public double Stall { get; }

    /// <summary>Committed, and the caller sees an exception.</summary>
    public double StoreLostReply { get; }

    /// <summary>The caller sees an exception, and the commit comes later.</summary>
    public double StoreLateCommit { get; }

    /// <summary>Nothing was written: deadlock's victim, broken connection.</summary>
    public double StoreConflict { get; }
    public (long From, long To) StoreAway { get; }

    /// <summary>No effect and no answer.</summary>
    public double RpcSilent { get; }

    /// <summary>The effect without the answer.</summary>
    public double RpcLostReply { get; }

    /// <summary>No answer, and the effect comes up to minutes later.</summary>
    public double RpcLate { get; }

    /// <summary>A refusal, which says nothing about what other nodes hold.</summary>
    public double RpcRefused { get; }
    public (long From, long To) RpcAway { get; }

    /// <summary>Chance that the lying node does not know what exists.</summary>
    public double Lie { get; }

    /// <summary>Taken by a node and never passed on.</summary>
    public double Drop { get; }

    /// <summary>Chance that included, not final transactions are forgotten: EVM per block, Solana per transaction.</summary>
    public double Fork { get; }
    public double Evict { get; }

    /// <summary>Chance that an inclusion fails for a passing reason.</summary>
    public double Revert { get; }
    public (long From, long To) FinalityStall { get; }
    public (long From, long To) FeeSpike { get; }
    public (long From, long To) EmptyWallet { get; }

    public static bool Within((long From, long To) window, long now) =>
        now >= window.From && now < window.To;

    private (long, long) Window(Dice dice, double chance, long longest)
    {
        if (!dice.Chance(chance))
            return (0, 0);
        long from = dice.Between(0, ClearsAt);
        return (from, Math.Min(ClearsAt, from + dice.Between(1_000, longest)));
    }
}
