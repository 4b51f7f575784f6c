using System.Collections.Concurrent;
using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace Settlement.Chaos.Product;

/// <summary>The API and three workers, with settings as ./run would give them, but for what follows here.</summary>
internal sealed class Crew : IAsyncDisposable
{
    /// <summary>What a worker may hold; a pause of more than this lets another take its work.</summary>
    public static readonly TimeSpan Lease = TimeSpan.FromSeconds(4);

    private const int Workers = 3;
    private const int KilledBySignal = 137;

    private readonly Surroundings _surroundings;
    private readonly Uri _proxy;
    private readonly int _apiPort = FreePort();
    private readonly CancellationTokenSource _end = new();
    private Task _keeping = Task.CompletedTask;

    public Crew(Surroundings surroundings, Uri proxy)
    {
        _surroundings = surroundings;
        _proxy = proxy;
        Api = new Seat("api", _ => StartApi());
        Everyone = [.. Enumerable.Range(1, Workers).Select(n => $"worker-{n}").Select(NewWorker)];
    }

    public Seat Api { get; }

    /// <summary>The workers.</summary>
    public IReadOnlyList<Seat> Everyone { get; }

    public Uri ApiUrl => new($"http://127.0.0.1:{_apiPort}");

    /// <summary>Processes that ended although no fault killed them.</summary>
    public ConcurrentQueue<string> Departures { get; } = new();

    public async Task StartAsync()
    {
        foreach (Seat seat in Everyone.Prepend(Api))
            await seat.EnsureAsync();
        _keeping = Task.WhenAll(Everyone.Prepend(Api).Select(KeepAsync));
    }

    public async ValueTask DisposeAsync()
    {
        await _end.CancelAsync();
        await _keeping;
        foreach (Seat seat in Everyone.Prepend(Api))
            await seat.DisposeAsync();
        _end.Dispose();
    }

    // As whatever supervises processes does: who is gone is started again.
    private async Task KeepAsync(Seat seat)
    {
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(500));
        try
        {
            while (await timer.WaitForNextTickAsync(_end.Token))
            {
                if (await seat.EnsureAsync() is { } code and not KilledBySignal)
                    Departures.Enqueue($"{seat.Name} ended by itself with code {code}");
            }
        }
        catch (OperationCanceledException)
        {
            // The end.
        }
    }

    private Seat NewWorker(string name)
    {
        int port = FreePort();
        return new Seat(name, crashAt => StartWorker(name, port, crashAt));
    }

    private ProductProcess StartApi()
    {
        Dictionary<string, string> settings = _surroundings.ApiSettings();
        settings["ASPNETCORE_URLS"] = ApiUrl.ToString();
        settings["Operations__AllowForce"] = "true";
        Share(settings);
        return ProductProcess.Start(
            "api",
            _surroundings.ApiProgram,
            settings,
            _surroundings.Folder
        );
    }

    private ProductProcess StartWorker(string name, int port, string? crashAt)
    {
        Dictionary<string, string> settings = _surroundings.WorkerSettings();
        settings["ASPNETCORE_URLS"] = $"http://127.0.0.1:{port}";
        settings["Worker__Policy__Lease"] = Lease.ToString("c", CultureInfo.InvariantCulture);
        settings["Worker__RoundBudget"] = "00:00:02";
        settings["Worker__Policy__FirstLook"] = "00:00:01";
        settings["Worker__Policy__LookAgain"] = "00:00:00.500";
        settings["Worker__Policy__LookAgainAtMost"] = "00:00:04";
        settings["Worker__Policy__SendAgainAtMost"] = "00:00:02";
        settings["Worker__Policy__Postpone"] = "00:00:01";
        settings["Worker__Policy__ParkFor"] = "00:00:04";
        settings["Worker__SweepEvery"] = "00:00:01";
        settings["Worker__VerifyAgain"] = "00:00:01";
        settings["Worker__AuditEvery"] = "00:00:15";
        if (crashAt is not null)
            settings["SETTLEMENT_CRASH_AT"] = crashAt;
        Share(settings);
        return ProductProcess.Start(
            name,
            _surroundings.WorkerProgram,
            settings,
            _surroundings.Folder
        );
    }

    // Two nodes for each network, as in production: one that lies is found out by the other.
    private void Share(Dictionary<string, string> settings)
    {
        foreach (string network in _surroundings.Networks.Select(n => n.Name))
        {
            settings[$"Networks__{network}__RpcUrls__0"] = new Uri(
                _proxy,
                $"{network}/a"
            ).ToString();
            settings[$"Networks__{network}__RpcUrls__1"] = new Uri(
                _proxy,
                $"{network}/b"
            ).ToString();
            settings[$"Networks__{network}__RpcTimeout"] = "00:00:01.500";
            settings[$"Networks__{network}__MinPayoutMicro"] = "1000000";
        }
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
