using Settlement.Simulation.Tests.Networks;
using Settlement.Simulation.Tests.Runtime;
using Settlement.Simulation.Tests.Storage;

namespace Settlement.Simulation.Tests;

/// <summary>Operators who approve, decide, look and requeue at any moment, and who in the end leave nothing that waits for them.</summary>
/// <remarks>Where the chain contradicts what was signed they tell what is true; where it does not, they are hasty, and must be refused.</remarks>
public sealed class Officers(History history, Scheduler clock, Dice dice, Weather weather)
{
    private const long RoundMs = 120_000;
    private static readonly string[] s_names = ["operator:ann", "operator:bob", "operator:cid"];
    private int _toCome;

    /// <summary>Whether this history has any.</summary>
    public bool AreThere { get; private set; }

    /// <summary>Whether everything they planned has happened.</summary>
    public bool AreDone => _toCome == 0;

    /// <summary>Whether they can end what a foreign transaction has left: a nonce that is spent can be accounted for.</summary>
    public bool EndContradictions => AreThere && history.Network is EvmNetwork;

    public void Plan()
    {
        AreThere = dice.Chance(0.4);
        if (!AreThere)
            return;
        if (dice.Chance(0.5))
            history.Database.ThresholdMicro = dice.Between(3, 28) * 1_000_000L;
        int acts = dice.Between(1, dice.Chance(0.3) ? 80 : 15);
        for (int i = 0; i < acts; i++)
            Later(dice.Between(0, weather.ClearsAt), Act);
        clock.At(weather.ClearsAt + RoundMs, GoRound);
    }

    private void Later(long time, Action what)
    {
        _toCome++;
        clock.At(
            time,
            () =>
            {
                _toCome--;
                what();
            }
        );
    }

    private void Act()
    {
        if (history.Database.Payouts.Count == 0)
            return;
        StoredPayout payout = dice.Pick(history.Database.Payouts);
        switch (dice.Between(0, 3))
        {
            case 0:
                Approve(payout);
                break;
            case 1:
                Tell("requeues", payout, history.Database.Requeue(payout, clock.Now));
                break;
            case 2:
                Tell("has a look at", payout, history.Database.Check(payout));
                break;
            default:
                if (history.Database.Transactions.Count > 0)
                    Decide(dice.Pick(history.Database.Transactions));
                break;
        }
    }

    private void Approve(StoredPayout payout) =>
        Tell("approves", payout, history.Database.Approve(payout, dice.Pick(s_names)));

    private void Decide(StoredTransaction transaction)
    {
        if (transaction.IsContradicted)
            Account(transaction);
        else if (dice.Chance(0.5))
            Say(transaction, null, static _ => false);
        else
            Say(transaction, transaction.Attempts[0].Signed.TransactionId, static _ => true);
    }

    /// <summary>Says what has become of its nonce, once that is final.</summary>
    private void Account(StoredTransaction transaction)
    {
        if (history.Network is not EvmNetwork evm)
            return;
        ChainTransaction? consumer = evm.ConsumerOf(
            transaction.Nonce!.Value,
            evm.FinalizedAt(clock.Now)
        );
        if (consumer is null)
            return;
        if (consumer is { IsForeign: false, IsCancel: false, Succeeded: true })
            Say(transaction, consumer.Hash, i => consumer.Paid[i]);
        else
            Say(transaction, null, static _ => false);
    }

    private void Say(StoredTransaction transaction, string? hash, Func<int, bool> isPaid)
    {
        bool decided = history.Database.DecideByOperator(
            transaction,
            hash,
            isPaid,
            dice.Pick(s_names)
        );
        string verdict = hash is null ? "dead" : "landed";
        history.Trace(
            $"an operator calls transaction {transaction.Id} {verdict}: {(decided ? "done" : "refused")}"
        );
        if (!decided)
            return;
        foreach (StoredPayout rider in transaction.Riders)
        {
            Later(
                clock.Now + dice.Skewed(1_000, 300_000),
                () => history.Database.LetGo(rider, clock.Now)
            );
        }
    }

    private void Tell(string what, StoredPayout payout, bool done) =>
        history.Trace($"an operator {what} payout {payout.Number}: {(done ? "done" : "refused")}");

    /// <summary>What waits for a person by the rules finds one.</summary>
    private void GoRound()
    {
        if (history.IsClosing)
            return;
        foreach (StoredPayout payout in history.Database.Payouts)
        {
            if (!payout.IsFinal && history.Database.WaitsForApproval(payout))
                Approve(payout);
        }
        foreach (StoredTransaction transaction in history.Database.Transactions)
        {
            if (transaction is { State: TransactionState.Open, IsContradicted: true })
                Account(transaction);
        }
        clock.At(clock.Now + RoundMs, GoRound);
    }
}
