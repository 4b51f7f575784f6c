using Settlement.Payouts.Sessions;
using Shouldly;
using Xunit;

namespace Settlement.Api.Tests;

public sealed class GateSpecs(ApiFixture api) : IClassFixture<ApiFixture>
{
    private const string Payouts = "/v1/referrals/payouts";

    public static TheoryData<string, string> AdminRequests =>
        new()
        {
            { "POST", "/v1/admin/referrals/payouts/9f1c0b7e-4d2a-4c8e-9b3f-1a2b3c4d5e6f/sent" },
            { "POST", "/v1/admin/referrals/payouts/9f1c0b7e-4d2a-4c8e-9b3f-1a2b3c4d5e6f/failed" },
            { "POST", "/v1/admin/referrals/payouts/9f1c0b7e-4d2a-4c8e-9b3f-1a2b3c4d5e6f/cancel" },
            { "POST", "/v1/admin/referrals/payouts/nonsense/failed" },
            { "GET", "/v1/admin/referrals/payouts/9f1c0b7e-4d2a-4c8e-9b3f-1a2b3c4d5e6f" },
            { "POST", "/v1/admin/referrals/payouts/9f1c0b7e-4d2a-4c8e-9b3f-1a2b3c4d5e6f" },
            { "POST", "/v1/admin/referrals/rewards" },
            { "POST", "/v1/admin/system/pause" },
            { "POST", "/v1/admin/system/resume" },
            { "DELETE", "/v1/admin/system/resume" },
            { "GET", "/v1/admin/webhooks" },
            { "POST", "/v1/admin/webhooks" },
            { "GET", "/v1/admin/webhooks/9f1c0b7e-4d2a-4c8e-9b3f-1a2b3c4d5e6f" },
            { "PATCH", "/v1/admin/webhooks/9f1c0b7e-4d2a-4c8e-9b3f-1a2b3c4d5e6f" },
            { "DELETE", "/v1/admin/webhooks/9f1c0b7e-4d2a-4c8e-9b3f-1a2b3c4d5e6f" },
            { "POST", "/v1/admin/webhooks/9f1c0b7e-4d2a-4c8e-9b3f-1a2b3c4d5e6f/test" },
            { "POST", "/v1/admin/webhooks/9f1c0b7e-4d2a-4c8e-9b3f-1a2b3c4d5e6f/rotate" },
            { "GET", "/v1/admin/webhooks/9f1c0b7e-4d2a-4c8e-9b3f-1a2b3c4d5e6f/deliveries" },
            { "GET", "/v1/admin/no/such/route" },
            { "GET", "/V1/Admin/No/Such/Route" },
            { "GET", "/v1/admin" },
        };

    [Theory]
    [MemberData(nameof(AdminRequests))]
    public async Task Everything_for_operators_is_closed_without_the_right_token_before_all_else(
        string method,
        string path
    )
    {
        foreach (
            string? token in new[]
            {
                null,
                "",
                "wrong",
                "test-admin-toke",
                "TEST-ADMIN-TOKEN",
                "test-admin-token2",
            }
        )
        {
            ApiAnswer answer = await new ApiClient(api.Server) { AdminToken = token }.SendAsync(
                new HttpMethod(method),
                path,
                new StringContent("{")
            );
            answer.ShouldBeError(401, "admin_token_invalid");
        }
    }

    [Fact]
    public async Task A_repeated_token_is_invalid_even_when_both_are_right()
    {
        string answer = await api.Server.RawAsync(
            $"GET /v1/admin/nothing HTTP/1.1\r\nHost: x\r\nX-Admin-Token: {ApiServer.AdminToken}\r\nX-Admin-Token: {ApiServer.AdminToken}\r\n\r\n"
        );

        answer.ShouldStartWith("HTTP/1.1 401");
        answer.ShouldContain("admin_token_invalid");
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("   ")]
    [InlineData("\t\n")]
    public async Task An_empty_token_in_the_configuration_closes_everything(string? configured)
    {
        await using ApiServer server = await ApiServer.StartAsync(
            api.Database,
            ("Admin:Token", configured)
        );

        foreach (string? token in new[] { null, "", configured, "x" })
        {
            var client = new ApiClient(server) { AdminToken = token?.Trim() };
            (await client.PostAsync("/v1/admin/system/pause", "{}")).ShouldBeError(
                401,
                "admin_token_unset"
            );
            (await client.GetAsync("/v1/admin/no/such/route")).ShouldBeError(
                401,
                "admin_token_unset"
            );
        }
    }

    [Fact]
    public async Task The_token_may_be_in_a_file()
    {
        string file = Path.GetTempFileName();
        await File.WriteAllTextAsync(file, "from-a-file\n");
        await using ApiServer server = await ApiServer.StartAsync(
            api.Database,
            ("Admin:Token", null),
            ("Admin:TokenFile", file)
        );
        File.Delete(file);

        ApiAnswer answer = await new ApiClient(server) { AdminToken = "from-a-file" }.GetAsync(
            "/v1/admin/nothing"
        );

        answer.ShouldBeError(404, "not_found");
    }

    [Fact]
    public async Task A_session_does_not_open_operators_routes_nor_a_token_users_routes()
    {
        ApiClient user = await api.UserWithAsync(0);

        (await user.PostAsync("/v1/admin/system/pause", "{}")).ShouldBeError(
            401,
            "admin_token_invalid"
        );
        (await api.Operator.GetAsync(Payouts)).ShouldBeError(401, "unauthenticated");
    }

