using System.Net;
using Settlement.Chains;
using Settlement.Payouts.Auditing;
using Settlement.TestKit;
using Shouldly;
using Xunit;

namespace Settlement.Worker.Tests.Hosting;

public sealed class HostSpecs(PostgresDatabase database) : IClassFixture<PostgresDatabase>
{
    /// <summary>A port where nobody listens.</summary>
    private const string NoBroker = "amqp://settlement:secret-of-the-broker@127.0.0.1:1/";

    private static readonly WorkerOptions s_oftenAudited = AWorker.Quick with
    {
        AuditEvery = TimeSpan.FromSeconds(1),
    };

    private readonly Given _given = new(database);

    [Fact]
    public async Task K2_K4_D3_F3_F5_With_the_broker_down_the_host_starts_and_the_sweep_settles()
    {
        FakeChain chain = AChain.Expiring();
        Payout payout = await _given.PayoutAsync(chain);

        await using AHost host = await AHost.StartAsync(
            database.AppConnectionString,
            NoBroker,
            AWorker.Quick,
            chain
        );

        await _given.IsSentAsync(payout);
        await host.IsReadyAsync();
    }

    [Fact]
    public async Task Health_tells_of_networks_and_keeps_secrets()
    {
        FakeChain chain = AChain.Numbered();
        chain.Identity = new IdentityCheck.Mismatch("Chain id 1, configured 137.");
        await using AHost host = await AHost.StartAsync(
            database.AppConnectionString,
            NoBroker,
            AWorker.Quick,
            chain
        );

        await host.IsNotReadyAsync($"network:{chain.Network}");
        (HttpStatusCode live, _) = await host.ReadAsync("/health/live");
        string body = (await host.ReadAsync("/health/ready")).Body.GetRawText();
        chain.Identity = new IdentityCheck.Confirmed();
        await host.IsReadyAsync();

        live.ShouldBe(HttpStatusCode.OK);
        body.ShouldContain("Chain id 1, configured 137.");
        body.ShouldNotContain("secret-of-the-broker");
        body.ShouldNotContain("settlement_test_app");
    }

    [Fact]
    public async Task A_low_balance_is_told_and_stops_nothing()
    {
        FakeChain chain = AChain.Numbered();
        chain.Balances = new WalletBalances(10, 10);
        WorkerOptions options = AWorker.Quick with
        {
            LowMarks = new() { [chain.Network.Name] = new LowMarks { AssetBaseUnits = 11 } },
        };
        await using AHost host = await AHost.StartAsync(
            database.AppConnectionString,
            null,
            options,
            chain
        );

        await host.IsReadyAsync();

        await Eventually.BecomesAsync(
            async () =>
                (await host.ReadAsync("/health/ready"))
                    .Body.GetRawText()
                    .Contains("fill it up", StringComparison.Ordinal),
            "the low balance is told"
        );
    }

    [Fact]
    public async Task Without_a_key_the_host_says_that_nobody_is_told_and_is_ready_all_the_same()
    {
        await using OwnDatabase own = await OwnDatabase.MakeAsync();
        FakeChain chain = AChain.Expiring();
        await using AHost host = await AHost.StartAsync(
            own.Database.AppConnectionString,
            null,
            AWorker.Quick,
            chain
        );
        await host.IsReadyAsync();
        await ChecksAsync(host, "\"webhooks\":{\"status\":\"healthy\"");

        await own.Given.ExecuteAsync(
            "INSERT INTO webhook_endpoints (id, url, event_types, secret, created_by) VALUES (gen_random_uuid(), 'https://a.example', '{*}', 'sealed', 'ann')"
        );

        await ChecksAsync(host, "this worker has no Webhooks:SecretKey");
        await host.IsReadyAsync();
        await host.Logs.HasAsync("Error: 1 webhook endpoints are registered");
        host.Logs.Count("webhook endpoints are registered").ShouldBe(1);
    }

    private static Task ChecksAsync(AHost host, string text) =>
        Eventually.BecomesAsync(
            async () =>
                (await host.ReadAsync("/health/ready"))
                    .Body.GetRawText()
                    .Contains(text, StringComparison.Ordinal),
            $"the checks say {text}"
        );

