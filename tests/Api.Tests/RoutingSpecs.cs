using Microsoft.AspNetCore.Routing;
using Microsoft.AspNetCore.Routing.Patterns;
using Microsoft.Extensions.DependencyInjection;
using Shouldly;
using Xunit;

namespace Settlement.Api.Tests;

public sealed class RoutingSpecs(ApiFixture api) : IClassFixture<ApiFixture>
{
    private const string Id = "9f1c0b7e-4d2a-4c8e-9b3f-1a2b3c4d5e6f";

    private ApiClient EveryToken =>
        new(api.Server)
        {
            AdminToken = ApiServer.AdminToken,
            BearerToken = ApiServer.AffiliatesToken,
        };

    public static TheoryData<string, string> Routes =>
        new()
        {
            { "/v1/referrals/payouts", "GET, HEAD, POST" },
            { $"/v1/referrals/payouts/{Id}", "GET, HEAD" },
            { $"/v1/referrals/payouts/{Id}/cancel", "POST" },
            { $"/v1/referrals/payouts/{Id}/retry", "POST" },
            { $"/v1/referrals/payouts/{Id}/events", "GET, HEAD" },
            { "/v1/referrals/payouts/options", "GET, HEAD" },
            { "/v1/referrals/payouts/export.csv", "GET, HEAD" },
            { "/v1/referrals/payouts/quote", "POST" },
            { "/v1/referrals/payouts/quote/", "POST" },
            { "/v1/referrals/payouts/stream", "GET, HEAD" },
            { $"/v1/referrals/payouts/{Id}/receipt", "GET, HEAD" },
            { "/v1/referrals/rewards", "GET, HEAD" },
            { "/v1/referrals/me", "GET, HEAD" },
            { "/v1/referrals/spend-on-invoice", "POST" },
            { "/v1/referrals/payout-addresses", "GET, HEAD, POST" },
            { $"/v1/referrals/payout-addresses/{Id}", "DELETE" },
            { $"/v1/admin/referrals/payout-addresses/{Id}/block", "POST" },
            { $"/v1/admin/referrals/payout-addresses/{Id}/unblock", "POST" },
            { "/v1/admin/referrals/invoices", "POST" },
            { $"/v1/admin/referrals/invoices/{Id}/close", "POST" },
            { $"/v1/admin/referrals/payouts/{Id}", "GET, HEAD" },
            { $"/v1/admin/referrals/payouts/{Id}/sent", "POST" },
            { $"/v1/admin/referrals/payouts/{Id}/failed", "POST" },
            { $"/v1/admin/referrals/payouts/{Id}/cancel", "POST" },
            { "/v1/admin/referrals/rewards", "POST" },
            { "/v1/admin/system/pause", "POST" },
            { "/v1/admin/system/resume", "POST" },
            { "/v1/admin/webhooks", "GET, HEAD, POST" },
            { $"/v1/admin/webhooks/{Id}", "DELETE, GET, HEAD, PATCH" },
            { $"/v1/admin/webhooks/{Id}/test", "POST" },
            { $"/v1/admin/webhooks/{Id}/rotate", "POST" },
            { $"/v1/admin/webhooks/{Id}/deliveries", "GET, HEAD" },
            { $"/v1/admin/webhooks/{Id}/deliveries/evt_1", "GET, HEAD" },
            { $"/v1/admin/webhooks/{Id}/deliveries/evt_1/redeliver", "POST" },
            { "/v1/commissions", "GET, HEAD, POST" },
            { "/v1/commissions/verify", "POST" },
            { $"/v1/commissions/{Id}/approve", "POST" },
            { $"/v1/commissions/{Id}/hold", "POST" },
            { $"/v1/commissions/{Id}/release", "POST" },
            { $"/v1/commissions/{Id}/reject", "POST" },
            { "/v1/affiliates/payees", "GET, HEAD, POST" },
            { "/v1/affiliates/tokens", "POST" },
            { "/v1/affiliates/me", "GET, HEAD" },
            { "/v1/affiliates/me/payouts", "GET, HEAD" },
            { $"/v1/commissions/{Id}/reverse", "POST" },
            { "/v1/payouts", "POST" },
            { $"/v1/payouts/{Id}", "GET, HEAD" },
            { "/v1/admin/payouts", "GET, HEAD" },
            { "/v1/admin/payouts/run-monthly", "POST" },
            { "/v1/admin/payouts/run-monthly/", "POST" },
            { "/v1/admin/payouts/bulk", "POST" },
            { "/V1/admin/payouts/Bulk", "POST" },
            { "/v1/admin/payouts/export.csv", "GET, HEAD" },
            { $"/v1/admin/payouts/{Id}", "GET, HEAD" },
            { $"/v1/admin/payouts/{Id}/pay", "POST" },
            { $"/v1/admin/payouts/{Id}/write-off", "POST" },
            { $"/v1/admin/payouts/{Id}/approve", "POST" },
            { $"/v1/admin/payouts/{Id}/unapprove", "POST" },
            { $"/v1/admin/payouts/{Id}/void", "POST" },
            { $"/v1/admin/payouts/{Id}/mark-paid", "POST" },
            { "/metrics", "GET, HEAD" },
            { "/health/live", "GET, HEAD" },
            { "/health/ready", "GET, HEAD" },
            { "/openapi/v1.json", "GET" },
        };

