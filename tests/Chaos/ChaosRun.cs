using System.Numerics;
using Npgsql;
using Settlement.Chaos.Checking;
using Settlement.Chaos.Faults;
using Settlement.Chaos.Load;
using Settlement.Chaos.Nodes;
using Settlement.Chaos.Product;
using Settlement.Chaos.Reporting;

namespace Settlement.Chaos;

/// <summary>One run: the product starts, users and operators act under faults, the weather clears, everything ends, and the books
/// are compared with the chains.</summary>
internal sealed class ChaosRun(Plan plan, Surroundings surroundings)
{
    private const int UserCount = 200;
    private static readonly TimeSpan s_toStart = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan s_toEnd = TimeSpan.FromMinutes(3);
    private static readonly TimeSpan s_toFinality = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan s_operatorPause = TimeSpan.FromMilliseconds(700);

    private readonly NpgsqlDataSource _database = NpgsqlDataSource.Create(
        $"{surroundings.Database};Timeout=5;Command Timeout=30"
    );
    private readonly IReadOnlyList<IChainReader> _chains =
    [
        .. surroundings.Networks.Select(
            IChainReader (n) => n.IsSolana ? new SolanaReader(n) : new EvmReader(n)
        ),
    ];
    private readonly Journal _journal = new();
    private readonly NodeWeather _weather = new();
    private readonly Report _report = new(plan, Console.Out);

    /// <returns>Whether everything held.</returns>
    public async Task<bool> RunAsync()
    {
        _report.Write(
            $"{plan.Duration.TotalMinutes:F1} minutes, seed {plan.Seed}: {plan.Faults} faults, {Plan.PayoutsPerSecond} payouts a second."
        );
        await using NodeProxy proxy = await NodeProxy.StartAsync(
            surroundings.Networks,
            _weather,
            new Dice(plan.Seed + 1)
        );
        Dictionary<string, BigInteger> start = await BalancesAsync();
        await using var crew = new Crew(surroundings, proxy.Url);
        using var api = new Api(crew.ApiUrl, surroundings.ApiSettings()["Admin__Token"]);
        await crew.StartAsync();
        await UntilAsync(api.IsReadyAsync, s_toStart);

        DateTimeOffset began = TimeProvider.System.GetUtcNow();
        Storm storm = await WeatherAsync(crew, api);
        bool ended = await UntilAsync(IsQuietAsync, s_toEnd);
        TimeSpan took = TimeProvider.System.GetUtcNow() - began;
        if (ended)
            await FinalityAsync();
        Facts facts = await ReadAsync(start);
        Tell(storm, crew, facts, began, took);
        return _report.WriteVerdicts(
            [.. Rules.Judge(facts), .. Strength.Judge(plan, storm, facts.Payouts.Count)],
            Path.Combine(surroundings.Folder, "logs")
        );
    }

    private async Task<Storm> WeatherAsync(Crew crew, Api api)
    {
        User[] users = await Users.MakeAsync(_database, UserCount);
        var demand = new Demand(api, _journal, users, new Dice(plan.Seed + 2));
        var operators = new Operators(api, _journal, _database, new Dice(plan.Seed + 3));
        using var servers = new ServerStrikes(surroundings, _database);
        using var nodes = new NodeStrikes(_weather, surroundings.Networks);
        var strikes = new ProcessStrikes(crew)
            .All.Concat(servers.All)
            .Concat(nodes.All)
            .Concat(new ChainStrikes(surroundings.Networks, _weather).All)
            .ToDictionary();
        var storm = new Storm(strikes, plan.Seed);
        await Task.WhenAll(
            demand.RunAsync(plan.Duration, Plan.PayoutsPerSecond),
            operators.RunAsync(plan.Duration, s_operatorPause),
            storm.RunAsync(plan.Duration, plan.Faults)
        );
        _report.Write($"The weather clears; {_journal.Count} payouts were accepted.");
        await operators.TidyAsync();
        return storm;
    }

    private async Task<Facts> ReadAsync(Dictionary<string, BigInteger> start)
    {
        var reader = new DatabaseReader(_database);
        Dictionary<string, BigInteger> end = await BalancesAsync();
        var transfers = new List<ChainTransfer>();
        foreach (IChainReader chain in _chains)
            transfers.AddRange(await chain.TransfersAsync());
        return new Facts
        {
            Transfers = transfers,
            Wallets = [.. start.Select(s => new WalletFact(s.Key, s.Value, end[s.Key]))],
            Payouts = await reader.PayoutsAsync(),
            Accounts = await reader.AccountsAsync(),
            Leftovers = await reader.LeftoversAsync(),
            AuditViolations = await Audit.RunAsync(surroundings),
            Accepted = _journal.Accepted,
            Words = _journal.Words,
            Earnings = _journal.Earnings,
            Surprises = _journal.Surprises,
        };
    }

    private void Tell(Storm storm, Crew crew, Facts facts, DateTimeOffset began, TimeSpan took)
    {
        _report.WriteFaults(storm.Faults, began, facts.Payouts);
        _report.WriteActions(_journal.Actions, _journal.Replays);
        _report.WritePayouts(facts.Payouts, took);
        _report.WriteNotes("Processes that nobody killed", crew.Departures);
        _report.WriteNotes("Faults that could not be carried out", storm.Failures);
    }

    private async Task<bool> IsQuietAsync() => await new DatabaseReader(_database).OpenAsync() == 0;

    // What the chains show now must be final before it is read.
    private async Task FinalityAsync()
    {
        foreach (IChainReader chain in _chains)
        {
            long newest = await chain.HeightAsync(isFinal: false);
            await UntilAsync(
                async () => await chain.HeightAsync(isFinal: true) >= newest,
                s_toFinality
            );
        }
    }

    private async Task<Dictionary<string, BigInteger>> BalancesAsync()
    {
        var balances = new Dictionary<string, BigInteger>(StringComparer.Ordinal);
        foreach (IChainReader chain in _chains)
            balances[chain.Network] = await chain.BalanceAsync();
        return balances;
    }

    private static async Task<bool> UntilAsync(Func<Task<bool>> isSo, TimeSpan patience)
    {
        long began = Environment.TickCount64;
        while (!await isSo())
        {
            if (Environment.TickCount64 - began > patience.TotalMilliseconds)
                return false;
            await Task.Delay(250);
        }
        return true;
    }
}
