using System.Text.Json.Nodes;
using Shouldly;
using Xunit;

namespace Settlement.Api.Tests.Operators;

/// <summary>A restored database shows a payout as open that a forgotten transaction has paid: nobody may give the money back.</summary>
public sealed class PaidElsewhereSpecs(ApiFixture api) : IClassFixture<ApiFixture>
{
    private const string Payouts = "/v1/referrals/payouts";
    private const string Hash = "forgotten-transaction";

    [Fact]
    public async Task D1_Whoever_wants_to_give_its_money_back_is_told_what_paid_it()
    {
        ApiClient user = await api.UserWithAsync(25_000_000);
        Guid id = await user.CreatePayoutAsync();
        string operators = $"/v1/admin/referrals/payouts/{id}";
        await Given.ScalarAsync<object?>(
            api.Database,
            """
            WITH wallet AS (INSERT INTO wallets (network, address) VALUES ('solana', 'hot') RETURNING network, address),
                 found AS (
                   INSERT INTO foreign_transactions (network, sender, transaction_id, transfers, facts)
                   SELECT 'solana', 'hot', 'forgotten-transaction',
                          jsonb_build_array(jsonb_build_object('to', p.address, 'baseUnits', p.amount_micro::text)), '{}'
                     FROM payouts p WHERE p.id = $1 RETURNING id)
            SELECT count(*) FROM wallet, found
            """,
            id
        );

        JsonNode seen = (await user.GetAsync($"{Payouts}/{id}")).Json;
        JsonNode shown = (await api.Operator.GetAsync(operators)).Json;
        ApiAnswer cancelled = await user.PostAsync($"{Payouts}/{id}/cancel");
        ApiAnswer calledOff = await api.Operator.PostAsync($"{operators}/cancel");
        ApiAnswer failed = await api.Operator.PostAsync($"{operators}/failed");
        ApiAnswer sent = await api.Operator.PostAsync(
            $"{operators}/sent",
            $$"""{"tx_hash": "{{Hash}}"}"""
        );

        seen["actions"]!.AsArray().Select(a => (string)a!).ShouldBe(["view"]);
        foreach (string action in (string[])["failed", "cancel"])
        {
            JsonNode told = shown["allowed_actions"]!
                .AsArray()
                .Single(a => (string)a!["action"]! == action)!;
            ((bool)told["allowed"]!, (string?)told["reason"]).ShouldBe((false, "paid_elsewhere"));
        }
        cancelled.ShouldBeError(409, "payout_not_cancellable");
        calledOff.ShouldBeError(409, "payout_not_cancellable");
        failed.ShouldBeError(409, "payout_not_actionable");
        foreach (ApiAnswer refused in (ApiAnswer[])[calledOff, failed])
        {
            ((string?)refused.Json["reason"]).ShouldBe("paid_elsewhere");
            ((string?)refused.Json["tx_hash"]).ShouldBe(Hash);
        }
        sent.ShouldBeOk();
    }

    [Fact]
    public async Task D1_What_an_unknown_transaction_may_have_paid_its_user_cannot_take_back_and_an_operator_can()
    {
        ApiClient user = await api.UserWithAsync(50_000_000);
        Guid before = await user.CreatePayoutAsync();
        await Given.ScalarAsync<object?>(
            api.Database,
            """
            WITH wallet AS (INSERT INTO wallets (network, address) VALUES ('solana', 'other') RETURNING network, address)
            INSERT INTO foreign_transactions (network, sender, nonce, transfers, facts)
            SELECT 'solana', 'other', 7, '[]', '{}' FROM wallet WHERE $1 <> gen_random_uuid() RETURNING id
            """,
            before
        );
        Guid after = await user.CreatePayoutAsync();

        ApiAnswer refused = await user.PostAsync($"{Payouts}/{before}/cancel");
        ApiAnswer later = await user.PostAsync($"{Payouts}/{after}/cancel");
        ApiAnswer calledOff = await api.Operator.PostAsync(
            $"/v1/admin/referrals/payouts/{before}/cancel"
        );

        refused.ShouldBeError(409, "payout_not_cancellable");
        ((string?)refused.Json["message"])!.ShouldContain("may have been paid already");
        later.Status.ShouldBe(System.Net.HttpStatusCode.OK);
        calledOff.ShouldBeOk();
    }
}
