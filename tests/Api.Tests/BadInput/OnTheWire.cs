using System.Text;

namespace Settlement.Api.Tests.BadInput;

/// <summary>Sends requests over HTTP, as they are written.</summary>
public sealed class OnTheWire(ApiServer server, ApiClient user) : IDisposable
{
    private static readonly UriCreationOptions s_asWritten = new()
    {
        DangerousDisablePathAndQueryCanonicalization = true,
    };

    private readonly HttpClient _http = new(
        new SocketsHttpHandler
        {
            UseCookies = false,
            AllowAutoRedirect = false,
            MaxConnectionsPerServer = 16,
            RequestHeaderEncodingSelector = (_, _) => Encoding.UTF8,
        }
    );

    /// <returns>What is wrong with the answer; null when it is right.</returns>
    public async Task<string?> TryAsync(Attempt attempt)
    {
        string url =
            $"{server.Address.GetLeftPart(UriPartial.Authority)}{attempt.Path}{attempt.Query}";
        using var request = new HttpRequestMessage(
            new HttpMethod(attempt.Route.Method),
            new Uri(url, s_asWritten)
        );
        if (attempt.Body is not null)
            request.Content = new ByteArrayContent(attempt.Body);
        request.Headers.TryAddWithoutValidation("X-Admin-Token", ApiServer.AdminToken);
        request.Headers.TryAddWithoutValidation(
            "Authorization",
            $"Bearer {ApiServer.AffiliatesToken}"
        );
        if (!attempt.Headers.Any(h => h.Name is "Cookie"))
        {
            request.Headers.TryAddWithoutValidation("Cookie", $"{user.CookieName}={user.Session}");
        }
        foreach ((string name, string value) in attempt.Headers)
        {
            if (!request.Headers.TryAddWithoutValidation(name, value))
                request.Content?.Headers.TryAddWithoutValidation(name, value);
        }
        using HttpResponseMessage answer = await _http.SendAsync(
            request,
            HttpCompletionOption.ResponseHeadersRead
        );
        int status = (int)answer.StatusCode;
        string body = status >= 400 ? await answer.Content.ReadAsStringAsync() : "";
        string? media = answer.Content.Headers.ContentType?.MediaType;
        string? wrong = Verdict.Of(attempt, status, media, body);
        return wrong is null ? null : $"{attempt} {wrong}";
    }

    public void Dispose() => _http.Dispose();
}
