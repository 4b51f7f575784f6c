using System.Text.Json;
using Settlement.Chains.Solana.Rpc;

namespace Settlement.Chains.Solana.Tests;

/// <summary>The table of node errors, whole: a row that is added, dropped or changed shows up here.</summary>
public sealed class SolanaNodeErrorsSpecs
{
    private const string WholeTransactions = """
        AccountInUse Busy
        AccountLoadedTwice TransactionBroken
        AccountNotFound ShortOfGas
        AlreadyProcessed AlreadyProcessed
        BlockhashNotFound BlockhashUnknown
        ClusterMaintenance Busy
        CommitCancelled Busy
        InsufficientFundsForFee ShortOfGas
        InsufficientFundsForRent ShortOfGas
        InvalidAccountForFee TransactionBroken
        InvalidAccountIndex TransactionBroken
        InvalidProgramForExecution TransactionBroken
        InvalidWritableAccount TransactionBroken
        MaxLoadedAccountsDataSizeExceeded TransactionBroken
        MissingSignatureForFee TransactionBroken
        ProgramAccountNotFound TransactionBroken
        ProgramCacheHitMaxLimit Busy
        ProgramExecutionTemporarilyRestricted Busy
        ResanitizationNeeded Busy
        SanitizeFailure TransactionBroken
        SignatureFailure TransactionBroken
        TooManyAccountLocks TransactionBroken
        UnsupportedVersion TransactionBroken
        WouldExceedAccountDataBlockLimit Busy
        WouldExceedMaxAccountCostLimit Busy
        WouldExceedMaxBlockCostLimit Busy
        WouldExceedMaxVoteCostLimit Busy
        """;

    private const string SingleInstructions = """
        CreateAccount Custom(0) DestinationTaken
        CreateAccount Custom(1) ShortOfGas
        CreateAccount IllegalOwner DestinationTaken
        CreateAccount InsufficientFunds ShortOfGas
        Transfer Custom(1) ShortOfAsset
        Transfer Custom(17) AccountFrozen
        Transfer Custom(18) TransactionBroken
        Transfer Custom(3) TransactionBroken
        Transfer Custom(4) TransactionBroken
        Transfer InsufficientFunds ShortOfAsset
        """;

    private const string Sends = """
        -32003 Malformed
        -32004 Other
        -32005 Other
        -32007 Other
        -32014 Other
        -32016 BlockhashNotFound
        -32600 Malformed
        -32601 Other
        -32602 Malformed
        """;

    [Fact]
    public void Errors_of_whole_transactions() =>
        Table(SolanaNodeErrors.OfTransaction.Select(r => $"{r.Key} {r.Value}"))
            .ShouldBe(WholeTransactions);

    [Fact]
    public void S16_Errors_of_single_instructions() =>
        Table(SolanaNodeErrors.OfInstruction.Select(r => $"{r.Key.Role} {r.Key.Error} {r.Value}"))
            .ShouldBe(SingleInstructions);

    [Fact]
    public void Errors_of_sends() =>
        Table(SolanaNodeErrors.OfSend.Select(r => $"{r.Key} {r.Value}")).ShouldBe(Sends);

    [Fact]
    public void S23_Errors_of_the_budget_break_the_transaction_wherever_they_happen()
    {
        SolanaNodeErrors
            .OfBudget.Order(StringComparer.Ordinal)
            .ShouldBe([
                "ComputationalBudgetExceeded",
                "MaxInstructionTraceLengthExceeded",
                "ProgramFailedToComplete",
            ]);
        foreach (string error in SolanaNodeErrors.OfBudget)
        {
            foreach (InstructionRole role in Enum.GetValues<InstructionRole>())
                MeaningOf($"\"{error}\"", role).ShouldBe(FaultMeaning.TransactionBroken);
        }
    }

    [Fact]
    public void The_same_code_means_different_things_in_different_programs()
    {
        const string one = "{\"Custom\":1}";

        MeaningOf(one, InstructionRole.CreateAccount).ShouldBe(FaultMeaning.ShortOfGas);
        MeaningOf(one, InstructionRole.Transfer).ShouldBe(FaultMeaning.ShortOfAsset);
        MeaningOf(one, InstructionRole.Other).ShouldBe(FaultMeaning.Unforeseen);
    }

    // Every row and every meaning ends a send as one of the three outcomes, and none as a verdict.
    [Theory]
    [InlineData("AlreadyProcessed", "Taken")]
    [InlineData("BlockhashNotFound", "BlockhashNotFound")]
    [InlineData("InsufficientFundsForFee", "InsufficientGas")]
    [InlineData("AccountInUse", "SimulationFailed")]
    [InlineData("SanitizeFailure", "SimulationFailed")]
    [InlineData("SomethingNew", "SimulationFailed")]
    [InlineData(null, "SimulationFailed")]
    public void A_failed_preflight(string? err, string expected)
    {
        TransactionFault? fault = err is null ? null : new TransactionFault(err);

        BroadcastOutcome outcome = SolanaNodeErrors.AfterSend(-32002, "text", fault);

        NameOf(outcome).ShouldBe(expected);
    }

    [Theory]
    [InlineData(-32603)]
    [InlineData(-32000)]
    [InlineData(-32001)]
    [InlineData(-32009)]
    [InlineData(0)]
    [InlineData(429)]
    public void R6_A_code_that_is_not_listed_is_unknown(int code) =>
        NameOf(SolanaNodeErrors.AfterSend(code, "text", null)).ShouldBe("Unknown");

    [Theory]
    [InlineData("\"AccountInUse\"", "AccountInUse")]
    [InlineData("{\"InsufficientFundsForRent\":{\"account_index\":3}}", "InsufficientFundsForRent")]
    [InlineData("{\"DuplicateInstruction\":4}", "DuplicateInstruction")]
    [InlineData(
        "{\"InstructionError\":[3,\"InvalidAccountData\"]}",
        "InstructionError at 3: InvalidAccountData"
    )]
    [InlineData("{\"InstructionError\":[3,{\"Custom\":17}]}", "InstructionError at 3: Custom(17)")]
    [InlineData(
        "{\"InstructionError\":[0,{\"BorshIoError\":\"x\"}]}",
        "InstructionError at 0: BorshIoError"
    )]
    public void An_error_is_a_text_or_an_object(string json, string expected)
    {
        using var document = JsonDocument.Parse(json);

        TransactionFault.Read(document.RootElement)!.ToString().ShouldBe(expected);
    }

    [Fact]
    public void No_error_is_null()
    {
        using var document = JsonDocument.Parse("null");

        TransactionFault.Read(document.RootElement).ShouldBeNull();
    }

    private static FaultMeaning MeaningOf(string error, InstructionRole role)
    {
        using var json = JsonDocument.Parse($"{{\"InstructionError\":[3,{error}]}}");
        return SolanaNodeErrors.MeaningOf(TransactionFault.Read(json.RootElement)!, role);
    }

    private static string NameOf(BroadcastOutcome outcome) =>
        outcome is BroadcastOutcome.Refused refused
            ? refused.Reason.ToString()
            : outcome.GetType().Name;

    private static string Table(IEnumerable<string> rows) =>
        string.Join('\n', rows.Order(StringComparer.Ordinal));
}
