using Dapper;
using Npgsql;
using Settlement.TestKit;
using Settlement.Webhooks.Deliveries;
using Settlement.Webhooks.Endpoints;
using Shouldly;
using Xunit;

namespace Settlement.Webhooks.Tests;

/// <summary>What happens is noted in its own commit, once, and reaches every endpoint that listens; nothing is skipped, nothing
/// is invented.</summary>
public sealed class FanOutSpecs : IAsyncLifetime
{
    private readonly AWorld _world = new();

    public Task InitializeAsync() => _world.InitializeAsync();

    public Task DisposeAsync() => _world.DisposeAsync();

    [Fact]
    public async Task A_payouts_life_is_told_in_its_order()
    {
        (Guid endpoint, _) = await _world.ListenAsync("https://hooks.acme.com/");
        GivenPayout payout = await _world.Given.SentAsync();

        await _world.FanOut.ExecuteAsync(default);

        (await ToldAsync(endpoint, payout.Id)).ShouldBe([
            "1 payout.requested",
            "2 payout.processing",
            "3 payout.broadcast",
            "4 payout.sent",
        ]);
    }

    [Fact]
    public async Task A_forced_failure_and_what_becomes_of_it_are_told()
    {
        (Guid endpoint, _) = await _world.ListenAsync("https://hooks.acme.com/");
        GivenPayout paid = await _world.Given.HeldAsync();
        GivenPayout dead = await _world.Given.HeldAsync();
        await _world.Given.ConcludeAsync(paid, paid: true);
        await _world.Given.ConcludeAsync(dead, paid: false);

        await _world.FanOut.ExecuteAsync(default);

        (await ToldAsync(endpoint, paid.Id))[3..]
            .ShouldBe(["4 payout.failed", "5 payout.settlement_conflict"]);
        (await ToldAsync(endpoint, dead.Id))[3..]
            .ShouldBe(["4 payout.failed", "5 payout.refund_released"]);
    }

    [Fact]
    public async Task What_commits_late_is_told_late_and_not_skipped()
    {
        (Guid endpoint, _) = await _world.ListenAsync("https://hooks.acme.com/");
        Guid slow = await _world.Given.AUserAsync(25_000_000);
        await using NpgsqlConnection connection = await _world.Database.App.OpenConnectionAsync();
        await using NpgsqlTransaction older = await connection.BeginTransactionAsync();
        Guid late = await connection.QuerySingleAsync<Guid>(
            """
            SELECT payout_id FROM accept_payout(gen_random_uuid(), @slow, 25000000, 'solana', repeat('A', 40), 'USDC', 'mint', 6::smallint,
                                                NULL, NULL, NULL, NULL)
            """,
            new { slow },
            older
        );

        GivenPayout early = await _world.Given.RequestedAsync();
        await _world.FanOut.ExecuteAsync(default);
        string[] before = await ToldAsync(endpoint, late);
        await older.CommitAsync();
        await _world.FanOut.ExecuteAsync(default);

        // Its event has the lower number: whoever remembers how far they have read would never look there again.
        (await EventIdAsync(late)).ShouldBeLessThan(await EventIdAsync(early.Id));
        before.ShouldBeEmpty();
        (await ToldAsync(endpoint, early.Id)).ShouldBe(["1 payout.requested"]);
        (await ToldAsync(endpoint, late)).ShouldBe(["1 payout.requested"]);
    }

    [Fact]
    public async Task What_is_rolled_back_is_never_told()
    {
        (Guid endpoint, _) = await _world.ListenAsync("https://hooks.acme.com/");
        Guid user = await _world.Given.AUserAsync(25_000_000);
        await using (NpgsqlConnection connection = await _world.Database.App.OpenConnectionAsync())
        {
            await using NpgsqlTransaction undone = await connection.BeginTransactionAsync();
            await connection.ExecuteAsync(
                "SELECT accept_payout(gen_random_uuid(), @user, 1000000, 'solana', repeat('A', 40), 'USDC', 'mint', 6::smallint, NULL, NULL, NULL, NULL)",
                new { user },
                undone
            );
            await undone.RollbackAsync();
        }

        (await _world.FanOut.ExecuteAsync(default)).ShouldBe(0);
        (await _world.SentToAsync(endpoint)).ShouldBeEmpty();
    }

