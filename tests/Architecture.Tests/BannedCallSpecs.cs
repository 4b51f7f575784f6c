using System.Text.RegularExpressions;
using Shouldly;
using Xunit;

namespace Settlement.Architecture.Tests;

/// <summary>Calls that tests cannot control, that block a thread, or that lose money by rounding.</summary>
public sealed class BannedCallSpecs
{
    /// <summary>What must not be called, and where.</summary>
    private sealed record Ban(string Call, string Pattern, string Folder);

    private static readonly Ban[] s_bans =
    [
        new("the machine's clock", @"\bDateTime(Offset)?\.(Utc)?(Now|Today)\b", "src/"),
        new("a sleeping thread", @"\bThread\.Sleep\b", ""),
        new(
            "a wait that no test can shorten",
            @"\bTask\.Delay\((?!.*\b_?(clock|timeProvider)\b)",
            "src/"
        ),
        new("a client of its own", @"\bnew HttpClient\(", "src/"),
        new("chance that no test can repeat", @"\bnew Random\(", "src/"),
        new("a blocked thread", @"(\)|\b_?[a-z]\w*)\.Result\b(?!\s*[(<])", ""),
        new("a blocked thread", @"\.Wait\(|\.GetAwaiter\(\)\s*\.GetResult\(\)", "src/"),
        new("money that rounds", @"\b(decimal|double|float)\b", "src/Chains"),
    ];

    [Fact]
    public void Nobody_calls_what_is_banned() =>
        SourceFile.Below("", ".cs").SelectMany(Violations).ShouldBeEmpty();

    [Theory]
    [InlineData("src/Api/Planted.cs", "var now = DateTime.UtcNow;")]
    [InlineData("src/Payouts/Planted.cs", "var now = DateTimeOffset.Now;")]
    [InlineData("src/Chains.Evm/Planted.cs", "Thread.Sleep(1);")]
    [InlineData("tests/Api.Tests/Planted.cs", "Thread.Sleep(1);")]
    [InlineData("src/SettlementWorker/Planted.cs", "await Task.Delay(1000, ct);")]
    [InlineData("src/Chains.Solana/Planted.cs", "using var http = new HttpClient();")]
    [InlineData("src/Payouts/Planted.cs", "int chance = new Random().Next();")]
    [InlineData("src/Payouts/Planted.cs", "var row = task.Result;")]
    [InlineData("tests/Payouts.Tests/Planted.cs", "var row = ReadAsync().Result.Id;")]
    [InlineData("src/Payouts/Planted.cs", "task.Wait(1000);")]
    [InlineData("src/Payouts/Planted.cs", "ReadAsync().GetAwaiter().GetResult();")]
    [InlineData("src/Chains/Planted.cs", "decimal amount = 0.1m;")]
    [InlineData("src/Chains.Evm/Planted.cs", "double fee = 1.5;")]
    public void A_planted_call_is_found(string path, string code) =>
        Violations(new SourceFile(path, code)).ShouldNotBeEmpty();

    [Theory]
    [InlineData("src/Chains/Planted.cs", "// A double cannot hold it.")]
    [InlineData("src/Chains/Planted.cs", "case JsonRpcReply.Result result:")]
    [InlineData("src/Payouts/Planted.cs", "node.Result(value)")]
    [InlineData("src/SettlementWorker/Planted.cs", "await Task.Delay(pause, clock, ct);")]
    public void What_only_looks_like_it_is_let_be(string path, string code) =>
        Violations(new SourceFile(path, code)).ShouldBeEmpty();

    private static IEnumerable<string> Violations(SourceFile file) =>
        s_bans
            .Where(ban => file.Path.StartsWith(ban.Folder, StringComparison.Ordinal))
            // This file names them all.
            .Where(_ => file.Name != $"{nameof(BannedCallSpecs)}.cs")
            .SelectMany(ban => file.Find(Compiled(ban)).Select(place => $"{ban.Call}: {place}"));

    private static Regex Compiled(Ban ban) =>
        new(ban.Pattern, RegexOptions.ExplicitCapture, TimeSpan.FromSeconds(1));
}
