using System.Net;
using System.Net.Sockets;
using MassTransit;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using NSubstitute;
using Settlement.Hosting.Messaging;
using Settlement.TestKit;
using Shouldly;
using Xunit;

namespace Settlement.Worker.Tests.Hosting;

/// <summary>A process with a dead queue ends itself, to be started anew; with the broker away, or in time, it goes on.</summary>
public sealed class DeadEndpointSpecs : IDisposable
{
    private const int Patience = DeadEndpointWatchdog.Patience;

    private readonly TcpListener _broker = new(IPAddress.Loopback, 0);
    private readonly IBusControl _bus = Substitute.For<IBusControl>();
    private readonly IHostApplicationLifetime _lifetime =
        Substitute.For<IHostApplicationLifetime>();
    private readonly RecordedLogs _logs = new();
    private int _looks;

    public DeadEndpointSpecs()
    {
        _broker.Start();
        _ = GreetAsync();
    }

    public void Dispose() => _broker.Dispose();

    [Fact]
    public async Task A_queue_that_stays_dead_while_the_broker_answers_ends_the_process()
    {
        await WatchAsync(looks: 100, look => look == 0 ? Healthy : Degraded);

        _looks.ShouldBe(1 + Patience);
        _lifetime.Received(1).StopApplication();
        _logs.Count("no longer consumed although the broker answers: a queue").ShouldBe(1);
    }

    [Fact]
    public async Task A_queue_that_recovers_in_time_does_not()
    {
        await WatchAsync(looks: 100, look => look % Patience == 0 ? Healthy : Degraded);

        _lifetime.DidNotReceive().StopApplication();
    }

    [Fact]
    public async Task A_broker_that_is_away_does_not()
    {
        _broker.Stop();

        await WatchAsync(looks: 30, look => look == 0 ? Healthy : Degraded);

        _lifetime.DidNotReceive().StopApplication();
    }

    [Fact]
    public async Task A_queue_that_has_never_been_up_does_not()
    {
        await WatchAsync(looks: 30, _ => Degraded);

        _lifetime.DidNotReceive().StopApplication();
    }

    private static BusHealthResult Healthy =>
        BusHealthResult.Healthy("", new Dictionary<string, EndpointHealthResult>());

    private static BusHealthResult Degraded =>
        BusHealthResult.Degraded(
            "a queue",
            new TimeoutException(),
            new Dictionary<string, EndpointHealthResult>()
        );

    private async Task WatchAsync(int looks, Func<int, BusHealthResult> health)
    {
        _bus.CheckHealth().Returns(_ => health(_looks++));
        using ILoggerFactory logs = LoggerFactory.Create(logging => logging.AddProvider(_logs));
        using var watchdog = new DeadEndpointWatchdog(
            _bus,
            new BrokerOptions { Url = $"amqp://guest:guest@{_broker.LocalEndpoint}/" },
            _lifetime,
            logs.CreateLogger<DeadEndpointWatchdog>()
        )
        {
            Interval = TimeSpan.FromMilliseconds(1),
        };
        await watchdog.StartAsync(CancellationToken.None);
        await Eventually.BecomesAsync(
            () => Task.FromResult(_looks >= looks || watchdog.ExecuteTask!.IsCompleted),
            "enough looks"
        );
        await watchdog.StopAsync(CancellationToken.None);
    }

    // Any byte is an answer.
    private async Task GreetAsync()
    {
        try
        {
            while (true)
            {
                using TcpClient client = await _broker.AcceptTcpClientAsync();
                await client.GetStream().WriteAsync(new byte[1]);
            }
        }
        catch (Exception e)
            when (e is SocketException or ObjectDisposedException or InvalidOperationException) { }
    }
}
