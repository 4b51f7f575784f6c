using System.Net.Sockets;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Settlement.TestKit;

namespace Settlement.Api.Tests;

/// <summary>The API as it runs, on a port of its own, over a database of its own.</summary>
public sealed class ApiServer(WebApplication app, PostgresDatabase database) : IAsyncDisposable
{
    public const string AdminToken = "test-admin-token";
    public const string WebhookKey = "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=";
    public const string AffiliatesToken = "test-affiliates-token";
    public const string SolanaMint = "EPjFWdd5AufqSSqeM2qN1xzybapC8G4wEGGkZwyTDt1v";
    public const string SolanaWallet = "7v91N7iZ9mNicL8WfG6cgSCKyRXydQjLh6UYBWwm6y1Q";
    public const string PolygonToken = "0x3c499c542cEF5E3811e1192ce70d8cC03d5c3359";
    public const string PolygonWallet = "0x70997970C51812dc3A010C7d01b50e0d17dc79C8";

    public IServiceProvider Services => app.Services;

    public PostgresDatabase Database => database;

    public Uri Address { get; } =
        new(
            app.Services.GetRequiredService<IServer>()
                .Features.Get<IServerAddressesFeature>()!
                .Addresses.First()
        );

    /// <summary>What every test's API is configured with; later settings win, and null takes one away.</summary>
    public static Dictionary<string, string?> Settings(string connectionString) =>
        new(StringComparer.OrdinalIgnoreCase)
        {
            ["Database:ConnectionString"] = connectionString,
            ["Admin:Token"] = AdminToken,
            ["Affiliates:Token"] = AffiliatesToken,
            ["Webhooks:SecretKey"] = WebhookKey,
            ["Networks:solana:Kind"] = "solana",
            ["Networks:solana:Token"] = SolanaMint,
            ["Networks:solana:Wallet"] = SolanaWallet,
            ["Networks:solana:ExplorerUrl"] = "https://explorer.example/tx/{tx_hash}",
            ["Networks:solana:TypicalSeconds"] = "60",
            ["Networks:polygon:Kind"] = "evm",
            ["Networks:polygon:Token"] = PolygonToken,
            ["Networks:polygon:Wallet"] = PolygonWallet,
            ["Networks:polygon:MaxPayoutMicro"] = "1000000000",
        };

    public static async Task<ApiServer> StartAsync(
        PostgresDatabase database,
        params (string Key, string? Value)[] settings
    )
    {
        Dictionary<string, string?> all = Settings(database.AppConnectionString);
        foreach ((string key, string? value) in settings)
            all[key] = value;
        WebApplication app = Build(all);
        await app.StartAsync();
        return new ApiServer(app, database);
    }

    public static WebApplication Build(
        IDictionary<string, string?> settings,
        ILoggerProvider? log = null,
        Action<IServiceCollection>? services = null
    )
    {
        WebApplication app = Program.Build(
            [],
            builder =>
            {
                builder.Configuration.Sources.Clear();
                builder.Configuration.AddInMemoryCollection(
                    settings.Where(s => s.Value is not null)
                );
                builder.Configuration["Logging:Console:LogLevel:Default"] = "None";
                builder.WebHost.UseUrls("http://127.0.0.1:0");
                services?.Invoke(builder.Services);
            }
        );
        if (log is not null)
            app.Services.GetRequiredService<ILoggerFactory>().AddProvider(log);
        return app;
    }

    /// <summary>Sends these very bytes, which no HTTP client would, and returns the answer up to the end of its body.</summary>
    public async Task<string> RawAsync(string request)
    {
        using var tcp = new TcpClient();
        await tcp.ConnectAsync("127.0.0.1", Address.Port);
        await using NetworkStream stream = tcp.GetStream();
        await stream.WriteAsync(Encoding.ASCII.GetBytes(request));
        byte[] buffer = new byte[8_192];
        int length = 0;
        while (!Encoding.ASCII.GetString(buffer, 0, length).EndsWith('}'))
        {
            int read = await stream.ReadAsync(buffer.AsMemory(length));
            if (read == 0)
                break;
            length += read;
        }
        return Encoding.ASCII.GetString(buffer, 0, length);
    }

    public async ValueTask DisposeAsync()
    {
        await app.StopAsync();
        await app.DisposeAsync();
    }
}
