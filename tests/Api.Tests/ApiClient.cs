using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using Shouldly;

namespace Settlement.Api.Tests;

/// <summary>Sends exactly what it is told, and nothing that a friendly client would add.</summary>
public sealed class ApiClient(ApiServer server)
{
    private static readonly HttpClient s_http = new(
        new SocketsHttpHandler
        {
            UseCookies = false,
            AllowAutoRedirect = false,
            MaxConnectionsPerServer = 64,
        }
    );

    public Guid UserId { get; init; }
    public string? Session { get; init; }
    public string? AdminToken { get; init; }
    public string? BearerToken { get; init; }
    public string CookieName { get; init; } = "nl_session";

    public Task<ApiAnswer> GetAsync(string path, params (string, string)[] headers) =>
        SendAsync(HttpMethod.Get, path, null, headers);

    public Task<ApiAnswer> PostAsync(
        string path,
        string? body = null,
        params (string, string)[] headers
    ) =>
        SendAsync(
            HttpMethod.Post,
            path,
            body is null ? null : new ByteArrayContent(Encoding.UTF8.GetBytes(body)),
            headers
        );

    public async Task<ApiAnswer> SendAsync(
        HttpMethod method,
        string path,
        HttpContent? content = null,
        params (string Name, string Value)[] headers
    )
    {
        using var request = new HttpRequestMessage(method, new Uri(server.Address, path));
        request.Content = content;
        if (Session is not null)
            request.Headers.TryAddWithoutValidation("Cookie", $"{CookieName}={Session}");
        if (AdminToken is not null)
            request.Headers.TryAddWithoutValidation("X-Admin-Token", AdminToken);
        if (BearerToken is not null)
            request.Headers.TryAddWithoutValidation("Authorization", $"Bearer {BearerToken}");
        foreach ((string name, string value) in headers)
            request.Headers.TryAddWithoutValidation(name, value);
        using HttpResponseMessage response = await s_http.SendAsync(request);
        string text = await response.Content.ReadAsStringAsync();
        return new ApiAnswer(
            response.StatusCode,
            text,
            response
                .Headers.Concat(response.Content.Headers)
                .ToDictionary(
                    h => h.Key,
                    h => string.Join(", ", h.Value),
                    StringComparer.OrdinalIgnoreCase
                )
        );
    }

    /// <summary>Asks for a payout that nothing speaks against, and returns its id.</summary>
    public async Task<Guid> CreatePayoutAsync(
        long amountMicro = 25_000_000,
        string? reference = null
    )
    {
        ApiAnswer answer = await PostAsync(
            "/v1/referrals/payouts",
            Given.CreateBody(amountMicro, reference: reference)
        );
        answer.Status.ShouldBe(HttpStatusCode.Accepted, answer.Text);
        return answer.Json["id"]!.GetValue<Guid>();
    }
}

/// <summary>What came back.</summary>
public sealed record ApiAnswer(
    HttpStatusCode Status,
    string Text,
    IReadOnlyDictionary<string, string> Headers
)
{
    public JsonNode Json => JsonNode.Parse(Text)!;

    public string? Tag => (string?)Json["error"];

    public IReadOnlyList<string> Names => Json.AsObject().Select(p => p.Key).ToList();

    public string? Header(string name) => Headers.GetValueOrDefault(name);

    /// <summary>An error in its envelope, and nothing else.</summary>
    public void ShouldBeError(int status, string tag)
    {
        ((int)Status).ShouldBe(status, Text);
        Tag.ShouldBe(tag, Text);
        Json["message"]!.GetValue<string>().ShouldEndWith(".");
        Json["request_id"]!.GetValue<string>().ShouldBe(Header("X-Request-Id"));
        Header("Content-Type").ShouldBe("application/json");
        Names.Take(3).ShouldBe(["error", "message", "request_id"]);
        if (status == 401)
            Header("WWW-Authenticate").ShouldNotBeNullOrEmpty();
    }

    public void ShouldBeOk()
    {
        ((int)Status).ShouldBe(200, Text);
        Text.ShouldBe("""{"ok":true}""");
    }
}
