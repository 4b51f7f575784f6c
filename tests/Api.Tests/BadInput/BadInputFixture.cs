using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.TestHost;
using Microsoft.Extensions.DependencyInjection;
using Settlement.TestKit;
using Xunit;

namespace Settlement.Api.Tests.BadInput;

/// <summary>One database with something of everything in it, behind an API on the wire and one in memory.</summary>
public sealed class BadInputFixture : IAsyncLifetime
{
    private WebApplication? _inMemory;

    public PostgresDatabase Database { get; } = new();
    public ApiServer Wire { get; private set; } = null!;
    public InMemory Memory { get; private set; } = null!;
    public ApiClient User { get; private set; } = null!;
    public Targets Targets { get; private set; } = null!;
    public IReadOnlyList<Route> Routes { get; private set; } = [];

    public async Task InitializeAsync()
    {
        (string, string?)[] settings =
        [
            ("RateLimits:UserPerMinute", "0"),
            ("RateLimits:TokenPerMinute", "0"),
            ("RateLimits:FailuresPerMinute", "0"),
            // No worker is there to answer.
            ("Operations:VerifyWithin", "00:00:00.001"),
        ];
        await Database.InitializeAsync();
        Wire = await ApiServer.StartAsync(Database, settings);
        User = await Given.UserAsync(Wire, 1_000_000_000_000);
        Targets = await Targets.MakeAsync(Wire, User);
        JsonNode document = (await new ApiClient(Wire).GetAsync("/openapi/v1.json")).Json;
        Routes = Route.ReadAll(document);

        Dictionary<string, string?> all = ApiServer.Settings(Database.AppConnectionString);
        foreach ((string key, string? value) in settings)
            all[key] = value;
        _inMemory = ApiServer.Build(
            all,
            services: s => s.AddSingleton<IServer>(p => new TestServer(p))
        );
        await _inMemory.StartAsync();
        Memory = new InMemory((TestServer)_inMemory.Services.GetRequiredService<IServer>(), User);
    }

    public async Task DisposeAsync()
    {
        await _inMemory!.StopAsync();
        await _inMemory.DisposeAsync();
        await Wire.DisposeAsync();
        await Database.DisposeAsync();
    }
}
