using System.Text.Json.Nodes;
using Settlement.Payouts.Tokens;
using Shouldly;
using Xunit;

namespace Settlement.Api.Tests.Operators;

public sealed class BulkSpecs(ApiFixture api) : IClassFixture<ApiFixture>
{
    private const string Bulk = "/v1/admin/referrals/payouts/bulk";

    [Fact]
    public async Task Each_payout_has_its_own_result()
    {
        Guid free = await PayoutAsync();
        Guid riding = await PayoutAsync();
        string hash = await Given.InFlightAsync(api.Database, riding);
        var nobodys = Guid.NewGuid();

        ApiAnswer answer = await PostAsync("hold", "r", free, riding, nobodys, free);

        ((int)answer.Status).ShouldBe(200, answer.Text);
        ((int)answer.Json["done"]!).ShouldBe(1);
        ((int)answer.Json["refused"]!).ShouldBe(2);
        JsonArray results = answer.Json["results"]!.AsArray();
        results.Select(r => (Guid)r!["id"]!).ShouldBe([free, riding, nobodys]);
        results[0]!.ToJsonString().ShouldBe($$"""{"id":"{{free}}","ok":true}""");
        ((int)results[1]!["code"]!).ShouldBe(409);
        ((string)results[1]!["error"]!).ShouldBe("payout_not_actionable");
        ((string)results[1]!["reason"]!).ShouldBe("transaction_in_flight");
        ((string)results[1]!["tx_hash"]!).ShouldBe(hash);
        ((string)results[2]!["error"]!).ShouldBe("payout_not_found");
        (await StateAsync(free)).ShouldBe("requested held");
        (await StateAsync(riding)).ShouldBe("processing");
    }

    [Theory]
    [InlineData("hold", "requested held")]
    [InlineData("requeue", "requested")]
    [InlineData("cancel", "cancelled")]
    [InlineData("failed", "failed")]
    public async Task Every_action_does_what_its_own_route_does(string action, string state)
    {
        Guid[] payouts = [await PayoutAsync(), await PayoutAsync()];

        ApiAnswer answer = await PostAsync(action, "why", payouts);

        ((int)answer.Json["done"]!).ShouldBe(2, answer.Text);
        foreach (Guid payout in payouts)
        {
            (await StateAsync(payout)).ShouldBe(state);
            JsonNode entry = (await api.Operator.GetAsync($"/v1/admin/audit?payout={payout}")).Json[
                "items"
            ]!
                .AsArray()
                .ShouldHaveSingleItem()!;
            ((string)entry["reason"]!).ShouldBe("why");
        }
    }

    [Fact]
    public async Task A_hundred_payouts_fit_and_a_hundred_and_one_do_not()
    {
        Guid[] ids = Enumerable.Range(0, 101).Select(_ => Guid.NewGuid()).ToArray();

        ApiAnswer hundred = await PostAsync("requeue", "r", ids[..100]);
        ApiAnswer more = await PostAsync("requeue", null, ids);

        ((int)hundred.Json["refused"]!).ShouldBe(100, hundred.Text);
        ((int)more.Status).ShouldBe(400);
    }

    [Fact]
    public async Task A_repetition_under_a_key_acts_on_no_payout_twice_and_finishes_what_was_left()
    {
        Guid[] payouts = [await PayoutAsync(), await PayoutAsync()];
        await Given.InFlightAsync(api.Database, payouts[1]);
        (string, string) key = ("Idempotency-Key", $"{Guid.NewGuid()}");
        string body = Body("hold", "r", payouts);

        ApiAnswer first = await api.Operator.PostAsync(Bulk, body, key);
        await api.Operator.PostAsync($"/v1/admin/referrals/payouts/{payouts[0]}/release", "{}");
        string hash = await Given.ScalarAsync<string>(
            api.Database,
            "SELECT hash FROM attempts JOIN transaction_payouts USING (transaction_id) WHERE payout_id = $1",
            payouts[1]
        );
        await Given.LandedAsync(api.Database, hash, paid: false);
        ApiAnswer again = await api.Operator.PostAsync(Bulk, body, key);
        ApiAnswer other = await api.Operator.PostAsync(
            Bulk,
            Body("hold", "r", await PayoutAsync()),
            key
        );

        ((int)first.Json["done"]!).ShouldBe(1);
        ((int)again.Json["done"]!).ShouldBe(2, again.Text);
        (await StateAsync(payouts[0])).ShouldBe("requested");
        (await StateAsync(payouts[1])).ShouldBe("processing held");
        other.ShouldBeError(422, "idempotency_key_reused");
    }

