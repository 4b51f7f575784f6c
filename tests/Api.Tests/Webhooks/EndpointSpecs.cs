using System.Text.Json.Nodes;
using Shouldly;
using Xunit;

namespace Settlement.Api.Tests.Webhooks;

/// <summary>Operators register, change, rotate and delete endpoints; a secret is seen once.</summary>
public sealed class EndpointSpecs(ApiFixture api) : IClassFixture<ApiFixture>, IAsyncLifetime
{
    private const string Unknown = $"{AWebhook.Path}/9f1c0b7e-4d2a-4c8e-9b3f-1a2b3c4d5e6f";

    public Task InitializeAsync() => AWebhook.DeleteAllAsync(api);

    public Task DisposeAsync() => Task.CompletedTask;

    [Fact]
    public async Task An_endpoint_is_registered_and_its_secret_is_seen_once()
    {
        ApiAnswer created = await api.Operator.PostAsync(
            AWebhook.Path,
            $$"""{"url":"{{AWebhook.Url}}","events":["payout.sent","commission.*"],"description":"Books"}"""
        );

        ((int)created.Status).ShouldBe(201, created.Text);
        created.Names.ShouldBe(["id", "secret"]);
        string secret = (string)created.Json["secret"]!;
        secret.ShouldMatch("^whsec_[A-Za-z0-9+/]{43}=$");
        string id = (string)created.Json["id"]!;
        ApiAnswer shown = await api.Operator.GetAsync($"{AWebhook.Path}/{id}");
        shown.Names.ShouldBe([
            "id",
            "url",
            "description",
            "events",
            "enabled",
            "created_at",
            "last_24h",
            "pending",
        ]);
        ((string)shown.Json["url"]!).ShouldBe(AWebhook.Url);
        shown.Json["events"]!
            .AsArray()
            .Select(e => (string)e!)
            .ShouldBe(["payout.sent", "commission.*"]);
        shown.Json["last_24h"]!.ToJsonString().ShouldBe("""{"delivered":0,"failed":0}""");
        ApiAnswer list = await api.Operator.GetAsync(AWebhook.Path);
        list.Json["items"]![0]!.ToJsonString().ShouldBe(shown.Json.ToJsonString());
        (shown.Text + list.Text).ShouldNotContain("whsec");
    }

    [Fact]
    public async Task The_database_has_the_secret_sealed_only()
    {
        ApiAnswer created = await api.Operator.PostAsync(
            AWebhook.Path,
            $$"""{"url":"{{AWebhook.Url}}"}""",
            ("Idempotency-Key", $"{Guid.NewGuid()}")
        );
        byte[] secret = Convert.FromBase64String(
            ((string)created.Json["secret"]!)["whsec_".Length..]
        );

        byte[] stored = await Given.ScalarAsync<byte[]>(
            api.Database,
            "SELECT secret FROM webhook_endpoints WHERE id = $1",
            (Guid)created.Json["id"]!
        );
        long anywhere = await Given.ScalarAsync<long>(
            api.Database,
            "SELECT count(*) FROM idempotency_keys WHERE body LIKE '%whsec%'"
        );

        Convert.ToHexString(stored).ShouldNotContain(Convert.ToHexString(secret));
        anywhere.ShouldBe(0);
    }

    [Fact]
    public async Task A_repeated_key_registers_nothing_twice_and_shows_no_secret_again()
    {
        (string, string) key = ("Idempotency-Key", $"{Guid.NewGuid()}");
        const string body = $$"""{"url":"{{AWebhook.Url}}"}""";

        ApiAnswer first = await api.Operator.PostAsync(AWebhook.Path, body, key);
        ApiAnswer again = await api.Operator.PostAsync(AWebhook.Path, body, key);
        ApiAnswer other = await api.Operator.PostAsync(
            AWebhook.Path,
            $$"""{"url":"{{AWebhook.Url}}/other"}""",
            key
        );

        ((int)again.Status).ShouldBe(201);
        again.Header("Idempotent-Replayed").ShouldBe("true");
        again.Names.ShouldBe(["id"]);
        ((string)again.Json["id"]!).ShouldBe((string)first.Json["id"]!);
        other.ShouldBeError(422, "idempotency_key_reused");
        (await CountAsync()).ShouldBe(1);
    }

    [Fact]
    public async Task Of_twins_with_one_key_one_registers()
    {
        (string, string) key = ("Idempotency-Key", $"{Guid.NewGuid()}");

        ApiAnswer[] answers = await Task.WhenAll(
            Enumerable
                .Range(0, 8)
                .Select(_ =>
                    api.Operator.PostAsync(AWebhook.Path, $$"""{"url":"{{AWebhook.Url}}"}""", key)
                )
        );

        answers.ShouldAllBe(a => (int)a.Status == 201);
        answers.Select(a => (string)a.Json["id"]!).Distinct().ShouldHaveSingleItem();
        answers.Count(a => a.Json["secret"] is not null).ShouldBe(1);
        (await CountAsync()).ShouldBe(1);
    }

