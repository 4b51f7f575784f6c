using System.Globalization;
using Dapper;
using Npgsql;
using Settlement.Model.Tests.Commands;
using Settlement.Payouts.Auditing;
using Settlement.TestKit;

namespace Settlement.Model.Tests.Postgres;

/// <summary>Many sequences on one database, several at a time, until one fails.</summary>
public sealed class PostgresRun(PostgresDatabase database, int lanes = 4, int auditEvery = 1_000)
{
    /// <summary>Of the run's own database only. None of them changes what a statement means.</summary>
    private static readonly string[] s_settings =
    [
        // Nobody pulls the plug here, so no commit waits for the disk.
        "synchronous_commit = off",
        // Every table holds the rows of all sequences: a plan that was made while it was small reads all of them for ever.
        "enable_seqscan = off",
        // Planned once for each connection: the same statements run a million times.
        "plan_cache_mode = force_generic_plan",
        // It would believe the price that stands for "off".
        "jit = off",
    ];

    private readonly UsersAudit _audit = new(database);
    private long _next;
    private int _ran;
    private long _failedSeed = long.MaxValue;

    /// <summary>How many sequences were run.</summary>
    public int Ran => _ran;

    /// <summary>How many commands were given.</summary>
    public long Commands { get; private set; }

    /// <summary>What was answered.</summary>
    public Coverage Coverage { get; } = new();

    /// <returns>Null when all of them follow the model; otherwise the smallest failing sequence that was found.</returns>
    public async Task<string?> FindAsync(long first, int count) =>
        await FindSeedAsync(first, count) is { } seed ? await ExplainAsync(seed) : null;

    /// <returns>Null when all of them follow the model; otherwise a seed that does not.</returns>
    public async Task<long?> FindSeedAsync(long first, int count)
    {
        _next = first;
        await SetAsync(s_settings.Select(s => $"SET {s}"));
        await Task.WhenAll(
            Enumerable.Range(0, lanes).Select(_ => Task.Run(() => LaneAsync(first + count)))
        );
        await SetAsync(["RESET ALL"]);
        return _failedSeed == long.MaxValue ? null : _failedSeed;
    }

    private async Task SetAsync(IEnumerable<string> settings)
    {
        string name = new NpgsqlConnectionStringBuilder(database.OwnerConnectionString).Database!;
        await using NpgsqlConnection connection = await database.Owner.OpenConnectionAsync();
        foreach (string setting in settings)
            await connection.ExecuteAsync($"ALTER DATABASE {name} {setting}");
        database.Owner.Clear();
        database.App.Clear();
    }

    private async Task LaneAsync(long end)
    {
        var unaudited = new List<(long Seed, Guid[] Users)>();
        while (Volatile.Read(ref _failedSeed) == long.MaxValue)
        {
            long seed = Interlocked.Increment(ref _next) - 1;
            if (seed >= end)
                break;
            Sequence sequence = Generate(seed);
            PostgresStore store = await StoreAsync(sequence);
            if (await SequenceRunner.RunAsync(sequence, store, Coverage) is not null)
                Fail(seed);
            Count(sequence);
            unaudited.Add((seed, store.Users));
            if (unaudited.Count >= auditEvery)
                await AuditAsync(unaudited);
        }
        await AuditAsync(unaudited);
    }

    /// <summary>Audits all at once; only when something is wrong, one by one.</summary>
    private async Task AuditAsync(List<(long Seed, Guid[] Users)> unaudited)
    {
        if (
            unaudited.Count > 0
            && (await _audit.FindAsync(unaudited.SelectMany(u => u.Users))).Count > 0
        )
        {
            foreach ((long seed, Guid[] users) in unaudited)
            {
                if ((await _audit.FindAsync(users)).Count > 0)
                    Fail(seed);
            }
        }
        unaudited.Clear();
    }

    /// <summary>Runs one sequence for itself, with its own audit.</summary>
    public async Task<string?> RunAsync(Sequence sequence)
    {
        PostgresStore store = await StoreAsync(sequence);
        if (await SequenceRunner.RunAsync(sequence, store) is { } parted)
            return parted;
        IReadOnlyList<Violation> violations = await _audit.FindAsync(store.Users);
        return violations.Count == 0
            ? null
            : $"{sequence}\n→ the audit finds\n  {string.Join("\n  ", violations)}";
    }

    /// <summary>The sequence of a seed.</summary>
    public static Sequence Generate(long seed) =>
        SequenceGenerator.Generate(SequenceGenerator.Full, seed);

    private async Task<string> ExplainAsync(long seed)
    {
        string how = string.Create(
            CultureInfo.InvariantCulture,
            $"Seed {seed}; again: SETTLEMENT_MODEL_REPLAY={seed} dotnet test tests/Model.Tests --filter Replay"
        );
        Sequence sequence = Generate(seed);
        if (await RunAsync(sequence) is not { } report)
            return $"{how}\nIt did not fail again: two commands raced another way.\n{sequence}";
        (_, report) = await Shrinker.ShrinkAsync(sequence, report, RunAsync);
        return $"{how}\n{report}";
    }

    private async Task<PostgresStore> StoreAsync(Sequence sequence)
    {
        var store = new PostgresStore(database);
        await store.BeginAsync(sequence.HasThreshold);
        return store;
    }

    private void Count(Sequence sequence)
    {
        Interlocked.Increment(ref _ran);
        lock (_audit)
            Commands += sequence.Commands.Count;
    }

    private void Fail(long seed)
    {
        lock (_audit)
            _failedSeed = Math.Min(_failedSeed, seed);
    }
}
