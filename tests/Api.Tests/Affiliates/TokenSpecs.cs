using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Settlement.Api.OpenApi;
using Settlement.Payouts.Tokens;
using Shouldly;
using Xunit;

namespace Settlement.Api.Tests.Affiliates;

public sealed class TokenSpecs(ApiFixture api) : IClassFixture<ApiFixture>
{
    public const string Id = "9f1c0b7e-4d2a-4c8e-9b3f-1a2b3c4d5e6f";

    public static TheoryData<string, string, string> Requests =>
        new()
        {
            { "POST", "/v1/commissions", Scopes.WriteCommissions },
            { "POST", $"/v1/commissions/{Id}/reverse", Scopes.WriteCommissions },
            { "POST", "/v1/payouts", Scopes.WritePayouts },
            { "GET", $"/v1/payouts/{Id}", Scopes.ReadPayouts },
            { "GET", "/v1/admin/payouts", Scopes.AdminPayouts },
            { "POST", "/v1/admin/payouts/run-monthly", Scopes.AdminPayouts },
            { "POST", $"/v1/admin/payouts/{Id}/approve", Scopes.AdminPayouts },
            { "POST", $"/v1/admin/payouts/{Id}/unapprove", Scopes.AdminPayouts },
            { "POST", $"/v1/admin/payouts/{Id}/void", Scopes.AdminPayouts },
            { "POST", $"/v1/admin/payouts/{Id}/mark-paid", Scopes.AdminPayouts },
            { "GET", "/v1/commissions", Scopes.ReadPayouts },
            { "POST", "/v1/commissions/verify", Scopes.ReadPayouts },
            { "POST", $"/v1/commissions/{Id}/approve", Scopes.AdminPayouts },
            { "POST", $"/v1/commissions/{Id}/hold", Scopes.AdminPayouts },
            { "POST", $"/v1/commissions/{Id}/release", Scopes.AdminPayouts },
            { "POST", $"/v1/commissions/{Id}/reject", Scopes.AdminPayouts },
            { "GET", $"/v1/admin/payouts/{Id}", Scopes.AdminPayouts },
            { "POST", $"/v1/admin/payouts/{Id}/write-off", Scopes.AdminPayouts },
            { "POST", $"/v1/admin/payouts/{Id}/pay", Scopes.AdminPayouts },
            { "POST", "/v1/admin/payouts/bulk", Scopes.AdminPayouts },
            { "GET", "/v1/admin/payouts/export.csv", Scopes.AdminPayouts },
            { "POST", "/v1/affiliates/payees", Scopes.AdminPayouts },
            { "GET", "/v1/affiliates/payees", Scopes.AdminPayouts },
            { "POST", "/v1/affiliates/tokens", Scopes.AdminPayouts },
        };

    [Fact]
    public void Every_route_of_affiliates_is_in_the_matrix()
    {
        IEnumerable<string> routes = api
            .Server.Services.GetRequiredService<EndpointDataSource>()
            .Endpoints.OfType<RouteEndpoint>()
            .Select(e => (Route: e, Told: e.Metadata.GetMetadata<Operation>()))
            .Where(e => e.Told?.Caller is Caller.Affiliates && Scopes.All.Contains(e.Told.Scope))
            .Select(e =>
                $"{e.Route.Metadata.GetMetadata<HttpMethodMetadata>()!.HttpMethods[0]} {e.Route.RoutePattern.RawText} {e.Told!.Scope}"
            );

        Requests
            .Select(row =>
                $"{row[0]} {((string)row[1]).Replace(Id, "{id}", StringComparison.Ordinal)} {row[2]}"
            )
            .ShouldBe(routes, ignoreOrder: true);
    }

    [Theory]
    [MemberData(nameof(Requests))]
    public async Task Without_a_valid_token_every_route_is_closed(
        string method,
        string path,
        string _
    )
    {
        string[] headers =
        [
            "",
            "Bearer",
            "Bearer ",
            "Bearer wrong",
            $"Basic {ApiServer.AffiliatesToken}",
            ApiServer.AffiliatesToken,
            $"Bearer {ApiServer.AdminToken}",
            $"Bearer {ApiServer.AffiliatesToken}x",
        ];

        foreach (string header in headers)
        {
            ApiAnswer answer = await api.Operator.SendAsync(
                new HttpMethod(method),
                path,
                new StringContent("{"),
                ("Authorization", header)
            );
            answer.ShouldBeError(401, "unauthenticated");
            answer.Header("WWW-Authenticate")!.ShouldStartWith("Bearer ");
        }
    }

