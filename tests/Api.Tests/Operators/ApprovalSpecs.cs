using System.Text.Json.Nodes;
using Settlement.Chains;
using Settlement.Hosting.Start;
using Settlement.Payouts.Lifecycle;
using Settlement.Payouts.Settling;
using Settlement.Payouts.Tokens;
using Settlement.TestKit;
using Shouldly;
using Xunit;

namespace Settlement.Api.Tests.Operators;

/// <summary>Above the threshold a payout is paid after an approval only, and overridden by two people only.</summary>
public sealed class ApprovalSpecs : IAsyncLifetime
{
    private const long Threshold = 50_000_000;

    private readonly PostgresDatabase _database = new();
    private ApiServer _server = null!;

    private ApiClient Shared => new(_server) { AdminToken = ApiServer.AdminToken };

    public async Task InitializeAsync()
    {
        await _database.InitializeAsync();
        _server = await ApiServer.StartAsync(
            _database,
            ("Operations:ApprovalThresholdMicro", $"{Threshold}"),
            ("Operations:AllowForce", "true")
        );
    }

    public async Task DisposeAsync()
    {
        await _server.DisposeAsync();
        await _database.DisposeAsync();
    }

    [Fact]
    public async Task Nobody_takes_up_what_is_above_the_threshold_before_it_is_approved()
    {
        ApiClient user = await Given.UserAsync(_server, 100_000_000);
        Guid below = await user.CreatePayoutAsync(Threshold);
        ApiClient other = await Given.UserAsync(_server, 100_000_000);
        Guid above = await other.CreatePayoutAsync(Threshold + 1);

        int[] before = [await ClaimAsync(below), await ClaimAsync(above)];
        JsonNode waiting = (await other.GetAsync($"/v1/referrals/payouts/{above}")).Json;
        (await PostAsync(Shared, above, "approve")).ShouldBeOk();
        int after = await ClaimAsync(above);

        before.ShouldBe([1, 0]);
        ((string)waiting["stage"]!).ShouldBe("awaiting_approval");
        after.ShouldBe(1);
    }

    [Fact]
    public async Task The_threshold_holds_for_what_was_taken_up_before_it_was_lowered()
    {
        Guid payout = await PayoutAsync(10_000_000);
        ClaimedPayout claimed = await Given.ClaimedAsync(_database, payout);
        await using ApiServer stricter = await ApiServer.StartAsync(
            _database,
            ("Operations:ApprovalThresholdsMicro:Solana", "5000000")
        );

        (OpenOutcome stored, _) = await Given.StoreAsync(_database, claimed);

        stored.ShouldBeOfType<OpenOutcome.Fenced>();
    }

    [Fact]
    public async Task A_network_has_its_own_threshold_and_off_lifts_it()
    {
        Guid payout = await PayoutAsync(Threshold + 1);
        await using (
            await ApiServer.StartAsync(
                _database,
                ("Operations:ApprovalThresholdsMicro:solana", "off")
            )
        ) { }

        (await ClaimAsync(payout)).ShouldBe(1);
        string told = await Given.ScalarAsync<string>(
            _database,
            "SELECT string_agg(target || ' ' || coalesce(detail ->> 'above_micro', 'off'), ', ' ORDER BY id) FROM audit_log WHERE action = 'approval_threshold_set'"
        );
        told.ShouldBe($"all {Threshold}, solana off");
    }

    [Fact]
    public async Task Starting_again_with_the_same_thresholds_tells_nothing_new()
    {
        await using (
            await ApiServer.StartAsync(
                _database,
                ("Operations:ApprovalThresholdMicro", $"{Threshold}")
            )
        ) { }
        await using (await ApiServer.StartAsync(_database)) { }

        (
            await Given.ScalarAsync<long>(
                _database,
                "SELECT count(*) FROM audit_log WHERE action = 'approval_threshold_set'"
            )
        ).ShouldBe(1);
    }

    [Theory]
    [InlineData("Operations:ApprovalThresholdMicro", "50.00")]
    [InlineData("Operations:ApprovalThresholdMicro", "-1")]
    [InlineData("Operations:ApprovalThresholdsMicro:dogecoin", "1")]
    public async Task A_threshold_that_says_nothing_refuses_the_start(string key, string value) =>
        await Should.ThrowAsync<StartRefusedException>(async () =>
            await ApiServer.StartAsync(_database, (key, value))
        );

