using System.Globalization;
using Dapper;
using Npgsql;

namespace Settlement.Bench.Scenarios;

/// <summary>What is read from outside of the processes that are measured.</summary>
internal static class Gauges
{
    /// <summary>Commits of the database so far.</summary>
    /// <remarks>A session tells its count when it has been idle for ten seconds at the latest.</remarks>
    public static async Task<long> CommitsAsync(NpgsqlDataSource database)
    {
        await Task.Delay(TimeSpan.FromSeconds(11));
        await using NpgsqlConnection connection = await database.OpenConnectionAsync();
        return await connection.ExecuteScalarAsync<long>(
            "SELECT xact_commit FROM pg_stat_database WHERE datname = current_database()"
        );
    }

    /// <summary>Resident memory of a process, in MB.</summary>
    public static int MemoryOf(int process) => StatusOf(process, "VmRSS:");

    /// <summary>The most that it ever was, in MB.</summary>
    public static int PeakOf(int process) => StatusOf(process, "VmHWM:");

    /// <summary>Processor time of a process and all below it so far, also of those below it that have ended.</summary>
    public static TimeSpan ProcessorOf(int process)
    {
        // The name stands in parentheses and may hold anything; what follows it are plain numbers.
        string stat = File.ReadAllText($"/proc/{process}/stat");
        string[] fields = stat[(stat.LastIndexOf(')') + 2)..].Split(' ');
        // User and system time, then those of children that were waited for; in hundredths of a second.
        long ticks = fields[11..15].Sum(f => long.Parse(f, CultureInfo.InvariantCulture));
        TimeSpan own = TimeSpan.FromMilliseconds(ticks * 10);
        return Directory
            .GetDirectories($"/proc/{process}/task")
            .SelectMany(thread => File.ReadAllText($"{thread}/children").Split(' '))
            .Where(child => child.Length > 0)
            .Aggregate(own, (sum, child) => sum + ProcessorOf(int.Parse(child, null)));
    }

    private static int StatusOf(int process, string name)
    {
        string line = File.ReadLines($"/proc/{process}/status").First(l => l.StartsWith(name));
        string number = line[name.Length..].Replace("kB", "").Trim();
        return int.Parse(number, CultureInfo.InvariantCulture) / 1_024;
    }
}
