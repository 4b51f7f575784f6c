using System.Text.Json.Nodes;
using Npgsql;
using Settlement.Api.Http;
using Shouldly;
using Xunit;

namespace Settlement.Api.Tests;

/// <summary>Every error, as RFC 9457 has it, for who asks for it and for nobody else.</summary>
public sealed class ProblemSpecs(ApiFixture api) : IClassFixture<ApiFixture>
{
    private const string Problem = "application/problem+json";
    private static readonly (string, string) s_accept = ("Accept", Problem);

    public static TheoryData<string, string, string?, int, string> Errors =>
        new()
        {
            // method, path, body, status, error: asked by a user without money who also shows the other tokens
            { "GET", "/nothing", null, 404, "not_found" },
            { "DELETE", "/v1/referrals/payouts", null, 405, "method_not_allowed" },
            { "GET", "/v1/referrals/payouts/quote", null, 405, "method_not_allowed" },
            { "POST", "/v1/referrals/payouts", "{", 400, "invalid_json" },
            { "POST", "/v1/referrals/payouts", "{}", 400, "invalid_args" },
            { "GET", "/v1/referrals/payouts/x", null, 400, "invalid_payout_id" },
            {
                "POST",
                "/v1/admin/referrals/payouts/00000000-0000-0000-0000-000000000000/failed",
                "{}",
                404,
                "payout_not_found"
            },
            { "POST", "/v1/admin/referrals/payouts/x", "{}", 404, "not_found" },
            { "POST", "/v1/commissions", "[]", 400, "validation_error" },
        };

    [Theory]
    [MemberData(nameof(Errors))]
    public async Task Whoever_asks_for_it_gets_it(
        string method,
        string path,
        string? body,
        int status,
        string error
    )
    {
        ApiClient user = await EveryTokenAsync();

        ApiAnswer problem = await AskAsync(user, method, path, body, s_accept);
        ApiAnswer plain = await AskAsync(user, method, path, body);

        plain.ShouldBeError(status, error);
        ShouldBeProblem(problem, status, error);
        ((string)problem.Json["instance"]!).ShouldBe(path);
        ((string?)problem.Json["field"]).ShouldBe((string?)plain.Json["field"]);
        ((string)problem.Json["detail"]!).ShouldBe((string)plain.Json["message"]!);
        problem.Header("Allow").ShouldBe(plain.Header("Allow"));
    }

    [Theory]
    [InlineData("/v1/referrals/me", "unauthenticated")]
    [InlineData("/v1/admin/referrals/payouts", "admin_token_invalid")]
    [InlineData("/v1/payouts/x", "unauthenticated")]
    public async Task A_stranger_gets_it_too(string path, string error)
    {
        ApiAnswer answer = await api.Anyone.GetAsync(path, s_accept);

        ShouldBeProblem(answer, 401, error);
        answer.Header("WWW-Authenticate").ShouldNotBeNullOrEmpty();
    }

    [Fact]
    public async Task An_unexpected_error_is_one_as_well()
    {
        string missing = new NpgsqlConnectionStringBuilder(api.Database.AppConnectionString)
        {
            Database = "nobody_made_it",
        }.ConnectionString;
        await using var app = ApiServer.Build(ApiServer.Settings(missing));
        await app.StartAsync();
        await using var server = new ApiServer(app, api.Database);
        ApiClient user = await api.UserWithAsync(0);

        ApiAnswer answer = await new ApiClient(server) { Session = user.Session }.GetAsync(
            "/v1/referrals/me",
            s_accept
        );

        ShouldBeProblem(answer, 500, "internal");
    }

    [Fact]
    public async Task Extras_keep_their_names_but_for_the_payouts_status()
    {
        ApiClient user = await api.UserWithAsync(25_000_000);
        Guid id = await user.CreatePayoutAsync();
        await user.PostAsync($"/v1/referrals/payouts/{id}/cancel");

        ApiAnswer cancelled = await user.PostAsync(
            $"/v1/referrals/payouts/{id}/cancel",
            "{}",
            s_accept
        );
        ApiAnswer poor = await user.PostAsync(
            "/v1/referrals/payouts",
            Given.CreateBody(90_000_000),
            s_accept
        );

        cancelled.Names.ShouldBe([
            "type",
            "title",
            "status",
            "detail",
            "instance",
            "error",
            "request_id",
            "payout_status",
        ]);
        ((int)cancelled.Json["status"]!).ShouldBe(409);
        ((string)cancelled.Json["payout_status"]!).ShouldBe("cancelled");
        ((long)poor.Json["available_micro"]!).ShouldBe(25_000_000);
    }

