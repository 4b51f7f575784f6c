using System.Diagnostics;
using System.Text.Json;
using Settlement.Chains.Evm.Encoding;

namespace Settlement.Chains.Evm.Tests.Chain;

/// <summary>Contracts of this repository, compiled by dev/chains/evm/compile.mjs.</summary>
internal static class Contracts
{
    public const string Vault = "contracts/PayoutVault.sol";
    public const string StrangeToken = "dev/chains/evm/contracts/StrangeToken.sol";

    private static readonly string s_root = FindRoot();

    /// <summary>The bytes that make the contract.</summary>
    public static async Task<byte[]> CompileAsync(string source)
    {
        var start = new ProcessStartInfo("node")
        {
            ArgumentList = { "dev/chains/evm/compile.mjs", source },
            WorkingDirectory = s_root,
            UseShellExecute = false,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        using Process process = Process.Start(start)!;
        Task<string> output = process.StandardOutput.ReadToEndAsync();
        string errors = await process.StandardError.ReadToEndAsync();
        await process.WaitForExitAsync();
        await output;
        process.ExitCode.ShouldBe(0, errors);

        string name = Path.GetFileNameWithoutExtension(source);
        string artifact = Path.Combine(s_root, ".local", "contracts", $"{name}.json");
        using JsonDocument read = JsonDocument.Parse(await File.ReadAllTextAsync(artifact));
        string? text = read.RootElement.GetProperty("bytecode").GetString();
        return Hex.TryData(text, out byte[]? bytecode)
            ? bytecode
            : throw new InvalidOperationException($"{artifact} holds no bytecode.");
    }

    private static string FindRoot()
    {
        DirectoryInfo? folder = new(AppContext.BaseDirectory);
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "Settlement.sln")))
            folder = folder.Parent;
        return folder?.FullName
            ?? throw new InvalidOperationException("The tests do not run inside the repository.");
    }
}
