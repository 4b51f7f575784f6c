using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Settlement.Api.OpenApi;
using Settlement.Payouts.Tokens;
using Shouldly;
using Xunit;

namespace Settlement.Api.Tests.Operators;

/// <summary>Named tokens of operators: what each opens, and what is kept of them.</summary>
public sealed class OperatorTokenSpecs(ApiFixture api) : IClassFixture<ApiFixture>
{
    private const string Tokens = "/v1/admin/tokens";
    private const string Pause = "/v1/admin/system/pause";
    private const string PauseBody = """{"scope":"polygon","reason":"r"}""";

    public static TheoryData<string, string, string> Routes =>
        new()
        {
            { "GET", "/v1/admin/referrals/payouts", Scopes.ReadReferrals },
            { "GET", "/v1/admin/referrals/payouts/summary", Scopes.ReadReferrals },
            { "GET", "/v1/admin/referrals/payouts/export.csv", Scopes.ReadReferrals },
            { "POST", "/v1/admin/referrals/payouts/bulk", Scopes.OperateReferrals },
            { "GET", "/v1/admin/referrals/payouts/{id}", Scopes.ReadReferrals },
            { "POST", "/v1/admin/referrals/payouts/{id}/sent", Scopes.OperateReferrals },
            { "POST", "/v1/admin/referrals/payouts/{id}/failed", Scopes.OperateReferrals },
            { "POST", "/v1/admin/referrals/payouts/{id}/cancel", Scopes.OperateReferrals },
            { "POST", "/v1/admin/referrals/payouts/{id}/hold", Scopes.OperateReferrals },
            { "POST", "/v1/admin/referrals/payouts/{id}/release", Scopes.OperateReferrals },
            { "POST", "/v1/admin/referrals/payouts/{id}/requeue", Scopes.OperateReferrals },
            { "POST", "/v1/admin/referrals/payouts/{id}/approve", Scopes.ApproveReferrals },
            { "POST", "/v1/admin/referrals/payouts/{id}/check", Scopes.OperateReferrals },
            { "POST", "/v1/admin/referrals/payouts/{id}/speed-up", Scopes.OperateReferrals },
            { "POST", "/v1/admin/chain-transactions/{id}/decide", Scopes.DecideTransactions },
            { "POST", "/v1/admin/referrals/rewards", Scopes.WriteRewards },
            { "POST", "/v1/admin/referrals/invoices", Scopes.WriteInvoices },
            { "POST", "/v1/admin/referrals/invoices/{id}/close", Scopes.WriteInvoices },
            { "POST", "/v1/admin/referrals/payout-addresses/{id}/block", Scopes.OperateReferrals },
            {
                "POST",
                "/v1/admin/referrals/payout-addresses/{id}/unblock",
                Scopes.OperateReferrals
            },
            { "POST", "/v1/admin/system/pause", Scopes.System },
            { "POST", "/v1/admin/system/resume", Scopes.System },
            { "GET", "/v1/admin/referrals/users/{user_id}", Scopes.ReadReferrals },
            { "GET", "/v1/admin/treasury", Scopes.ReadTreasury },
            { "POST", "/v1/admin/treasury/{network}/accept", Scopes.OperateTreasury },
            { "GET", "/v1/admin/reconciliation", Scopes.ReadTreasury },
            { "GET", "/v1/admin/webhooks", Scopes.Webhooks },
            { "POST", "/v1/admin/webhooks", Scopes.Webhooks },
            { "GET", "/v1/admin/webhooks/{id}", Scopes.Webhooks },
            { "PATCH", "/v1/admin/webhooks/{id}", Scopes.Webhooks },
            { "DELETE", "/v1/admin/webhooks/{id}", Scopes.Webhooks },
            { "POST", "/v1/admin/webhooks/{id}/test", Scopes.Webhooks },
            { "POST", "/v1/admin/webhooks/{id}/rotate", Scopes.Webhooks },
            { "GET", "/v1/admin/webhooks/{id}/deliveries", Scopes.Webhooks },
            { "GET", "/v1/admin/webhooks/{id}/deliveries/{delivery}", Scopes.Webhooks },
            { "POST", "/v1/admin/webhooks/{id}/deliveries/{delivery}/redeliver", Scopes.Webhooks },
            { "GET", "/v1/admin/audit", Scopes.ReadAudit },
            { "GET", "/v1/admin/tokens", Scopes.Tokens },
            { "POST", "/v1/admin/tokens", Scopes.Tokens },
            { "DELETE", "/v1/admin/tokens/{id}", Scopes.Tokens },
        };

