using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Settlement.Chains.Tests;

/// <summary>A JSON-RPC server that says what a test tells it to, over real HTTP on a free port.</summary>
public sealed class ScriptedEndpoint : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly List<ScriptedCall> _calls = [];
    private readonly Lock _gate = new();

    private ScriptedEndpoint(WebApplication app, Func<ScriptedCall, ScriptedReply> answer)
    {
        _app = app;
        _app.MapPost("/", context => ServeAsync(context, answer));
    }

    /// <summary>Where it listens.</summary>
    public Uri Url => new(_app.Urls.Single());

    /// <summary>What it has been asked so far.</summary>
    public IReadOnlyList<ScriptedCall> Calls
    {
        get
        {
            lock (_gate)
                return [.. _calls];
        }
    }

    /// <summary>Starts a server; <paramref name="answer"/> decides on every call.</summary>
    public static async Task<ScriptedEndpoint> StartAsync(Func<ScriptedCall, ScriptedReply> answer)
    {
        WebApplicationBuilder builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        var endpoint = new ScriptedEndpoint(builder.Build(), answer);
        await endpoint._app.StartAsync();
        return endpoint;
    }

    /// <summary>How often a method was called.</summary>
    public int CountOf(string method) => Calls.Count(c => c.Method == method);

    public ValueTask DisposeAsync() => _app.DisposeAsync();

    private async Task ServeAsync(HttpContext context, Func<ScriptedCall, ScriptedReply> answer)
    {
        JsonElement request = await JsonSerializer.DeserializeAsync<JsonElement>(
            context.Request.Body
        );
        var call = new ScriptedCall(
            request.GetProperty("method").GetString()!,
            request.GetProperty("params")
        );
        lock (_gate)
            _calls.Add(call);
        await WriteAsync(context, request.GetProperty("id").GetInt64(), answer(call));
    }

    private static async Task WriteAsync(HttpContext context, long id, ScriptedReply reply)
    {
        switch (reply)
        {
            case ScriptedReply.Result result:
                await context.Response.WriteAsJsonAsync(
                    Envelope(id + result.IdOffset, "result", result.Value)
                );
                return;
            case ScriptedReply.Error error:
                var body = new Dictionary<string, object?>(StringComparer.Ordinal)
                {
                    ["code"] = error.Code,
                    ["message"] = error.Message,
                };
                if (error.Data is not null)
                    body["data"] = error.Data;
                await context.Response.WriteAsJsonAsync(Envelope(id, "error", body));
                return;
            case ScriptedReply.Http http:
                context.Response.StatusCode = http.Status;
                await context.Response.WriteAsync(
                    http.Body.Replace(ScriptedReply.Http.Id, $"{id}", StringComparison.Ordinal)
                );
                return;
            case ScriptedReply.Reset:
                context.Abort();
                return;
            case ScriptedReply.Silence:
                // Until the client gives up.
                var gone = new TaskCompletionSource();
                await using (context.RequestAborted.Register(gone.SetResult))
                    await gone.Task;
                return;
            default:
                throw new InvalidOperationException("The union has five cases.");
        }
    }

    private static Dictionary<string, object?> Envelope(long id, string name, object? value) =>
        new(StringComparer.Ordinal)
        {
            ["jsonrpc"] = "2.0",
            ["id"] = id,
            [name] = value,
        };
}

/// <summary>One call, as it arrived.</summary>
public sealed record ScriptedCall(string Method, JsonElement Parameters);

/// <summary>What the server does with a call.</summary>
public abstract record ScriptedReply
{
    private ScriptedReply() { }

    /// <summary>Answers; with an offset, under another call's id.</summary>
    public sealed record Result(object? Value, long IdOffset = 0) : ScriptedReply;

    /// <summary>Refuses in JSON-RPC's form.</summary>
    public sealed record Error(string Message, int Code = -32000, object? Data = null)
        : ScriptedReply;

    /// <summary>Answers outside JSON-RPC: a proxy's page, a half message.</summary>
    /// <param name="Status">HTTP status.</param>
    /// <param name="Body">Written as it is, with the call's id in the place of <see cref="Id"/>.</param>
    public sealed record Http(int Status, string Body) : ScriptedReply
    {
        /// <summary>Stands for the call's id.</summary>
        public const string Id = "CALL_ID";
    }

    /// <summary>Breaks the connection.</summary>
    public sealed record Reset : ScriptedReply;

    /// <summary>Takes the call and never answers.</summary>
    public sealed record Silence : ScriptedReply;
}
