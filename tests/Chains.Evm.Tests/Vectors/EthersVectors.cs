using System.Diagnostics;
using System.Text.Json;

namespace Settlement.Chains.Evm.Tests.Vectors;

/// <summary>What ethers says, asked once for all tests: <c>generate.mjs</c> runs under node.</summary>
public sealed class EthersVectors
{
    private static readonly Lazy<EthersVectors> Once = new(Generate);

    public required HashVector[] Hashes { get; init; }

    public required string[] Addresses { get; init; }

    public required TransferVector[] Transfers { get; init; }

    public static EthersVectors Instance => Once.Value;

    private static EthersVectors Generate()
    {
        string script = Path.Combine(AppContext.BaseDirectory, "Vectors", "generate.mjs");
        string chains = Path.Combine(Repository(), "dev", "chains");
        if (!Directory.Exists(Path.Combine(chains, "node_modules", "ethers")))
        {
            throw new InvalidOperationException(
                "These tests compare with ethers. Install it: npm ci --prefix dev/chains"
            );
        }

        var start = new ProcessStartInfo("node", [script, chains])
        {
            RedirectStandardOutput = true,
            UseShellExecute = false,
        };
        using Process node = Process.Start(start)!;
        string json = node.StandardOutput.ReadToEnd();
        node.WaitForExit();
        node.ExitCode.ShouldBe(0, "node Vectors/generate.mjs failed; see its error above.");
        return JsonSerializer.Deserialize<EthersVectors>(json, JsonSerializerOptions.Web)!;
    }

    private static string Repository()
    {
        DirectoryInfo? folder = new(AppContext.BaseDirectory);
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "Settlement.sln")))
            folder = folder.Parent;
        return folder?.FullName
            ?? throw new InvalidOperationException("Settlement.sln is not above the tests.");
    }
}

public sealed record HashVector(string Data, string Hash);

public sealed record TransferVector(
    string Key,
    string Sender,
    string ChainId,
    string Nonce,
    string Tip,
    string Fee,
    string GasLimit,
    string Token,
    string Destination,
    string Amount,
    string Unsigned,
    string SigningHash,
    string Raw,
    string Hash
);
