using System.Collections.Concurrent;
using Dapper;
using Npgsql;
using Settlement.Chains;
using Settlement.Payouts.Lifecycle;
using Settlement.Payouts.Limits;
using Settlement.Payouts.Settling;
using Settlement.TestKit;
using Shouldly;
using Xunit;

namespace Settlement.Payouts.Tests.Limits;

/// <summary>How much may leave: held exactly, by the database, and a reason to wait and never to fail.</summary>
public sealed class SpendLimitSpecs : IAsyncLifetime
{
    private const long Ten = 10_000_000;

    private readonly PostgresDatabase _database = new();

    public Task InitializeAsync() => _database.InitializeAsync();

    public Task DisposeAsync() => _database.DisposeAsync();

    [Theory]
    [InlineData("user", "day")]
    [InlineData("user", "hour")]
    [InlineData("destination", "day")]
    [InlineData("network", "hour")]
    public async Task C15_Of_50_that_board_at_once_exactly_as_many_get_aboard_as_the_limit_allows(
        string kind,
        string per
    )
    {
        await SetAsync("all", kind, per, 12 * Ten + 1);
        IReadOnlyList<GivenPayout> payouts = await ProcessingAsync(50);

        ConcurrentBag<OpenOutcome> outcomes = await BoardAllAsync(payouts);

        outcomes.OfType<OpenOutcome.Opened>().Count().ShouldBe(12);
        outcomes.OfType<OpenOutcome.OverLimit>().Count().ShouldBe(38);
        (await AboardAsync()).ShouldBe(12 * Ten);
    }

    [Fact]
    public async Task C15_Every_limit_that_is_set_holds()
    {
        await SetAsync("all", "network", "day", 9 * Ten);
        await SetAsync("solana", "network", "hour", 7 * Ten);
        await SetAsync("solana", "user", "day", 5 * Ten);
        await SetAsync("solana-2", "user", "day", 1);

        ConcurrentBag<OpenOutcome> outcomes = await BoardAllAsync([
            .. await ProcessingAsync(8),
            .. await ProcessingAsync(8),
        ]);

        outcomes.OfType<OpenOutcome.Opened>().Count().ShouldBe(7);
    }

    [Fact]
    public async Task C15_What_is_proven_unpaid_makes_room_again()
    {
        await SetAsync("all", "user", "day", 2 * Ten);
        APayout given = APayout.In(_database).Of(Ten);
        IReadOnlyList<GivenPayout> payouts = await ProcessingAsync(3);
        GivenPayout first = await given.BoardedAsync(payouts[0]);
        await given.BoardedAsync(payouts[1]);
        OpenOutcome full = await BoardAsync(payouts[2]);

        await given.ConcludeAsync(first, paid: false);

        full.ShouldBe(OpenOutcome.OverLimit.Instance);
        (await BoardAsync(payouts[2])).ShouldBeOfType<OpenOutcome.Opened>();
    }

    [Fact]
    public async Task C15_What_is_paid_makes_no_room_before_the_time_is_over()
    {
        await SetAsync("all", "user", "day", Ten);
        APayout given = APayout.In(_database).Of(Ten);
        IReadOnlyList<GivenPayout> payouts = await ProcessingAsync(2);
        await given.ConcludeAsync(await given.BoardedAsync(payouts[0]), paid: true);

        OpenOutcome sameDay = await BoardAsync(payouts[1]);
        await ExecuteAsync("UPDATE settlement.spend_counters SET since = since - interval '1 day'");
        OpenOutcome nextDay = await BoardAsync(payouts[1]);

        sameDay.ShouldBe(OpenOutcome.OverLimit.Instance);
        nextDay.ShouldBeOfType<OpenOutcome.Opened>();
    }

    [Fact]
    public async Task C15_What_has_to_wait_is_told_which_limit_and_when_there_is_room_again()
    {
        await SetAsync("all", "user", "hour", 2 * Ten);
        await SetAsync("solana", "payout", "payout", 50 * Ten);
        IReadOnlyList<GivenPayout> payouts = await ProcessingAsync(3);

        IReadOnlyList<ParkedPayout> over = await new SpendRoom(_database.App).FindOverAsync(
            [.. payouts.Select(p => p.Claim!)],
            default
        );

        ParkedPayout parked = over.ShouldHaveSingleItem();
        parked.Payout.Id.ShouldBe(payouts[2].Id);
        parked.Reason.ShouldBe(ParkReason.SpendLimit);
        parked.Detail!.ShouldStartWith(
            "No more than 20.00 may be paid to one user in an hour; there is room again from "
        );
        parked.RetryAfter.ShouldBeInRange(TimeSpan.FromSeconds(1), TimeSpan.FromHours(1));
    }

