using Settlement.Chains;
using Settlement.Payouts.Settling;
using Settlement.Simulation.Tests.Networks;
using Settlement.Simulation.Tests.Runtime;

namespace Settlement.Simulation.Tests;

/// <summary>Draws the shape of one history: network, nodes, limits, patience.</summary>
public sealed class Scenario(Scheduler clock, Dice dice, Weather weather)
{
    /// <summary>How many payouts are asked for.</summary>
    public int Requests { get; } = dice.Between(1, 39);

    public int Workers { get; } = dice.Between(1, 4);

    public long SweepMs { get; } = dice.Skewed(2_000, 20_000);

    public long ObserveMs { get; } = dice.Skewed(1_000, 15_000);

    public SettlementPolicy Policy { get; } =
        new()
        {
            ClaimLimit = dice.Between(1, 30),
            ObserveLimit = dice.Between(1, 40),
            Lease = Seconds(dice.Between(10, 60)),
            FirstLook = Seconds(dice.Between(0, 5)),
            LookAgain = Seconds(dice.Between(2, 10)),
            LookAgainAtMost = Seconds(dice.Between(10, 60)),
            SendAgainAtMost = Seconds(dice.Between(2, 15)),
            MaxResends = dice.Between(1, 8),
            Postpone = Seconds(dice.Between(1, 5)),
            ParkFor = Seconds(dice.Between(5, 30)),
            MaxFailedRides = dice.Between(1, 5),
            MaxNonceRaces = dice.Between(1, 5),
        };

    public SolanaNetwork Solana() =>
        new(clock, dice, weather)
        {
            BlockMs = 400,
            Depth = dice.Between(4, 32),
            Window = dice.Between(40, 150),
            StatusesKept = dice.Between(60, 400),
            Nodes = [.. DrawNodes().Select(Swinging)],
        };

    /// <param name="hasBits">Whether a vault, where there is one, remembers whom it paid.</param>
    public EvmNetwork Evm(bool hasBits)
    {
        var network = new EvmNetwork(clock, dice, weather)
        {
            BlockMs = dice.Chance(0.5) ? 2_000 : 12_000,
            Depth = (int)dice.Skewed(2, 64),
            UsesVault = dice.Chance(0.3),
            HasBits = hasBits,
            FirstNonce = (ulong)dice.Between(0, 5),
            Fees = new FeeMarket(dice, weather),
            Nodes = DrawNodes(),
        };
        if (dice.Chance(0.02))
            network.ForeignAt = dice.Between(1_000, weather.ClearsAt);
        network.PlanForeign();
        return network;
    }

    public ChainLimits Limits(SimNetwork network) =>
        network switch
        {
            EvmNetwork { UsesVault: false } => Replacing(1),
            EvmNetwork => Replacing(dice.Between(1, 8)),
            _ => new ChainLimits(dice.Between(1, 9), dice.Between(1, 32), false),
        };

    private ChainLimits Replacing(int transfers) =>
        new(transfers, dice.Between(1, 16), UsesNonces: true)
        {
            ReplaceAfter = Seconds((int)dice.Skewed(5, 300)),
        };

    private static TimeSpan Seconds(int seconds) => TimeSpan.FromSeconds(seconds);

    /// <summary>What was final at one call need not be at the next: behind one address there are many backends.</summary>
    private SimNode Swinging(SimNode node) =>
        node with
        {
            SwingMs = dice.Chance(0.3) ? dice.Skewed(1_000, 120_000) : 0,
            SwingsUntil = weather.ClearsAt,
        };

    /// <summary>One of several nodes may lie; with one node alone, no proof could be had of a liar.</summary>
    private List<SimNode> DrawNodes()
    {
        int count = dice.Between(1, 3);
        int liar = count > 1 && dice.Chance(0.6) ? dice.Between(0, count - 1) : -1;
        var nodes = new List<SimNode>(count);
        for (int i = 0; i < count; i++)
        {
            long from = dice.Between(0, weather.ClearsAt);
            long until = Math.Min(weather.ClearsAt, from + dice.Skewed(1, 600_000));
            bool stands = dice.Chance(0.3);
            nodes.Add(
                new SimNode(dice.Skewed(0, 4_000), stands ? (from, until) : (0, 0), i == liar)
            );
        }
        return nodes;
    }
}