    [Fact]
    public async Task An_approval_is_given_once_and_only_where_it_is_needed()
    {
        Guid below = await PayoutAsync(Threshold);
        Guid above = await PayoutAsync(Threshold + 1);

        ApiAnswer needless = await PostAsync(Shared, below, "approve");
        ApiAnswer outdated = await PostAsync(Shared, above, "approve", null, ("If-Match", "\"7\""));
        (await PostAsync(Shared, above, "approve", null, ("If-Match", "\"1\""))).ShouldBeOk();
        ApiAnswer again = await PostAsync(Shared, above, "approve");

        needless.ShouldBeError(409, "approval_not_required");
        outdated.ShouldBeError(412, "version_mismatch");
        again.ShouldBeError(409, "approval_not_required");
    }

    [Theory]
    [InlineData("sent", """{"tx_hash":"by-hand"}""")]
    [InlineData("failed", """{"force":true,"reason":"r"}""")]
    public async Task Above_the_threshold_an_override_takes_two_people(string action, string body)
    {
        ApiClient ann = await NamedAsync("ann");
        ApiClient bob = await NamedAsync("bob");
        Guid payout = await PayoutAsync(Threshold + 1);
        if (action is "failed")
        {
            // It rode before there was a threshold.
            await using (
                await ApiServer.StartAsync(_database, ("Operations:ApprovalThresholdMicro", "off"))
            ) { }
            await Given.InFlightAsync(_database, payout);
            await using (
                await ApiServer.StartAsync(
                    _database,
                    ("Operations:ApprovalThresholdMicro", $"{Threshold}")
                )
            ) { }
        }

        ApiAnswer unapproved = await PostAsync(ann, payout, action, body);
        (await PostAsync(ann, payout, "approve")).ShouldBeOk();
        ApiAnswer alone = await PostAsync(ann, payout, action, body);
        ApiAnswer together = await PostAsync(bob, payout, action, body);

        unapproved.ShouldBeError(409, "payout_not_actionable");
        ((string)unapproved.Json["reason"]!).ShouldBe("awaiting_approval");
        alone.ShouldBeError(403, "self_approval_forbidden");
        together.ShouldBeOk();
    }

    [Fact]
    public async Task Two_labels_on_the_shared_token_are_one_person()
    {
        Guid payout = await PayoutAsync(Threshold + 1);
        (await PostAsync(Shared, payout, "approve", null, ("X-Operator", "Ann"))).ShouldBeOk();

        ApiAnswer answer = await PostAsync(
            Shared,
            payout,
            "sent",
            """{"tx_hash":"by-hand"}""",
            ("X-Operator", "Bob")
        );

        answer.ShouldBeError(403, "self_approval_forbidden");
    }

    [Theory]
    [InlineData("failed")]
    [InlineData("cancel")]
    public async Task To_give_the_money_back_takes_one_person(string action)
    {
        Guid payout = await PayoutAsync(Threshold + 1);

        (await PostAsync(Shared, payout, action)).ShouldBeOk();
    }

    [Fact]
    public async Task What_waits_for_approval_is_not_requeued()
    {
        Guid payout = await PayoutAsync(Threshold + 1);

        ApiAnswer answer = await PostAsync(Shared, payout, "requeue");

        answer.ShouldBeError(409, "payout_not_actionable");
        ((string)answer.Json["reason"]!).ShouldBe("awaiting_approval");
    }

    private async Task<Guid> PayoutAsync(long amount) =>
        await (await Given.UserAsync(_server, amount)).CreatePayoutAsync(amount);

    private static Task<ApiAnswer> PostAsync(
        ApiClient client,
        Guid payout,
        string action,
        string? body = null,
        params (string, string)[] headers
    ) => client.PostAsync($"/v1/admin/referrals/payouts/{payout}/{action}", body, headers);

    private async Task<ApiClient> NamedAsync(string name) =>
        new(_server)
        {
            AdminToken = await new ApiTokens(_database.App).IssueAsync(
                name,
                [.. Scopes.OfOperators],
                TimeSpan.FromHours(1),
                default
            ),
        };

    private async Task<int> ClaimAsync(Guid payout) =>
        (
            await new ClaimPayouts(_database.App).ExecuteAsync(
                new PayoutClaim(
                    new NetworkId("solana"),
                    [payout],
                    1,
                    "w2",
                    TimeSpan.FromMinutes(1)
                ),
                default
            )
        ).Count;
}