    [Theory]
    [InlineData("")]
    [InlineData("short")]
    [InlineData("0123456789012345678901234567890123456789012")]
    [InlineData("' OR 1=1 --  ' OR 1=1 --  ' OR 1=1 --")]
    public async Task An_unknown_session_is_none(string token)
    {
        (await new ApiClient(api.Server) { Session = token }.GetAsync(Payouts)).ShouldBeError(
            401,
            "unauthenticated"
        );
        (await new ApiClient(api.Server) { Session = token }.PostAsync(Payouts, "{")).ShouldBeError(
            401,
            "unauthenticated"
        );
    }

    [Fact]
    public async Task A_revoked_session_ends_at_once()
    {
        ApiClient user = await api.UserWithAsync(0);
        ((int)(await user.GetAsync(Payouts)).Status).ShouldBe(200);

        await new UserSessions(api.Database.App).RevokeAsync(user.Session!, default);

        (await user.GetAsync(Payouts)).ShouldBeError(401, "unauthenticated");
    }

    [Fact]
    public async Task An_expired_session_is_none()
    {
        string token = await new UserSessions(api.Database.App).StartAsync(
            Guid.NewGuid(),
            TimeSpan.FromMilliseconds(1),
            default
        );

        // The database's clock has moved on by the time that the next statement runs.
        (await new ApiClient(api.Server) { Session = token }.GetAsync(Payouts)).ShouldBeError(
            401,
            "unauthenticated"
        );
    }

    [Fact]
    public async Task Only_the_hash_of_a_session_is_stored()
    {
        ApiClient user = await api.UserWithAsync(0);

        string row = await Given.ScalarAsync<string>(
            api.Database,
            "SELECT s::text FROM sessions s WHERE user_id = $1",
            user.UserId
        );

        row.ShouldNotContain(user.Session!);
        user.Session!.Length.ShouldBe(43);
    }

    [Fact]
    public async Task The_cookies_name_is_configurable()
    {
        await using ApiServer server = await ApiServer.StartAsync(
            api.Database,
            ("Sessions:CookieName", "sid")
        );
        ApiClient user = await api.UserWithAsync(0);

        ApiAnswer other = await new ApiClient(server) { Session = user.Session }.GetAsync(Payouts);
        ApiAnswer named = await new ApiClient(server)
        {
            Session = user.Session,
            CookieName = "sid",
        }.GetAsync(Payouts);

        other.ShouldBeError(401, "unauthenticated");
        ((int)named.Status).ShouldBe(200);
    }

    [Theory]
    [InlineData(null, null, true)]
    [InlineData(null, "same-origin", true)]
    [InlineData(null, "none", true)]
    [InlineData(null, "same-site", false)]
    [InlineData(null, "cross-site", false)]
    [InlineData(null, "nonsense", false)]
    [InlineData("own", null, true)]
    [InlineData("own", "same-origin", true)]
    [InlineData("own", "same-site", false)]
    [InlineData("own", "cross-site", false)]
    [InlineData("https://console.example", null, true)]
    [InlineData("https://console.example", "same-origin", true)]
    [InlineData("https://console.example", "same-site", true)]
    [InlineData("https://console.example", "cross-site", false)]
    [InlineData("https://console.example.evil", null, false)]
    [InlineData("http://console.example", null, false)]
    [InlineData("https://console.example:8443", null, false)]
    [InlineData("https://evil.example", null, false)]
    [InlineData("https://evil.example", "same-origin", false)]
    [InlineData("null", null, false)]
    [InlineData("", null, false)]
    public async Task Unsafe_requests_of_other_sites_are_refused(
        string? origin,
        string? site,
        bool passes
    )
    {
        await using ApiServer server = await ApiServer.StartAsync(
            api.Database,
            ("Sessions:AllowedOrigins:0", "https://console.example")
        );
        ApiClient user = await Given.UserAsync(server, 0);
        var headers = new List<(string, string)>();
        if (origin is not null)
        {
            headers.Add(
                (
                    "Origin",
                    origin == "own" ? server.Address.GetLeftPart(UriPartial.Authority) : origin
                )
            );
        }

        if (site is not null)
            headers.Add(("Sec-Fetch-Site", site));

        ApiAnswer post = await user.PostAsync(Payouts, Given.CreateBody(), [.. headers]);
        ApiAnswer get = await user.GetAsync(Payouts, [.. headers]);

        post.Tag.ShouldBe(passes ? "balance_insufficient" : "origin_forbidden", post.Text);
        if (!passes)
            post.ShouldBeError(403, "origin_forbidden");
        ((int)get.Status).ShouldBe(200);
    }

    [Theory]
    [InlineData(null, null, false)]
    [InlineData("a", null, false)]
    [InlineData(null, "a", false)]
    [InlineData("a", "b", false)]
    [InlineData("a", "a", true)]
    public async Task Where_it_is_required_the_csrf_cookie_must_be_repeated(
        string? cookie,
        string? header,
        bool passes
    )
    {
        await using ApiServer server = await ApiServer.StartAsync(
            api.Database,
            ("Sessions:RequireCsrfToken", "true")
        );
        ApiClient user = await Given.UserAsync(server, 0);
        var client = new ApiClient(server)
        {
            Session = cookie is null ? user.Session : $"{user.Session}; nl_csrf={cookie}",
        };
        (string, string)[] headers = header is null ? [] : [("X-CSRF-Token", header)];

        ApiAnswer answer = await client.PostAsync(Payouts, Given.CreateBody(), headers);

        answer.Tag.ShouldBe(passes ? "balance_insufficient" : "csrf_token_invalid");
    }
}