    [Fact]
    public async Task C15_What_would_wait_for_ever_is_not_accepted_and_what_fits_later_is()
    {
        await SetAsync("all", "user", "day", 2 * Ten);
        await SetAsync("solana", "payout", "payout", 3 * Ten);
        Guid user = await APayout.In(_database).AUserAsync(100 * Ten);
        var accept = new AcceptPayout(_database.App);

        AcceptOutcome tooMuch = await accept.ExecuteAsync(
            APayout.ARequest(user, 2 * Ten + 1),
            default
        );
        AcceptOutcome first = await accept.ExecuteAsync(APayout.ARequest(user, 2 * Ten), default);
        AcceptOutcome second = await accept.ExecuteAsync(APayout.ARequest(user, 2 * Ten), default);

        tooMuch.ShouldBe(new AcceptOutcome.AboveLimit(2 * Ten));
        first.ShouldBeOfType<AcceptOutcome.Accepted>();
        second.ShouldBeOfType<AcceptOutcome.Accepted>();
    }

    [Fact]
    public async Task C15_Another_limit_has_those_looked_at_again_that_wait()
    {
        await SetAsync("all", "user", "day", Ten);
        IReadOnlyList<GivenPayout> payouts = await ProcessingAsync(1);
        await new ParkPayouts(_database.App).ExecuteAsync(
            [
                new ParkedPayout(
                    payouts[0].Claim!,
                    ParkReason.SpendLimit,
                    "full",
                    TimeSpan.FromHours(5)
                ),
            ],
            default
        );

        bool isNew = await SetAsync("all", "user", "day", 2 * Ten);
        bool isNewAgain = await SetAsync("all", "user", "day", 2 * Ten);

        (isNew, isNewAgain).ShouldBe((true, false));
        (await ReadAsync<bool>("SELECT due_at <= now() FROM settlement.payouts")).ShouldBeTrue();
        (
            await ReadAsync<string>(
                "SELECT string_agg(detail ->> 'limit_micro', ' ' ORDER BY id) FROM settlement.audit_log WHERE action = 'spend_limit_set'"
            )
        ).ShouldBe("10000000 20000000");
    }

    [Fact]
    public async Task C15_A_limit_that_is_lifted_limits_nothing()
    {
        await SetAsync("all", "user", "day", Ten);
        IReadOnlyList<GivenPayout> payouts = await ProcessingAsync(5);
        await BoardAllAsync(payouts);

        await SetAsync("all", "user", "day", null);

        (await BoardAllAsync(payouts)).OfType<OpenOutcome.Opened>().Count().ShouldBe(4);
        (await new SpendLimits(_database.App).ListAsync(default)).ShouldBeEmpty();
    }

    private Task<bool> SetAsync(string scope, string kind, string per, long? micro) =>
        new SpendLimits(_database.App).SetAsync(
            new SpendLimitWord(scope, kind, per, micro, "operator:ann", "a test"),
            default
        );

    // Of one user, to one destination.
    private async Task<IReadOnlyList<GivenPayout>> ProcessingAsync(int count)
    {
        APayout given = APayout.In(_database).Of(Ten);
        given.By(await given.AUserAsync(count * Ten));
        var payouts = new List<GivenPayout>();
        for (int i = 0; i < count; i++)
            payouts.Add(await given.ProcessingAsync());
        await new Wallets(_database.App).RegisterAsync(
            new NetworkId("solana"),
            "solana-wallet",
            null,
            default
        );
        return payouts;
    }

    private async Task<ConcurrentBag<OpenOutcome>> BoardAllAsync(IReadOnlyList<GivenPayout> payouts)
    {
        var outcomes = new ConcurrentBag<OpenOutcome>();
        await Parallel.ForEachAsync(
            payouts,
            new ParallelOptions { MaxDegreeOfParallelism = payouts.Count },
            async (payout, _) => outcomes.Add(await BoardAsync(payout))
        );
        return outcomes;
    }

    private Task<OpenOutcome> BoardAsync(GivenPayout payout) =>
        new StoreTransaction(_database.App).ExecuteAsync(
            new NewTransaction(
                new NetworkId("solana"),
                [payout.Claim!],
                APayout.ASignedTransaction("solana-wallet", nonce: null),
                APayout.Worker,
                TimeSpan.FromHours(1)
            ),
            default
        );

    private Task<long> AboardAsync() =>
        ReadAsync<long>(
            "SELECT sum(p.amount_micro)::bigint FROM settlement.transaction_payouts r JOIN settlement.payouts p ON p.id = r.payout_id"
        );

    private async Task<T> ReadAsync<T>(string sql)
    {
        await using NpgsqlConnection connection = await _database.Owner.OpenConnectionAsync();
        return await connection.QuerySingleAsync<T>(sql);
    }

    private async Task ExecuteAsync(string sql)
    {
        await using NpgsqlConnection connection = await _database.Owner.OpenConnectionAsync();
        await connection.ExecuteAsync(sql);
    }
}