    [Theory]
    [InlineData("application/problem+json", true)]
    [InlineData("Application/Problem+JSON", true)]
    [InlineData("text/html, application/problem+json;q=0.5", true)]
    [InlineData("application/json, application/problem+json", true)]
    [InlineData("application/json;q=0.2, application/problem+json;q=0.4", true)]
    [InlineData("application/json, application/problem+json;q=0.9", false)]
    [InlineData("application/problem+json;q=0", false)]
    [InlineData("application/json", false)]
    [InlineData("application/*", false)]
    [InlineData("*/*", false)]
    [InlineData("application/problem+xml", false)]
    [InlineData("nonsense", false)]
    [InlineData("", false)]
    public async Task Only_who_names_it_gets_it(string accept, bool isProblem)
    {
        ApiAnswer answer = await api.Anyone.GetAsync("/nothing", ("Accept", accept));

        answer.Header("Content-Type").ShouldBe(isProblem ? Problem : "application/json");
    }

    [Fact]
    public async Task A_success_is_what_it_was()
    {
        ApiClient user = await api.UserWithAsync(0);

        ApiAnswer answer = await user.GetAsync("/v1/referrals/payouts", s_accept);

        answer.Text.ShouldBe("""{"items":[]}""");
        answer.Header("Content-Type").ShouldBe("application/json");
    }

    [Fact]
    public async Task Its_type_leads_to_where_it_is_explained()
    {
        ApiAnswer answer = await api.Anyone.GetAsync("/nothing", s_accept);
        string[] type = ((string)answer.Json["type"]!).Split('#');

        ApiAnswer page = await api.Anyone.GetAsync(type[0]);

        ((int)page.Status).ShouldBe(200);
        page.Header("Content-Type").ShouldBe("text/html; charset=utf-8");
        page.Header("Content-Security-Policy")!.ShouldStartWith("default-src 'none'");
        foreach (ErrorEntry error in ErrorCatalogue.All)
            page.Text.ShouldContain($"id=\"{error.Tag}\"");
        page.Text.ShouldContain($"id=\"{type[1]}\"");
    }

    [Fact]
    public async Task A_document_elsewhere_can_be_named()
    {
        await using ApiServer server = await ApiServer.StartAsync(
            api.Database,
            ("Operations:ErrorDocsUrl", "https://docs.example/errors/{tag}")
        );

        ApiAnswer answer = await new ApiClient(server).GetAsync("/nothing", s_accept);

        ((string)answer.Json["type"]!).ShouldBe("https://docs.example/errors/not_found");
    }

    private static void ShouldBeProblem(ApiAnswer answer, int status, string error)
    {
        ((int)answer.Status).ShouldBe(status, answer.Text);
        answer.Header("Content-Type").ShouldBe(Problem);
        JsonNode json = answer.Json;
        answer
            .Names.Take(7)
            .ShouldBe(["type", "title", "status", "detail", "instance", "error", "request_id"]);
        ((string)json["type"]!).ShouldBe($"/docs/errors#{error}");
        ((string)json["title"]!).ShouldNotBeNullOrWhiteSpace();
        ((int)json["status"]!).ShouldBe(status);
        ((string)json["error"]!).ShouldBe(error);
        ((string)json["request_id"]!).ShouldBe(answer.Header("X-Request-Id"));
    }

    private async Task<ApiClient> EveryTokenAsync()
    {
        ApiClient user = await api.UserWithAsync(0);
        return new ApiClient(api.Server)
        {
            UserId = user.UserId,
            Session = user.Session,
            AdminToken = ApiServer.AdminToken,
            BearerToken = ApiServer.AffiliatesToken,
        };
    }

    private static Task<ApiAnswer> AskAsync(
        ApiClient client,
        string method,
        string path,
        string? body,
        params (string, string)[] headers
    ) =>
        client.SendAsync(
            new HttpMethod(method),
            path,
            body is null ? null : new StringContent(body),
            headers
        );
}
