using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using Settlement.Chains.Solana.Addresses;
using Settlement.Chains.Solana.Signing;
using Settlement.Chains.Solana.Transactions;

namespace Settlement.Chains.Solana.Tests.Transactions;

/// <summary>A thousand generated transfers, built and signed by @solana/kit and by us. Needs node and the packages of
/// dev/chains.</summary>
[Trait("needs", "chains")]
public sealed class KitComparisonSpecs
{
    private const int Count = 1_000;

    [Fact]
    public async Task A_thousand_transfers_have_the_bytes_and_signatures_of_kit()
    {
        int compared = 0;
        foreach (string line in Generate())
        {
            using var document = JsonDocument.Parse(line);
            await CompareAsync(document.RootElement);
            compared++;
        }
        compared.ShouldBe(Count);
    }

    private static async Task CompareAsync(JsonElement one)
    {
        using var signer = Ed25519Signer.FromSeed(Convert.FromHexString(Text(one, "seed")));
        var token = new TokenPair(Key(one, "mint"), Key(one, "tokenProgram"), Decimals(one));
        signer.Address.ShouldBe(Text(one, "sender"));
        token.AccountOf(signer.PublicKey).ToString().ShouldBe(Text(one, "source"));
        List<Instruction> instructions =
        [
            Instructions.SetComputeUnitLimit(one.GetProperty("units").GetUInt32()),
            Instructions.SetComputeUnitPrice(Number(one, "price")),
        ];
        foreach (JsonElement rider in one.GetProperty("riders").EnumerateArray())
        {
            PublicKey owner = Key(rider, "owner");
            token.AccountOf(owner).ToString().ShouldBe(Text(rider, "destination"));
            ulong amount = Number(rider, "amount");
            instructions.Add(Instructions.CreateIdempotent(signer.PublicKey, owner, token));
            instructions.Add(Instructions.TransferChecked(signer.PublicKey, owner, amount, token));
        }
        instructions.Add(Instructions.Memo(Text(one, "memo")));

        byte[] message = SolanaMessage.Compile(
            signer.PublicKey,
            Key(one, "blockhash"),
            instructions,
            Text(one, "version") == "0" ? MessageVersion.V0 : MessageVersion.Legacy,
            AccountOrder.KitCollation
        );
        byte[] wire = WireTransaction.Join(await signer.SignAsync(message, default), message)!;

        Convert.ToHexStringLower(message).ShouldBe(Text(one, "message"));
        Convert.ToBase64String(wire).ShouldBe(Text(one, "wire"));
        WireTransaction.IdOf(wire).ShouldBe(Text(one, "signature"));
    }

    private static IEnumerable<string> Generate()
    {
        string script = Path.Combine(AppContext.BaseDirectory, "Vectors", "generate.mjs");
        string packages = Path.Combine(RepositoryRoot(), "dev", "chains");
        Directory
            .Exists(Path.Combine(packages, "node_modules", "@solana", "kit"))
            .ShouldBeTrue("The packages of dev/chains are missing: cd dev/chains && npm ci");
        var start = new ProcessStartInfo("node", [script, packages, "kit-1", $"{Count}"])
        {
            RedirectStandardOutput = true,
            UseShellExecute = false,
        };
        using Process node = Process.Start(start)!;
        while (node.StandardOutput.ReadLine() is { } line)
            yield return line;
        node.WaitForExit();
        node.ExitCode.ShouldBe(0);
    }

    private static string RepositoryRoot()
    {
        DirectoryInfo? folder = new(AppContext.BaseDirectory);
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "Settlement.sln")))
            folder = folder.Parent;
        return folder?.FullName ?? throw new InvalidOperationException("Settlement.sln not found.");
    }

    private static string Text(JsonElement element, string name) =>
        element.GetProperty(name).GetString()!;

    private static PublicKey Key(JsonElement element, string name) =>
        PublicKey.Parse(Text(element, name));

    private static ulong Number(JsonElement element, string name) =>
        ulong.Parse(Text(element, name), CultureInfo.InvariantCulture);

    private static byte Decimals(JsonElement element) => element.GetProperty("decimals").GetByte();
}
