using Settlement.Model.Tests.Commands;
using Settlement.Model.Tests.Model;
using Settlement.Payouts.Settling;
using Settlement.Simulation.Tests.Storage;

namespace Settlement.Model.Tests.Simulated;

/// <content>What people do, and dearer attempts.</content>
public sealed partial class SimulatedStore
{
    private string Pause(Command.Pause pause)
    {
        _databases[pause.Network].IsPaused = pause.On;
        return Answers.Done;
    }

    private string Say(World world, Command.Say say)
    {
        Payout payout = Rules.At(world, world.Payouts, say.Payout)!;
        bool sent = say.Word is Commands.Word.Sent or Commands.Word.SentByOurs;
        return Word(
            !say.Outdated
                && _databases[payout.Network]
                    .ByOperator(
                        _payouts[payout.Tag],
                        sent ? Rules.StatedHash(world, payout, say.Word) : null,
                        say.Word is Commands.Word.Forced,
                        Rules.Operator(say.Operator)
                    )
        );
    }

    private string Cancel(World world, Command.Cancel cancel)
    {
        Payout payout = Rules.At(world, world.Payouts, cancel.Payout)!;
        SimDatabase database = _databases[payout.Network];
        return cancel.Caller switch
        {
            Caller.Owner => Word(database.Cancel(_payouts[payout.Tag])),
            Caller.Operator => Word(database.CancelByOperator(_payouts[payout.Tag])),
            // Whose payout it is, the API has asked before.
            _ => "not found",
        };
    }

    private string Steer(World world, Command.Steer steer)
    {
        Payout payout = Rules.At(world, world.Payouts, steer.Payout)!;
        if (steer.Outdated)
            return "refused";
        SimDatabase database = _databases[payout.Network];
        StoredPayout stored = _payouts[payout.Tag];
        return Word(
            steer.How switch
            {
                Steering.Hold => database.Hold(stored),
                Steering.Release => database.LetGo(stored, _clock.Now),
                Steering.Requeue => database.Requeue(stored, _clock.Now),
                Steering.Approve => database.Approve(stored, Rules.Operator(steer.Operator)),
                _ => database.Check(stored),
            }
        );
    }

    private string Ask(World world, Command.Ask ask)
    {
        Payout payout = Rules.At(world, world.Payouts, ask.Payout)!;
        SimDatabase database = _databases[payout.Network];
        StoredPayout stored = _payouts[payout.Tag];
        return Word(
            !ask.Outdated
                && (ask.ToCancel ? database.CancelInFlight(stored) : database.SpeedUp(stored))
        );
    }

    private string Replace(World world, Command.Replace replace, int tag)
    {
        Look look = Rules.At(world, world.Looks, replace.Look)!;
        SimDatabase database = _databases[world.Transaction(look.Transaction).Network];
        try
        {
            AttemptOutcome outcome = database.StoreAttempt(
                Verdicts.Attempt(_looks[look.Tag], replace, Rules.Hash(tag), s_proof)
            );
            return outcome is AttemptOutcome.Stored ? "stored" : "fenced";
        }
        catch (LawBrokenException)
        {
            return "refused";
        }
    }

    private string Decide(World world, Command.Decide decide)
    {
        Transaction transaction = Rules.At(world, world.Transactions, decide.Transaction)!;
        bool decided = _databases[transaction.Network]
            .DecideByOperator(
                _transactions[transaction.Tag],
                decide.Landed ? transaction.NewestPayment(transaction.Attempts.Count) : null,
                i => (decide.Paid & (1 << i)) != 0,
                Rules.Operator(decide.Operator)
            );
        return decided ? "decided" : "refused";
    }
}
