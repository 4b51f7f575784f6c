using System.Text.Json.Nodes;
using Shouldly;
using Xunit;

namespace Settlement.Api.Tests.Webhooks;

/// <summary>What operators see of deliveries, and that a message says what the API says.</summary>
public sealed class DeliverySpecs(ApiFixture api) : IClassFixture<ApiFixture>, IAsyncLifetime
{
    // What moves by itself or comes from the configuration is not told: a message is history.
    private static readonly string[] s_notTold =
    [
        "stage",
        "status_message",
        "expected_by",
        "actions",
    ];

    public Task InitializeAsync() => AWebhook.DeleteAllAsync(api);

    public Task DisposeAsync() => Task.CompletedTask;

    [Theory]
    [InlineData("sent", "payout.sent")]
    [InlineData("marked sent", "payout.sent")]
    [InlineData("failed", "payout.failed")]
    [InlineData("failed without a word", "payout.failed")]
    [InlineData("failed: destination_blocked", "payout.failed")]
    [InlineData("failed: destination_not_wallet", "payout.failed")]
    [InlineData("failed: other", "payout.failed")]
    [InlineData("cancelled", "payout.cancelled")]
    [InlineData("requested", "payout.requested")]
    public async Task A_message_says_of_a_payout_what_the_api_says(string state, string type)
    {
        string endpoint = await AWebhook.RegisterAsync(api);
        ApiClient user = await api.UserWithAsync(100_000_000);
        Guid id = await user.CreatePayoutAsync(reference: "order-7");
        await BringAsync(id, state);

        await AWebhook.FanOutAsync(api);

        JsonObject told = (await PayloadAsync(endpoint, type))["data"]!["payout"]!.AsObject();
        JsonObject shown = (await user.GetAsync($"/v1/referrals/payouts/{id}")).Json.AsObject();
        shown["settlement"]!.AsObject().Remove("explorer_url");
        told.Select(p => p.Key)
            .ShouldBe(shown.Select(p => p.Key).Except(s_notTold), ignoreOrder: true);
        foreach ((string name, JsonNode? value) in told)
            Same(name, value!, shown[name]!);
    }

    [Fact]
    public async Task Operators_private_words_are_not_told()
    {
        string endpoint = await AWebhook.RegisterAsync(api);
        ApiClient user = await api.UserWithAsync(100_000_000);
        Guid failed = await user.CreatePayoutAsync();
        Guid cancelled = await user.CreatePayoutAsync();
        const string admin = "/v1/admin/referrals/payouts";

        await api.Operator.PostAsync(
            $"{admin}/{failed}/failed",
            """{"internal_note":"secret-1"}"""
        );
        await api.Operator.PostAsync(
            $"{admin}/{cancelled}/cancel",
            """{"reason":"public","internal_note":"secret-2"}"""
        );
        await AWebhook.FanOutAsync(api);

        string all = string.Concat(await PayloadsAsync(endpoint));
        all.ShouldContain("public");
        all.ShouldNotContain("secret-1");
        all.ShouldNotContain("secret-2");
    }

    [Fact]
    public async Task The_longest_note_fits_into_a_message()
    {
        await AWebhook.RegisterAsync(api);
        ApiClient user = await api.UserWithAsync(100_000_000);
        Guid id = await user.CreatePayoutAsync(reference: new string('r', 64));
        string reason = string.Concat(Enumerable.Repeat("\\\"", 2_030));

        ApiAnswer answer = await api.Operator.PostAsync(
            $"/v1/admin/referrals/payouts/{id}/failed",
            $$"""{"reason":"{{reason}}"}"""
        );
        await AWebhook.FanOutAsync(api);

        answer.ShouldBeOk();
        (
            await Given.ScalarAsync<int>(
                api.Database,
                "SELECT max(octet_length(payload)) FROM webhook_events WHERE subject_id = $1",
                id
            )
        ).ShouldBeInRange(8_000, 20_000);
    }

    [Fact]
    public async Task Deliveries_are_listed_newest_first_filtered_and_paged()
    {
        string endpoint = await AWebhook.RegisterAsync(api);
        string path = $"{AWebhook.Path}/{endpoint}/deliveries";
        ApiClient user = await api.UserWithAsync(100_000_000);
        for (int i = 0; i < 5; i++)
            await user.CreatePayoutAsync(10_000_000);
        await AWebhook.FanOutAsync(api);

        ApiAnswer all = await api.Operator.GetAsync(path);
        ApiAnswer first = await api.Operator.GetAsync($"{path}?limit=3");
        ApiAnswer second = await api.Operator.GetAsync(
            $"{path}?limit=3&cursor={first.Json["next_cursor"]}"
        );

        string[] ids = Ids(all);
        ids.Length.ShouldBe(5);
        ids.ShouldAllBe(id => id.StartsWith("evt_", StringComparison.Ordinal) && id.Length == 36);
        Ids(first).Concat(Ids(second)).ShouldBe(ids);
        second.Names.ShouldBe(["items"]);
        all.Json["items"]![0]!
            .AsObject()
            .Select(p => p.Key)
            .ShouldBe([
                "id",
                "type",
                "subject_id",
                "sequence",
                "status",
                "attempts",
                "created_at",
                "next_attempt_at",
            ]);
        Ids(await api.Operator.GetAsync($"{path}?status=pending")).ShouldBe(ids);
        Ids(await api.Operator.GetAsync($"{path}?status=delivered,failed")).ShouldBeEmpty();
        Ids(await api.Operator.GetAsync($"{path}?status=nonsense")).ShouldBeEmpty();
        Ids(await api.Operator.GetAsync($"{path}?cursor=nonsense")).ShouldBeEmpty();
        Ids(await api.Operator.GetAsync($"{path}?cursor=1&limit=0")).ShouldBeEmpty();
    }

