using System.Text.RegularExpressions;
using Shouldly;
using Xunit;

namespace Settlement.Architecture.Tests;

/// <summary>Arrows point one way: Contracts ← Payouts ← hosts, Chains ← Chains.Evm, Chains.Solana ← hosts.</summary>
public sealed partial class ReferenceSpecs
{
    private static readonly string[] s_hosts = ["Api", "SettlementWorker"];
    private static readonly string[] s_infrastructure =
    [
        "Npgsql",
        "Dapper",
        "MassTransit",
        "Quartz",
    ];

    [Fact]
    public void Every_project_sees_only_what_it_may() =>
        Projects().SelectMany(Violations).ShouldBeEmpty();

    [Fact]
    public void The_projects_of_the_core_are_looked_at()
    {
        string[] core = ["Contracts", "Chains", "Payouts"];

        core.ShouldBeSubsetOf(Projects().Select(Name));
    }

    [Fact]
    public void The_api_holds_no_keys_and_no_adapter() =>
        SourceFile.Below("src/Api", ".cs").SelectMany(Keys).ShouldBeEmpty();

    [Theory]
    [InlineData(
        "Chains.Evm",
        "<ProjectReference Include=\"../Chains.Solana/Chains.Solana.csproj\" />"
    )]
    [InlineData("Chains.Evm", "<ProjectReference Include=\"../Payouts/Payouts.csproj\" />")]
    [InlineData("Chains.Base", "<PackageReference Include=\"Npgsql\" />")]
    [InlineData("Chains", "<ProjectReference Include=\"../Chains.Evm/Chains.Evm.csproj\" />")]
    [InlineData("Payouts", "<ProjectReference Include=\"..\\Chains.Evm\\Chains.Evm.csproj\" />")]
    [InlineData("Payouts", "<PackageReference Include=\"MassTransit\" />")]
    [InlineData("Payouts", "<PackageReference Include=\"Quartz\" />")]
    [InlineData("Contracts", "<PackageReference Include=\"Polly.Core\" />")]
    [InlineData("Contracts", "<ProjectReference Include=\"../Chains/Chains.csproj\" />")]
    [InlineData(
        "Api",
        "<ProjectReference Include=\"../SettlementWorker/SettlementWorker.csproj\" />"
    )]
    [InlineData("Hosting", "<ProjectReference Include=\"../Api/Api.csproj\" />")]
    public void A_planted_reference_is_found(string project, string reference) =>
        Violations(new SourceFile($"src/{project}/{project}.csproj", reference)).ShouldNotBeEmpty();

    [Theory]
    [InlineData("services.AddSingleton<ISigner>(signer);")]
    [InlineData("var chain = provider.GetRequiredService<IChainAdapter>();")]
    [InlineData("KeyFile.Read(path)")]
    public void A_planted_key_in_the_api_is_found(string code) =>
        Keys(new SourceFile("src/Api/Program.cs", code)).ShouldNotBeEmpty();

    private static List<SourceFile> Projects() => SourceFile.Below("src", ".csproj").ToList();

    private static string Name(SourceFile project) =>
        System.IO.Path.GetFileNameWithoutExtension(project.Path);

    private static IEnumerable<string> Keys(SourceFile file) => file.Find(Key());

    private static IEnumerable<string> Violations(SourceFile project)
    {
        string name = Name(project);
        return Named(project, ProjectReference())
            .Where(seen => !MaySee(name, seen))
            .Concat(Named(project, PackageReference()).Where(package => !MayUse(name, package)))
            .Select(seen => $"{name} must not see {seen}.");
    }

    private static bool MaySee(string name, string seen) =>
        name switch
        {
            "Contracts" or "Chains" => false,
            "Payouts" => seen is "Contracts" or "Chains",
            _ when IsAdapter(name) => seen is "Chains",
            _ => !s_hosts.Contains(seen, StringComparer.Ordinal),
        };

    private static bool MayUse(string name, string package) =>
        name switch
        {
            "Contracts" => false,
            "Payouts" => !StartsWithAny(package, ["MassTransit", "Quartz"]),
            "Chains" => !StartsWithAny(package, s_infrastructure),
            _ when IsAdapter(name) => !StartsWithAny(package, s_infrastructure),
            _ => true,
        };

    private static bool IsAdapter(string name) =>
        name.StartsWith("Chains.", StringComparison.Ordinal);

    private static bool StartsWithAny(string package, string[] starts) =>
        starts.Any(start => package.StartsWith(start, StringComparison.Ordinal));

    private static IEnumerable<string> Named(SourceFile project, Regex pattern) =>
        pattern.Matches(project.Text).Select(match => match.Groups["name"].Value);

    [GeneratedRegex(
        "<ProjectReference\\s+Include=\"[^\"]*?(?<name>[^/\\\\\"]+)\\.csproj\"",
        RegexOptions.ExplicitCapture,
        1_000
    )]
    private static partial Regex ProjectReference();

    [GeneratedRegex(
        "<PackageReference\\s+Include=\"(?<name>[^\"]+)\"",
        RegexOptions.ExplicitCapture,
        1_000
    )]
    private static partial Regex PackageReference();

    [GeneratedRegex(@"\b(ISigner|KeyFile|IChainAdapter)\b", RegexOptions.ExplicitCapture, 1_000)]
    private static partial Regex Key();
}
