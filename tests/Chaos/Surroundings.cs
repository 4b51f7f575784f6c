namespace Settlement.Chaos;

/// <summary>Where everything is; ./chaos starts the servers and sets the variables.</summary>
internal sealed class Surroundings
{
    private readonly Dictionary<string, string> _servers;

    public Surroundings()
    {
        _servers = ReadFile("servers.env");
        Networks =
        [
            Describe("solana", _servers["SOLANA_MINT"]),
            Describe("ethereum", _servers["ETHEREUM_TOKEN"]),
            Describe("polygon", _servers["POLYGON_TOKEN"]),
        ];
    }

    /// <summary>Data, logs and settings of this run.</summary>
    public string Folder { get; } = Variable("CHAOS_FOLDER");

    /// <summary>The script that stops and starts servers.</summary>
    public string Servers { get; } = Variable("CHAOS_SERVERS");

    public string ApiProgram { get; } = Variable("CHAOS_API");

    public string WorkerProgram { get; } = Variable("CHAOS_WORKER");

    public IReadOnlyList<Network> Networks { get; }

    /// <summary>As the owner of everything.</summary>
    public string Database => _servers["PG_SUPERUSER_URL"];

    /// <summary>What ./run would start the API with.</summary>
    public Dictionary<string, string> ApiSettings() => ReadFile("api.settings");

    /// <summary>What ./run would start a worker with.</summary>
    public Dictionary<string, string> WorkerSettings() => ReadFile("worker.settings");

    private Network Describe(string name, string token)
    {
        string prefix = name.ToUpperInvariant();
        // A vault pays in the wallet's place where the worker is told of one.
        string payer =
            WorkerSettings().GetValueOrDefault($"Networks__{name}__Vault")
            ?? _servers[$"{prefix}_WALLET"];
        return new Network(name, new Uri(_servers[$"{prefix}_RPC_URL"]), token, payer);
    }

    private Dictionary<string, string> ReadFile(string name) =>
        File.ReadLines(Path.Combine(Folder, name))
            .Where(line => line.Contains('=', StringComparison.Ordinal))
            .Select(line => line.Split('=', 2))
            .ToDictionary(
                pair => pair[0],
                pair => pair[1].Trim('\''),
                StringComparer.OrdinalIgnoreCase
            );

    private static string Variable(string name) =>
        Environment.GetEnvironmentVariable(name)
        ?? throw new InvalidOperationException($"{name} is not set; start ./chaos.");
}

/// <summary>A chain, as it is without any proxy before it. Wallet: who holds the token and pays it, the hot wallet or its vault.</summary>
internal sealed record Network(string Name, Uri Url, string Token, string Wallet)
{
    public bool IsSolana => Name == "solana";
}
