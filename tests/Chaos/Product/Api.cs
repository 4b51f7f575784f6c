using System.Net.Http.Json;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Settlement.Chaos.Product;

/// <summary>Asks the API, and takes silence for an answer: it may be dead, or be dying.</summary>
internal sealed class Api(Uri url, string adminToken) : IDisposable
{
    private readonly HttpClient _http = new(
        new SocketsHttpHandler { UseCookies = false, PooledConnectionLifetime = s_connection }
    )
    {
        BaseAddress = url,
        Timeout = TimeSpan.FromSeconds(10),
    };

    private static readonly TimeSpan s_connection = TimeSpan.FromSeconds(30);

    public void Dispose() => _http.Dispose();

    public Task<Reply> AsUserAsync(string session, string path, object body, string key) =>
        PostAsync(path, body, ("Cookie", $"nl_session={session}"), ("Idempotency-Key", key));

    public Task<Reply> AsOperatorAsync(string path, object body) =>
        PostAsync(path, body, ("X-Admin-Token", adminToken), ("X-Operator", "chaos"));

    /// <summary>Whether it takes requests.</summary>
    public async Task<bool> IsReadyAsync()
    {
        try
        {
            using HttpResponseMessage answer = await _http.GetAsync(
                new Uri("health/ready", UriKind.Relative)
            );
            return answer.IsSuccessStatusCode;
        }
        catch (Exception e) when (e is HttpRequestException or TaskCanceledException)
        {
            return false;
        }
    }

    private async Task<Reply> PostAsync(
        string path,
        object body,
        params (string Name, string Value)[] headers
    )
    {
        using var request = new HttpRequestMessage(
            HttpMethod.Post,
            new Uri(path, UriKind.Relative)
        );
        request.Content = JsonContent.Create(body);
        foreach ((string name, string value) in headers)
            request.Headers.TryAddWithoutValidation(name, value);
        try
        {
            using HttpResponseMessage answer = await _http.SendAsync(request);
            string text = await answer.Content.ReadAsStringAsync();
            return new Reply((int)answer.StatusCode, JsonNode.Parse(text));
        }
        catch (Exception e)
            when (e is HttpRequestException or TaskCanceledException or JsonException or IOException
            )
        {
            return new Reply(0, null);
        }
    }
}

/// <summary>What came back.</summary>
/// <param name="Status">0: nothing did, and nothing is known.</param>
/// <param name="Body">The answer.</param>
internal sealed record Reply(int Status, JsonNode? Body)
{
    public bool IsSuccess => Status is >= 200 and < 300;

    /// <summary>Whether what was asked has happened. 202 says only that it was taken up: the chain decides whether a cancel
    /// under way is in time.</summary>
    public bool IsDone => Status == 200;

    /// <summary>Whether to ask the same again: nothing came, or the server could not, or not now.</summary>
    public bool IsUnsettled => Status is 0 or 429 or >= 500;

    public string Error => (string?)Body?["error"] ?? "";

    public Guid Id => (Guid)Body!["id"]!;
}
