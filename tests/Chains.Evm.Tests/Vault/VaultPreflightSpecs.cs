using Settlement.Chains.Evm.Addresses;
using Settlement.Chains.Evm.Rpc;
using Settlement.Chains.Evm.Tests.Scripted;
using Settlement.Chains.Tests;

namespace Settlement.Chains.Evm.Tests.Vault;

/// <summary>Who may be paid, and who was paid before.</summary>
public sealed class VaultPreflightSpecs : AVaultOnAScriptedNode
{
    [Fact]
    public async Task D1_A_number_that_was_paid_waits_for_a_person_with_the_transaction()
    {
        TransferOrder[] orders = Orders(3);
        Vault.Paid.Add(2);
        ShowPayment(orders[1].Destination, 2);

        IReadOnlyList<PreflightAnswer> answers = await PreflightAsync(orders);

        answers[0].ShouldBe(PreflightAnswer.Payable.Instance);
        answers[2].ShouldBe(PreflightAnswer.Payable.Instance);
        string detail = ShouldNeedOperator(answers[1]);
        detail.ShouldContain("number 2");
        detail.ShouldContain("exactly this transfer");
        detail.ShouldContain(Earlier);
    }

    [Fact]
    public async Task D1_A_number_that_was_used_for_another_payout_says_so()
    {
        Vault.Paid.Add(2);
        ShowPayment(Stranger, 2);

        string detail = ShouldNeedOperator((await PreflightAsync(Orders(2)))[1]);

        detail.ShouldContain("for another payout");
        detail.ShouldContain(Stranger);
    }

    [Fact]
    public async Task D1_A_number_that_was_paid_waits_also_where_the_transaction_is_not_found()
    {
        Vault.Paid.Add(2);

        ShouldNeedOperator((await PreflightAsync(Orders(2)))[1]).ShouldContain("not found");

        Node.Override("eth_getLogs", new ScriptedReply.Http(500, "oops"));
        ShouldNeedOperator((await PreflightAsync(Orders(2)))[1]).ShouldContain("not found");
    }

    [Fact]
    public async Task A_node_that_looks_through_few_blocks_is_asked_for_fewer()
    {
        Vault.Paid.Add(2);
        Vault.WidestRange = 100;
        ShowPayment(Orders(2)[1].Destination, 2);

        ShouldNeedOperator((await PreflightAsync(Orders(2)))[1]).ShouldContain(Earlier);
    }

    [Fact]
    public async Task D1_Who_was_paid_does_not_fail_whatever_his_address_has_become()
    {
        TransferOrder order = Orders(1)[0] with { Destination = ScriptedVault.Address };

        (await PreflightAsync([order]))[0].ShouldBeOfType<PreflightAnswer.NeverPayable>();
        Vault.Paid.Add(order.PayoutNumber);
        ShouldNeedOperator((await PreflightAsync([order]))[0]);
        Node.Override("eth_call", new ScriptedReply.Reset());
        (await PreflightAsync([order]))[0].ShouldBeOfType<PreflightAnswer.Unknown>();
        Node.ChainId = 5;
        (await PreflightAsync([order]))[0].ShouldBeOfType<PreflightAnswer.Unknown>();
    }

    [Fact]
    public async Task The_vaults_balance_covers_whom_it_can()
    {
        Node.AssetUnits = 2_500;

        IReadOnlyList<PreflightAnswer> answers = await PreflightAsync(Orders(4));

        answers.Select(a => a is PreflightAnswer.Payable).ShouldBe([true, true, false, false]);
        answers[3]
            .ShouldBeOfType<PreflightAnswer.NotNow>()
            .Reason.ShouldBe(ParkReason.WalletShortOfAsset);
    }

    private static string ShouldNeedOperator(PreflightAnswer answer)
    {
        PreflightAnswer.NotNow waiting = answer.ShouldBeOfType<PreflightAnswer.NotNow>();
        waiting.Reason.ShouldBe(ParkReason.NeedsOperator);
        return waiting.Detail;
    }

    // Number 2 was paid in block 900, together with number 9.
    private void ShowPayment(string to, long number)
    {
        Vault.Payments.Add((900, Earlier, [9, number]));
        var vault = EvmAddress.Parse(ScriptedVault.Address);
        var token = EvmAddress.Parse(ScriptedChain.Token);
        EvmLog[] logs =
        [
            BatchLogs.Transfer(token, vault, EvmAddress.Parse(Stranger), 77),
            BatchLogs.Transfer(token, vault, EvmAddress.Parse(to), 1_002),
            BatchLogs.Paid(vault, [9, number]),
        ];
        Node.Receipts[Earlier] = Receipt(
            new StoredAttempt(Earlier, ReadOnlyMemory<byte>.Empty),
            [.. BatchLogs.Numbered(logs)]
        );
    }
}