    [Theory]
    [InlineData("http://hooks.acme.com/")]
    [InlineData("https://user:password@hooks.acme.com/")]
    [InlineData("https://10.0.0.1/")]
    [InlineData("https://0x7f000001/")]
    [InlineData("https://[::ffff:169.254.169.254]/latest/meta-data")]
    [InlineData("https://localhost/")]
    [InlineData("https://hooks.acme.com:22/")]
    [InlineData("nonsense")]
    [InlineData("")]
    public async Task A_url_that_must_not_be_sent_to_is_refused(string url)
    {
        string id = await AWebhook.RegisterAsync(api);
        string body = new JsonObject { ["url"] = url }.ToJsonString();

        ApiAnswer[] answers =
        [
            await api.Operator.PostAsync(AWebhook.Path, body),
            await PatchAsync(id, body),
        ];

        foreach (ApiAnswer answer in answers)
        {
            answer.ShouldBeError(400, "webhook_url_invalid");
            ((string)answer.Json["field"]!).ShouldBe("url");
        }
        (await CountAsync()).ShouldBe(1);
    }

    [Theory]
    [InlineData("""{}""", "url")]
    [InlineData("""{"url":7}""", "url")]
    [InlineData("""{"url":null}""", "url")]
    [InlineData("""{"url":"https://a.acme.com","events":[]}""", "events")]
    [InlineData("""{"url":"https://a.acme.com","events":"payout.sent"}""", "events")]
    [InlineData("""{"url":"https://a.acme.com","events":["payout.snet"]}""", "events")]
    [InlineData("""{"url":"https://a.acme.com","events":["payout.sent",7]}""", "events")]
    [InlineData("""{"url":"https://a.acme.com","events":["webhook.test"]}""", "events")]
    [InlineData("""{"url":"https://a.acme.com","events":["pay*"]}""", "events")]
    [InlineData("""{"url":"https://a.acme.com","description":""}""", "description")]
    [InlineData("""{"url":"https://a.acme.com","description":7}""", "description")]
    public async Task A_malformed_field_is_named(string body, string field)
    {
        ApiAnswer answer = await api.Operator.PostAsync(AWebhook.Path, body);

        answer.ShouldBeError(400, "invalid_args");
        ((string)answer.Json["field"]!).ShouldBe(field);
    }

    [Theory]
    [InlineData("")]
    [InlineData("[]")]
    [InlineData("""{"url":"https://a.acme.com","url":"https://b.acme.com"}""")]
    public async Task A_body_that_is_not_one_json_object_is_refused(string body)
    {
        string id = await AWebhook.RegisterAsync(api);

        (await api.Operator.PostAsync(AWebhook.Path, body)).ShouldBeError(400, "invalid_json");
        (await PatchAsync(id, body)).ShouldBeError(400, "invalid_json");
    }

    [Fact]
    public async Task An_endpoint_is_changed_field_by_field()
    {
        string id = await AWebhook.RegisterAsync(api);

        ApiAnswer moved = await PatchAsync(id, """{"url":"https://b.acme.com/x"}""");
        ApiAnswer chosen = await PatchAsync(id, """{"events":["payout.sent"]}""");
        ApiAnswer off = await PatchAsync(id, """{"enabled":false}""");
        ApiAnswer on = await PatchAsync(id, """{"enabled":true}""");

        ((string)moved.Json["url"]!).ShouldBe("https://b.acme.com/x");
        ((string)chosen.Json["url"]!).ShouldBe("https://b.acme.com/x");
        ((string)chosen.Json["events"]![0]!).ShouldBe("payout.sent");
        ((bool)off.Json["enabled"]!).ShouldBeFalse();
        ((string)off.Json["disabled_reason"]!).ShouldBe("operator");
        off.Names.ShouldContain("disabled_at");
        ((bool)on.Json["enabled"]!).ShouldBeTrue();
        on.Names.ShouldNotContain("disabled_reason");
        (await PatchAsync(id, """{"enabled":"no"}""")).ShouldBeError(400, "invalid_args");
        (await AWebhook.AuditAsync(api, id)).ShouldBe([
            "webhook_created",
            .. Enumerable.Repeat("webhook_changed", 4),
        ]);
    }

    [Fact]
    public async Task A_deleted_endpoint_is_not_found_and_its_secret_is_forgotten()
    {
        string id = await AWebhook.RegisterAsync(api);

        ApiAnswer deleted = await api.Operator.SendAsync(
            HttpMethod.Delete,
            $"{AWebhook.Path}/{id}"
        );
        ApiAnswer again = await api.Operator.SendAsync(HttpMethod.Delete, $"{AWebhook.Path}/{id}");

        deleted.ShouldBeOk();
        again.ShouldBeError(404, "webhook_not_found");
        (await api.Operator.GetAsync($"{AWebhook.Path}/{id}")).ShouldBeError(
            404,
            "webhook_not_found"
        );
        (await PatchAsync(id, """{"enabled":true}""")).ShouldBeError(404, "webhook_not_found");
        (
            await Given.ScalarAsync<bool>(
                api.Database,
                "SELECT secret IS NULL FROM webhook_endpoints WHERE id = $1",
                Guid.Parse(id)
            )
        ).ShouldBeTrue();
    }

