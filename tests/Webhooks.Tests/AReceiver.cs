using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Settlement.TestKit;

namespace Settlement.Webhooks.Tests;

/// <summary>Somebody's system: a real HTTP server that remembers what came and answers as the test says.</summary>
public sealed class AReceiver : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly ConcurrentQueue<Received> _messages = new();

    private AReceiver(WebApplication app) => _app = app;

    /// <summary>How it answers; 200 with an empty body unless the test says otherwise.</summary>
    public Func<HttpContext, Received, Task> AnswerAsync { get; set; } =
        (_, _) => Task.CompletedTask;

    public IReadOnlyList<Received> Messages => _messages.ToArray();

    public string Url(string path = "/hook") =>
        _app.Services.GetRequiredService<IServer>()
            .Features.Get<IServerAddressesFeature>()!
            .Addresses.First() + path;

    public static Task<AReceiver> StartAsync(int? status = null, bool tls = false) =>
        StartAsync(
            (context, _) =>
            {
                context.Response.StatusCode = status ?? 200;
                return Task.CompletedTask;
            },
            tls
        );

    public static async Task<AReceiver> StartAsync(
        Func<HttpContext, Received, Task> answerAsync,
        bool tls = false
    )
    {
        WebApplicationBuilder builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls(tls ? "https://127.0.0.1:0" : "http://127.0.0.1:0");
        if (tls)
        {
            builder.WebHost.UseKestrelHttpsConfiguration();
            builder.WebHost.ConfigureKestrel(k =>
                k.ConfigureHttpsDefaults(h => h.ServerCertificate = SelfSigned())
            );
        }
        WebApplication app = builder.Build();
        var receiver = new AReceiver(app) { AnswerAsync = answerAsync };
        app.Run(receiver.ReceiveAsync);
        await app.StartAsync();
        return receiver;
    }

    public Task HasAsync(int count) =>
        Eventually.BecomesAsync(
            () => Task.FromResult(_messages.Count >= count),
            $"{count} messages have come"
        );

    public async ValueTask DisposeAsync()
    {
        using var atOnce = new CancellationTokenSource(TimeSpan.Zero);
        await _app.StopAsync(atOnce.Token);
        await _app.DisposeAsync();
    }

    private async Task ReceiveAsync(HttpContext context)
    {
        using var reader = new StreamReader(context.Request.Body);
        var message = new Received(
            context.Request.Path,
            context.Request.Headers.ToDictionary(
                h => h.Key.ToLowerInvariant(),
                h => h.Value.ToString(),
                StringComparer.Ordinal
            ),
            await reader.ReadToEndAsync()
        );
        _messages.Enqueue(message);
        await AnswerAsync(context, message);
    }

    private static X509Certificate2 SelfSigned()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        DateTimeOffset now = TimeProvider.System.GetUtcNow();
        return new CertificateRequest(
            "CN=127.0.0.1",
            key,
            HashAlgorithmName.SHA256
        ).CreateSelfSigned(now.AddDays(-1), now.AddDays(1));
    }
}

/// <summary>A message that came.</summary>
public sealed record Received(string Path, IReadOnlyDictionary<string, string> Headers, string Body)
{
    public string Id => Headers["webhook-id"];

    public string Type => (string)Json["type"]!;

    public long Sequence => (long)Json["data"]!["sequence"]!;

    public JsonNode Json => JsonNode.Parse(Body)!;

    public IReadOnlyList<string> Signatures => Headers["webhook-signature"].Split(' ');
}