    [Fact]
    public async Task Where_nobody_listens_nothing_is_noted()
    {
        await _world.Given.SentAsync();
        (Guid endpoint, _) = await _world.ListenAsync("https://hooks.acme.com/");
        await _world.Endpoints.ChangeAsync(
            endpoint,
            new EndpointChange { Enabled = false },
            AWorld.Operator,
            default
        );
        await _world.Given.SentAsync();

        (await _world.ReadAsync<long>("SELECT count(*) FROM webhook_outbox")).ShouldBe(0);
    }

    [Fact]
    public async Task Each_endpoint_gets_what_it_chose()
    {
        (Guid all, _) = await _world.ListenAsync("https://all.acme.com/");
        (Guid some, _) = await _world.ListenAsync(
            "https://some.acme.com/",
            "payout.sent",
            "payout.failed"
        );
        (Guid group, _) = await _world.ListenAsync("https://group.acme.com/", "commission.*");
        GivenPayout payout = await _world.Given.SentAsync();

        await _world.FanOut.ExecuteAsync(default);

        (await ToldAsync(all, payout.Id)).Length.ShouldBe(4);
        (await ToldAsync(some, payout.Id)).ShouldBe(["4 payout.sent"]);
        (await ToldAsync(group, payout.Id)).ShouldBeEmpty();
    }

    [Fact]
    public async Task What_nobody_chose_is_counted_and_not_kept()
    {
        await _world.ListenAsync("https://some.acme.com/", "payout.sent");
        await _world.Given.RidingAsync();

        await _world.FanOut.ExecuteAsync(default);

        (await _world.ReadAsync<long>("SELECT count(*) FROM webhook_events")).ShouldBe(0);
        (await _world.ReadAsync<long>("SELECT last FROM webhook_sequences")).ShouldBe(3);
    }

    [Fact]
    public async Task Workers_that_fan_out_together_number_without_gaps_and_tell_each_thing_once()
    {
        (Guid endpoint, _) = await _world.ListenAsync("https://hooks.acme.com/");
        using var done = new CancellationTokenSource();
        Task[] workers = Enumerable.Range(0, 4).Select(_ => FanOutUntilAsync(done.Token)).ToArray();

        GivenPayout[] payouts = await Task.WhenAll(
            Enumerable.Range(0, 40).Select(_ => _world.Given.SentAsync())
        );
        await done.CancelAsync();
        await Task.WhenAll(workers);
        while (await _world.FanOut.ExecuteAsync(default) > 0) { }

        string[] life =
        [
            "1 payout.requested",
            "2 payout.processing",
            "3 payout.broadcast",
            "4 payout.sent",
        ];
        foreach (GivenPayout payout in payouts)
            (await ToldAsync(endpoint, payout.Id)).ShouldBe(life);
        (await _world.SentToAsync(endpoint)).Count.ShouldBe(160);
    }

