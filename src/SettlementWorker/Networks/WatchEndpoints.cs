using Settlement.Chains;
using Settlement.Chains.Endpoints;

namespace Settlement.Worker.Networks;

/// <summary>Looks at a network's endpoints and raises an alarm where one must not be believed any more, where finality
/// stands still, or where endpoints do not agree.</summary>
public sealed partial class WatchEndpoints(ILogger<WatchEndpoints> log)
{
    /// <summary>Looks; the log has one line for each change.</summary>
    public async Task ExecuteAsync(Network network, CancellationToken ct)
    {
        NetworkReport before = network.Endpoints;
        NetworkReport now = await network.Chain.InspectAsync(ct);
        network.Endpoints = now;
        if (before.Endpoints.Count == 0 && now.Endpoints.Count == 1)
            OneAlone(log, network.Id, now.Endpoints[0].Endpoint);
        foreach (EndpointReport endpoint in now.Endpoints)
        {
            EndpointState was =
                before.Endpoints.FirstOrDefault(e => e.Endpoint == endpoint.Endpoint)?.State
                ?? EndpointState.In;
            if (was != endpoint.State)
                Tell(network.Id, endpoint);
        }
        if (now.HaltedBecause is { } halted && before.HaltedBecause is null)
            Halted(log, network.Id, halted);
        else if (now.HaltedBecause is null && before.HaltedBecause is not null)
            Resumed(log, network.Id);
        if (now.AlarmingDisputes > before.AlarmingDisputes)
            Disputed(log, network.Id, now.AlarmingDisputes);
    }

    private void Tell(NetworkId network, EndpointReport endpoint)
    {
        if (endpoint.State == EndpointState.In)
            Believed(log, network, endpoint.Endpoint);
        else if (endpoint.IsAlarm)
            Out(log, network, endpoint.Endpoint, endpoint.Because ?? "");
        else if (endpoint.Because is { } because)
            Doubted(log, network, endpoint.Endpoint, because);
    }

    [LoggerMessage(
        LogLevel.Warning,
        "{Network}: {Endpoint} is the only endpoint and is believed alone: nobody would notice if it were wrong"
    )]
    private static partial void OneAlone(ILogger log, NetworkId network, string endpoint);

    [LoggerMessage(LogLevel.Information, "{Network}: {Endpoint} is believed")]
    private static partial void Believed(ILogger log, NetworkId network, string endpoint);

    [LoggerMessage(LogLevel.Warning, "{Network}: {Endpoint} is not believed for now: {Because}")]
    private static partial void Doubted(
        ILogger log,
        NetworkId network,
        string endpoint,
        string because
    );

    [LoggerMessage(LogLevel.Critical, "{Network}: {Endpoint} is out: {Because}")]
    private static partial void Out(
        ILogger log,
        NetworkId network,
        string endpoint,
        string because
    );

    [LoggerMessage(
        LogLevel.Critical,
        "{Network}: no verdict can be had, and payouts wait; nothing is lost: {Because}"
    )]
    private static partial void Halted(ILogger log, NetworkId network, string because);

    [LoggerMessage(LogLevel.Information, "{Network}: verdicts can be had again")]
    private static partial void Resumed(ILogger log, NetworkId network);

    [LoggerMessage(
        LogLevel.Critical,
        "{Network}: endpoints do not agree about {Transactions} transactions, for too long; their payouts wait"
    )]
    private static partial void Disputed(ILogger log, NetworkId network, int transactions);
}
