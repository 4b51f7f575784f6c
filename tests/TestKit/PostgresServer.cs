using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using Dapper;
using Npgsql;

namespace Settlement.TestKit;

/// <summary>A PostgreSQL of one test, which may be stopped, killed, frozen, and followed by a standby. Deleted at the end.</summary>
/// <remarks>It listens on 127.0.0.1 only and asks for no password: there is nothing in it but what the test puts there.</remarks>
public sealed class PostgresServer : IAsyncDisposable
{
    private static readonly string s_bin = FindPrograms();

    private readonly int _port;
    private readonly string _data;

    private PostgresServer()
    {
        using var free = new TcpListener(IPAddress.Loopback, 0);
        free.Start();
        _port = ((IPEndPoint)free.LocalEndpoint).Port;
        free.Stop();
        _data = Path.Combine(Path.GetTempPath(), $"settlement-postgres-{Guid.NewGuid():N}");
    }

    /// <summary>Of a superuser.</summary>
    public string ConnectionString =>
        $"Host=127.0.0.1;Port={_port};Username=postgres;Database=postgres";

    public static async Task<PostgresServer> StartNewAsync()
    {
        var server = new PostgresServer();
        await RunAsync(
            "initdb",
            "-D",
            server._data,
            "-U",
            "postgres",
            "--auth=trust",
            "--no-sync",
            "-E",
            "UTF8",
            "--locale=C.UTF-8"
        );
        await server.StartAsync();
        return server;
    }

    /// <summary>Copies it as it runs into a server that follows it.</summary>
    public async Task<PostgresServer> StandbyAsync()
    {
        var standby = new PostgresServer();
        await RunAsync(
            "pg_basebackup",
            "-d",
            $"host=127.0.0.1 port={_port} user=postgres",
            "-D",
            standby._data,
            "-R",
            "-X",
            "stream",
            "-c",
            "fast",
            "--no-sync"
        );
        await standby.StartAsync();
        return standby;
    }

    /// <summary>A standby lags from here on: what its primary commits is not sent to it.</summary>
    public async Task StopFollowingAsync()
    {
        await using NpgsqlDataSource source = NpgsqlDataSource.Create(ConnectionString);
        await using NpgsqlConnection connection = await source.OpenConnectionAsync();
        await connection.ExecuteAsync("ALTER SYSTEM SET primary_conninfo = ''");
        await connection.ExecuteAsync("SELECT pg_reload_conf()");
        await Eventually.BecomesAsync(
            async () =>
                await connection.ExecuteScalarAsync<int>(
                    "SELECT count(*)::int FROM pg_stat_wal_receiver"
                ) == 0,
            "the standby receives nothing any more"
        );
    }

    /// <summary>A standby takes over.</summary>
    public Task PromoteAsync() => RunAsync("pg_ctl", "promote", "-w", "-D", _data);

    public Task StartAsync() =>
        RunAsync(
            "pg_ctl",
            "start",
            "-w",
            "-D",
            _data,
            "-l",
            Path.Combine(_data, "server.log"),
            "-o",
            $"-p {_port} -c listen_addresses=127.0.0.1 -c unix_socket_directories= -c max_connections=100 -c fsync=off"
        );

    /// <summary>Ends the sessions and stops.</summary>
    public Task StopAsync() => RunAsync("pg_ctl", "stop", "-w", "-D", _data, "-m", "fast");

    /// <summary>Stops as in a crash.</summary>
    public Task KillAsync() => RunAsync("pg_ctl", "stop", "-w", "-D", _data, "-m", "immediate");

    public async ValueTask DisposeAsync()
    {
        if (File.Exists(Path.Combine(_data, "postmaster.pid")))
            await KillAsync();
        if (Directory.Exists(_data))
            Directory.Delete(_data, recursive: true);
    }

    private static async Task RunAsync(string program, params string[] arguments)
    {
        string path = Path.Combine(s_bin, program);
        // The server refuses to run as root; then it runs as the user that its package has made.
        var start = Environment.IsPrivilegedProcess
            ? new ProcessStartInfo(
                "setpriv",
                ["--reuid=postgres", "--regid=postgres", "--init-groups", "--", path, .. arguments]
            )
            : new ProcessStartInfo(path, arguments);
        start.WorkingDirectory = Path.GetTempPath();
        using Process process = Process.Start(start)!;
        await process.WaitForExitAsync().WaitAsync(TimeSpan.FromSeconds(90));
        if (process.ExitCode != 0)
            throw new InvalidOperationException($"{program} ended with {process.ExitCode}.");
    }

    private static string FindPrograms()
    {
        const string Packaged = "/usr/lib/postgresql";
        IEnumerable<string> packaged = Directory.Exists(Packaged)
            ? Directory
                .GetDirectories(Packaged)
                .OrderByDescending(folder => folder, StringComparer.Ordinal)
                .Select(folder => Path.Combine(folder, "bin"))
            : [];
        string[] onPath = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(':');
        return packaged
                .Concat(onPath)
                .FirstOrDefault(folder => File.Exists(Path.Combine(folder, "initdb")))
            ?? throw new InvalidOperationException(
                "PostgreSQL's programs are not installed; run ./test, which installs what is missing."
            );
    }
}
