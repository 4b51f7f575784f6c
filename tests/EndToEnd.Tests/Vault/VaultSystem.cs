using Npgsql;
using Settlement.EndToEnd.Tests.Networks;
using Settlement.EndToEnd.Tests.Product;
using Settlement.Payouts.Database;

namespace Settlement.EndToEnd.Tests.Vault;

/// <summary>API and workers on one network, which pays through a vault of its own. Without a broker: the sweep finds all.</summary>
internal sealed class VaultSystem : IAsyncDisposable
{
    public const string Network = "polygon";

    private const string AdminToken = "end-to-end-admin-token-0123456789abcdef";

    private readonly string _connection;
    private readonly int _apiPort = SettlementSystem.FreePort();
    private readonly List<ProductProcess> _processes = [];
    private readonly NpgsqlDataSource _owner;

    private VaultSystem(DevVault vault, string ownerConnection, string appConnection)
    {
        Vault = vault;
        _connection = appConnection;
        _owner = SettlementDatabase.Open(ownerConnection, "tests");
        Operator = ApiClient.ForOperator(ApiUrl, AdminToken);
    }

    public DevVault Vault { get; }

    public ApiClient Operator { get; }

    /// <summary>As the owner of everything.</summary>
    public NpgsqlDataSource Owner => _owner;

    public Uri ApiUrl => new($"http://127.0.0.1:{_apiPort}");

    /// <summary>Starts the API on a database; no worker yet.</summary>
    public static async Task<VaultSystem> StartAsync(
        DevVault vault,
        string ownerConnection,
        string appConnection
    )
    {
        var system = new VaultSystem(vault, ownerConnection, appConnection);
        system.Start(
            Repository.ApiProgram,
            "vault-api",
            new Dictionary<string, string>(StringComparer.Ordinal)
            {
                ["ASPNETCORE_URLS"] = system.ApiUrl.ToString(),
                ["Admin__Token"] = AdminToken,
            }
        );
        await Waiting.UntilAsync(
            "the API is ready",
            TimeSpan.FromSeconds(60),
            () => system.Operator.IsReadyAsync()
        );
        return system;
    }

    /// <summary>A user who is signed in and has money.</summary>
    /// <returns>With the session, which outlives this API.</returns>
    public async Task<(ApiClient User, string Session)> AUserWithAsync(long amountMicro)
    {
        var user = Guid.NewGuid();
        string session = await Sessions.StartAsync(_owner, user);
        await Operator.CreditAsync(user, amountMicro);
        return (ApiClient.ForUser(ApiUrl, session), session);
    }

    public ProductProcess StartWorker() =>
        Start(
            Repository.WorkerProgram,
            "vault-worker",
            new Dictionary<string, string>(StringComparer.Ordinal)
            {
                ["ASPNETCORE_URLS"] = $"http://127.0.0.1:{SettlementSystem.FreePort()}",
                ["Worker__Policy__Lease"] = "00:00:30",
                ["Worker__RoundBudget"] = "00:00:15",
                ["Worker__Policy__FirstLook"] = "00:00:00.500",
                ["Worker__Policy__LookAgain"] = "00:00:00.500",
                ["Worker__Policy__ParkFor"] = "00:00:02",
                ["Worker__SweepEvery"] = "00:00:00.500",
                ["Worker__VerifyAgain"] = "00:00:01",
            }
        );

    public async Task StopAsync(ProductProcess process)
    {
        _processes.Remove(process);
        await process.DisposeAsync();
    }

    public async ValueTask DisposeAsync()
    {
        foreach (ProductProcess process in _processes)
            await process.DisposeAsync();
        Operator.Dispose();
        await _owner.DisposeAsync();
    }

    private ProductProcess Start(
        string program,
        string name,
        IReadOnlyDictionary<string, string> settings
    )
    {
        Dictionary<string, string> all = DevNetworks
            .Settings()
            .Where(s => s.Key.StartsWith($"Networks__{Network}__", StringComparison.Ordinal))
            .ToDictionary();
        foreach ((string key, string value) in Vault.Settings().Concat(settings))
            all[key] = value;
        all["ASPNETCORE_ENVIRONMENT"] = "Production";
        all["Database__ConnectionString"] = _connection;
        ProductProcess process = ProductProcess.Start(
            program,
            all,
            Path.Combine(Repository.Root, ".local", "test", "logs", $"end-to-end-{name}.log")
        );
        _processes.Add(process);
        return process;
    }
}
