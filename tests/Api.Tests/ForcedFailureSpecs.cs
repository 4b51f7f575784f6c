using Shouldly;
using Xunit;

namespace Settlement.Api.Tests;

public sealed class ForcedFailureSpecs(ApiFixture api) : IClassFixture<ApiFixture>
{
    [Fact]
    public async Task Force_is_a_name_that_nobody_asks_for_unless_it_is_configured()
    {
        Guid payout = await (await api.UserWithAsync(25_000_000)).CreatePayoutAsync();
        await Given.InFlightAsync(api.Database, payout);

        ApiAnswer answer = await api.Operator.PostAsync(
            Failed(payout),
            """{"force":true,"reason":"r"}"""
        );

        answer.ShouldBeError(409, "payout_not_actionable");
    }

    [Fact]
    public async Task A_forced_failure_needs_a_reason_and_holds_the_refund_until_the_chain_has_spoken()
    {
        await using ApiServer server = await ApiServer.StartAsync(
            api.Database,
            ("Operations:AllowForce", "true")
        );
        var operators = new ApiClient(server) { AdminToken = ApiServer.AdminToken };
        ApiClient user = await Given.UserAsync(server, 25_000_000);
        Guid payout = await user.CreatePayoutAsync();
        string hash = await Given.InFlightAsync(api.Database, payout);

        ApiAnswer without = await operators.PostAsync(
            Failed(payout),
            """{"force":true,"reason":" "}"""
        );
        ApiAnswer with = await operators.PostAsync(
            Failed(payout),
            """{"force":true,"reason":"stuck"}"""
        );
        long held = (long)
            (await user.GetAsync("/v1/referrals/me")).Json["balance"]!["reserved_micro"]!;
        await Given.LandedAsync(api.Database, hash);
        ApiAnswer shown = await user.GetAsync($"/v1/referrals/payouts/{payout}");

        without.ShouldBeError(400, "invalid_args");
        ((string)without.Json["field"]!).ShouldBe("reason");
        with.ShouldBeOk();
        held.ShouldBe(25_000_000);
        ((string)shown.Json["status"]!).ShouldBe("failed");
        shown.Names.ShouldNotContain("tx_hash");
        ((string)shown.Json["settlement"]!["tx_hash"]!).ShouldBe(hash);
        ((string)shown.Json["status_message"]!).ShouldContain("you were paid");
    }

    private static string Failed(Guid id) => $"/v1/admin/referrals/payouts/{id}/failed";
}