    [Fact]
    public async Task One_delivery_is_shown_with_its_body()
    {
        string endpoint = await AWebhook.RegisterAsync(api);
        ApiClient user = await api.UserWithAsync(100_000_000);
        Guid payout = await user.CreatePayoutAsync();
        await AWebhook.FanOutAsync(api);
        string path = $"{AWebhook.Path}/{endpoint}/deliveries";
        string id = Ids(await api.Operator.GetAsync(path)).Single();

        ApiAnswer shown = await api.Operator.GetAsync($"{path}/{id}");

        ((string)shown.Json["payload"]!["type"]!).ShouldBe("payout.requested");
        ((Guid)shown.Json["payload"]!["data"]!["payout"]!["id"]!).ShouldBe(payout);
        ((int)shown.Json["payload"]!["data"]!["sequence"]!).ShouldBe(1);
        string other = await AWebhook.RegisterAsync(api);
        foreach (
            string wrong in new[]
            {
                $"{AWebhook.Path}/{other}/deliveries/{id}",
                $"{path}/{id}0",
                $"{path}/nonsense",
            }
        )
        {
            (await api.Operator.GetAsync(wrong)).ShouldBeError(404, "delivery_not_found");
            (await api.Operator.PostAsync($"{wrong}/redeliver")).ShouldBeError(
                404,
                "delivery_not_found"
            );
        }
    }

    [Fact]
    public async Task A_test_and_one_more_time_are_put_in_the_queue_once_per_key()
    {
        string endpoint = await AWebhook.RegisterAsync(api);
        string path = $"{AWebhook.Path}/{endpoint}";
        (string, string) key = ("Idempotency-Key", $"{Guid.NewGuid()}");

        ApiAnswer test = await api.Operator.PostAsync($"{path}/test", null, key);
        ApiAnswer again = await api.Operator.PostAsync($"{path}/test", null, key);
        string id = (string)test.Json["delivery_id"]!;
        ApiAnswer redelivered = await api.Operator.PostAsync(
            $"{path}/deliveries/{id}/redeliver",
            "{}",
            key
        );
        ApiAnswer once = await api.Operator.PostAsync(
            $"{path}/deliveries/{id}/redeliver",
            "{}",
            key
        );

        ((int)test.Status).ShouldBe(202, test.Text);
        test.Names.ShouldBe(["ok", "delivery_id"]);
        ((int)again.Status).ShouldBe(202, again.Text);
        again.Text.ShouldBe(test.Text);
        ((int)redelivered.Status).ShouldBe(202, redelivered.Text);
        ((string)redelivered.Json["delivery_id"]!).ShouldBe(id);
        once.Header("Idempotent-Replayed").ShouldBe("true");
        Ids(await api.Operator.GetAsync($"{path}/deliveries")).ShouldBe([id]);
        (await AWebhook.AuditAsync(api, endpoint)).ShouldBe([
            "webhook_created",
            "webhook_tested",
            "webhook_redelivered",
        ]);
    }

    [Fact]
    public async Task A_disabled_endpoint_is_sent_nothing_by_hand()
    {
        string endpoint = await AWebhook.RegisterAsync(api);
        string path = $"{AWebhook.Path}/{endpoint}";
        string id = (string)(await api.Operator.PostAsync($"{path}/test")).Json["delivery_id"]!;
        await api.Operator.SendAsync(
            HttpMethod.Patch,
            path,
            new StringContent("""{"enabled":false}""")
        );

        (await api.Operator.PostAsync($"{path}/test")).ShouldBeError(409, "webhook_disabled");
        (await api.Operator.PostAsync($"{path}/deliveries/{id}/redeliver")).ShouldBeError(
            409,
            "webhook_disabled"
        );
    }

    private async Task BringAsync(Guid id, string state)
    {
        string admin = $"/v1/admin/referrals/payouts/{id}";
        if (state == "sent")
            await Given.SentAsync(api.Database, id);
        (string Action, string Body)? word = state switch
        {
            "marked sent" => ("sent", """{"tx_hash":"h"}"""),
            "failed" => ("failed", """{"reason":"Straße","failure_code":"destination_closed"}"""),
            "failed without a word" => ("failed", "{}"),
            _ when state.StartsWith("failed: ", StringComparison.Ordinal) => (
                "failed",
                $$"""{"failure_code":"{{state["failed: ".Length..]}}"}"""
            ),
            "cancelled" => ("cancel", "{}"),
            _ => null,
        };
        if (word is { } said)
            (await api.Operator.PostAsync($"{admin}/{said.Action}", said.Body)).ShouldBeOk();
    }

    private async Task<JsonNode> PayloadAsync(string endpoint, string type) =>
        (await PayloadsAsync(endpoint))
            .Select(body => JsonNode.Parse(body)!)
            .Last(body => (string)body["type"]! == type);

    private async Task<List<string>> PayloadsAsync(string endpoint)
    {
        string path = $"{AWebhook.Path}/{endpoint}/deliveries";
        var all = new List<string>();
        foreach (string id in Ids(await api.Operator.GetAsync(path)).Reverse())
        {
            all.Add((await api.Operator.GetAsync($"{path}/{id}")).Json["payload"]!.ToJsonString());
        }
        return all;
    }

    private static string[] Ids(ApiAnswer list) =>
        list.Json["items"]!.AsArray().Select(d => (string)d!["id"]!).ToArray();

    private static void Same(string name, JsonNode told, JsonNode shown)
    {
        if (name.EndsWith("_at", StringComparison.Ordinal))
            ((DateTimeOffset)told).ShouldBe((DateTimeOffset)shown, name);
        else
            JsonNode.DeepEquals(told, shown).ShouldBeTrue($"{name}: {told} or {shown}");
    }
}
