using System.Text.Json.Nodes;
using Shouldly;
using Xunit;

namespace Settlement.Api.Tests.Affiliates;

/// <summary>POST …/{id}/pay. What becomes of the payout when the chain has spoken: ChainPayoutSpecs of the core.</summary>
public sealed class PayOnChainSpecs(ApiFixture api) : IClassFixture<ApiFixture>
{
    private const string Wallet = "0x1111111111111111111111111111111111111111";

    [Fact]
    public async Task It_is_asked_for_once_and_told_with_the_payout()
    {
        (AnAffiliate affiliate, string id) = await ApprovedAsync(2_550);

        ApiAnswer first = await PayAsync(id);
        ApiAnswer second = await PayAsync(id);
        JsonNode shown = (await api.Affiliates.GetAsync($"/v1/admin/payouts/{id}")).Json;

        ((int)first.Status).ShouldBe(202, first.Text);
        first.Header("Location").ShouldBe($"/v1/admin/payouts/{id}");
        ((long)first.Json["amount_micro"]!).ShouldBe(25_500_000);
        ((string)first.Json["network"]!).ShouldBe("polygon");
        ((string)first.Json["address"]!).ShouldBe(Wallet);
        ((string)first.Json["status"]!).ShouldBe("requested");
        first.Json["outcome"].ShouldBeNull();
        ((int)second.Status).ShouldBe(200);
        second.Text.ShouldBe(first.Text);
        shown["chain_payouts"]!.AsArray().Count.ShouldBe(1);
        ((string)shown["status"]!).ShouldBe("approved");
        ApiAnswer marked = await affiliate.MarkPaidAsync(id, "by-bank");
        marked.ShouldBeError(409, "payout_in_flight");
        ((string)marked.Json["payout_id"]!).ShouldBe((string)first.Json["chain_payout_id"]!);
        (await affiliate.MoveAsync(id, "unapprove")).ShouldBeError(409, "payout_in_flight");
    }

    [Fact]
    public async Task Operators_end_it_by_hand_as_any_other_payout()
    {
        (AnAffiliate affiliate, string id) = await ApprovedAsync(2_550);
        string failing = (string)(await PayAsync(id)).Json["chain_payout_id"]!;

        ApiAnswer failed = await api.Operator.PostAsync(
            $"/v1/admin/referrals/payouts/{failing}/failed",
            "{}"
        );
        ApiAnswer again = await PayAsync(id);
        string sending = (string)again.Json["chain_payout_id"]!;
        ApiAnswer sent = await api.Operator.PostAsync(
            $"/v1/admin/referrals/payouts/{sending}/sent",
            """{"tx_hash":"0xabc"}"""
        );

        failed.Text.ShouldBe("""{"ok":true}""");
        ((int)again.Status).ShouldBe(202);
        sending.ShouldNotBe(failing);
        sent.Text.ShouldBe("""{"ok":true}""");
        JsonNode payout = await affiliate.ReadAsync(id);
        ((string)payout["status"]!).ShouldBe("paid");
        ((string)payout["external_ref"]!).ShouldBe("0xabc");
        (await PayAsync(id)).ShouldBeError(409, "payout_already_paid");
        (await api.Affiliates.GetAsync($"/v1/admin/payouts/{id}")).Json["chain_payouts"]!
            .AsArray()
            .Select(p => (string)p!["outcome"]!)
            .ShouldBe(["paid", "not_paid"]);
    }

    [Fact]
    public async Task What_is_being_paid_is_in_no_file_for_transfers()
    {
        (_, string id) = await ApprovedAsync(2_550);
        await PayAsync(id);

        string file = (
            await api.Affiliates.GetAsync("/v1/admin/payouts/export.csv?format=wise&currency=USD")
        ).Text;

        file.ShouldNotContain("25.50");
    }

