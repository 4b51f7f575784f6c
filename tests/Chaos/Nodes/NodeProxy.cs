using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using SimpleBase;

namespace Settlement.Chaos.Nodes;

/// <summary>Stands between the product and the chains as two nodes for each: /solana/a, /solana/b, and so on.</summary>
internal sealed class NodeProxy : IAsyncDisposable
{
    private static readonly int[] s_statuses = [500, 502, 503, 429];

    private readonly WebApplication _app;
    private readonly Dictionary<string, Uri> _chains;
    private readonly NodeWeather _weather;
    private readonly Dice _dice;
    private readonly HttpClient _http = new() { Timeout = TimeSpan.FromSeconds(20) };

    private NodeProxy(
        WebApplication app,
        IEnumerable<Network> networks,
        NodeWeather weather,
        Dice dice
    )
    {
        _app = app;
        _chains = networks.ToDictionary(n => n.Name, n => n.Url, StringComparer.Ordinal);
        _weather = weather;
        _dice = dice;
    }

    public Uri Url => new(_app.Urls.First());

    public static async Task<NodeProxy> StartAsync(
        IEnumerable<Network> networks,
        NodeWeather weather,
        Dice dice
    )
    {
        WebApplicationBuilder builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        WebApplication app = builder.Build();
        var proxy = new NodeProxy(app, networks, weather, dice);
        app.MapPost("/{network}/{node}", proxy.HandleAsync);
        await app.StartAsync();
        return proxy;
    }

    public async ValueTask DisposeAsync()
    {
        await _app.DisposeAsync();
        _http.Dispose();
    }

    private async Task HandleAsync(HttpContext context, string network, string node)
    {
        using var reader = new StreamReader(context.Request.Body);
        string body = await reader.ReadToEndAsync(context.RequestAborted);
        var call = new Call(network, (string)JsonNode.Parse(body)!["method"]!, body);
        NodeFault? fault = _weather.Find(network, node, call.Method);
        fault?.Hit();
        await (
            fault?.Trouble switch
            {
                Trouble.Errors => RefuseAsync(context, _dice.Of(s_statuses)),
                Trouble.Silence => SayNothingAsync(context),
                Trouble.LateSends => LateAsync(context, call),
                Trouble.LostAnswers => LoseAsync(context, call),
                Trouble.Lies => AnswerAsync(context, Lie.Of(call.Method, await ForwardAsync(call))),
                Trouble.Duplicates => AnswerAsync(context, await ThriceAsync(call)),
                Trouble.Drops => AnswerAsync(context, await DropAsync(call)),
                null => AnswerAsync(context, await ForwardAsync(call)),
            }
        );
    }

    private static Task RefuseAsync(HttpContext context, int status)
    {
        context.Response.StatusCode = status;
        return Task.CompletedTask;
    }

    private static async Task SayNothingAsync(HttpContext context)
    {
        await Task.Delay(TimeSpan.FromSeconds(10), context.RequestAborted);
        context.Abort();
    }

    private async Task LoseAsync(HttpContext context, Call call)
    {
        await ForwardAsync(call);
        context.Abort();
    }

    private Task LateAsync(HttpContext context, Call call)
    {
        _ = SendLateAsync(call);
        return RefuseAsync(context, StatusCodes.Status504GatewayTimeout);
    }

    private async Task<string> ThriceAsync(Call call) =>
        (await Task.WhenAll(ForwardAsync(call), ForwardAsync(call), ForwardAsync(call)))[0];

    // A node's pool forgets on Ethereum. On Solana there is none: the signature is in the bytes, and they stay here.
    private async Task<string> DropAsync(Call call)
    {
        JsonObject request = JsonNode.Parse(call.Body)!.AsObject();
        if (call.Method == "sendTransaction")
        {
            byte[] bytes = Convert.FromBase64String((string)request["params"]![0]!);
            string signature = Base58.Bitcoin.Encode(bytes.AsSpan(1, 64));
            return new JsonObject
            {
                ["jsonrpc"] = "2.0",
                ["id"] = request["id"]!.DeepClone(),
                ["result"] = signature,
            }.ToJsonString();
        }
        string answer = await ForwardAsync(call);
        if ((string?)JsonNode.Parse(answer)!["result"] is { } hash)
        {
            var drop = new
            {
                jsonrpc = "2.0",
                id = 1,
                method = "anvil_dropTransaction",
                @params = new[] { hash },
            };
            await ForwardAsync(
                call with
                {
                    Body = System.Text.Json.JsonSerializer.Serialize(drop),
                }
            );
        }
        return answer;
    }

    private async Task SendLateAsync(Call call)
    {
        await Task.Delay(_dice.Seconds(1, 6));
        try
        {
            await ForwardAsync(call);
        }
        catch (HttpRequestException)
        {
            // The chain has ended before it: late for ever.
        }
    }

    private async Task<string> ForwardAsync(Call call)
    {
        using var content = new StringContent(call.Body, null, "application/json");
        using HttpResponseMessage answer = await _http.PostAsync(_chains[call.Network], content);
        return await answer.Content.ReadAsStringAsync();
    }

    private static Task AnswerAsync(HttpContext context, string answer)
    {
        context.Response.ContentType = "application/json";
        return context.Response.WriteAsync(answer, context.RequestAborted);
    }

    private sealed record Call(string Network, string Method, string Body);
}