    [Theory]
    [MemberData(nameof(Routes))]
    public async Task Every_route_answers_other_methods_with_405_and_what_it_allows(
        string path,
        string allowed
    )
    {
        foreach (
            string method in new[] { "GET", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "FOO" }
        )
        {
            bool lacksAction =
                method == "POST"
                && path.StartsWith("/v1/admin/referrals/", StringComparison.Ordinal)
                && path.EndsWith(Id, StringComparison.Ordinal);
            if (allowed.Split(", ").Contains(method) || lacksAction)
                continue;
            ApiAnswer answer = await EveryToken.SendAsync(new HttpMethod(method), path);
            answer.ShouldBeError(405, "method_not_allowed");
            answer.Header("Allow").ShouldBe(allowed);
        }
    }

    [Fact]
    public async Task A_word_beside_an_id_takes_the_methods_of_its_own_route_only()
    {
        List<RouteEndpoint> routes = api
            .Server.Services.GetRequiredService<EndpointDataSource>()
            .Endpoints.OfType<RouteEndpoint>()
            .ToList();
        Dictionary<string, string[]> words = routes
            .Where(word => routes.Any(id => TakesForAnId(id.RoutePattern, word.RoutePattern)))
            .GroupBy(word => word.RoutePattern.RawText!)
            .ToDictionary(word => word.Key, word => word.SelectMany(Methods).Order().ToArray());
        words.Keys.ShouldContain("/v1/admin/payouts/run-monthly");
        words.Keys.ShouldContain("/v1/referrals/payouts/quote");

        foreach ((string word, string[] allowed) in words)
        {
            foreach (string method in s_methods.Except(allowed))
            {
                // Parameters before the word, if there are any, are ids.
                string path = string.Join(
                    '/',
                    word.Split('/').Select(part => part.StartsWith('{') ? Id : part)
                );
                ApiAnswer answer = await EveryToken.SendAsync(new HttpMethod(method), path);
                answer.ShouldBeError(405, "method_not_allowed");
                answer.Header("Allow").ShouldBe(string.Join(", ", allowed));
            }
        }
    }

    private static readonly string[] s_methods = ["GET", "POST", "PUT", "PATCH", "DELETE", "FOO"];

    private static IEnumerable<string> Methods(RouteEndpoint route) =>
        route.Metadata.GetMetadata<HttpMethodMetadata>()?.HttpMethods ?? [];

    private static bool TakesForAnId(RoutePattern id, RoutePattern word) =>
        id.PathSegments.Count == word.PathSegments.Count
        && id.PathSegments.Zip(word.PathSegments)
            .All(pair => !IsWord(pair.First) || Text(pair.First) == Text(pair.Second))
        && id.PathSegments.Zip(word.PathSegments)
            .Any(pair => !IsWord(pair.First) && IsWord(pair.Second));

    private static bool IsWord(RoutePatternPathSegment segment) => Text(segment) is not null;

    private static string? Text(RoutePatternPathSegment segment) =>
        segment.Parts is [RoutePatternLiteralPart part] ? part.Content : null;

    [Theory]
    [InlineData("/")]
    [InlineData("/v1")]
    [InlineData("/v2/referrals/payouts")]
    [InlineData("/v1/referrals")]
    [InlineData("/v1/referrals/payouts/a/b")]
    [InlineData("/v1/admin/referrals/payouts/a/cancelled")]
    [InlineData("/v1/admin/referrals/payouts/a/sent/b")]
    [InlineData("/v1/admin/payouts/a/paid")]
    public async Task Unknown_paths_are_not_found_as_json_for_every_method(string path)
    {
        foreach (string method in new[] { "GET", "POST", "DELETE" })
        {
            ApiAnswer answer = await EveryToken.SendAsync(new HttpMethod(method), path);
            answer.ShouldBeError(404, "not_found");
            answer.Header("Allow").ShouldBeNull();
        }
    }