    [Theory]
    [MemberData(nameof(Routes))]
    public async Task A_token_opens_what_its_scope_names_and_nothing_else(
        string method,
        string route,
        string scope
    )
    {
        string path = route
            .Replace("{id}", $"{Guid.NewGuid()}", StringComparison.Ordinal)
            .Replace("{user_id}", $"{Guid.NewGuid()}", StringComparison.Ordinal)
            .Replace("{network}", "solana", StringComparison.Ordinal);
        ApiClient with = await ClientAsync(scope);
        ApiClient without = await ClientAsync(Scopes.All.Where(s => s != scope).ToArray());

        ApiAnswer allowed = await with.SendAsync(new HttpMethod(method), path);
        ApiAnswer refused = await without.SendAsync(new HttpMethod(method), path);

        ((int)allowed.Status).ShouldNotBe(401);
        ((int)allowed.Status).ShouldNotBe(403);
        refused.ShouldBeError(403, "insufficient_scope");
        ((string)refused.Json["message"]!).ShouldContain(scope);
    }

    [Fact]
    public void Every_operators_route_is_in_the_table()
    {
        IEnumerable<(string, string)> routes = api
            .Server.Services.GetRequiredService<EndpointDataSource>()
            .Endpoints.OfType<RouteEndpoint>()
            .Where(e => e.Metadata.GetMetadata<Operation>()?.Caller is Caller.Operator)
            .Select(e =>
                (
                    e.Metadata.GetMetadata<HttpMethodMetadata>()!.HttpMethods[0],
                    e.RoutePattern.RawText!
                )
            );

        Routes.Select(row => ((string)row[0], (string)row[1])).ShouldBe(routes, ignoreOrder: true);
    }

    [Fact]
    public async Task The_secret_is_shown_once_and_never_stored()
    {
        ApiAnswer made = await MakeAsync("ann", Scopes.System);
        string secret = (string)made.Json["token"]!;
        ApiAnswer list = await api.Operator.GetAsync(Tokens);

        made.Names.ShouldBe(["id", "name", "scopes", "expires_in_days", "token"]);
        list.Text.ShouldNotContain(secret);
        JsonNode shown = list.Json["items"]!
            .AsArray()
            .Single(t => (string)t!["id"]! == (string)made.Json["id"]!)!;
        ((string)shown["name"]!).ShouldBe("ann");
        ((string)shown["created_by"]!).ShouldBe("operator");
        shown["last_used_at"].ShouldBeNull();
        (
            await Given.ScalarAsync<long>(
                api.Database,
                "SELECT count(*) FROM api_tokens t WHERE t::text LIKE '%' || $1 || '%'",
                secret
            )
        ).ShouldBe(0);
    }

    [Fact]
    public async Task A_key_makes_one_token_and_a_repetition_does_not_tell_the_secret_again()
    {
        (string, string) key = ("Idempotency-Key", $"{Guid.NewGuid()}");
        const string body = """{"name":"bea","scopes":["system"]}""";

        ApiAnswer first = await api.Operator.PostAsync(Tokens, body, key);
        ApiAnswer again = await api.Operator.PostAsync(Tokens, body, key);
        ApiAnswer other = await api.Operator.PostAsync(
            Tokens,
            """{"name":"bea","scopes":["audit:read"]}""",
            key
        );

        ((int)again.Status).ShouldBe(201);
        ((string)again.Json["id"]!).ShouldBe((string)first.Json["id"]!);
        again.Json["token"].ShouldBeNull();
        again.Header("Idempotent-Replayed").ShouldBe("true");
        other.ShouldBeError(422, "idempotency_key_reused");
    }

    [Fact]
    public async Task Of_requests_with_one_key_at_once_one_makes_a_token()
    {
        (string, string) key = ("Idempotency-Key", $"{Guid.NewGuid()}");

        ApiAnswer[] answers = await Task.WhenAll(
            Enumerable
                .Range(0, 10)
                .Select(_ =>
                    api.Operator.PostAsync(Tokens, """{"name":"cid","scopes":["system"]}""", key)
                )
        );

        answers.ShouldAllBe(a => (int)a.Status == 201);
        answers.Select(a => (string)a.Json["id"]!).Distinct().Count().ShouldBe(1);
        answers.Count(a => a.Json["token"] is not null).ShouldBe(1);
    }

    [Fact]
    public async Task A_named_token_is_taken_in_either_header_and_its_name_is_the_actor()
    {
        string secret = (string)(await MakeAsync("dora", Scopes.System)).Json["token"]!;

        ApiAnswer byHeader = await new ApiClient(api.Server) { AdminToken = secret }.PostAsync(
            Pause,
            $$"""{"scope":"polygon","reason":"{{Guid.NewGuid()}}"}""",
            ("X-Operator", "Somebody Else")
        );
        ApiAnswer byBearer = await new ApiClient(api.Server) { BearerToken = secret }.PostAsync(
            Pause,
            PauseBody
        );

        ((int)byBearer.Status).ShouldBe(200, byBearer.Text);
        ((string)byHeader.Json["pauses"]![0]!["paused_by"]!).ShouldBe("operator:dora");
    }

