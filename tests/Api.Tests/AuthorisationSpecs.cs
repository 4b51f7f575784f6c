using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Settlement.Api.OpenApi;
using Shouldly;
using Xunit;

namespace Settlement.Api.Tests;

/// <summary>Who may do what around a user's payout: nobody, another user, its user, an operator. Rows are asked in their order,
/// each of a requested payout of its own; empty stands for success.</summary>
public sealed class AuthorisationSpecs(ApiFixture api) : IClassFixture<ApiFixture>
{
    private const string Closed = "unauthenticated";
    private const string NoToken = "admin_token_invalid";
    private const string Hidden = "payout_not_found";
    private const string Gone = "address_not_found";
    private const string Unknown = "invoice_not_eligible";
    private const string Idle = "payout_not_actionable";
    private const string Payout = "/v1/referrals/payouts/{id}";
    private const string AdminPayout = "/v1/admin/referrals/payouts/{id}";

    public static TheoryData<string, string, string, string, string, string> Matrix =>
        new()
        {
            // method, route, anonymous, another user, its user, operator
            { "GET", "/v1/referrals/me", Closed, "", "", Closed },
            { "GET", "/v1/referrals/payouts", Closed, "", "", Closed },
            { "POST", "/v1/referrals/payouts", Closed, "balance_insufficient", "", Closed },
            { "GET", Payout, Closed, Hidden, "", Closed },
            { "POST", $"{Payout}/cancel", Closed, Hidden, "", Closed },
            { "POST", $"{Payout}/retry", Closed, Hidden, "payout_not_retryable", Closed },
            { "GET", $"{Payout}/events", Closed, Hidden, "", Closed },
            { "GET", "/v1/referrals/payouts/options", Closed, "", "", Closed },
            { "GET", "/v1/referrals/payouts/export.csv", Closed, "", "", Closed },
            { "POST", "/v1/referrals/payouts/quote", Closed, "balance_insufficient", "", Closed },
            { "GET", "/v1/referrals/rewards", Closed, "", "", Closed },
            { "GET", $"{Payout}/receipt", Closed, Hidden, "payout_not_sent", Closed },
            { "GET", "/v1/referrals/payouts/stream", Closed, "", "", Closed },
            { "GET", "/v1/referrals/payout-addresses", Closed, "", "", Closed },
            { "POST", "/v1/referrals/payout-addresses", Closed, "", "", Closed },
            { "DELETE", "/v1/referrals/payout-addresses/{id}", Closed, Gone, Gone, Closed },
            { "POST", "/v1/referrals/spend-on-invoice", Closed, Unknown, Unknown, Closed },
            { "GET", AdminPayout, NoToken, NoToken, NoToken, "" },
            { "POST", $"{AdminPayout}/sent", NoToken, NoToken, NoToken, "" },
            { "POST", $"{AdminPayout}/failed", NoToken, NoToken, NoToken, "" },
            { "POST", $"{AdminPayout}/cancel", NoToken, NoToken, NoToken, "" },
            { "POST", $"{AdminPayout}/hold", NoToken, NoToken, NoToken, "" },
            { "POST", $"{AdminPayout}/release", NoToken, NoToken, NoToken, Idle },
            { "POST", $"{AdminPayout}/requeue", NoToken, NoToken, NoToken, "" },
            {
                "POST",
                $"{AdminPayout}/approve",
                NoToken,
                NoToken,
                NoToken,
                "approval_not_required"
            },
            { "POST", $"{AdminPayout}/check", NoToken, NoToken, NoToken, "" },
            {
                "POST",
                $"{AdminPayout}/speed-up",
                NoToken,
                NoToken,
                NoToken,
                "payout_not_actionable"
            },
        };

    [Theory]
    [MemberData(nameof(Matrix))]
    public async Task Everyone_may_do_what_the_matrix_says(
        string method,
        string route,
        string anonymous,
        string another,
        string its,
        string byOperator
    )
    {
        ApiClient owner = await api.UserWithAsync(100_000_000);
        Guid id = await owner.CreatePayoutAsync();
        (ApiClient Client, string Expected)[] callers =
        [
            (api.Anyone, anonymous),
            (await api.UserWithAsync(0), another),
            (api.Operator, byOperator),
            (owner, its),
        ];

        foreach ((ApiClient client, string expected) in callers)
        {
            ApiAnswer answer = await AskAsync(client, method, route, id);
            if (expected.Length > 0)
                answer.Tag.ShouldBe(expected, answer.Text);
            else
                ((int)answer.Status).ShouldBeInRange(200, 202, answer.Text);
        }
    }

    [Fact]
    public void Every_route_around_payouts_is_in_the_matrix()
    {
        IEnumerable<(string, string)> routes = api
            .Server.Services.GetRequiredService<EndpointDataSource>()
            .Endpoints.OfType<RouteEndpoint>()
            .Where(e =>
                e.Metadata.GetMetadata<Operation>() is { } told
                && (
                    told.Caller is Caller.User
                    || e.RoutePattern.RawText!.StartsWith(AdminPayout, StringComparison.Ordinal)
                )
            )
            .Select(e =>
                (
                    e.Metadata.GetMetadata<HttpMethodMetadata>()!.HttpMethods[0],
                    e.RoutePattern.RawText!
                )
            );

        Matrix.Select(row => ((string)row[0], (string)row[1])).ShouldBe(routes, ignoreOrder: true);
    }

    private static Task<ApiAnswer> AskAsync(
        ApiClient client,
        string method,
        string route,
        Guid id
    ) =>
        (method, route.Split('/')[^1]) switch
        {
            // Without a body: a stream that is let through has no end.
            ("GET", "stream") when client.Session is not null => client.SendAsync(
                HttpMethod.Head,
                route
            ),
            ("GET", _) => client.GetAsync(PathOf(route, id)),
            ("DELETE", _) => client.SendAsync(HttpMethod.Delete, PathOf(route, id)),
            (_, "payout-addresses") => client.PostAsync(PathOf(route, id), AddressSpecs.Body()),
            (_, "sent") => client.PostAsync(PathOf(route, id), """{"tx_hash":"h"}"""),
            (_, "spend-on-invoice") => client.PostAsync(PathOf(route, id), SpendSpecs.Body("i", 5)),
            (_, "payouts" or "quote") => client.PostAsync(PathOf(route, id), Given.CreateBody()),
            (_, "hold") => client.PostAsync(PathOf(route, id), """{"reason":"r"}"""),
            _ => client.PostAsync(PathOf(route, id), "{}"),
        };

    private static string PathOf(string route, Guid id) =>
        route.Replace("{id}", $"{id}", StringComparison.Ordinal);
}
