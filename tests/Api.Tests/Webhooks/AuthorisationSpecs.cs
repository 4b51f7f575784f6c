using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Shouldly;
using Xunit;

namespace Settlement.Api.Tests.Webhooks;

/// <summary>Webhooks are the operators': nobody, a user, and an affiliate's token learn nothing. Empty stands for success.</summary>
public sealed class AuthorisationSpecs(ApiFixture api) : IClassFixture<ApiFixture>
{
    private const string NoToken = "admin_token_invalid";
    private const string Webhook = $"{AWebhook.Path}/{{id}}";

    public static TheoryData<string, string, string, string, string, string> Matrix =>
        new()
        {
            // method, route, anonymous, user, affiliates' token, operator
            { "GET", AWebhook.Path, NoToken, NoToken, NoToken, "" },
            { "POST", AWebhook.Path, NoToken, NoToken, NoToken, "" },
            { "GET", Webhook, NoToken, NoToken, NoToken, "" },
            { "PATCH", Webhook, NoToken, NoToken, NoToken, "" },
            { "DELETE", Webhook, NoToken, NoToken, NoToken, "" },
            { "POST", $"{Webhook}/test", NoToken, NoToken, NoToken, "" },
            { "POST", $"{Webhook}/rotate", NoToken, NoToken, NoToken, "" },
            { "GET", $"{Webhook}/deliveries", NoToken, NoToken, NoToken, "" },
            { "GET", $"{Webhook}/deliveries/{{delivery}}", NoToken, NoToken, NoToken, "" },
            {
                "POST",
                $"{Webhook}/deliveries/{{delivery}}/redeliver",
                NoToken,
                NoToken,
                NoToken,
                ""
            },
        };

    [Theory]
    [MemberData(nameof(Matrix))]
    public async Task Everyone_may_do_what_the_matrix_says(
        string method,
        string route,
        string anonymous,
        string user,
        string affiliates,
        string byOperator
    )
    {
        string id = await AWebhook.RegisterAsync(api);
        ApiAnswer test = await api.Operator.PostAsync($"{AWebhook.Path}/{id}/test");
        string path = route
            .Replace("{id}", id, StringComparison.Ordinal)
            .Replace("{delivery}", (string)test.Json["delivery_id"]!, StringComparison.Ordinal);
        (ApiClient Client, string Expected)[] callers =
        [
            (api.Anyone, anonymous),
            (await api.UserWithAsync(0), user),
            (api.Affiliates, affiliates),
            (api.Operator, byOperator),
        ];

        foreach ((ApiClient client, string expected) in callers)
        {
            ApiAnswer answer = await client.SendAsync(
                new HttpMethod(method),
                path,
                new StringContent($$"""{"url":"{{AWebhook.Url}}"}""")
            );
            if (expected.Length > 0)
                answer.ShouldBeError(401, expected);
            else
                ((int)answer.Status).ShouldBeInRange(200, 202, answer.Text);
        }
    }

    [Fact]
    public void Every_route_of_webhooks_is_in_the_matrix()
    {
        IEnumerable<(string, string)> routes = api
            .Server.Services.GetRequiredService<EndpointDataSource>()
            .Endpoints.OfType<RouteEndpoint>()
            .Where(e => e.RoutePattern.RawText!.StartsWith(AWebhook.Path, StringComparison.Ordinal))
            .Select(e =>
                (
                    e.Metadata.GetMetadata<HttpMethodMetadata>()!.HttpMethods[0],
                    e.RoutePattern.RawText!
                )
            );

        Matrix.Select(row => ((string)row[0], (string)row[1])).ShouldBe(routes, ignoreOrder: true);
    }
}
