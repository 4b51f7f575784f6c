using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Settlement.EndToEnd.Tests.Product;

/// <summary>Somebody's system that is told.</summary>
internal sealed class WebhookReceiver : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly ConcurrentQueue<WebhookMessage> _messages = new();

    private WebhookReceiver(WebApplication app) => _app = app;

    public string Url => _app.Urls.First() + "/settlement";

    public IReadOnlyList<WebhookMessage> Messages => _messages.ToArray();

    public static async Task<WebhookReceiver> StartAsync()
    {
        WebApplicationBuilder builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        WebApplication app = builder.Build();
        var receiver = new WebhookReceiver(app);
        app.Run(receiver.ReceiveAsync);
        await app.StartAsync();
        return receiver;
    }

    public async ValueTask DisposeAsync()
    {
        await _app.StopAsync();
        await _app.DisposeAsync();
    }

    private async Task ReceiveAsync(HttpContext context)
    {
        using var reader = new StreamReader(context.Request.Body);
        string body = await reader.ReadToEndAsync();
        IHeaderDictionary headers = context.Request.Headers;
        _messages.Enqueue(
            new WebhookMessage(
                headers["webhook-id"].ToString(),
                headers["webhook-timestamp"].ToString(),
                headers["webhook-signature"].ToString(),
                body
            )
        );
    }
}

/// <summary>A message that came.</summary>
internal sealed record WebhookMessage(string Id, string Timestamp, string Signature, string Body)
{
    public string Type => (string)JsonNode.Parse(Body)!["type"]!;

    public Guid Payout => (Guid)JsonNode.Parse(Body)!["data"]!["payout"]!["id"]!;

    public long Sequence => (long)JsonNode.Parse(Body)!["data"]!["sequence"]!;

    public bool IsSignedWith(string secret)
    {
        byte[] key = Convert.FromBase64String(secret["whsec_".Length..]);
        byte[] mac = HMACSHA256.HashData(key, Encoding.UTF8.GetBytes($"{Id}.{Timestamp}.{Body}"));
        return Signature == $"v1,{Convert.ToBase64String(mac)}";
    }
}
