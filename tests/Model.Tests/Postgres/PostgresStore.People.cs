using Dapper;
using Npgsql;
using Settlement.Model.Tests.Commands;
using Settlement.Model.Tests.Model;
using Settlement.Payouts.Lifecycle;
using Settlement.Payouts.Operations;

namespace Settlement.Model.Tests.Postgres;

/// <content>What people do, and time.</content>
public sealed partial class PostgresStore
{
    // A version that no payout of a sequence ever has.
    private const int NoVersion = 9_999;

    private async Task<string> ThawAsync(Command.Thaw thaw) =>
        await new Wallets(database.App).ThawAsync(
            NetworkOf(thaw.Network),
            Sender,
            "operator:ann",
            "safe",
            default
        )
            ? "thawed"
            : "not thawed";

    private async Task<string> PauseAsync(Command.Pause pause)
    {
        var pauses = new Pauses(database.App);
        var word = new PauseWord(NetworkOf(pause.Network).Name, "why", "operator:ann", null);
        _ = pause.On
            ? await pauses.PauseAsync(word, default)
            : await pauses.ResumeAsync(word, default);
        return Answers.Done;
    }

    private async Task<string> SayAsync(World world, Command.Say say)
    {
        Payout payout = Rules.At(world, world.Payouts, say.Payout)!;
        var word = new OperatorWord(
            _payouts[payout.Tag],
            say.Word is Commands.Word.Sent or Commands.Word.SentByOurs
                ? Rules.StatedHash(world, payout, say.Word)
                : null,
            "note",
            null,
            null,
            say.Word is Commands.Word.Forced,
            Rules.Operator(say.Operator),
            null,
            Version: say.Outdated ? NoVersion : null
        );
        return Word(await _finalize.ByOperatorAsync(word, default));
    }

    private async Task<string> CancelAsync(World world, Command.Cancel cancel)
    {
        Payout payout = Rules.At(world, world.Payouts, cancel.Payout)!;
        Guid? user = cancel.Caller switch
        {
            Caller.Owner => Users[payout.User],
            Caller.OtherUser => Users[1 - payout.User],
            _ => null,
        };
        string actor = user is null ? "operator:ann" : $"user:{user}";
        var word = new CancelWord(_payouts[payout.Tag], user, actor, null);
        return Word(await new CancelPayout(database.App).ExecuteAsync(word, default));
    }

    private async Task<string> SteerAsync(World world, Command.Steer steer)
    {
        var order = new PayoutOrder(
            PayoutAt(world, steer.Payout),
            Rules.Operator(steer.Operator),
            "why",
            null,
            steer.Outdated ? NoVersion : null
        );
        return Word(
            steer.How switch
            {
                Steering.Hold => await _steer.HoldAsync(order, default),
                Steering.Release => await _steer.ReleaseAsync(order, default),
                Steering.Requeue => await _steer.RequeueAsync(order, default),
                Steering.Approve => await _steer.ApproveAsync(order, default),
                _ => await _steer.CheckAsync(order, default),
            }
        );
    }

    private async Task<string> AskAsync(World world, Command.Ask ask)
    {
        var order = new PayoutOrder(
            PayoutAt(world, ask.Payout),
            Rules.Operator(ask.Operator),
            "why",
            null,
            ask.Outdated ? NoVersion : null
        );
        return Word(
            ask.ToCancel
                ? await _ask.CancelAsync(order, null, default)
                : await _ask.SpeedUpAsync(order, default)
        );
    }

    private async Task<string> DecideAsync(World world, Command.Decide decide)
    {
        Transaction transaction = Rules.At(world, world.Transactions, decide.Transaction)!;
        Guid[] paid = transaction
            .Riders.Where((_, i) => (decide.Paid & (1 << i)) != 0)
            .Select(r => _payouts[r.Payout])
            .ToArray();
        DecideOutcome outcome = await new DecideTransaction(database.App).ExecuteAsync(
            new Verdict(
                _transactions[transaction.Tag],
                decide.Landed,
                null,
                paid,
                "looked",
                Rules.Operator(decide.Operator),
                null
            ),
            default
        );
        return outcome switch
        {
            DecideOutcome.Decided => "decided",
            DecideOutcome.Refused refused => Answers.Refused(refused.Because.ToString()),
            _ => outcome.ToString(),
        };
    }

    /// <summary>Nobody but time may unlock a reward, so the laws look away for a moment.</summary>
    private async Task<string> PassTimeAsync(World world)
    {
        await using NpgsqlConnection connection = await database.Owner.OpenConnectionAsync();
        await connection.ExecuteAsync(
            """
            UPDATE payouts p SET due_at = now() - (@Payouts - v.place) * interval '1 microsecond'
              FROM unnest(@Ids) WITH ORDINALITY AS v (id, place)
             WHERE p.id = v.id AND p.completed_at IS NULL AND p.due_at < 'infinity';
            UPDATE chain_transactions t SET due_at = now() - (@Transactions - v.place) * interval '1 microsecond'
              FROM unnest(@TransactionIds) WITH ORDINALITY AS v (id, place)
             WHERE t.id = v.id AND t.decided_at IS NULL
            """,
            new
            {
                Payouts = world.Payouts.Count,
                Ids = world.Payouts.Select(p => _payouts[p.Tag]).ToArray(),
                Transactions = world.Transactions.Count,
                TransactionIds = world.Transactions.Select(t => _transactions[t.Tag]).ToArray(),
            }
        );
        if (world.Accounts.Any(a => a.Locked > 0))
        {
            await connection.ExecuteAsync(
                """
                BEGIN;
                SET LOCAL session_replication_role = replica;
                UPDATE rewards SET unlock_at = now() WHERE unlock_at > now()
                   AND account_id IN (SELECT id FROM accounts WHERE user_id = ANY (@Users));
                COMMIT
                """,
                new { Users }
            );
        }
        return Answers.Done;
    }
}
