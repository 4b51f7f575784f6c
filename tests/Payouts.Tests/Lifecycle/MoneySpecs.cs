using System.Runtime.ExceptionServices;
using Dapper;
using Npgsql;
using Settlement.Payouts.Database;
using Settlement.Payouts.Lifecycle;
using Settlement.TestKit;
using Shouldly;
using Xunit;

namespace Settlement.Payouts.Tests.Lifecycle;

/// <summary>The money moves with the status, once, and the history tells it.</summary>
public sealed class MoneySpecs(PostgresDatabase database) : IClassFixture<PostgresDatabase>
{
    private const long Amount = 10_000_000;

    [Theory]
    [InlineData(PayoutStatus.Requested, 30, 10, "reserve")]
    [InlineData(PayoutStatus.Processing, 30, 10, "reserve")]
    [InlineData(PayoutStatus.Sent, 20, 0, "reserve settle")]
    [InlineData(PayoutStatus.Failed, 30, 0, "reserve release")]
    [InlineData(PayoutStatus.Cancelled, 30, 0, "reserve release")]
    public async Task The_reserve_is_held_then_settled_or_released(
        PayoutStatus status,
        long posted,
        long reserved,
        string transfers
    )
    {
        Guid user = await APayout.In(database).AUserAsync(30_000_000);

        GivenPayout payout = await APayout.In(database).By(user).Of(Amount).InAsync(status);

        (await BalanceAsync(user)).ShouldBe((posted * 1_000_000, reserved * 1_000_000));
        (await TransfersAsync(payout)).ShouldBe(transfers);
    }

    [Fact]
    public async Task A_forced_failure_holds_the_refund()
    {
        GivenPayout payout = await APayout.In(database).Of(Amount).HeldAsync();

        (await BalanceAsync(payout.UserId)).ShouldBe((Amount, Amount));
        (await EventsAsync(payout)).ShouldBe("requested processing failed");
    }

    [Fact]
    public async Task A_held_refund_is_released_when_the_transaction_is_dead()
    {
        GivenPayout payout = await APayout.In(database).Of(Amount).HeldAsync();

        await APayout.In(database).ConcludeAsync(payout, paid: false);

        (await BalanceAsync(payout.UserId)).ShouldBe((Amount, 0));
        (await TransfersAsync(payout)).ShouldBe("reserve release");
        (await EventsAsync(payout)).ShouldBe("requested processing failed refund_released");
        (await ConflictAsync(payout)).ShouldBe((null, false));
    }

    [Fact]
    public async Task A_held_refund_becomes_a_conflict_when_the_transaction_landed_after_all()
    {
        GivenPayout payout = await APayout.In(database).Of(Amount).HeldAsync();

        await APayout.In(database).ConcludeAsync(payout, paid: true);

        (await BalanceAsync(payout.UserId)).ShouldBe((0, 0));
        (await TransfersAsync(payout)).ShouldBe("reserve settle");
        (await EventsAsync(payout)).ShouldBe("requested processing failed conflict");
        (await ConflictAsync(payout)).ShouldBe((payout.Signed!.TransactionId, true));
    }

    [Fact]
    public async Task A_payout_that_was_not_paid_keeps_its_reserve_and_is_due_again()
    {
        GivenPayout payout = await APayout.In(database).Of(Amount).ReturnedAsync();

        GivenPayout again = await APayout.In(database).BoardedAsync(await AgainAsync(payout));
        await APayout.In(database).ConcludeAsync(again, paid: true);

        (await BalanceAsync(payout.UserId)).ShouldBe((0, 0));
        (await TransfersAsync(payout)).ShouldBe("reserve settle");
        (await EventsAsync(payout)).ShouldBe("requested processing sent");
    }

    [Fact]
    public async Task Verdicts_on_many_payouts_of_the_same_users_never_lock_each_other_out()
    {
        Guid[] users = new Guid[6];
        for (int i = 0; i < users.Length; i++)
            users[i] = await APayout.In(database).AUserAsync(40 * Amount);
        List<GivenPayout> payouts = [];
        for (int i = 0; i < 240; i++)
        {
            payouts.Add(
                await APayout.In(database).By(users[i % users.Length]).Of(Amount).RidingAsync()
            );
        }
        int deadlocks = 0;
        AppDomain.CurrentDomain.FirstChanceException += CountDeadlocks;
        var finalize = new FinalizePayout(database.App);
        var order = new Random(1);

        int[] written = await Task.WhenAll(
            payouts
                .OrderBy(_ => order.Next())
                .Chunk(8)
                .Select(chunk =>
                    finalize.FromChainAsync(
                        chunk.Select(p => p.Conclusion(paid: true)).ToList(),
                        "worker",
                        default
                    )
                )
        );

        AppDomain.CurrentDomain.FirstChanceException -= CountDeadlocks;
        written.Sum().ShouldBe(240);
        deadlocks.ShouldBe(0, "Verdicts waited for each other in a circle, and one was run again.");
        foreach (Guid user in users)
            (await BalanceAsync(user)).ShouldBe((0, 0));

        void CountDeadlocks(object? sender, FirstChanceExceptionEventArgs thrown)
        {
            if (thrown.Exception is PostgresException { SqlState: SqlStates.DeadlockDetected })
                Interlocked.Increment(ref deadlocks);
        }
    }

    private async Task<GivenPayout> AgainAsync(GivenPayout payout)
    {
        await using NpgsqlConnection connection = await database.App.OpenConnectionAsync();
        await connection.ExecuteAsync(
            "UPDATE payouts SET due_at = now() WHERE id = @Id",
            new { payout.Id }
        );
        return await APayout.In(database).TakenUpAsync(payout);
    }

    private Task<(long Posted, long Reserved)> BalanceAsync(Guid user) =>
        OneAsync<(long, long)>(
            "SELECT posted_micro, reserved_micro FROM accounts WHERE user_id = @user",
            new { user }
        );

    private Task<string> TransfersAsync(GivenPayout payout) =>
        OneAsync<string>(
            "SELECT string_agg(kind, ' ' ORDER BY id) FROM ledger_transfers WHERE payout_id = @Id",
            new { payout.Id }
        );

    private Task<string> EventsAsync(GivenPayout payout) =>
        OneAsync<string>(
            "SELECT string_agg(action, ' ' ORDER BY id) FROM payout_events WHERE payout_id = @Id",
            new { payout.Id }
        );

    private Task<(string?, bool)> ConflictAsync(GivenPayout payout) =>
        OneAsync<(string?, bool)>(
            "SELECT tx_hash, conflict_at IS NOT NULL FROM payouts WHERE id = @Id AND status = 'failed' AND NOT refund_held",
            new { payout.Id }
        );

    private async Task<T> OneAsync<T>(string sql, object parameters)
    {
        await using NpgsqlConnection connection = await database.App.OpenConnectionAsync();
        return await connection.QuerySingleAsync<T>(sql, parameters);
    }
}
