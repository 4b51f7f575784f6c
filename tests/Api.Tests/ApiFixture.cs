using Settlement.TestKit;
using Xunit;

namespace Settlement.Api.Tests;

/// <summary>One API with the usual settings for a test class; each test makes its own users.</summary>
public sealed class ApiFixture : IAsyncLifetime
{
    private ApiServer? _server;

    public PostgresDatabase Database { get; } = new();

    public ApiServer Server => _server!;

    /// <summary>Calls without a session.</summary>
    public ApiClient Anyone => new(Server);

    /// <summary>Calls with the operators' token.</summary>
    public ApiClient Operator => new(Server) { AdminToken = ApiServer.AdminToken };

    /// <summary>Calls with the token of affiliates' routes that has every scope.</summary>
    public ApiClient Affiliates => new(Server) { BearerToken = ApiServer.AffiliatesToken };

    public async Task InitializeAsync()
    {
        await Database.InitializeAsync();
        _server = await ApiServer.StartAsync(Database);
    }

    public async Task DisposeAsync()
    {
        await Server.DisposeAsync();
        await Database.DisposeAsync();
    }

    /// <summary>A signed-in user with this much unlocked.</summary>
    public Task<ApiClient> UserWithAsync(long balanceMicro) =>
        Given.UserAsync(Server, balanceMicro);
}
