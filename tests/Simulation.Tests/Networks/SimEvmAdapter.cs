using Settlement.Chains;
using Settlement.Simulation.Tests.Runtime;

namespace Settlement.Simulation.Tests.Networks;

/// <summary>The adapter's honest rules over a simulated EVM chain: everything that decides comes from one node at one height.</summary>
public sealed class SimEvmAdapter(
    EvmNetwork network,
    SimProcess process,
    Scheduler clock,
    Dice dice,
    Weather weather,
    Flaw flaws
) : SimAdapter(network, process, clock, dice, weather)
{
    public override async Task<SigningOutcome> SignAsync(SigningOrder order, CancellationToken ct)
    {
        bool answered = await AskAsync(ct);
        if (!answered)
            return new SigningOutcome.Unknown("no answer");
        if (Weather.Within(Weather.FeeSpike, Clock.Now))
            return new SigningOutcome.NotNow(ParkReason.FeeAboveCap, "dear");
        long fee = Clock.Now / 12_000;
        ChainTransaction signed = network.Sign(order.Nonce, null, fee, order.Transfers);
        return new SigningOutcome.Signed(
            new SignedTransaction(
                signed.Hash,
                signed.Bytes,
                Sender,
                signed.Nonce,
                null,
                null,
                Proof
            )
        );
    }

    public override async Task<IReadOnlyList<Observation>> ObserveAsync(
        IReadOnlyList<OpenTransaction> transactions,
        CancellationToken ct
    )
    {
        SimNode node = AnyNode();
        bool answered = await AskAsync(ct);
        long seen = node.SeesUntil(Clock.Now);
        var observations = new Observation[transactions.Count];
        for (int i = 0; i < observations.Length; i++)
        {
            observations[i] = answered
                ? Look(node, transactions[i], seen)
                : new Observation.Unknown("no answer");
            if (observations[i] is Observation.Contradiction)
                observations[i] = await AskOthersAsync(node, transactions[i], ct);
        }
        return observations;
    }

    private Observation Look(SimNode node, OpenTransaction open, long seen)
    {
        ChainTransaction transaction = network.Decode(open.Attempts[^1].Bytes);
        long final = network.FinalizedAt(seen);
        if (Shows(node, transaction, seen))
        {
            bool counts =
                transaction.Height <= final
                || (flaws.HasFlag(Flaw.RevertIsFinal) && !transaction.Succeeded);
            return Judge(transaction, counts);
        }
        // The nonce is spent at finality, and this node knows no receipt of ours.
        if (network.ConsumerOf(open.Nonce!.Value, final) is not null)
            return Accusation();
        if (transaction.ForgottenAt > 0 && Dice.Chance(0.1))
            return new Observation.Included("on a fork that this node still follows");
        return new Observation.NotSeen("no receipt");
    }

    /// <summary>An accusation stands only when no other node knows a receipt of ours.</summary>
    private async Task<Observation> AskOthersAsync(
        SimNode first,
        OpenTransaction open,
        CancellationToken ct
    )
    {
        ChainTransaction transaction = network.Decode(open.Attempts[^1].Bytes);
        foreach (SimNode other in network.Nodes)
        {
            if (ReferenceEquals(other, first) || !await AskAsync(ct))
                continue;
            if (Shows(other, transaction, other.SeesUntil(Clock.Now)))
                return new Observation.Unknown("another node knows a receipt");
        }
        return Accusation();
    }

    private static Observation.Contradiction Accusation() =>
        new("A foreign transaction took our nonce.", Proof);
}
