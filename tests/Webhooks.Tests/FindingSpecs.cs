using System.Text.Json;
using Dapper;
using Npgsql;
using Settlement.Chains;
using Settlement.Payouts.Auditing;
using Settlement.Payouts.Treasury;
using Settlement.TestKit;
using Settlement.Webhooks.Deliveries;
using Shouldly;
using Xunit;

namespace Settlement.Webhooks.Tests;

/// <summary>What a look finds is told once while it lasts, by whichever worker sees it first, and never after the end.</summary>
public sealed class FindingSpecs : IAsyncLifetime
{
    private static readonly TimeSpan s_openFor = TimeSpan.FromMinutes(30);
    private static readonly TimeSpan s_dueFor = TimeSpan.FromMinutes(2);

    private readonly AWorld _world = new();
    private Guid _endpoint;

    public async Task InitializeAsync()
    {
        await _world.InitializeAsync();
        (_endpoint, _) = await _world.ListenAsync(
            "https://hooks.acme.com/",
            "payout.stuck",
            "treasury.*",
            "affiliate_payout.*"
        );
    }

    public Task DisposeAsync() => _world.DisposeAsync();

    [Fact]
    public async Task A_stuck_payout_is_told_once_until_it_has_got_well()
    {
        GivenPayout payout = await _world.Given.RequestedAsync();
        await AgeAsync("due_at");
        await LookAsync();
        await LookAsync();
        string[] first = await ToldAsync();

        await _world.ExecuteAsync("UPDATE payouts SET due_at = now()");
        await LookAsync();
        await AgeAsync("due_at");
        await LookAsync();
        string[] second = await ToldAsync();

        JsonElement data = Data(first.ShouldHaveSingleItem());
        data.GetProperty("payout").GetProperty("id").GetGuid().ShouldBe(payout.Id);
        data.GetProperty("payout").GetProperty("status").GetString().ShouldBe("requested");
        second.Length.ShouldBe(2);
    }

    [Fact]
    public async Task A_stuck_payout_tells_why_it_waits()
    {
        GivenPayout payout = await _world.Given.ProcessingAsync();
        await _world.ExecuteAsync(
            """
            UPDATE payouts SET park_reason = 'fee_above_cap', park_detail = 'Dear.', parked_at = now(), due_at = now() + interval '1 hour';
            INSERT INTO payout_events (payout_id, version, action, actor, reason)
            SELECT id, version, 'parked', 'worker', 'fee_above_cap' FROM payouts;
            """
        );
        await AgeAsync("requested_at");

        await LookAsync();

        JsonElement data = Data((await ToldAsync()).ShouldHaveSingleItem());
        data.GetProperty("reason").GetString().ShouldBe("fee_above_cap");
        data.GetProperty("payout").GetProperty("status").GetString().ShouldBe("processing");
        data.GetProperty("payout").GetProperty("id").GetGuid().ShouldBe(payout.Id);
    }

    [Fact]
    public async Task Workers_that_find_it_together_tell_it_once()
    {
        for (int i = 0; i < 5; i++)
            await _world.Given.RequestedAsync();
        await AgeAsync("due_at");

        await Task.WhenAll(Enumerable.Range(0, 6).Select(_ => LookAsync()));
        await LookAsync();

        (await ToldAsync()).Length.ShouldBe(5);
    }

    [Fact]
    public async Task What_is_being_ended_is_not_told_as_stuck_behind_its_end()
    {
        GivenPayout payout = await _world.Given.RequestedAsync();
        await AgeAsync("due_at");
        await using NpgsqlConnection connection = await _world.Database.App.OpenConnectionAsync();
        await using NpgsqlTransaction ending = await connection.BeginTransactionAsync();
        await connection.ExecuteAsync(
            "SELECT FROM payouts WHERE id = @Id FOR NO KEY UPDATE",
            new { payout.Id },
            ending
        );

        await LookAsync();

        (await _world.ReadAsync<long>("SELECT count(*) FROM stuck_payouts")).ShouldBe(0);
    }

    [Fact]
    public async Task A_wallet_that_falls_below_a_mark_is_told_once_for_each_crossing()
    {
        FakeChain chain = await AWalletAsync();
        var low = new LowFunds(_world.Database.App);
        Task<IReadOnlyList<LowFinding>> Sees(ulong asset, ulong native, ulong mark = 100) =>
            low.ExecuteAsync(
                chain,
                new WalletBalances(asset, native),
                new WalletBalances(mark, 10),
                default
            );

        await Sees(100, 10);
        await Sees(99, 10);
        await Sees(98, 10);
        string[] first = await ToldAsync();
        await Sees(98, 9);
        await Sees(100, 9);
        IReadOnlyList<LowFinding> again = await Sees(50, 9);
        IReadOnlyList<LowFinding> other = await Sees(50, 9, mark: 80);
        await Task.WhenAll(Enumerable.Range(0, 6).Select(_ => Sees(50, 9, mark: 70)));

        JsonElement wallet = Data(first.ShouldHaveSingleItem()).GetProperty("wallet");
        wallet.GetProperty("network").GetString().ShouldBe(chain.Network.Name);
        wallet.GetProperty("coin").GetString().ShouldBe(chain.Asset);
        wallet.GetProperty("held_base_units").GetString().ShouldBe("99");
        wallet.GetProperty("mark_base_units").GetString().ShouldBe("100");
        again.ShouldHaveSingleItem().Held.ShouldBe("50");
        other.ShouldHaveSingleItem().Mark.ShouldBe("80");
        string[] all = await ToldAsync();
        all.Select(text => Data(text).GetProperty("sequence").GetInt64()).ShouldBe([1, 2, 3, 4, 5]);
    }