    [Fact]
    public async Task Affiliates_history_is_told_as_it_was_at_its_commit()
    {
        (Guid endpoint, _) = await _world.ListenAsync("https://hooks.acme.com/");
        string affiliate = $"{Guid.NewGuid()}";
        var commission = Guid.NewGuid();
        string[] commits =
        [
            "SELECT ingest_commission(@id, @affiliate, 'EUR', 4325, @affiliate, '2026-01-10', NULL, 'system', NULL)",
            "SELECT create_affiliate_payout(@id, @affiliate, 'EUR', '2026-01-01', '2026-02-01', 'system', NULL)",
            "SELECT move_affiliate_payout(@id, 'approved', NULL, 'ann', NULL)",
            "SELECT move_affiliate_payout(@id, 'pending', NULL, 'ann', NULL)",
            "SELECT reverse_commission(@id, gen_random_uuid(), 'private words', 'ann', NULL)",
        ];
        foreach (string commit in commits)
            await _world.ExecuteAsync(commit, new { id = commission, affiliate });
        await _world.FanOut.ExecuteAsync(default);

        string[] told = await PayloadsAsync(endpoint);
        told.Length.ShouldBe(5);
        told[0].ShouldContain("affiliate_payout.created");
        told[0].ShouldContain("\"pending\"");
        told[0].ShouldContain("\"4325\"");
        told[1].ShouldContain("affiliate_payout.approved");
        told[1].ShouldContain("\"ann\"");
        told[2].ShouldContain("affiliate_payout.unapproved");
        told.ShouldContain(text => text.Contains("commission.reversed", StringComparison.Ordinal));
        told.ShouldContain(text =>
            text.Contains("affiliate_payout.void", StringComparison.Ordinal)
            && text.Contains("\"void\"", StringComparison.Ordinal)
        );
        told.ShouldNotContain(text => text.Contains("private words", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Every_action_of_the_history_can_be_chosen()
    {
        string law = await _world.ReadAsync<string>(
            "SELECT pg_get_constraintdef(oid) FROM pg_constraint WHERE conname = 'payout_events_action_check'"
        );
        IEnumerable<string> actions = law.Split('\'')
            .Where((_, place) => place % 2 == 1)
            .Select(action => action == "conflict" ? "settlement_conflict" : action);

        actions.Select(action => $"payout.{action}").Except(WebhookTypes.All).ShouldBeEmpty();
    }

    [Fact]
    public async Task What_is_old_is_forgotten_and_sequences_go_on()
    {
        await _world.ListenAsync("https://hooks.acme.com/");
        GivenPayout old = await _world.Given.ProcessingAsync();
        await _world.FanOut.ExecuteAsync(default);
        await _world.ExecuteAsync(
            """
            ALTER TABLE webhook_events DISABLE TRIGGER webhook_events_never_change;
            UPDATE webhook_events SET stored_at = now() - interval '31 days';
            ALTER TABLE webhook_events ENABLE TRIGGER webhook_events_never_change;
            """
        );
        GivenPayout young = await _world.Given.RequestedAsync();
        await _world.FanOut.ExecuteAsync(default);

        int forgotten = await new PruneWebhooks(_world.Database.App, new()).ExecuteAsync(default);
        await _world.Given.BoardedAsync(old);
        await _world.FanOut.ExecuteAsync(default);

        forgotten.ShouldBe(2);
        (
            await _world.ReadAsync<long>(
                "SELECT count(*) FROM webhook_events WHERE subject_id = @Id",
                new { young.Id }
            )
        ).ShouldBe(1);
        (
            await _world.ReadAsync<long>(
                "SELECT max(sequence) FROM webhook_events WHERE subject_id = @Id",
                new { old.Id }
            )
        ).ShouldBe(3);
    }

    private async Task FanOutUntilAsync(CancellationToken done)
    {
        while (!done.IsCancellationRequested)
            await _world.FanOut.ExecuteAsync(default);
    }

    private Task<long> EventIdAsync(Guid payout) =>
        _world.ReadAsync<long>(
            "SELECT id FROM payout_events WHERE payout_id = @payout AND action = 'requested'",
            new { payout }
        );

    private async Task<string[]> ToldAsync(Guid endpoint, Guid subject) =>
        (await _world.SentToAsync(endpoint))
            .Where(d => d.SubjectId == subject)
            .OrderBy(d => d.Id)
            .Select(d => $"{d.Sequence} {d.Type}")
            .ToArray();

    private async Task<string[]> PayloadsAsync(Guid endpoint)
    {
        var all = new List<string>();
        foreach (Delivery d in (await _world.SentToAsync(endpoint)).Reverse())
            all.Add((await _world.Deliveries.FindAsync(endpoint, d.EventId, default))!.Payload!);
        return [.. all];
    }
}