    [Fact]
    public async Task A_revoked_token_ends_at_once_and_stays_so()
    {
        ApiAnswer made = await MakeAsync("emil", Scopes.System);
        var client = new ApiClient(api.Server) { AdminToken = (string)made.Json["token"]! };
        ((int)(await client.PostAsync(Pause, PauseBody)).Status).ShouldBe(200);
        string path = $"{Tokens}/{(string)made.Json["id"]!}";

        ApiAnswer revoked = await api.Operator.SendAsync(HttpMethod.Delete, path);
        ApiAnswer again = await api.Operator.SendAsync(HttpMethod.Delete, path);

        revoked.ShouldBeOk();
        again.ShouldBeOk();
        (await client.PostAsync(Pause, PauseBody)).ShouldBeError(401, "admin_token_invalid");
        JsonNode shown = (await api.Operator.GetAsync(Tokens)).Json["items"]!
            .AsArray()
            .Single(t => (string)t!["id"]! == (string)made.Json["id"]!)!;
        shown["revoked_at"].ShouldNotBeNull();
        shown["last_used_at"].ShouldNotBeNull();
    }

    [Fact]
    public async Task A_token_gives_no_scope_that_it_lacks()
    {
        string secret = (string)
            (await MakeAsync("fritz", Scopes.Tokens, Scopes.System)).Json["token"]!;
        var client = new ApiClient(api.Server) { AdminToken = secret };

        ApiAnswer less = await client.PostAsync(Tokens, Body("gina", Scopes.System));
        ApiAnswer more = await client.PostAsync(
            Tokens,
            Body("gina", Scopes.System, Scopes.ApproveReferrals)
        );

        ((int)less.Status).ShouldBe(201, less.Text);
        more.ShouldBeError(403, "insufficient_scope");
    }

    [Fact]
    public async Task A_token_of_affiliates_alone_is_a_stranger_here()
    {
        ApiClient client = await ClientAsync([.. Scopes.OfAffiliates]);

        (await client.GetAsync("/v1/admin/nothing")).ShouldBeError(401, "admin_token_invalid");
        (await client.GetAsync("/v1/admin/audit")).ShouldBeError(401, "admin_token_invalid");
    }

    [Fact]
    public async Task Where_the_configured_token_is_unset_named_ones_open_nothing()
    {
        await using ApiServer server = await ApiServer.StartAsync(
            api.Database,
            ("Admin:Token", null)
        );
        string secret = (string)(await MakeAsync("hal", Scopes.System)).Json["token"]!;

        ApiAnswer answer = await new ApiClient(server) { AdminToken = secret }.GetAsync(
            "/v1/admin/audit"
        );

        answer.ShouldBeError(401, "admin_token_unset");
    }

    [Theory]
    [InlineData("""{"scopes":["system"]}""", "name")]
    [InlineData("""{"name":"","scopes":["system"]}""", "name")]
    [InlineData("""{"name":"x (unverified)","scopes":["system"]}""", "name")]
    [InlineData("""{"name":"Operator","scopes":["system"]}""", "name")]
    [InlineData("""{"name":"a\nb","scopes":["system"]}""", "name")]
    [InlineData("""{"name":"x"}""", "scopes")]
    [InlineData("""{"name":"x","scopes":[]}""", "scopes")]
    [InlineData("""{"name":"x","scopes":"system"}""", "scopes")]
    [InlineData("""{"name":"x","scopes":["everything"]}""", "scopes")]
    [InlineData("""{"name":"x","scopes":[7]}""", "scopes")]
    [InlineData("""{"name":"x","scopes":["system"],"expires_in_days":0}""", "expires_in_days")]
    [InlineData("""{"name":"x","scopes":["system"],"expires_in_days":3651}""", "expires_in_days")]
    [InlineData("""{"name":"x","scopes":["system"],"expires_in_days":"1"}""", "expires_in_days")]
    public async Task A_malformed_field_of_a_token_is_named(string body, string field)
    {
        ApiAnswer answer = await api.Operator.PostAsync(Tokens, body);

        answer.ShouldBeError(400, "invalid_args");
        ((string)answer.Json["field"]!).ShouldBe(field);
    }

    [Theory]
    [InlineData("9f1c0b7e-4d2a-4c8e-9b3f-1a2b3c4d5e6f")]
    [InlineData("x")]
    public async Task A_token_that_nobody_has_is_not_found(string id) =>
        (await api.Operator.SendAsync(HttpMethod.Delete, $"{Tokens}/{id}")).ShouldBeError(
            404,
            "token_not_found"
        );

    private Task<ApiAnswer> MakeAsync(string name, params string[] scopes) =>
        api.Operator.PostAsync(Tokens, Body(name, scopes));

    private static string Body(string name, params string[] scopes) =>
        new JsonObject
        {
            ["name"] = name,
            ["scopes"] = new JsonArray(scopes.Select(s => (JsonNode)s).ToArray()),
        }.ToJsonString();

    private async Task<ApiClient> ClientAsync(params string[] scopes) =>
        new(api.Server)
        {
            AdminToken = await new ApiTokens(api.Database.App).IssueAsync(
                $"t {Guid.NewGuid()}",
                scopes,
                TimeSpan.FromHours(1),
                default
            ),
        };
}
