using Dapper;
using Npgsql;
using Settlement.Payouts.Ledger;
using Settlement.Payouts.Lifecycle;
using Settlement.Payouts.Queries;
using Settlement.TestKit;
using Shouldly;
using Xunit;

namespace Settlement.Payouts.Tests.Lifecycle;

/// <summary>Asking for a failed payout again: a new one, with a reservation of its own, at most one at a time.</summary>
public sealed class RetrySpecs(PostgresDatabase database) : IClassFixture<PostgresDatabase>
{
    private const int Rounds = 20;

    private readonly AcceptPayout _accept = new(database.App);

    [Fact]
    public async Task A_failed_payout_is_asked_for_again_with_money_of_its_own()
    {
        GivenPayout failed = await APayout.In(database).FailedAsync();

        Guid retry = await AcceptedAsync(failed);

        PayoutRow row = (await new PayoutQueries(database.App).FindAsync(retry, default))!;
        (row.RetryOf, row.Status).ShouldBe((failed.Id, "requested"));
        (await BalanceAsync(failed.UserId)).ShouldBe((0, 25_000_000));
        PayoutRow first = (await new PayoutQueries(database.App).FindAsync(failed.Id, default))!;
        (first.Status, first.RetriedBy).ShouldBe(("failed", retry));
    }

    [Theory]
    [InlineData(PayoutStatus.Requested)]
    [InlineData(PayoutStatus.Processing)]
    [InlineData(PayoutStatus.Sent)]
    [InlineData(PayoutStatus.Cancelled)]
    public async Task What_has_not_failed_cannot_be(PayoutStatus status)
    {
        GivenPayout payout = await APayout.In(database).InAsync(status);

        AcceptOutcome outcome = await RetryAsync(payout);

        outcome.ShouldBe(new AcceptOutcome.NotRetryable("not_failed", null));
    }

    [Fact]
    public async Task While_it_may_still_be_paid_or_was_paid_after_all_it_cannot_be()
    {
        GivenPayout held = await APayout.In(database).HeldAsync();
        GivenPayout conflict = await APayout.In(database).HeldAsync();
        await APayout.In(database).ConcludeAsync(conflict, paid: true);
        GivenPayout released = await APayout.In(database).HeldAsync();
        await APayout.In(database).ConcludeAsync(released, paid: false);

        (await RetryAsync(held)).ShouldBe(new AcceptOutcome.NotRetryable("refund_held", null));
        (await RetryAsync(conflict)).ShouldBe(
            new AcceptOutcome.NotRetryable("paid_after_all", null)
        );
        (await RetryAsync(released)).ShouldBeOfType<AcceptOutcome.Accepted>();
    }

    [Fact]
    public async Task A_failure_that_would_happen_again_is_final()
    {
        GivenPayout payout = await APayout.In(database).ProcessingAsync();
        await FailAsync(payout, "destination_blocked");

        AcceptOutcome outcome = await RetryAsync(payout);

        outcome.ShouldBe(new AcceptOutcome.NotRetryable("failure_is_final", null));
    }

    [Theory]
    [InlineData("destination_blocked")]
    [InlineData("destination_not_wallet")]
    [InlineData("destination_")]
    [InlineData("destinationx")]
    [InlineData("operator_decision")]
    [InlineData("chain_halted")]
    public async Task Schema_and_code_agree_on_what_may_succeed_the_next_time(string code)
    {
        await using NpgsqlConnection connection = await database.Owner.OpenConnectionAsync();

        bool inSchema = await connection.ExecuteScalarAsync<bool>(
            "SELECT failure_is_retryable(@code)",
            new { code }
        );

        inSchema.ShouldBe(RetryRefusals.IsRetryable(code));
    }

    [Fact]
    public async Task It_is_asked_for_again_once_unless_that_was_called_off()
    {
        GivenPayout failed = await APayout.In(database).FailedAsync();
        Guid first = await AcceptedAsync(failed);
        await RewardAsync(failed.UserId);

        AcceptOutcome twice = await RetryAsync(failed);
        await new CancelPayout(database.App).ExecuteAsync(
            new CancelWord(first, failed.UserId, $"user:{failed.UserId}", null),
            default
        );
        Guid second = await AcceptedAsync(failed);
        await FailAsync(failed with { Id = second }, code: null);
        AcceptOutcome thrice = await RetryAsync(failed);
        AcceptOutcome ofTheSecond = await RetryAsync(failed with { Id = second });

        twice.ShouldBe(new AcceptOutcome.NotRetryable("retried", first));
        thrice.ShouldBe(new AcceptOutcome.NotRetryable("retried", second));
        ofTheSecond.ShouldBeOfType<AcceptOutcome.Accepted>();
    }