    [Fact]
    public async Task A_path_with_a_null_character_is_refused_before_it_reaches_us()
    {
        // Kestrel answers it by itself and without a body, which no setting changes.
        string answer = await api.Server.RawAsync(
            "GET /v1/referrals/payouts/%00 HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"
        );

        answer.ShouldStartWith("HTTP/1.1 400 ");
    }

    [Theory]
    [InlineData($"/v1/admin/referrals/payouts/{Id}")]
    [InlineData($"/v1/admin/referrals/payouts/{Id}/")]
    [InlineData("/v1/admin/referrals/payouts/nonsense")]
    public async Task A_post_without_its_action_is_not_found(string path)
    {
        ApiAnswer answer = await api.Operator.PostAsync(path, "{}");

        answer.ShouldBeError(404, "not_found");
        answer.Header("Allow").ShouldBeNull();
    }

    [Fact]
    public async Task Head_answers_as_get_does_without_a_body()
    {
        ApiClient user = await api.UserWithAsync(50_000_000);
        Guid payout = await user.CreatePayoutAsync();
        string[] paths =
        [
            "/v1/referrals/payouts",
            $"/v1/referrals/payouts/{payout}",
            "/v1/referrals/me",
            "/health/live",
        ];

        foreach (string path in paths)
        {
            ApiAnswer get = await user.GetAsync(path);
            ApiAnswer head = await user.SendAsync(HttpMethod.Head, path);
            head.Status.ShouldBe(get.Status);
            head.Text.ShouldBe("");
            head.Header("Content-Length").ShouldBe(get.Header("Content-Length"));
        }
        ApiAnswer shown = await api.Operator.SendAsync(
            HttpMethod.Head,
            $"/v1/admin/referrals/payouts/{payout}"
        );
        ((int)shown.Status).ShouldBe(200);
    }

    [Theory]
    [InlineData("mine-7", true)]
    [InlineData("req_01ABC.x:y", true)]
    [InlineData("", false)]
    [InlineData("with space", false)]
    [InlineData("<script>", false)]
    public async Task A_harmless_request_id_is_echoed_and_any_other_replaced(
        string given,
        bool echoed
    )
    {
        ApiAnswer answer = await api.Anyone.GetAsync("/v1/referrals/me", ("X-Request-Id", given));

        string id = answer.Header("X-Request-Id")!;
        (id == given).ShouldBe(echoed);
        if (!echoed)
            id.ShouldMatch("^req_[0-9a-f]{32}$");
        ((string)answer.Json["request_id"]!).ShouldBe(id);
    }

    [Fact]
    public async Task A_request_id_that_is_too_long_or_repeated_is_replaced()
    {
        ApiAnswer tooLong = await api.Anyone.GetAsync(
            "/health/live",
            ("X-Request-Id", new string('a', 129))
        );
        ApiAnswer repeated = await api.Anyone.GetAsync(
            "/health/live",
            ("X-Request-Id", "a"),
            ("X-Request-Id", "b")
        );

        tooLong.Header("X-Request-Id")!.ShouldStartWith("req_");
        repeated.Header("X-Request-Id")!.ShouldStartWith("req_");
    }

    [Fact]
    public async Task Every_answer_forbids_storing_and_sniffing()
    {
        ApiClient user = await api.UserWithAsync(50_000_000);
        ApiAnswer[] answers =
        [
            await user.PostAsync("/v1/referrals/payouts", Given.CreateBody()),
            await user.GetAsync("/v1/referrals/payouts"),
            await api.Anyone.GetAsync("/v1/referrals/payouts"),
            await api.Anyone.GetAsync("/v1/admin/x"),
            await api.Anyone.GetAsync("/nothing"),
            await api.Anyone.SendAsync(HttpMethod.Delete, "/v1/referrals/payouts"),
            await api.Anyone.GetAsync("/health/ready"),
        ];

        foreach (ApiAnswer answer in answers)
        {
            answer.Header("Cache-Control").ShouldBe("no-store");
            answer.Header("X-Content-Type-Options").ShouldBe("nosniff");
            answer.Header("Content-Type").ShouldBe("application/json");
            answer.Header("Server").ShouldBeNull();
        }
    }
}