    [Theory]
    [MemberData(nameof(Requests))]
    public async Task A_token_opens_what_its_scope_names_and_nothing_else(
        string method,
        string path,
        string scope
    )
    {
        ApiClient with = await ClientAsync(scope);
        ApiClient without = await ClientAsync(Scopes.All.Where(s => s != scope).ToArray());

        ApiAnswer allowed = await with.SendAsync(new HttpMethod(method), path);
        ApiAnswer refused = await without.SendAsync(new HttpMethod(method), path);

        ((int)allowed.Status).ShouldNotBe(401);
        ((int)allowed.Status).ShouldNotBe(403);
        refused.ShouldBeError(403, "insufficient_scope");
        refused.Header("WWW-Authenticate")!.ShouldContain(scope);
    }

    [Fact]
    public async Task The_token_of_affiliates_opens_nothing_of_the_operators()
    {
        ApiAnswer answer = await api.Affiliates.PostAsync("/v1/admin/system/pause", "{}");

        answer.ShouldBeError(401, "admin_token_invalid");
    }

    [Fact]
    public async Task The_scheme_is_read_in_any_case_and_a_path_too()
    {
        ApiAnswer lower = await api.Anyone.GetAsync(
            "/v1/admin/payouts",
            ("Authorization", $"bearer {ApiServer.AffiliatesToken}")
        );

        ((int)lower.Status).ShouldBe(200);
        (await api.Anyone.GetAsync("/V1/Admin/Payouts")).ShouldBeError(401, "unauthenticated");
    }

    [Fact]
    public async Task A_revoked_or_expired_token_ends_at_once()
    {
        var tokens = new ApiTokens(api.Database.App);
        string revoked = await tokens.IssueAsync(
            "a",
            [.. Scopes.All],
            TimeSpan.FromHours(1),
            default
        );
        string expired = await tokens.IssueAsync(
            "b",
            [.. Scopes.All],
            TimeSpan.FromMilliseconds(1),
            default
        );
        var client = new ApiClient(api.Server) { BearerToken = revoked };
        ((int)(await client.GetAsync("/v1/admin/payouts")).Status).ShouldBe(200);

        await tokens.RevokeAsync(revoked, default);

        (await client.GetAsync("/v1/admin/payouts")).ShouldBeError(401, "unauthenticated");
        (
            await new ApiClient(api.Server) { BearerToken = expired }.GetAsync("/v1/admin/payouts")
        ).ShouldBeError(401, "unauthenticated");
    }

    [Fact]
    public async Task A_token_gives_its_name_to_what_it_approves_and_remembers_its_use()
    {
        var affiliate = new AnAffiliate(await ClientAsync([.. Scopes.All]));
        await affiliate.EarnsAsync(100, 3);

        string id = await affiliate.ApprovedAsync(3);

        ((string)(await affiliate.ReadAsync(id))["approved_by"]!).ShouldStartWith("finance ");
        (
            await Given.ScalarAsync<bool>(
                api.Database,
                "SELECT last_used_at IS NOT NULL FROM api_tokens WHERE name = $1",
                (string)(await affiliate.ReadAsync(id))["approved_by"]!
            )
        ).ShouldBeTrue();
    }

    [Fact]
    public async Task Without_a_configured_token_an_empty_one_opens_nothing()
    {
        await using ApiServer server = await ApiServer.StartAsync(
            api.Database,
            ("Affiliates:Token", " ")
        );

        foreach (string token in new[] { "", " ", ApiServer.AffiliatesToken })
        {
            var client = new ApiClient(server) { BearerToken = token };
            (await client.GetAsync("/v1/admin/payouts")).ShouldBeError(401, "unauthenticated");
        }
    }

    private async Task<ApiClient> ClientAsync(params string[] scopes)
    {
        string token = await new ApiTokens(api.Database.App).IssueAsync(
            $"finance {Guid.NewGuid()}",
            scopes,
            TimeSpan.FromHours(1),
            default
        );
        return new ApiClient(api.Server) { BearerToken = token };
    }
}
