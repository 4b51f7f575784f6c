using Settlement.Payouts.Auditing;
using Settlement.TestKit;
using Shouldly;
using Xunit;

namespace Settlement.Worker.Tests.Auditing;

public sealed class StuckPayoutsSpecs : IAsyncLifetime
{
    private static readonly TimeSpan s_openFor = TimeSpan.FromMinutes(30);
    private static readonly TimeSpan s_dueFor = TimeSpan.FromMinutes(2);

    private readonly PostgresDatabase _database = new();
    private Given _given = null!;

    public async Task InitializeAsync()
    {
        await _database.InitializeAsync();
        _given = new Given(_database);
    }

    public Task DisposeAsync() => _database.DisposeAsync();

    [Fact]
    public async Task A_fresh_payout_is_not_stuck()
    {
        await _given.PayoutAsync(AChain.Expiring());

        (await LookAsync()).ShouldBeEmpty();
    }

    [Fact]
    public async Task A_payout_that_nobody_touches_is_told_once_and_its_end_is_told_once()
    {
        FakeChain chain = AChain.Expiring();
        Payout payout = await _given.PayoutAsync(chain);
        await AgeAsync("due_at", "3 minutes");

        IReadOnlyList<StuckNews> first = await LookAsync();
        IReadOnlyList<StuckNews> second = await LookAsync();
        await using AWorker worker = await AWorker.StandingAsync(_database, chain);
        await worker.Network.SettleAsync([payout.Id], default);
        IReadOnlyList<StuckNews> third = await LookAsync();
        IReadOnlyList<StuckNews> fourth = await LookAsync();

        StuckNews news = first.ShouldHaveSingleItem();
        (news.Network, news.IsStuck, news.Late, news.Untouched).ShouldBe(
            (chain.Network.Name, true, 0, 1)
        );
        second.ShouldBeEmpty();
        third.ShouldHaveSingleItem().IsStuck.ShouldBeFalse();
        fourth.ShouldBeEmpty();
        (await _given.ReadAsync<int>("SELECT count(*)::int FROM audit_log")).ShouldBe(2);
    }

    [Fact]
    public async Task V32_A_payout_that_waits_too_long_is_stuck_and_the_reasons_are_named()
    {
        FakeChain chain = AChain.Expiring();
        chain.Preflight = _ => new Chains.PreflightAnswer.NotNow(
            Chains.ParkReason.WalletShortOfAsset,
            "Empty."
        );
        await using AWorker worker = await AWorker.StandingAsync(_database, chain);
        await _given.PayoutsAsync(chain, 2);
        await worker.Network.SettleAsync(null, default);
        await AgeAsync("requested_at", "31 minutes");

        StuckNews news = (await LookAsync()).ShouldHaveSingleItem();

        (news.Late, news.Untouched, news.Reasons).ShouldBe((2, 0, "wallet_short_of_asset"));
    }

    private Task<IReadOnlyList<StuckNews>> LookAsync() =>
        new StuckPayouts(_database.App).ExecuteAsync(s_openFor, s_dueFor, default);

    private Task AgeAsync(string column, string age) =>
        _given.ExecuteAsync(
            $"SET session_replication_role = replica; UPDATE payouts SET {column} = {column} - interval '{age}'; RESET session_replication_role"
        );
}
