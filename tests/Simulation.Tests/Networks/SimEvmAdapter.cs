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
        long price = network.Fees.At(Clock.Now);
        if (price > network.Fees.Cap)
            return new SigningOutcome.NotNow(ParkReason.FeeAboveCap, "dear");
        // A margin for the blocks to come, or none.
        long fee = Math.Min(network.Fees.Cap, price + Dice.Between(0, (int)price));
        return new SigningOutcome.Signed(
            Sign(order.Nonce!.Value, fee, AttemptKind.Payment, order.Transfers)
        );
    }

    protected override string? WhyAsk(TransferOrder transfer, long seen) =>
        network.IsPaid(transfer.PayoutNumber, seen) ? "paid before" : null;

    /// <summary>The honest rule: the same nonce, a tenth more rounded up, the market at least, the cap at most.</summary>
    public override async Task<ReplacementOutcome> ReplaceAsync(
        ReplacementOrder order,
        CancellationToken ct
    )
    {
        bool answered = await AskAsync(ct);
        if (!answered)
            return new ReplacementOutcome.Unknown("no answer");
        OpenTransaction open = order.Transaction;
        ulong next = network.NextNonceAt(AnyNode().SeesUntil(Clock.Now));
        if (next > open.Nonce)
            return new ReplacementOutcome.NotNow("used");
        if (next < open.Nonce && !order.EvenBehindOthers)
            return new ReplacementOutcome.NotNow("behind");
        ChainTransaction best = network.Decode(open.Attempts[^1].Bytes);
        long price = network.Fees.At(Clock.Now);
        long least = (best.MaxFee * (order.WasUnderpriced ? 125 : 110) + 99) / 100;
        long fee = Math.Min(network.Fees.Cap, Math.Max(least, price));
        if (price > network.Fees.Cap || (best.MaxFee * 11 + 9) / 10 > fee)
            return new ReplacementOutcome.AtCap("cap");
        ulong nonce = flaws.HasFlag(Flaw.BumpAtNewNonce)
            ? network.Signed.Max(t => t.Nonce!.Value) + 1
            : open.Nonce!.Value;
        return new ReplacementOutcome.Signed(
            Sign(nonce, fee, order.Kind, order.Kind == AttemptKind.Cancel ? [] : open.Transfers)
        );
    }

    private SignedTransaction Sign(
        ulong nonce,
        long fee,
        AttemptKind kind,
        IReadOnlyList<TransferOrder> transfers
    )
    {
        ChainTransaction signed = network.Sign(nonce, null, fee, transfers);
        return new SignedTransaction(signed.Hash, signed.Bytes, Sender, nonce, null, null, Proof)
        {
            Kind = kind,
            Fees = new OfferedFees((UInt128)fee, (UInt128)fee),
        };
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
        long final = network.FinalizedAt(seen);
        bool wasForgotten = false;
        foreach (StoredAttempt attempt in open.Attempts)
        {
            ChainTransaction transaction = network.Decode(attempt.Bytes);
            if (Shows(node, transaction, seen))
                return Judge(transaction, open, final);
            wasForgotten |= transaction.ForgottenAt > 0;
        }
        // The nonce is spent at finality, and this node knows no receipt of ours.
        if (network.ConsumerOf(open.Nonce!.Value, final) is not null)
            return Accusation();
        if (wasForgotten && Dice.Chance(0.1))
            return new Observation.Included("on a fork that this node still follows");
        return new Observation.NotSeen("no receipt");
    }

    private Observation Judge(ChainTransaction shown, OpenTransaction open, long final)
    {
        bool isFinal = shown.Height <= final;
        if (!shown.IsCancel)
            return Judge(shown, isFinal || (flaws.HasFlag(Flaw.RevertIsFinal) && !shown.Succeeded));
        if (isFinal && flaws.HasFlag(Flaw.CancelIsPayment))
        {
            return new Observation.Landed(
                shown.Hash,
                open.Transfers.Select(_ => new TransferResult(true, Proof)).ToList(),
                Proof
            );
        }
        return isFinal || flaws.HasFlag(Flaw.ReplacedIsFinal)
            ? new Observation.Never(NeverReason.Replaced, Proof)
            : new Observation.Included("a cancel, not final");
    }

    /// <summary>An accusation stands only when no other node knows a receipt of ours.</summary>
    private async Task<Observation> AskOthersAsync(
        SimNode first,
        OpenTransaction open,
        CancellationToken ct
    )
    {
        foreach (SimNode other in network.Nodes)
        {
            if (ReferenceEquals(other, first) || !await AskAsync(ct))
                continue;
            long seen = other.SeesUntil(Clock.Now);
            if (open.Attempts.Any(a => Shows(other, network.Decode(a.Bytes), seen)))
                return new Observation.Unknown("another node knows a receipt");
        }
        return Accusation();
    }

    private static Observation.Contradiction Accusation() =>
        new("A foreign transaction took our nonce.", Proof);
}