    [Fact]
    public async Task Of_the_same_request_at_once_each_payout_changes_once()
    {
        Guid[] payouts = [await PayoutAsync(), await PayoutAsync(), await PayoutAsync()];
        (string, string) key = ("Idempotency-Key", $"{Guid.NewGuid()}");

        ApiAnswer[] answers = await Task.WhenAll(
            Enumerable
                .Range(0, 8)
                .Select(_ => api.Operator.PostAsync(Bulk, Body("failed", "r", payouts), key))
        );

        answers.ShouldAllBe(a => (int)a.Json["done"]! == 3);
        (
            await Given.ScalarAsync<long>(
                api.Database,
                "SELECT count(*) FROM payout_events WHERE action = 'failed' AND payout_id = ANY ($1)",
                payouts
            )
        ).ShouldBe(3);
    }

    [Fact]
    public async Task Approve_in_bulk_needs_the_scope_of_approve()
    {
        var client = new ApiClient(api.Server)
        {
            AdminToken = await new ApiTokens(api.Database.App).IssueAsync(
                "bulk",
                [Scopes.OperateReferrals],
                TimeSpan.FromHours(1),
                default
            ),
        };

        ApiAnswer answer = await client.PostAsync(Bulk, Body("approve", null, Guid.NewGuid()));

        answer.ShouldBeError(403, "insufficient_scope");
    }

    [Theory]
    [InlineData("""{"ids":["9f1c0b7e-4d2a-4c8e-9b3f-1a2b3c4d5e6f"]}""", "action")]
    [InlineData("""{"action":"sent","ids":["9f1c0b7e-4d2a-4c8e-9b3f-1a2b3c4d5e6f"]}""", "action")]
    [InlineData("""{"action":"cancel"}""", "ids")]
    [InlineData("""{"action":"cancel","ids":[]}""", "ids")]
    [InlineData("""{"action":"cancel","ids":"x"}""", "ids")]
    [InlineData("""{"action":"cancel","ids":[7]}""", "ids")]
    [InlineData(
        """{"action":"cancel","ids":["x","9f1c0b7e-4d2a-4c8e-9b3f-1a2b3c4d5e6f"]}""",
        "ids"
    )]
    [InlineData("""{"action":"hold","ids":["9f1c0b7e-4d2a-4c8e-9b3f-1a2b3c4d5e6f"]}""", "reason")]
    public async Task A_malformed_field_is_named_and_nothing_is_done(string body, string field)
    {
        ApiAnswer answer = await api.Operator.PostAsync(Bulk, body);

        answer.ShouldBeError(400, "invalid_args");
        ((string)answer.Json["field"]!).ShouldBe(field);
    }

    private async Task<Guid> PayoutAsync() =>
        await (await api.UserWithAsync(25_000_000)).CreatePayoutAsync();

    private Task<ApiAnswer> PostAsync(string action, string? reason, params Guid[] ids) =>
        api.Operator.PostAsync(Bulk, Body(action, reason, ids));

    private static string Body(string action, string? reason, params Guid[] ids) =>
        new JsonObject
        {
            ["action"] = action,
            ["ids"] = new JsonArray(ids.Select(i => (JsonNode)i).ToArray()),
            ["reason"] = reason,
        }.ToJsonString();

    private Task<string> StateAsync(Guid payout) =>
        Given.ScalarAsync<string>(
            api.Database,
            "SELECT concat_ws(' ', status, CASE WHEN held_at IS NOT NULL THEN 'held' END) FROM payouts WHERE id = $1",
            payout
        );
}
