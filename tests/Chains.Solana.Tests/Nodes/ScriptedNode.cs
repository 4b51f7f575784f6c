using System.Collections.Concurrent;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Settlement.Chains.Solana.Tests.Nodes;

/// <summary>A node whose every answer a test decides. It speaks HTTP, so that timeouts and resets are real.</summary>
public sealed class ScriptedNode : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly ConcurrentDictionary<string, Func<JsonElement, Answer>> _answers = new();
    private readonly ConcurrentQueue<(string Method, JsonElement Params)> _calls = new();

    private ScriptedNode(WebApplication app) => _app = app;

    public string Url => _app.Urls.Single();

    /// <summary>All calls so far, oldest first.</summary>
    public IReadOnlyList<(string Method, JsonElement Params)> Calls => [.. _calls];

    public IEnumerable<string> Methods => Calls.Select(c => c.Method);

    public static async Task<ScriptedNode> StartAsync()
    {
        WebApplicationBuilder builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        var node = new ScriptedNode(builder.Build());
        node._app.MapPost("/", node.AnswerAsync);
        await node._app.StartAsync();
        return node;
    }

    /// <summary>From now on the method gives this result.</summary>
    public ScriptedNode Result(string method, object? result) =>
        On(method, _ => new Answer.Result(result));

    /// <summary>From now on the method gives this answer.</summary>
    public ScriptedNode On(string method, Answer answer) => On(method, _ => answer);

    /// <summary>From now on the method answers by its parameters.</summary>
    public ScriptedNode On(string method, Func<JsonElement, Answer> answer)
    {
        _answers[method] = answer;
        return this;
    }

    public async ValueTask DisposeAsync()
    {
        await _app.StopAsync(new CancellationToken(canceled: true));
        await _app.DisposeAsync();
    }

    private async Task AnswerAsync(HttpContext context)
    {
        using JsonDocument call = await JsonDocument.ParseAsync(context.Request.Body);
        JsonElement id = call.RootElement.GetProperty("id");
        string method = call.RootElement.GetProperty("method").GetString()!;
        JsonElement parameters = call.RootElement.GetProperty("params").Clone();
        _calls.Enqueue((method, parameters));
        Answer answer = _answers.TryGetValue(method, out Func<JsonElement, Answer>? script)
            ? script(parameters)
            : new Answer.Error(-32601, "Method not found");
        switch (answer)
        {
            case Answer.Result result:
                await WriteAsync(
                    context,
                    new
                    {
                        jsonrpc = "2.0",
                        id,
                        result = result.Value,
                    }
                );
                break;
            case Answer.Error error:
                await WriteAsync(
                    context,
                    new
                    {
                        jsonrpc = "2.0",
                        id,
                        error = new
                        {
                            code = error.Code,
                            message = error.Message,
                            data = error.Data,
                        },
                    }
                );
                break;
            case Answer.Http http:
                context.Response.StatusCode = http.Status;
                await context.Response.WriteAsync(
                    http.Body.Replace(Answer.Http.Id, id.GetRawText(), StringComparison.Ordinal)
                );
                break;
            case Answer.Reset:
                context.Abort();
                break;
            default:
                await Hang(context.RequestAborted);
                break;
        }
    }

    // Without the web's camel case: error names are capitalized.
    private static Task WriteAsync(HttpContext context, object body) =>
        context.Response.WriteAsJsonAsync(body, JsonSerializerOptions.Default);

    private static async Task Hang(CancellationToken aborted)
    {
        var never = new TaskCompletionSource();
        await using CancellationTokenRegistration _ = aborted.Register(never.SetResult);
        await never.Task;
    }
}

/// <summary>What a scripted node does with a call.</summary>
public abstract record Answer
{
    public sealed record Result(object? Value) : Answer;

    public sealed record Error(int Code, string Message, object? Data = null) : Answer;

    /// <summary>Answers outside JSON-RPC, or in a form of its own.</summary>
    public sealed record Http(int Status, string Body = "") : Answer
    {
        /// <summary>Stands for the call's id.</summary>
        public const string Id = "CALL_ID";
    }

    public sealed record Reset : Answer;

    public sealed record Hang : Answer;
}
