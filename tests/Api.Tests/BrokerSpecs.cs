using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using MassTransit;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Settlement.Api.Dispatching;
using Settlement.Contracts;
using Settlement.Hosting.Messaging;
using Shouldly;
using Xunit;

namespace Settlement.Api.Tests;

/// <summary>The broker is a convenience: no request waits for it.</summary>
public sealed class BrokerSpecs(ApiFixture api) : IClassFixture<ApiFixture>
{
    public const string Variable = "SETTLEMENT_TEST_RABBITMQ";

    private const string Path = "/v1/referrals/payouts";

    // Far below what the broker's client takes to give up, far above what an accept takes.
    private static readonly TimeSpan s_soon = TimeSpan.FromSeconds(5);

    [Fact]
    public async Task With_nothing_at_the_brokers_address_payouts_are_accepted_at_once() =>
        await AcceptsAtOnceAsync("amqp://u:p@127.0.0.1:1/", brokerStatus: "degraded");

    [Fact]
    public async Task F4_With_a_broker_that_never_answers_payouts_are_accepted_at_once()
    {
        using var stalled = new TcpListener(IPAddress.Loopback, 0);
        stalled.Start();

        await AcceptsAtOnceAsync(
            $"amqp://u:p@127.0.0.1:{((IPEndPoint)stalled.LocalEndpoint).Port}/",
            brokerStatus: "degraded"
        );
    }

    [Fact]
    public async Task Without_any_broker_payouts_are_accepted_at_once() =>
        await AcceptsAtOnceAsync(null, brokerStatus: null);

    [Fact]
    public async Task A_lost_broker_is_told_once_and_not_per_payout()
    {
        var log = new CollectingLog();
        Dictionary<string, string?> settings = ApiServer.Settings(api.Database.AppConnectionString);
        settings["RabbitMq:Url"] = "amqp://u:p@127.0.0.1:1/";
        settings["RabbitMq:PublishTimeout"] = "00:00:00.050";
        WebApplication app = ApiServer.Build(settings, log);
        await app.StartAsync();
        await using var server = new ApiServer(app, api.Database);
        ApiClient user = await Given.UserAsync(server, 500_000_000);

        for (int i = 0; i < 20; i++)
            await user.CreatePayoutAsync(10_000_000);
        await log.FirstAsync(m => m.Contains("takes no messages", StringComparison.Ordinal));

        log.Messages.Count(m => m.Contains("takes no messages", StringComparison.Ordinal))
            .ShouldBe(1);
        log.Messages.ShouldNotContain(m => m.Contains("at MassTransit", StringComparison.Ordinal));
    }

    [Fact]
    public async Task F8_An_accepted_payout_reaches_the_queue_of_its_network_although_no_worker_was_ever_up()
    {
        await using ApiServer server = await ApiServer.StartAsync(
            api.Database,
            ("RabbitMq:Url", BrokerUrl())
        );
        ApiClient user = await Given.UserAsync(server, 100_000_000);
        Guid solana = await user.CreatePayoutAsync(10_000_000);
        ApiAnswer polygon = await user.PostAsync(
            Path,
            Given.CreateBody(10_000_000, "polygon", Given.PolygonAddress)
        );

        // The worker's side starts only now.
        var received = new Received([solana, (Guid)polygon.Json["id"]!]);
        using IHost worker = Worker(received);
        await worker.StartAsync();
        await received.All.WaitAsync(TimeSpan.FromSeconds(30));
        await worker.StopAsync();

        received.Networks[solana].ShouldBe("solana");
        received.Networks[(Guid)polygon.Json["id"]!].ShouldBe("polygon");
    }

    [Fact]
    public void The_breaker_opens_for_1_to_30_seconds_and_tells_each_change_once()
    {
        var clock = new ManualClock();
        var breaker = new PublishBreaker(clock);
        var pauses = new List<double>();

        breaker.Succeeded().ShouldBeFalse();
        breaker.Failed().ShouldBeTrue();
        for (int i = 0; i < 7; i++)
        {
            breaker.LetsThrough.ShouldBeFalse();
            DateTimeOffset since = clock.Now;
            while (!breaker.LetsThrough)
                clock.Now += TimeSpan.FromSeconds(0.5);
            pauses.Add((clock.Now - since).TotalSeconds);
            breaker.Failed().ShouldBeFalse();
        }
        clock.Now += TimeSpan.FromSeconds(30);

        pauses.ShouldBe([1, 2, 4, 8, 16, 30, 30]);
        breaker.Succeeded().ShouldBeTrue();
        breaker.LetsThrough.ShouldBeTrue();
        breaker.Failed().ShouldBeTrue();
        clock.Now += TimeSpan.FromSeconds(1);
        breaker.LetsThrough.ShouldBeTrue();
    }