    [Fact]
    public async Task Nothing_is_asked_for_that_cannot_be_paid()
    {
        var walletless = new AnAffiliate(api.Affiliates);
        await walletless.EarnsAsync(5_000, 3, "USD");
        AnAffiliate inEuros = await WithWalletAsync();
        await inEuros.EarnsAsync(5_000, 3);
        (_, string small) = await ApprovedAsync(999);
        (_, string large) = await ApprovedAsync(100_001);
        (AnAffiliate pending, string unapproved) = await ApprovedAsync(5_000);
        await pending.MoveAsync(unapproved, "unapprove");

        (await PayAsync(await walletless.ApprovedAsync(3))).ShouldBeError(409, "wallet_missing");
        (await PayAsync(await inEuros.ApprovedAsync(3))).ShouldBeError(
            409,
            "currency_not_on_chain"
        );
        ApiAnswer below = await PayAsync(small);
        below.ShouldBeError(400, "payout_below_min");
        ((long)below.Json["min_micro"]!).ShouldBe(10_000_000);
        (await PayAsync(large)).ShouldBeError(400, "payout_above_max");
        (await PayAsync(unapproved)).ShouldBeError(409, "payout_not_approved");
        (await PayAsync("nonsense")).ShouldBeError(404, "payout_not_found");
        (await PayAsync($"{Guid.NewGuid()}")).ShouldBeError(404, "payout_not_found");
        (
            await Given.ScalarAsync<long>(
                api.Database,
                "SELECT count(*) FROM affiliate_chain_payouts WHERE affiliate_payout_id = ANY ($1)",
                new[] { Guid.Parse(small), Guid.Parse(large), Guid.Parse(unapproved) }
            )
        ).ShouldBe(0);
    }

    [Fact]
    public async Task Of_many_at_once_with_one_key_and_without_one_is_asked_for()
    {
        (_, string id) = await ApprovedAsync(2_550);
        (string, string) key = ("Idempotency-Key", $"{Guid.NewGuid()}");

        ApiAnswer[] answers = await Task.WhenAll(
            Enumerable
                .Range(0, 8)
                .Select(n =>
                    api.Affiliates.PostAsync(
                        $"/v1/admin/payouts/{id}/pay",
                        null,
                        n % 2 == 0 ? [key] : []
                    )
                )
        );

        answers.ShouldAllBe(a => (int)a.Status == 200 || (int)a.Status == 202);
        answers.Select(a => (string)a.Json["chain_payout_id"]!).Distinct().Count().ShouldBe(1);
    }

    [Fact]
    public async Task A_wallet_is_told_and_read_and_one_of_ours_is_none()
    {
        AnAffiliate affiliate = await WithWalletAsync();

        ApiAnswer read = await api.Affiliates.GetAsync(
            $"/v1/affiliates/payees?affiliate_id={affiliate.Id}"
        );

        read.Text.ShouldBe(
            $$"""{"affiliate_id":"{{affiliate.Id}}","name":null,"email":null,"network":"polygon","address":"{{Wallet}}"}"""
        );
        (await api.Affiliates.GetAsync("/v1/affiliates/payees")).ShouldBeError(
            404,
            "payee_not_found"
        );
        (await TellAsync(affiliate, ApiServer.PolygonWallet)).ShouldBeError(
            400,
            "validation_error"
        );
    }

    private Task<ApiAnswer> PayAsync(string id) =>
        api.Affiliates.PostAsync($"/v1/admin/payouts/{id}/pay");

    private async Task<(AnAffiliate, string)> ApprovedAsync(long cents)
    {
        AnAffiliate affiliate = await WithWalletAsync();
        await affiliate.EarnsAsync(cents, 3, "USD");
        return (affiliate, await affiliate.ApprovedAsync(3));
    }

    private async Task<AnAffiliate> WithWalletAsync()
    {
        var affiliate = new AnAffiliate(api.Affiliates);
        ApiAnswer answer = await TellAsync(affiliate, Wallet);
        ((int)answer.Status).ShouldBe(200, answer.Text);
        return affiliate;
    }

    private Task<ApiAnswer> TellAsync(AnAffiliate affiliate, string wallet) =>
        api.Affiliates.PostAsync(
            "/v1/affiliates/payees",
            AnAffiliate.Json(
                ("affiliate_id", affiliate.Id),
                ("network", "Polygon"),
                ("address", wallet)
            )
        );
}
