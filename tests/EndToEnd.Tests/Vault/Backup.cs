using System.Diagnostics;
using Dapper;
using Npgsql;
using Settlement.TestKit;

namespace Settlement.EndToEnd.Tests.Vault;

/// <summary>A dump of a database, and a new database that is made of it: what is left after the machine has burnt.</summary>
internal sealed class Backup : IAsyncDisposable
{
    private readonly string _file = Path.GetTempFileName();
    private readonly string _name = $"settlement_restored_{Guid.NewGuid():N}";

    public string OwnerConnectionString => With(_name).ConnectionString;

    /// <summary>Dumps a database as it is now.</summary>
    public static async Task<Backup> TakeAsync(string ownerConnection)
    {
        var backup = new Backup();
        string name = new NpgsqlConnectionStringBuilder(ownerConnection).Database!;
        await RunAsync("pg_dump", $"--dbname={name}", $"--file={backup._file}");
        return backup;
    }

    /// <summary>Reads the dump into a new database.</summary>
    /// <returns>How API and worker connect to it.</returns>
    public async Task<string> RestoreAsync(string appConnection)
    {
        await OnServerAsync($"CREATE DATABASE {_name}");
        await RunAsync(
            "psql",
            "--quiet",
            "--no-psqlrc",
            "--set=ON_ERROR_STOP=1",
            "--output=/dev/null",
            $"--dbname={_name}",
            $"--file={_file}"
        );
        return new NpgsqlConnectionStringBuilder(appConnection)
        {
            Database = _name,
        }.ConnectionString;
    }

    public async ValueTask DisposeAsync()
    {
        File.Delete(_file);
        await OnServerAsync($"DROP DATABASE IF EXISTS {_name} WITH (FORCE)");
    }

    private static async Task RunAsync(string program, params string[] arguments)
    {
        NpgsqlConnectionStringBuilder server = With(null);
        var start = new ProcessStartInfo(Find(program), arguments)
        {
            UseShellExecute = false,
            RedirectStandardError = true,
        };
        start.Environment["PGHOST"] = server.Host;
        start.Environment["PGPORT"] = $"{server.Port}";
        start.Environment["PGUSER"] = server.Username;
        start.Environment["PGPASSWORD"] = server.Password ?? "";
        using Process process = Process.Start(start)!;
        string errors = await process.StandardError.ReadToEndAsync();
        await process.WaitForExitAsync();
        if (process.ExitCode != 0)
            throw new InvalidOperationException($"{program} failed: {errors}");
    }

    // Debian keeps the programs of each version apart; the newest reads from every server.
    private static string Find(string program)
    {
        const string Versions = "/usr/lib/postgresql";
        string? newest = Directory.Exists(Versions)
            ? Directory
                .GetDirectories(Versions)
                .Select(folder => Path.Combine(folder, "bin", program))
                .Where(File.Exists)
                .OrderByDescending(path => path.Length)
                .ThenByDescending(path => path, StringComparer.Ordinal)
                .FirstOrDefault()
            : null;
        return newest ?? program;
    }

    private static async Task OnServerAsync(string sql)
    {
        await using NpgsqlDataSource server = NpgsqlDataSource.Create(With(null).ConnectionString);
        await using NpgsqlConnection connection = await server.OpenConnectionAsync();
        await connection.ExecuteAsync(sql, commandTimeout: 60);
    }

    private static NpgsqlConnectionStringBuilder With(string? database)
    {
        var settings = new NpgsqlConnectionStringBuilder(
            Environment.GetEnvironmentVariable(PostgresDatabase.Variable)
        );
        if (database is not null)
            settings.Database = database;
        return settings;
    }
}
