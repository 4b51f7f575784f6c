using Dapper;
using Npgsql;
using Settlement.Payouts.Ledger;
using Settlement.Payouts.Lifecycle;
using Settlement.TestKit;
using Shouldly;
using Xunit;

namespace Settlement.Payouts.Tests.Ledger;

public sealed class RewardSpecs(PostgresDatabase database) : IClassFixture<PostgresDatabase>
{
    private readonly IngestReward _ingest = new(database.App);
    private readonly AcceptPayout _accept = new(database.App);

    [Fact]
    public async Task A_reward_that_is_not_due_is_no_money_yet()
    {
        Guid user = await APayout.In(database).AUserAsync(10);
        await _ingest.ExecuteAsync(Reward(user, 90, unlockAt: Tomorrow()), default);

        AcceptOutcome outcome = await _accept.ExecuteAsync(APayout.ARequest(user, 11), default);

        outcome.ShouldBe(new AcceptOutcome.Insufficient(10));
    }

    [Fact]
    public async Task A_reward_that_has_become_due_is_money_at_the_next_request()
    {
        Guid user = await APayout.In(database).AUserAsync(10);
        await _ingest.ExecuteAsync(Reward(user, 90, unlockAt: Tomorrow()), default);
        await ADayPassesAsync(user);

        AcceptOutcome outcome = await _accept.ExecuteAsync(APayout.ARequest(user, 100), default);

        outcome.ShouldBeOfType<AcceptOutcome.Accepted>();
        (await AccountAsync(user)).ShouldBe((100, 100, 0));
    }

    [Fact]
    public async Task Of_50_that_report_one_event_one_credits()
    {
        Guid user = Guid.NewGuid();
        NewReward reward = Reward(user, 10);

        IngestOutcome[] outcomes = await Task.WhenAll(
            Enumerable.Range(0, 50).Select(_ => _ingest.ExecuteAsync(reward, default))
        );

        Guid created = outcomes.OfType<IngestOutcome.Created>().Single().RewardId;
        outcomes.OfType<IngestOutcome.Replayed>().Count().ShouldBe(49);
        outcomes.OfType<IngestOutcome.Replayed>().ShouldAllBe(o => o.RewardId == created);
        (await AccountAsync(user)).ShouldBe((10, 0, 0));
    }

    public static TheoryData<string, Func<NewReward, NewReward>> Differences =>
        new()
        {
            { "amount", reward => reward with { AmountMicro = 11 } },
            { "kind", reward => reward with { Kind = RewardKind.Adjustment } },
            { "user", reward => reward with { UserId = Guid.NewGuid() } },
            { "time", reward => reward with { UnlockAt = Tomorrow() } },
        };

    [Theory]
    [MemberData(nameof(Differences))]
    public async Task An_event_with_another_value_is_a_mismatch_and_changes_nothing(
        string difference,
        Func<NewReward, NewReward> differ
    )
    {
        NewReward reward = Reward(Guid.NewGuid(), 10);
        await _ingest.ExecuteAsync(reward, default);

        IngestOutcome outcome = await _ingest.ExecuteAsync(differ(reward), default);

        outcome.ShouldBeOfType<IngestOutcome.Mismatch>(difference);
        (await AccountAsync(reward.UserId)).ShouldBe((10, 0, 0));
    }

    [Fact]
    public async Task A_reversal_takes_what_is_free_and_the_rest_stays_owed()
    {
        Guid user = await APayout.In(database).AUserAsync(100);
        await _accept.ExecuteAsync(APayout.ARequest(user, 60), default);

        await _ingest.ExecuteAsync(Reward(user, 70, RewardKind.Reversal), default);

        (await AccountAsync(user)).ShouldBe((60, 60, 30));
    }

    [Fact]
    public async Task What_is_owed_is_netted_from_the_next_rewards()
    {
        Guid user = await APayout.In(database).AUserAsync(10);
        await _ingest.ExecuteAsync(Reward(user, 30, RewardKind.Reversal), default);

        await _ingest.ExecuteAsync(Reward(user, 15), default);
        (long, long, long) partly = await AccountAsync(user);
        await _ingest.ExecuteAsync(Reward(user, 15), default);

        partly.ShouldBe((0, 0, 5));
        (await AccountAsync(user)).ShouldBe((10, 0, 0));
    }

    [Fact]
    public async Task What_is_owed_is_taken_before_a_refund_can_be_asked_for_again()
    {
        GivenPayout payout = await APayout.In(database).Of(50).RequestedAsync();
        await _ingest.ExecuteAsync(Reward(payout.UserId, 50, RewardKind.Reversal), default);
        await new FinalizePayout(database.App).ByOperatorAsync(
            new OperatorWord(payout.Id, null, null, null, null, false, APayout.Operator, null),
            default
        );

        AcceptOutcome outcome = await _accept.ExecuteAsync(
            APayout.ARequest(payout.UserId, 1),
            default
        );

        outcome.ShouldBe(new AcceptOutcome.Insufficient(0));
        (await AccountAsync(payout.UserId)).ShouldBe((0, 0, 0));
    }

    private static NewReward Reward(
        Guid user,
        long micro,
        RewardKind kind = RewardKind.Reward,
        DateTimeOffset? unlockAt = null
    ) => new(user, micro, kind, $"{Guid.NewGuid()}", unlockAt, null, "system", null);

    private static DateTimeOffset Tomorrow() => TimeProvider.System.GetUtcNow().AddDays(1);

    /// <summary>The clock is the database's, so the dates move instead. No law lets them, hence past the laws.</summary>
    private async Task ADayPassesAsync(Guid user)
    {
        await using NpgsqlConnection connection = await database.Owner.OpenConnectionAsync();
        await using NpgsqlTransaction transaction = await connection.BeginTransactionAsync();
        await connection.ExecuteAsync(
            """
            SET LOCAL session_replication_role = replica;
            UPDATE rewards SET unlock_at = unlock_at - interval '1 day'
             WHERE account_id = (SELECT id FROM accounts WHERE user_id = @user);
            """,
            new { user }
        );
        await transaction.CommitAsync();
    }

    private async Task<(long Posted, long Reserved, long Owed)> AccountAsync(Guid user)
    {
        await using NpgsqlConnection connection = await database.App.OpenConnectionAsync();
        return await connection.QuerySingleAsync<(long, long, long)>(
            """
            SELECT a.posted_micro, a.reserved_micro,
                   (SELECT coalesce(sum(r.amount_micro - r.recovered_micro), 0)::bigint FROM rewards r
                     WHERE r.account_id = a.id AND r.kind = 'reversal')
              FROM accounts a WHERE a.user_id = @user
            """,
            new { user }
        );
    }
}