    [Fact]
    public async Task Another_users_payout_cannot_be()
    {
        GivenPayout failed = await APayout.In(database).FailedAsync();
        Guid other = await APayout.In(database).AUserAsync(25_000_000);

        AcceptOutcome outcome = await RetryAsync(failed with { UserId = other });

        outcome.ShouldBe(new AcceptOutcome.NotRetryable("not_failed", null));
    }

    [Fact]
    public async Task Money_that_was_spent_since_is_not_there()
    {
        GivenPayout failed = await APayout.In(database).FailedAsync();
        await _accept.ExecuteAsync(APayout.ARequest(failed.UserId, 20_000_000), default);

        (await RetryAsync(failed)).ShouldBe(new AcceptOutcome.Insufficient(5_000_000));
    }

    [Fact]
    public async Task Of_many_at_once_one_is_accepted()
    {
        for (int round = 0; round < Rounds; round++)
        {
            GivenPayout failed = await APayout.In(database).FailedAsync();
            await RewardAsync(failed.UserId);

            AcceptOutcome[] outcomes = await Task.WhenAll(
                Enumerable.Range(0, 8).Select(_ => RetryAsync(failed))
            );

            Guid id = outcomes.OfType<AcceptOutcome.Accepted>().Single().Payout.Id;
            outcomes
                .OfType<AcceptOutcome.NotRetryable>()
                .Count(o => o == new AcceptOutcome.NotRetryable("retried", id))
                .ShouldBe(7);
        }
    }

    [Fact]
    public async Task Of_many_at_once_with_one_key_all_are_told_of_the_one()
    {
        GivenPayout failed = await APayout.In(database).FailedAsync();

        AcceptOutcome[] outcomes = await Task.WhenAll(
            Enumerable.Range(0, 8).Select(_ => RetryAsync(failed, "k"))
        );
        AcceptOutcome asCreate = await _accept.ExecuteAsync(
            APayout.ARequest(failed.UserId, 25_000_000, key: "k"),
            default
        );

        Guid id = outcomes.OfType<AcceptOutcome.Accepted>().Single().Payout.Id;
        outcomes.OfType<AcceptOutcome.Replayed>().Count(o => o.Payout.Id == id).ShouldBe(7);
        asCreate.ShouldBe(new AcceptOutcome.Insufficient(0), "A key belongs to its route.");
    }

    private Task<AcceptOutcome> RetryAsync(GivenPayout payout, string? key = null) =>
        _accept.ExecuteAsync(
            APayout.ARequest(payout.UserId, 25_000_000, key: key) with
            {
                RetryOf = payout.Id,
            },
            default
        );

    private async Task<Guid> AcceptedAsync(GivenPayout payout) =>
        (await RetryAsync(payout)).ShouldBeOfType<AcceptOutcome.Accepted>().Payout.Id;

    private async Task FailAsync(GivenPayout payout, string? code) =>
        (
            await new FinalizePayout(database.App).ByOperatorAsync(
                new OperatorWord(
                    payout.Id,
                    null,
                    null,
                    null,
                    code,
                    Force: false,
                    APayout.Operator,
                    null
                ),
                default
            )
        ).ShouldBe(TransitionResult.Applied.Instance);

    private Task<IngestOutcome> RewardAsync(Guid user) =>
        new IngestReward(database.App).ExecuteAsync(
            new NewReward(
                user,
                75_000_000,
                RewardKind.Reward,
                $"{Guid.NewGuid()}",
                null,
                null,
                "system",
                null
            ),
            default
        );

    private async Task<(long, long)> BalanceAsync(Guid user)
    {
        Balance balance = await new ReadBalance(database.App).ExecuteAsync(user, "USDC", default);
        return (balance.AvailableMicro, balance.ReservedMicro);
    }
}
