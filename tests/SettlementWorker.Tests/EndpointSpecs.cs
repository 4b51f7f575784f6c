using System.Diagnostics.Metrics;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Settlement.Chains.Endpoints;
using Settlement.TestKit;
using Settlement.Worker.Health;
using Settlement.Worker.Networks;
using Settlement.Worker.Telemetry;
using Shouldly;
using Xunit;

namespace Settlement.Worker.Tests;

/// <summary>What the worker says about a network's endpoints.</summary>
public sealed class EndpointSpecs(PostgresDatabase database) : IClassFixture<PostgresDatabase>
{
    [Fact]
    public async Task A_single_endpoint_is_warned_of_once()
    {
        FakeChain chain = AChain.Numbered();
        chain.Report = Report(In("a"));
        await using AWorker worker = await AWorker.StandingAsync(database, chain);

        await LookAsync(worker);
        await LookAsync(worker);

        worker.Logs.Count("Warning: " + chain.Network + ": a is the only endpoint").ShouldBe(1);
    }

    [Theory]
    [InlineData(EndpointState.OtherChain, "Critical")]
    [InlineData(EndpointState.OtherBlock, "Critical")]
    [InlineData(EndpointState.Regressed, "Critical")]
    [InlineData(EndpointState.Behind, "Warning")]
    [InlineData(EndpointState.Silent, "Warning")]
    public async Task C12_R24_V13_An_endpoint_that_goes_out_is_told_once_and_so_is_its_return(
        EndpointState state,
        string level
    )
    {
        FakeChain chain = AChain.Numbered();
        chain.Report = Report(In("a"), In("b"));
        await using AWorker worker = await AWorker.StandingAsync(database, chain);
        await LookAsync(worker);

        chain.Report = Report(In("a"), Out("b", state, "the reason"));
        await LookAsync(worker);
        await LookAsync(worker);
        HealthStatus health = await HealthAsync(worker);
        chain.Report = Report(In("a"), In("b"));
        await LookAsync(worker);

        worker.Logs.Lines.Count(l => l.StartsWith(level) && l.Contains("the reason")).ShouldBe(1);
        worker.Logs.Count($"{chain.Network}: b is believed").ShouldBe(1);
        health.ShouldBe(HealthStatus.Degraded);
        (await HealthAsync(worker)).ShouldBe(HealthStatus.Healthy);
    }

    [Fact]
    public async Task V14_Finality_that_stands_still_everywhere_is_an_alarm_and_ends_by_itself()
    {
        FakeChain chain = AChain.Numbered();
        chain.Report = Report(Out("a", EndpointState.Stalled, "stands still"));
        await using AWorker worker = await AWorker.StandingAsync(database, chain);

        await LookAsync(worker);
        await LookAsync(worker);
        HealthStatus halted = await HealthAsync(worker);
        chain.Report = Report(In("a"));
        await LookAsync(worker);

        worker.Logs.Count("no verdict can be had").ShouldBe(1);
        worker.Logs.Count("verdicts can be had again").ShouldBe(1);
        halted.ShouldBe(HealthStatus.Unhealthy);
        (await HealthAsync(worker)).ShouldBe(HealthStatus.Healthy);
    }

    [Fact]
    public async Task R23_Endpoints_that_do_not_agree_for_too_long_are_an_alarm()
    {
        FakeChain chain = AChain.Numbered();
        chain.Report = new NetworkReport([In("a"), In("b")], Disputes: 3, AlarmingDisputes: 2);
        await using AWorker worker = await AWorker.StandingAsync(database, chain);

        await LookAsync(worker);
        await LookAsync(worker);

        worker.Logs.Count("do not agree about 2 transactions").ShouldBe(1);
        (await HealthAsync(worker)).ShouldBe(HealthStatus.Unhealthy);
    }

    [Fact]
    public async Task Endpoints_finality_and_disputes_are_measured()
    {
        FakeChain chain = AChain.Numbered();
        chain.Report = new NetworkReport(
            [In("a"), Out("b", EndpointState.Behind, "behind")],
            Disputes: 3,
            AlarmingDisputes: 0
        );
        await using AWorker worker = await AWorker.StandingAsync(database, chain);
        await LookAsync(worker);

        Dictionary<string, double> measured = Measure(worker, chain.Network.Name);

        measured["settlement.endpoint.believed a"].ShouldBe(1);
        measured["settlement.endpoint.believed b"].ShouldBe(0);
        measured["settlement.finality.stands_still"].ShouldBe(7);
        measured["settlement.disputes"].ShouldBe(3);
    }

    private static Dictionary<string, double> Measure(AWorker worker, string network)
    {
        var measured = new Dictionary<string, double>(StringComparer.Ordinal);
        using var listener = new MeterListener();
        listener.InstrumentPublished = (instrument, l) =>
        {
            if (instrument.Meter.Name == WorkerMetrics.Name)
                l.EnableMeasurementEvents(instrument);
        };
        listener.SetMeasurementEventCallback<double>(
            (instrument, value, tags, _) =>
            {
                string? endpoint = null;
                bool ours = false;
                foreach (KeyValuePair<string, object?> tag in tags)
                {
                    ours |= tag.Key == "network" && Equals(tag.Value, network);
                    if (tag.Key == "endpoint")
                        endpoint = (string?)tag.Value;
                }
                if (ours)
                    measured[$"{instrument.Name} {endpoint}".TrimEnd()] = value;
            }
        );
        listener.Start();
        var gauges = ActivatorUtilities.CreateInstance<NetworkGauges>(worker.Services);
        gauges.StartAsync(default).IsCompletedSuccessfully.ShouldBeTrue();
        listener.RecordObservableInstruments();
        return measured;
    }

    private static Task LookAsync(AWorker worker) =>
        worker.Services.GetRequiredService<WatchEndpoints>().ExecuteAsync(worker.Network, default);

    private static async Task<HealthStatus> HealthAsync(AWorker worker) =>
        (await new EndpointCheck(worker.Network).CheckHealthAsync(new HealthCheckContext())).Status;

    private static NetworkReport Report(params EndpointReport[] endpoints) =>
        new(endpoints, Disputes: 0, AlarmingDisputes: 0);

    private static EndpointReport In(string name) =>
        new(name, EndpointState.In, null, 100, TimeSpan.FromSeconds(7));

    private static EndpointReport Out(string name, EndpointState state, string because) =>
        new(name, state, because, 99, TimeSpan.FromSeconds(9));
}
