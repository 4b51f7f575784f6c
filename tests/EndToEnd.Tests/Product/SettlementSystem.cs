using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Dapper;
using Npgsql;
using Settlement.EndToEnd.Tests.Networks;
using Settlement.TestKit;
using Xunit;

namespace Settlement.EndToEnd.Tests.Product;

/// <summary>The product as it runs for real: an API process, worker processes, a database of its own, the development chains.</summary>
public sealed class SettlementSystem : IAsyncLifetime
{
    private const string AdminToken = "end-to-end-admin-token-0123456789abcdef";
    private const string AffiliatesToken = "end-to-end-affiliates-token-0123456789";

    private const string WebhookKey = "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=";

    private readonly PostgresDatabase _database = new();
    private readonly List<ProductProcess> _workers = [];
    private readonly int _apiPort = FreePort();
    private ProductProcess? _api;
    private DevVault? _vault;

    internal PostgresDatabase Database => _database;

    internal ApiClient Operator { get; private set; } = null!;

    private Uri ApiUrl => new($"http://127.0.0.1:{_apiPort}");

    public async Task InitializeAsync()
    {
        await _database.InitializeAsync();
        await SettleTheCloneAsync();
        // Its numbers are those of this database: one network pays through a vault, the other one by one.
        _vault = await DevVault.DeployAsync("polygon", DevNetworks.Variable("POLYGON_WALLET"));
        _api = Start(
            Repository.ApiProgram,
            "api",
            new Dictionary<string, string>(StringComparer.Ordinal)
            {
                ["ASPNETCORE_URLS"] = ApiUrl.ToString(),
                ["Admin__Token"] = AdminToken,
                ["Affiliates__Token"] = AffiliatesToken,
            }
        );
        Operator = ApiClient.ForOperator(ApiUrl, AdminToken);
        await Waiting.UntilAsync(
            "the API is ready",
            TimeSpan.FromSeconds(60),
            () => Operator.IsReadyAsync()
        );
        await EnsureWorkersAsync(1);
    }

    public async Task DisposeAsync()
    {
        foreach (ProductProcess worker in _workers)
            await worker.DisposeAsync();
        if (_api is not null)
            await _api.DisposeAsync();
        Operator?.Dispose();
        await _database.DisposeAsync();
    }

    /// <summary>Whoever runs the programme of affiliates.</summary>
    internal ApiClient Finance() => ApiClient.ForFinance(ApiUrl, AffiliatesToken);

    /// <summary>A user who is signed in and has money.</summary>
    internal async Task<ApiClient> AUserWithAsync(long amountMicro)
    {
        var user = Guid.NewGuid();
        string token = await Sessions.StartAsync(_database, user);
        await Operator.CreditAsync(user, amountMicro);
        return ApiClient.ForUser(ApiUrl, token);
    }

    /// <summary>What ./run writes for those who try the API, with a user who has so much.</summary>
    internal async Task<IReadOnlyDictionary<string, string>> DemoEnvironmentAsync(long amountMicro)
    {
        var user = Guid.NewGuid();
        string session = await Sessions.StartAsync(_database, user);
        await Operator.CreditAsync(user, amountMicro);
        return new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["SETTLEMENT_API_URL"] = ApiUrl.ToString().TrimEnd('/'),
            ["SETTLEMENT_ADMIN_TOKEN"] = AdminToken,
            ["SETTLEMENT_AFFILIATES_TOKEN"] = AffiliatesToken,
            ["SETTLEMENT_SESSION"] = session,
            ["SETTLEMENT_SESSION_COOKIE"] = "nl_session",
            ["SETTLEMENT_USER_ID"] = user.ToString(),
        };
    }

    /// <summary>Sees to it that so many workers run.</summary>
    internal async Task EnsureWorkersAsync(int count)
    {
        await ForgetTheDeadAsync();
        while (_workers.Count > count)
            await StopAsync(_workers[^1]);
        while (_workers.Count < count)
            StartWorker(crashAt: null);
    }

    internal ProductProcess StartWorker(string? crashAt)
    {
        var settings = new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["ASPNETCORE_URLS"] = $"http://127.0.0.1:{FreePort()}",
            // Short, so that what a dead worker held is taken up while somebody waits for it.
            ["Worker__Policy__Lease"] = "00:00:04",
            ["Worker__RoundBudget"] = "00:00:02",
            ["Worker__Policy__FirstLook"] = "00:00:00.500",
            ["Worker__Policy__LookAgain"] = "00:00:00.500",
            ["Worker__SweepEvery"] = "00:00:00.500",
        };
        if (crashAt is not null)
            settings["SETTLEMENT_CRASH_AT"] = crashAt;
        ProductProcess worker = Start(
            Repository.WorkerProgram,
            "worker",
            DevNetworks.KeySettings().Concat(settings).ToDictionary()
        );
        _workers.Add(worker);
        return worker;
    }

    internal async Task StopAsync(ProductProcess worker)
    {
        _workers.Remove(worker);
        await worker.DisposeAsync();
    }

    /// <summary>A database cloned from a template takes over sequences that seem logged ahead, and are not: killed before the next
    /// checkpoint, PostgreSQL 15 would count from the template's numbers again. No database in production is cloned.</summary>
    private async Task SettleTheCloneAsync()
    {
        await using NpgsqlConnection connection = await _database.Owner.OpenConnectionAsync();
        await connection.ExecuteAsync("CHECKPOINT;");
    }

    private async Task ForgetTheDeadAsync()
    {
        foreach (ProductProcess dead in _workers.Where(w => w.HasExited).ToList())
            await StopAsync(dead);
    }

    private ProductProcess Start(
        string program,
        string name,
        IReadOnlyDictionary<string, string> settings
    )
    {
        Dictionary<string, string> all = DevNetworks.Settings().Concat(settings).ToDictionary();
        all["Networks__polygon__Vault"] = _vault!.Address;
        all["ASPNETCORE_ENVIRONMENT"] = "Production";
        all["Webhooks__SecretKey"] = WebhookKey;
        all["Webhooks__AllowPrivateAddresses"] = "true";
        // The lease of a message follows from it.
        all["Webhooks__Timeout"] = "00:00:01";
        all["Database__ConnectionString"] = _database.AppConnectionString;
        all["RabbitMq__Url"] = DevNetworks.Variable("SETTLEMENT_TEST_RABBITMQ");
        return ProductProcess.Start(
            program,
            all,
            Path.Combine(Repository.Root, ".local", "test", "logs", $"end-to-end-{name}.log")
        );
    }

    internal static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return int.Parse(
            listener.LocalEndpoint.ToString()!.Split(':')[^1],
            CultureInfo.InvariantCulture
        );
    }
}

/// <summary>One system for all end-to-end tests, which therefore run one after another.</summary>
[CollectionDefinition(Name)]
public sealed class RunningSystem : ICollectionFixture<SettlementSystem>
{
    public const string Name = "the running system";
}