    [Fact]
    public async Task A_secret_is_rotated_and_the_old_one_signs_on_for_a_while()
    {
        string id = await AWebhook.RegisterAsync(api);

        ApiAnswer rotated = await api.Operator.PostAsync($"{AWebhook.Path}/{id}/rotate");
        ApiAnswer shown = await api.Operator.GetAsync($"{AWebhook.Path}/{id}");
        ApiAnswer atOnce = await api.Operator.PostAsync(
            $"{AWebhook.Path}/{id}/rotate",
            """{"overlap_seconds":0}"""
        );
        ApiAnswer after = await api.Operator.GetAsync($"{AWebhook.Path}/{id}");

        ((int)rotated.Status).ShouldBe(200, rotated.Text);
        rotated.Names.ShouldBe(["id", "secret"]);
        DateTimeOffset until = (DateTimeOffset)shown.Json["previous_secret_until"]!;
        (until - TimeProvider.System.GetUtcNow()).TotalHours.ShouldBeInRange(23.9, 24.1);
        ((string)atOnce.Json["secret"]!).ShouldNotBe((string)rotated.Json["secret"]!);
        after.Names.ShouldNotContain("previous_secret_until");
    }

    [Fact]
    public async Task A_repeated_key_rotates_once()
    {
        string id = await AWebhook.RegisterAsync(api);
        (string, string) key = ("Idempotency-Key", $"{Guid.NewGuid()}");

        ApiAnswer first = await api.Operator.PostAsync($"{AWebhook.Path}/{id}/rotate", "{}", key);
        ApiAnswer again = await api.Operator.PostAsync($"{AWebhook.Path}/{id}/rotate", "{}", key);

        first.Names.ShouldBe(["id", "secret"]);
        again.Text.ShouldBe($$"""{"id":"{{id}}"}""");
        (await AWebhook.AuditAsync(api, id)).Count(a => a == "webhook_rotated").ShouldBe(1);
    }

    [Theory]
    [InlineData("-1")]
    [InlineData("604801")]
    [InlineData("1.5")]
    [InlineData("\"60\"")]
    public async Task An_overlap_out_of_range_is_refused(string value)
    {
        string id = await AWebhook.RegisterAsync(api);

        ApiAnswer answer = await api.Operator.PostAsync(
            $"{AWebhook.Path}/{id}/rotate",
            $$"""{"overlap_seconds":{{value}}}"""
        );

        answer.ShouldBeError(400, "invalid_args");
        ((string)answer.Json["field"]!).ShouldBe("overlap_seconds");
    }

    [Theory]
    [InlineData(Unknown)]
    [InlineData($"{AWebhook.Path}/nonsense")]
    [InlineData($"{AWebhook.Path}/00000000-0000-0000-0000-000000000000")]
    public async Task An_unknown_endpoint_is_not_found(string path)
    {
        ApiAnswer[] answers =
        [
            await api.Operator.GetAsync(path),
            await api.Operator.SendAsync(HttpMethod.Patch, path, new StringContent("{}")),
            await api.Operator.SendAsync(HttpMethod.Delete, path),
            await api.Operator.PostAsync($"{path}/test"),
            await api.Operator.PostAsync($"{path}/rotate"),
            await api.Operator.GetAsync($"{path}/deliveries"),
        ];

        foreach (ApiAnswer answer in answers)
            answer.ShouldBeError(404, "webhook_not_found");
    }

    [Fact]
    public async Task Without_a_key_in_the_configuration_no_secret_is_made()
    {
        string id = await AWebhook.RegisterAsync(api);
        await using ApiServer server = await ApiServer.StartAsync(
            api.Database,
            ("Webhooks:SecretKey", null)
        );
        var client = new ApiClient(server) { AdminToken = ApiServer.AdminToken };

        (await client.PostAsync(AWebhook.Path, $$"""{"url":"{{AWebhook.Url}}"}""")).ShouldBeError(
            409,
            "webhooks_not_configured"
        );
        (await client.PostAsync($"{AWebhook.Path}/{id}/rotate")).ShouldBeError(
            409,
            "webhooks_not_configured"
        );
        ((int)(await client.GetAsync(AWebhook.Path)).Status).ShouldBe(200);
    }

    [Fact]
    public async Task There_are_fifty_endpoints_at_most()
    {
        for (int i = 0; i < 50; i++)
            await AWebhook.RegisterAsync(api);

        ApiAnswer answer = await api.Operator.PostAsync(
            AWebhook.Path,
            $$"""{"url":"{{AWebhook.Url}}"}"""
        );

        answer.ShouldBeError(409, "webhook_limit");
        (await CountAsync()).ShouldBe(50);
    }

    private async Task<int> CountAsync() =>
        (await api.Operator.GetAsync(AWebhook.Path)).Json["items"]!.AsArray().Count;

    private Task<ApiAnswer> PatchAsync(string id, string body) =>
        api.Operator.SendAsync(HttpMethod.Patch, $"{AWebhook.Path}/{id}", new StringContent(body));
}
