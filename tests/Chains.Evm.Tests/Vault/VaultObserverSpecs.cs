using System.Text.Json;
using Settlement.Chains.Evm.Rpc;
using Settlement.Chains.Evm.Tests.Scripted;

namespace Settlement.Chains.Evm.Tests.Vault;

/// <summary>What became of a batch.</summary>
public sealed class VaultObserverSpecs : AVaultOnAScriptedNode
{
    [Fact]
    public async Task B2_Each_rider_has_its_own_verdict()
    {
        TransferOrder[] orders = Orders(3);

        Observation.Landed landed = (
            await ObserveAsync(orders, [Fate.Paid, Fate.Refused, Fate.AlreadyPaid])
        ).ShouldBeOfType<Observation.Landed>();

        landed.Transfers.Select(t => t.Paid).ShouldBe([true, false, false]);
        JsonElement paid = JsonElement.Parse(landed.Transfers[0].Proof.Json);
        paid.GetProperty("number").GetInt64().ShouldBe(1);
        paid.GetProperty("from").GetString().ShouldBe(ScriptedVault.Address);
        paid.GetProperty("amountBaseUnits").GetString().ShouldBe("1001");
        landed.Transfers[1].NeedsOperator.ShouldBeNull();
        landed.Transfers[1].Proof.Json.ShouldContain("Pausable: paused");
        landed.Transfers[2].NeedsOperator.ShouldNotBeNull().ShouldContain("number 3");
    }

    [Fact]
    public async Task B1_A_batch_that_reverts_as_a_whole_has_paid_nobody()
    {
        TransferOrder[] orders = Orders(3);
        (OpenTransaction open, StoredAttempt attempt) = await OpenAsync(orders);
        Node.Receipts[attempt.TransactionId] = ScriptedChain.Receipt(attempt, 980, status: 0);

        (await ObserveAsync(open))
            .ShouldBeOfType<Observation.Never>()
            .Reason.ShouldBe(NeverReason.Reverted);
    }

    [Fact]
    public async Task V15_A_batch_without_its_records_is_a_contradiction()
    {
        TransferOrder[] orders = Orders(2);
        (OpenTransaction open, StoredAttempt attempt) = await OpenAsync(orders);
        Node.Receipts[attempt.TransactionId] = ScriptedChain.Receipt(attempt);

        Observation.Contradiction contradiction = (
            await ObserveAsync(open)
        ).ShouldBeOfType<Observation.Contradiction>();

        contradiction.Detail.ShouldContain("payout 1");
        contradiction.Proof.Json.ShouldContain("expected");
    }

    [Fact]
    public async Task Bytes_that_carry_other_riders_are_a_contradiction()
    {
        (OpenTransaction open, StoredAttempt attempt) = await OpenAsync(Orders(2));
        EvmLog[] logs = [.. BatchLogs.Of(Batch(Orders(2)), [Fate.Paid, Fate.Paid])];
        Node.Receipts[attempt.TransactionId] = Receipt(attempt, logs);
        TransferOrder[] others = [Orders(1)[0], Orders(2)[1] with { AmountMicro = 5 }];

        (await ObserveAsync(open with { Transfers = others }))
            .ShouldBeOfType<Observation.Contradiction>()
            .Detail.ShouldContain("other transfers");
        (
            await ObserveAsync(open with { Transfers = [Orders(1)[0]] })
        ).ShouldBeOfType<Observation.Contradiction>();
        (await ObserveAsync(open)).ShouldBeOfType<Observation.Landed>();
    }

    [Fact]
    public async Task D9_What_was_signed_before_the_vault_is_judged_as_it_was_signed()
    {
        StoredAttempt alone = Chain.Attempt();
        Node.Receipts[alone.TransactionId] = ScriptedChain.Receipt(
            alone,
            980,
            1,
            ScriptedChain.Log()
        );
        (OpenTransaction open, StoredAttempt attempt) = await OpenAsync(Orders(2));
        EvmLog[] logs = [.. BatchLogs.Of(Batch(Orders(2)), [Fate.Paid, Fate.Paid])];
        Node.Receipts[attempt.TransactionId] = Receipt(attempt, logs);

        Observation withVault = await ObserveAsync(ScriptedChain.Open(alone));
        Chain.Options.Vault = "";
        Observation without = await ObserveAsync(open);

        withVault.ShouldBeOfType<Observation.Landed>();
        without.ShouldBeOfType<Observation.Landed>().Transfers.Count.ShouldBe(2);
    }
}
