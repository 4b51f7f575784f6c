using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Settlement.Chains;
using Settlement.Chains.Signing;
using Settlement.Hosting.Start;
using Settlement.TestKit;
using Shouldly;
using Xunit;

namespace Settlement.Api.Tests;

public sealed class StartSpecs
{
    private const string Database =
        "Host=127.0.0.1;Port=1;Username=u;Password=secret-word;Database=x";

    [Fact]
    public void The_api_can_resolve_no_signer_and_no_chain_adapter()
    {
        IServiceCollection? registered = null;
        Dictionary<string, string?> settings = ApiServer.Settings(Database);
        settings["RabbitMq:Url"] = "amqp://u:p@127.0.0.1:1/";
        settings["Networks:solana:KeyVariable"] = "SOME_KEY";
        settings["Networks:polygon:KeyFile"] = "/nowhere/key";
        using WebApplication app = ApiServer.Build(settings, services: s => registered = s);

        Type[] forbidden = [typeof(ISigner), typeof(IChainAdapter)];
        foreach (Type type in forbidden)
        {
            app.Services.GetService(type).ShouldBeNull();
            foreach (string network in new[] { "solana", "polygon" })
                ((IKeyedServiceProvider)app.Services).GetKeyedService(type, network).ShouldBeNull();
        }
        registered.ShouldNotBeNull();
        registered.ShouldNotContain(d => forbidden.Any(f => f.IsAssignableFrom(d.ServiceType)));
        registered.ShouldNotContain(d =>
            !d.IsKeyedService
            && d.ImplementationType != null
            && forbidden.Any(f => f.IsAssignableFrom(d.ImplementationType))
        );
        // What may be there, to see that the networks were registered at all.
        app.Services.GetServices<IAddressFormat>()
            .Select(a => a.Network.Name)
            .ShouldBe(["polygon", "solana"]);
    }

    [Theory]
    [InlineData("Database:ConnectionString", null, "Database:ConnectionString is missing")]
    [InlineData(
        "Database:ConnectionString",
        "Host=x;NoSuchWord=secret-word",
        "Database:ConnectionString cannot be read"
    )]
    [InlineData("RabbitMq:Url", "localhost", "RabbitMq:Url must look like amqp://")]
    [InlineData("RabbitMq:Url", "amqp://secret-word@h", "RabbitMq:Url must look like amqp://")]
    [InlineData("RabbitMq:Url", "http://u:secret-word@h", "RabbitMq:Url must look like amqp://")]
    [InlineData("Affiliates:HoldDays", "366", "Affiliates:HoldDays must be a number from 0 to 365")]
    [InlineData("Affiliates:HoldDays", "-1", "Affiliates:HoldDays must be a number from 0 to 365")]
    [InlineData("Admin:TokenFile", "/no/such/file", "Admin:Token and Admin:TokenFile are both set")]
    [InlineData("Sessions:CookieName", "a b", "Sessions:CookieName must be a cookie name")]
    [InlineData("Sessions:AllowedOrigins:0", "https://a.example/", "Sessions:AllowedOrigins holds")]
    [InlineData("Networks:solana:Kind", null, "Networks:solana:Kind is \"\"")]
    [InlineData("Networks:solana:Kind", "bitcoin", "Networks:solana:Kind is \"bitcoin\"")]
    [InlineData("Networks:Base Net:Kind", "evm", "Networks:Base Net must be named")]
    [InlineData("Networks:solana:Decimals", "5", "Networks:solana:Decimals is 5")]
    [InlineData("Networks:polygon:Decimals", "2", "Networks:polygon:Decimals is 2")]
    [InlineData("Networks:solana:Token", null, "Networks:solana:Token is missing")]
    [InlineData("Networks:solana:Token", "nonsense", "Networks:solana")]
    [InlineData("Networks:solana:Wallet", null, "Networks:solana")]
    [InlineData("Networks:polygon:Wallet", "0x1", "Networks:polygon")]
    [InlineData(
        "Networks:solana:MinPayoutMicro",
        "0",
        "Networks:solana:MinPayoutMicro must be 1 or more"
    )]
    [InlineData(
        "Networks:solana:MaxPayoutMicro",
        "9999999",
        "Networks:solana:MaxPayoutMicro must not be below"
    )]
    [InlineData(
        "Networks:solana:ExplorerUrl",
        "https://x/tx/",
        "Networks:solana:ExplorerUrl must be"
    )]
    [InlineData(
        "Networks:solana:TypicalSeconds",
        "0",
        "Networks:solana:TypicalSeconds must be 1 or more"
    )]
    public void A_wrong_setting_stops_the_start_with_a_sentence_that_names_its_key(
        string key,
        string? value,
        string sentence
    )
    {
        Dictionary<string, string?> settings = ApiServer.Settings(Database);
        settings[key] = value;

        var refused = Should.Throw<StartRefusedException>(() => ApiServer.Build(settings));

        refused.Message.ShouldContain(sentence);
        refused.Message.ShouldNotContain("secret-word");
    }

    [Fact]
    public void Without_networks_there_is_nothing_to_serve()
    {
        Should
            .Throw<StartRefusedException>(() =>
                ApiServer.Build(
                    new Dictionary<string, string?> { ["Database:ConnectionString"] = Database }
                )
            )
            .Message.ShouldStartWith("Networks is empty");
    }

    [Fact]
    public async Task A_refused_start_is_exit_code_1_without_a_stack()
    {
        TextWriter before = Console.Error;
        await using var error = new StringWriter();
        Console.SetError(error);
        int exitCode = await Program.Main([]);
        Console.SetError(before);

        exitCode.ShouldBe(1);
        error.ToString().ShouldStartWith("Networks is empty");
        error.ToString().ShouldNotContain("   at ");
    }
}

/// <summary>The commands beside serving.</summary>
public sealed class CommandSpecs(PostgresDatabase database) : IClassFixture<PostgresDatabase>
{
    [Fact]
    public async Task Migrate_brings_an_empty_database_up_to_date()
    {
        await Given.ScalarAsync<object>(
            database,
            "WITH d AS (SELECT set_config('search_path', 'public', false)) SELECT * FROM d"
        );
        await using (var drop = database.Owner.CreateCommand("DROP SCHEMA settlement CASCADE"))
            await drop.ExecuteNonQueryAsync();

        int exitCode = await RunAsync("migrate");

        exitCode.ShouldBe(0);
        (
            await Given.ScalarAsync<long>(database, "SELECT count(*) FROM settlement.payouts")
        ).ShouldBe(0);
    }

    [Fact]
    public async Task An_unknown_command_is_exit_code_2() => (await RunAsync("migrat")).ShouldBe(2);

    private Task<int> RunAsync(string command) =>
        Program.Main([
            command,
            .. ApiServer
                .Settings(database.OwnerConnectionString)
                .Select(s => $"--{s.Key}={s.Value}"),
        ]);
}
