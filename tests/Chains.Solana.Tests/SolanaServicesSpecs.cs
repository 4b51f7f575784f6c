using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Settlement.Chains.Signing;
using Settlement.Chains.Solana.Signing;
using Settlement.Chains.Solana.Tests.Nodes;

namespace Settlement.Chains.Solana.Tests;

public sealed class SolanaServicesSpecs
{
    private static readonly Dictionary<string, string?> Whole = new(StringComparer.Ordinal)
    {
        ["Networks:solana:Kind"] = "solana",
        ["Networks:solana:GenesisHash"] = Cluster.Genesis,
        ["Networks:solana:RpcUrls:0"] = "http://127.0.0.1:1",
        ["Networks:solana:Endpoints:AllowSingle"] = "true",
        ["Networks:solana:Token"] = Cluster.Mint.ToString(),
        ["Networks:solana:Wallet"] = Cluster.Key("wallet").ToString(),
        ["Networks:solana:KeyVariable"] = "SOLANA_SERVICES_SPECS",
    };

    [Fact]
    public void The_api_knows_addresses_and_can_resolve_no_signer()
    {
        IServiceCollection services = new ServiceCollection().AddSolanaAddresses(Section());
        using ServiceProvider provider = services.BuildServiceProvider();

        provider.GetRequiredService<IAddressFormat>().Network.Name.ShouldBe("solana");
        provider.GetService<IChainAdapter>().ShouldBeNull();
        provider.GetKeyedService<ISigner>("solana").ShouldBeNull();
    }

    [Fact]
    public void The_worker_gets_the_adapter_and_reads_the_key_only_then()
    {
        IServiceCollection services = new ServiceCollection().AddSolanaChain(Section());
        using ServiceProvider provider = services.BuildServiceProvider();

        provider.GetRequiredService<IAddressFormat>().Network.Name.ShouldBe("solana");
        Should
            .Throw<InvalidOperationException>(() => provider.GetRequiredService<IChainAdapter>())
            .Message.ShouldContain("SOLANA_SERVICES_SPECS is not set");
    }

    [Fact]
    public void A_host_may_bring_its_own_signer()
    {
        using var signer = Ed25519Signer.FromSeed(new byte[32]);
        IServiceCollection services = new ServiceCollection();
        services.AddKeyedSingleton<ISigner>("solana", signer);
        services.AddSolanaChain(Section(("KeyVariable", null)));
        using ServiceProvider provider = services.BuildServiceProvider();

        IChainAdapter adapter = provider.GetRequiredService<IChainAdapter>();

        adapter.Limits.ShouldBe(new ChainLimits(9, 256, UsesNonces: false));
        adapter.Sender.ShouldBe(Cluster.Key("wallet").ToString());
    }

    [Theory]
    [InlineData("Kind", "evm", "Kind")]
    [InlineData("GenesisHash", "x", "GenesisHash")]
    [InlineData("RpcUrls:0", "ftp://node", "RpcUrls")]
    [InlineData("RpcUrls:0", null, "at least one")]
    [InlineData("RpcUrls:1", "http://127.0.0.1:1", "differ")]
    [InlineData("Endpoints:AllowSingle", "false", "takes two that agree")]
    [InlineData("Endpoints:StallAfter", "00:00:00", "StallAfter")]
    [InlineData("Token", "0xabc", "Token")]
    [InlineData("Wallet", null, "Wallet")]
    [InlineData("TokenProgram", "11111111111111111111111111111111", "TokenProgram")]
    [InlineData("KeyVariable", null, "Exactly one")]
    [InlineData("KeyFile", "/tmp/key.json", "Exactly one")]
    [InlineData("Decimals", "5", "Decimals")]
    [InlineData("Decimals", "13", "Decimals")]
    [InlineData("MaxTransfers", "0", "MaxTransfers")]
    [InlineData("MaxTransfers", "10", "MaxTransfers")]
    [InlineData("MaxInFlight", "0", "MaxInFlight")]
    [InlineData("UnitPriceFloor", "-1", "UnitPriceFloor")]
    [InlineData("UnitPriceCap", "999", "UnitPriceCap")]
    [InlineData("UnitPricePercentile", "101", "UnitPricePercentile")]
    [InlineData("UnitsPerTransfer", "10", "UnitsPerTransfer")]
    [InlineData("UnitMarginPercent", "-1", "UnitMarginPercent")]
    [InlineData("ReserveLamports", "-1", "ReserveLamports")]
    [InlineData("RpcTimeout", "00:00:00", "RpcTimeout")]
    [InlineData("RpcTimeout", "01:00:00", "RpcTimeout")]
    public void A_mistake_stops_the_start_and_is_named(string key, string? value, string named) =>
        Should
            .Throw<InvalidOperationException>(() =>
                new ServiceCollection().AddSolanaChain(Section((key, value)))
            )
            .Message.ShouldContain(named);

    [Fact]
    public void A_section_that_is_not_there_is_a_mistake() =>
        Should
            .Throw<InvalidOperationException>(() =>
                new ServiceCollection().AddSolanaAddresses(
                    new ConfigurationBuilder().Build().GetSection("Networks:solana")
                )
            )
            .Message.ShouldContain("Networks:solana");

    private static IConfigurationSection Section(params (string Key, string? Value)[] changes)
    {
        Dictionary<string, string?> values = new(Whole, StringComparer.Ordinal);
        foreach ((string key, string? value) in changes)
        {
            values.Remove($"Networks:solana:{key}");
            if (value is not null)
                values[$"Networks:solana:{key}"] = value;
        }
        return new ConfigurationBuilder()
            .AddInMemoryCollection(values)
            .Build()
            .GetSection("Networks:solana");
    }
}