    [Fact]
    public async Task A_frozen_wallet_turns_readiness_red()
    {
        FakeChain chain = AChain.Numbered();
        await using AHost host = await AHost.StartAsync(
            database.AppConnectionString,
            null,
            AWorker.Quick,
            chain
        );
        await host.IsReadyAsync();

        chain.ForeignTransaction();

        await host.IsNotReadyAsync($"network:{chain.Network}");
        await host.Logs.HasAsync("is frozen and opens no transactions");
        host.Logs.Count("is frozen and opens no transactions").ShouldBe(1);
    }

    [Fact]
    public async Task K22_A_stop_waits_for_what_is_being_sent_and_begins_nothing_new()
    {
        FakeChain chain = AChain.Numbered();
        var sending = new TaskCompletionSource();
        var mayGoOn = new TaskCompletionSource();
        chain.DuringBroadcast = async _ =>
        {
            sending.TrySetResult();
            await mayGoOn.Task;
        };
        IReadOnlyList<Payout> payouts = await _given.PayoutsAsync(chain, 3);
        await using AHost host = await AHost.StartAsync(
            database.AppConnectionString,
            null,
            AWorker.Quick,
            chain
        );
        await sending.Task;

        Task stopped = host.StopAsync();
        Payout late = await _given.PayoutAsync(chain);
        stopped.IsCompleted.ShouldBeFalse();
        mayGoOn.SetResult();
        await stopped;

        foreach (Payout payout in payouts)
            chain.Payments[payout.Number].ShouldBe(1);
        (await _given.RowAsync(late)).Status.ShouldBe("requested");
    }

    [Fact]
    public async Task The_database_may_be_down_at_the_start()
    {
        await using OwnDatabase own = await OwnDatabase.MakeAsync();
        FakeChain chain = AChain.Expiring();
        Payout payout = await own.Given.PayoutAsync(chain);
        await own.ShutAsync();

        await using AHost host = await AHost.StartAsync(
            own.Database.AppConnectionString,
            null,
            s_oftenAudited,
            chain
        );
        await host.IsNotReadyAsync("database");
        await host.Logs.HasAsync("The scheduler cannot start");
        await own.OpenAsync();

        await own.Given.IsSentAsync(payout, withinSeconds: 60);
        await host.IsReadyAsync();
        await own.BreakAsync();
        await host.IsNotReadyAsync("ledger");
    }

    [Fact]
    public async Task The_database_may_be_down_for_a_while_and_the_log_says_it_once()
    {
        await using OwnDatabase own = await OwnDatabase.MakeAsync();
        FakeChain chain = AChain.Expiring();
        await using AHost host = await AHost.StartAsync(
            own.Database.AppConnectionString,
            null,
            s_oftenAudited,
            chain
        );
        await host.IsReadyAsync();
        await own.HasSchedulersAsync(1);

        await own.ShutAsync();
        await host.Logs.HasAsync("reading balances and workload fails");
        await host.IsNotReadyAsync("database");
        await own.OpenAsync();
        Payout payout = await own.Given.PayoutAsync(chain);

        await own.Given.IsSentAsync(payout, withinSeconds: 60);
        await host.IsReadyAsync();
        // The next reading of balances may come after everything else has recovered.
        await host.Logs.HasAsync("reading balances and workload works again");
        host.Logs.Count("reading balances and workload fails").ShouldBe(1);
        host.Logs.Count("reading balances and workload works again").ShouldBe(1);
        await own.BreakAsync();

        await host.IsNotReadyAsync("ledger");
    }

    [Fact]
    public async Task Two_hosts_audit_together_and_freeze_once()
    {
        await using OwnDatabase own = await OwnDatabase.MakeAsync();
        FakeChain chain = AChain.Expiring();
        await own.Given.PayoutAsync(chain);
        await using AHost one = await AHost.StartAsync(
            own.Database.AppConnectionString,
            null,
            s_oftenAudited,
            chain
        );
        await using AHost two = await AHost.StartAsync(
            own.Database.AppConnectionString,
            null,
            s_oftenAudited,
            chain
        );
        await one.IsReadyAsync();
        await two.IsReadyAsync();
        // Under one name they would take each other's jobs for their own.
        await own.HasSchedulersAsync(2);

        await own.BreakAsync();
        await one.IsNotReadyAsync("ledger");
        await two.IsNotReadyAsync("ledger");

        (await new AuditFreeze(own.Database.App).ReadAsync(default)).ShouldNotBeNull();
        (
            await own.Given.ReadAsync<int>(
                "SELECT count(*)::int FROM audit_log WHERE action = 'payouts_frozen'"
            )
        ).ShouldBe(1);
    }
}