    [Fact]
    public async Task A_mark_of_nothing_is_never_crossed()
    {
        FakeChain chain = await AWalletAsync();

        IReadOnlyList<LowFinding> crossed = await new LowFunds(_world.Database.App).ExecuteAsync(
            chain,
            new WalletBalances(0, 0),
            new WalletBalances(0, 0),
            default
        );

        crossed.ShouldBeEmpty();
    }

    [Fact]
    public async Task What_an_affiliate_owes_is_told_after_the_payout_that_owes_it_and_when_it_is_taken_off()
    {
        string affiliate = $"{Guid.NewGuid()}";
        (Guid earned, Guid paid, Guid owed, Guid last) = (
            Guid.NewGuid(),
            Guid.NewGuid(),
            Guid.NewGuid(),
            Guid.NewGuid()
        );
        string[] commits =
        [
            "SELECT ingest_commission(@earned, @affiliate, 'EUR', 100, @affiliate, '2026-01-10', NULL, 'system', NULL)",
            "SELECT create_affiliate_payout(@paid, @affiliate, 'EUR', '2026-01-01', '2026-02-01', 'system', NULL)",
            "SELECT move_affiliate_payout(@paid, 'approved', NULL, 'ann', NULL)",
            "SELECT reverse_commission(@earned, gen_random_uuid(), NULL, 'ann', NULL)",
            "SELECT create_affiliate_payout(@owed, @affiliate, 'EUR', '2026-02-01', '2026-03-01', 'system', NULL)",
            "SELECT ingest_commission(@last, @affiliate, 'EUR', 500, @affiliate || '-2', '2026-03-10', NULL, 'system', NULL)",
            "SELECT create_affiliate_payout(@last, @affiliate, 'EUR', '2026-03-01', '2026-04-01', 'system', NULL)",
        ];
        var values = new
        {
            affiliate,
            earned,
            paid,
            owed,
            last,
        };
        foreach (string commit in commits)
            await _world.ExecuteAsync(commit, values);

        string[] told = await ToldAsync();

        string[] ofOwed = told.Where(text => Id(text) == owed).Select(Type).ToArray();
        ofOwed.ShouldBe([
            "affiliate_payout.created",
            "affiliate_payout.recovery_owed",
            "affiliate_payout.recovered",
        ]);
        JsonElement said = Data(told.Single(text => Type(text) == "affiliate_payout.recovery_owed"))
            .GetProperty("payout");
        said.GetProperty("recovery_owed_cents").GetString().ShouldBe("100");
        said.GetProperty("status").GetString().ShouldBe("recovery_owed");
    }

    [Fact]
    public async Task The_backlog_is_as_old_as_what_waits_longest()
    {
        var read = new ReadBacklog(_world.Database.App);
        WebhookBacklog nothing = await read.ExecuteAsync(default);
        await _world.Given.RequestedAsync();
        await AgeAsync("due_at");
        await LookAsync();
        await _world.ExecuteAsync(
            "UPDATE webhook_outbox SET occurred_at = now() - interval '70 seconds'"
        );
        WebhookBacklog noted = await read.ExecuteAsync(default);
        await _world.FanOut.ExecuteAsync(default);
        await _world.ExecuteAsync(
            "UPDATE webhook_deliveries SET created_at = now() - interval '90 seconds'"
        );
        WebhookBacklog pending = await read.ExecuteAsync(default);

        nothing.ShouldBe(new WebhookBacklog(1, null, null));
        noted.UntoldSeconds!.Value.ShouldBeInRange(70, 80);
        (pending.UntoldSeconds, pending.OldestSeconds >= 90).ShouldBe((null, true));
    }

    private async Task<FakeChain> AWalletAsync()
    {
        var chain = new FakeChain("treasuries", usesNonces: true);
        await _world.ExecuteAsync(
            "INSERT INTO wallets (network, address, next_nonce) VALUES (@Name, @Sender, 0)",
            new { chain.Network.Name, chain.Sender }
        );
        return chain;
    }

    private Task<IReadOnlyList<StuckNews>> LookAsync() =>
        new StuckPayouts(_world.Database.App).ExecuteAsync(s_openFor, s_dueFor, default);

    private Task<int> AgeAsync(string column) =>
        _world.ExecuteAsync(
            $"SET session_replication_role = replica; UPDATE payouts SET {column} = now() - interval '31 minutes'; RESET session_replication_role"
        );

    private async Task<string[]> ToldAsync()
    {
        while (await _world.FanOut.ExecuteAsync(default) > 0) { }
        var all = new List<string>();
        foreach (Delivery d in (await _world.SentToAsync(_endpoint)).OrderBy(d => d.Id))
            all.Add((await _world.Deliveries.FindAsync(_endpoint, d.EventId, default))!.Payload!);
        return [.. all];
    }

    private static JsonElement Data(string payload) =>
        JsonDocument.Parse(payload).RootElement.GetProperty("data");

    private static string Type(string payload) =>
        JsonDocument.Parse(payload).RootElement.GetProperty("type").GetString()!;

    private static Guid Id(string payload) =>
        Data(payload).GetProperty("payout").GetProperty("id").GetGuid();
}
