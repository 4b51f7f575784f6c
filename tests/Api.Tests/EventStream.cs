using System.Net;
using System.Text.Json.Nodes;

namespace Settlement.Api.Tests;

/// <summary>Reads text/event-stream as a browser does.</summary>
public sealed class EventStream(HttpResponseMessage response, StreamReader lines) : IAsyncDisposable
{
    private const string Path = "/v1/referrals/payouts/stream";

    // As long as a machine under load may need; nobody waits for it when all is well.
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(120);
    private static readonly HttpClient s_http = new(
        new SocketsHttpHandler { UseCookies = false, MaxConnectionsPerServer = 64 }
    );

    public HttpStatusCode Status => response.StatusCode;

    public HttpResponseMessage Response => response;

    /// <summary>Comments and retry hints that came between events.</summary>
    public List<string> Others { get; } = [];

    public static async Task<EventStream> OpenAsync(
        ApiServer server,
        ApiClient user,
        string? lastEventId = null
    )
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(server.Address, Path));
        request.Headers.TryAddWithoutValidation("Cookie", $"{user.CookieName}={user.Session}");
        if (lastEventId is not null)
            request.Headers.TryAddWithoutValidation("Last-Event-ID", lastEventId);
        HttpResponseMessage response = await s_http.SendAsync(
            request,
            HttpCompletionOption.ResponseHeadersRead
        );
        return new EventStream(
            response,
            new StreamReader(await response.Content.ReadAsStreamAsync())
        );
    }

    /// <summary>The next event; null at the end of the stream.</summary>
    public async Task<StreamEvent?> NextAsync()
    {
        using var patience = new CancellationTokenSource(s_patience);
        var fields = new Dictionary<string, string>(StringComparer.Ordinal);
        while (await lines.ReadLineAsync(patience.Token) is { } line)
        {
            if (line.Length == 0 && fields.TryGetValue("data", out string? data))
                return new StreamEvent(fields["id"], fields["event"], data);
            if (line.StartsWith(':') || line.StartsWith("retry:", StringComparison.Ordinal))
            {
                Others.Add(line);
                continue;
            }
            string[] parts = line.Split(": ", 2);
            if (parts.Length == 2)
                fields[parts[0]] = parts[1];
        }
        return null;
    }

    /// <summary>The next so many changes, notes left out.</summary>
    public async Task<List<StreamEvent>> ChangesAsync(int count)
    {
        List<StreamEvent> changes = [];
        while (changes.Count < count && await NextAsync() is { } next)
        {
            if (next.Name == "payout")
                changes.Add(next);
        }
        return changes;
    }

    /// <summary>Reads on until a comment has come.</summary>
    public async Task<string?> CommentAsync()
    {
        using var patience = new CancellationTokenSource(s_patience);
        while (await lines.ReadLineAsync(patience.Token) is { } line)
        {
            if (line.StartsWith(':'))
                return line;
        }
        return null;
    }

    public ValueTask DisposeAsync()
    {
        response.Dispose();
        return ValueTask.CompletedTask;
    }
}

/// <summary>One event.</summary>
public sealed record StreamEvent(string Id, string Name, string Data)
{
    public JsonNode Json => JsonNode.Parse(Data)!;

    /// <summary>What happened to which payout.</summary>
    public string What => $"{(string)Json["action"]!} {(Guid)Json["payout"]!["id"]!}";
}