    [Fact]
    public void A_full_channel_drops_and_does_not_wait()
    {
        var dispatch = new PayoutDispatch();

        for (int i = 0; i < 10_000; i++)
            dispatch.Hint(Guid.NewGuid(), "solana");

        dispatch.Waiting.Count.ShouldBe(4_096);
    }

    private async Task AcceptsAtOnceAsync(string? url, string? brokerStatus)
    {
        var start = Stopwatch.StartNew();
        await using ApiServer server = await ApiServer.StartAsync(
            api.Database,
            ("RabbitMq:Url", url)
        );
        start.Elapsed.ShouldBeLessThan(s_soon);
        ApiClient user = await Given.UserAsync(server, 1_000_000_000);

        var accepts = Stopwatch.StartNew();
        await Task.WhenAll(
            Enumerable.Range(0, 100).Select(_ => user.CreatePayoutAsync(10_000_000))
        );
        accepts.Elapsed.ShouldBeLessThan(s_soon);

        ApiAnswer ready = await new ApiClient(server).GetAsync("/health/ready");
        ((int)ready.Status).ShouldBe(200, ready.Text);
        ((string?)ready.Json["checks"]!["broker"]?["status"]).ShouldBe(brokerStatus);
        if (brokerStatus is not null)
            ((bool)ready.Json["checks"]!["broker"]!["required"]!).ShouldBeFalse();
    }

    private static string BrokerUrl() =>
        Environment.GetEnvironmentVariable(Variable)
        ?? throw new InvalidOperationException(
            $"Set {Variable} to a broker's URL, or run ./test, which starts one."
        );

    private static IHost Worker(Received received)
    {
        HostApplicationBuilder builder = Host.CreateApplicationBuilder();
        builder.Logging.ClearProviders();
        builder.Configuration["RabbitMq:Url"] = BrokerUrl();
        builder.Services.AddSingleton(received);
        builder.Services.AddSettlementMessaging(
            builder.Configuration,
            ["solana", "polygon"],
            consumers => consumers.AddConsumer<Collect>(),
            (context, bus) =>
            {
                foreach (string network in new[] { "solana", "polygon" })
                    bus.ReceiveSettlePayouts(network, e => e.ConfigureConsumer<Collect>(context));
            }
        );
        return builder.Build();
    }

    public sealed class Received(IReadOnlyCollection<Guid> expected)
    {
        private readonly TaskCompletionSource _all = new(
            TaskCreationOptions.RunContinuationsAsynchronously
        );

        public ConcurrentDictionary<Guid, string> Networks { get; } = new();

        public Task All => _all.Task;

        public void Add(Guid payout, string queue)
        {
            Networks[payout] = queue;
            if (expected.All(Networks.ContainsKey))
                _all.TrySetResult();
        }
    }

    public sealed class Collect(Received received) : IConsumer<SettlePayout>
    {
        public Task Consume(ConsumeContext<SettlePayout> context)
        {
            string queue = context.ReceiveContext.InputAddress.AbsolutePath.Split('-')[^1];
            received.Add(context.Message.PayoutId, queue);
            return Task.CompletedTask;
        }
    }

    private sealed class ManualClock : TimeProvider
    {
        public DateTimeOffset Now { get; set; } = DateTimeOffset.UnixEpoch;

        public override DateTimeOffset GetUtcNow() => Now;
    }
}

/// <summary>Keeps what is logged, and signals what somebody waits for.</summary>
public sealed class CollectingLog : ILoggerProvider, ILogger
{
    private readonly List<(Func<string, bool> Wanted, TaskCompletionSource Seen)> _waiting = [];
    private readonly List<string> _messages = [];
    private readonly Lock _gate = new();

    public IReadOnlyList<string> Messages
    {
        get
        {
            lock (_gate)
                return [.. _messages];
        }
    }

    public Task FirstAsync(Func<string, bool> wanted)
    {
        lock (_gate)
        {
            if (_messages.Any(wanted))
                return Task.CompletedTask;
            var seen = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            _waiting.Add((wanted, seen));
            return seen.Task.WaitAsync(TimeSpan.FromSeconds(20));
        }
    }

    public ILogger CreateLogger(string categoryName) => this;

    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    public bool IsEnabled(LogLevel logLevel) => true;

    public void Log<TState>(
        LogLevel logLevel,
        EventId eventId,
        TState state,
        Exception? exception,
        Func<TState, Exception?, string> formatter
    )
    {
        string message = $"{logLevel} {formatter(state, exception)} {exception}";
        lock (_gate)
        {
            _messages.Add(message);
            foreach ((Func<string, bool> wanted, TaskCompletionSource seen) in _waiting)
            {
                if (wanted(message))
                    seen.TrySetResult();
            }
        }
    }

    public void Dispose() { }
}
