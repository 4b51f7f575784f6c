using System.Collections.Concurrent;
using Dapper;
using Npgsql;
using Settlement.Payouts.Lifecycle;
using Settlement.TestKit;
using Shouldly;
using Xunit;

namespace Settlement.Payouts.Tests.Lifecycle;

/// <summary>One user asks 640 times at once.</summary>
public sealed class AcceptStormSpecs(PostgresDatabase database) : IClassFixture<PostgresDatabase>
{
    private const int Calls = 640;
    private const int AtOnce = 40;

    [Fact]
    public async Task Of_640_requests_for_80_of_100_one_is_accepted()
    {
        Guid user = await APayout.In(database).AUserAsync(100);

        IReadOnlyCollection<AcceptOutcome> outcomes = await StormAsync(_ =>
            APayout.ARequest(user, 80)
        );

        outcomes.OfType<AcceptOutcome.Accepted>().Count().ShouldBe(1);
        outcomes.OfType<AcceptOutcome.Insufficient>().Count().ShouldBe(Calls - 1);
        outcomes.OfType<AcceptOutcome.Insufficient>().ShouldAllBe(o => o.AvailableMicro == 20);
        (await BalanceAsync(user)).ShouldBe((100, 80));
    }

    [Fact]
    public async Task Of_640_requests_with_one_key_one_is_accepted_and_all_are_told_the_same()
    {
        Guid user = await APayout.In(database).AUserAsync(100);

        IReadOnlyCollection<AcceptOutcome> outcomes = await StormAsync(_ =>
            APayout.ARequest(user, 80, key: "one-key")
        );

        Guid accepted = outcomes.OfType<AcceptOutcome.Accepted>().Single().Payout.Id;
        outcomes.OfType<AcceptOutcome.Replayed>().Count().ShouldBe(Calls - 1);
        outcomes.OfType<AcceptOutcome.Replayed>().ShouldAllBe(o => o.Payout.Id == accepted);
        (await BalanceAsync(user)).ShouldBe((100, 80));
    }

    [Fact]
    public async Task A_key_that_stood_for_another_request_is_refused()
    {
        Guid user = await APayout.In(database).AUserAsync(100);
        var accept = new AcceptPayout(database.App);
        await accept.ExecuteAsync(APayout.ARequest(user, 80, key: "used"), default);

        AcceptOutcome other = await accept.ExecuteAsync(
            APayout.ARequest(user, 79, key: "used"),
            default
        );

        other.ShouldBe(AcceptOutcome.KeyReused.Instance);
        (await BalanceAsync(user)).ShouldBe((100, 80));
    }

    [Fact]
    public async Task Small_requests_are_accepted_until_the_balance_is_used_up_exactly()
    {
        Guid user = await APayout.In(database).AUserAsync(100);

        IReadOnlyCollection<AcceptOutcome> outcomes = await StormAsync(i =>
            APayout.ARequest(user, 10, key: $"{i % 320}")
        );

        outcomes.OfType<AcceptOutcome.Accepted>().Count().ShouldBe(10);
        (await BalanceAsync(user)).ShouldBe((100, 100));
    }

    private async Task<IReadOnlyCollection<AcceptOutcome>> StormAsync(
        Func<int, PayoutRequest> request
    )
    {
        var accept = new AcceptPayout(database.App);
        var outcomes = new ConcurrentBag<AcceptOutcome>();
        await Parallel.ForEachAsync(
            Enumerable.Range(0, Calls),
            new ParallelOptions { MaxDegreeOfParallelism = AtOnce },
            async (i, ct) => outcomes.Add(await accept.ExecuteAsync(request(i), ct))
        );
        return outcomes;
    }

    private async Task<(long, long)> BalanceAsync(Guid user)
    {
        await using NpgsqlConnection connection = await database.App.OpenConnectionAsync();
        return await connection.QuerySingleAsync<(long, long)>(
            "SELECT posted_micro, reserved_micro FROM accounts WHERE user_id = @user",
            new { user }
        );
    }
}
