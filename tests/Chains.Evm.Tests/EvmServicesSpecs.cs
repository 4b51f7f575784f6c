using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Settlement.Chains.Evm.Signing;
using Settlement.Chains.Evm.Tests.Scripted;
using Settlement.Chains.Signing;

namespace Settlement.Chains.Evm.Tests;

public sealed class EvmServicesSpecs
{
    private const string KeyVariable = "SETTLEMENT_EVM_SERVICES_SPECS_KEY";

    [Fact]
    public void The_API_gets_an_address_format_and_no_signer_and_no_adapter()
    {
        using ServiceProvider services = new ServiceCollection()
            .AddEvmAddresses(Section("polygon", Addresses()))
            .BuildServiceProvider();

        services.GetRequiredService<IAddressFormat>().Network.Name.ShouldBe("polygon");
        services.GetServices<IChainAdapter>().ShouldBeEmpty();
        services.GetServices<ISigner>().ShouldBeEmpty();
        services.GetKeyedServices<ISigner>(KeyedService.AnyKey).ShouldBeEmpty();
    }

    [Fact]
    public void The_worker_gets_an_adapter_of_each_network()
    {
        Environment.SetEnvironmentVariable(KeyVariable, ScriptedChain.Key);

        using ServiceProvider services = new ServiceCollection()
            .AddLogging()
            .AddEvmChain(Section("ethereum", Chain()))
            .AddEvmChain(Section("polygon", Chain()))
            .BuildServiceProvider();

        IChainAdapter[] adapters = [.. services.GetServices<IChainAdapter>()];
        adapters.Select(a => a.Network.Name).ShouldBe(["ethereum", "polygon"]);
        adapters.ShouldAllBe(a => a.Sender == ScriptedChain.Wallet);
        adapters.ShouldAllBe(a =>
            a.Limits.MaxInFlight == 16 && a.Limits.ReplaceAfter > TimeSpan.Zero
        );
        services.GetServices<IAddressFormat>().Count().ShouldBe(2);
        services.GetRequiredKeyedService<ISigner>("polygon").Address.ShouldBe(ScriptedChain.Wallet);
    }

    [Fact]
    public void A_host_may_bring_its_own_signer_and_then_needs_no_key()
    {
        Dictionary<string, string?> settings = Chain();
        settings.Remove("KeyVariable");
        using var own = Secp256k1Signer.FromText(ScriptedChain.Key);

        using ServiceProvider services = new ServiceCollection()
            .AddLogging()
            .AddKeyedSingleton<ISigner>("ethereum", own)
            .AddEvmChain(Section("ethereum", settings))
            .BuildServiceProvider();

        services.GetRequiredService<IChainAdapter>().ShouldBeOfType<EvmChainAdapter>();
        services.GetRequiredKeyedService<ISigner>("ethereum").ShouldBeSameAs(own);
    }

    [Fact]
    public void Defaults_by_name_hold_until_the_configuration_says_otherwise()
    {
        EvmOptions polygon = EvmDefaults.For(new NetworkId("polygon"));
        EvmOptions ethereum = EvmDefaults.For(new NetworkId("ethereum"));
        EvmOptions other = EvmDefaults.For(new NetworkId("base"));

        polygon.ChainId.ShouldBe(137UL);
        polygon.FinalityDepth.ShouldBe(128UL);
        polygon.MinTipWei.ShouldBe(30_000_000_000UL);
        ethereum.ChainId.ShouldBe(1UL);
        ethereum.FinalityDepth.ShouldBe(64UL);
        other.ChainId.ShouldBe(0UL);
        new[] { polygon, ethereum, other }.ShouldAllBe(o => o.FinalityTag == "finalized");
    }

    [Theory]
    [InlineData("Kind", "solana", "Kind")]
    [InlineData("ChainId", "0", "ChainId")]
    [InlineData("RpcUrls:0", "ftp://node", "RpcUrls:0")]
    [InlineData("RpcUrls:1", "http://127.0.0.1:1", "differ")]
    [InlineData("Endpoints:AllowSingle", "false", "takes two that agree")]
    [InlineData("Endpoints:AgreeOnLandedFromMicro", "-1", "AgreeOnLandedFromMicro")]
    [InlineData("Endpoints:StallAfter", "00:00:00", "StallAfter")]
    [InlineData("Endpoints:IdentityEvery", "00:00:00", "IdentityEvery")]
    [InlineData("Endpoints:HeadEvery", "-00:00:01", "HeadEvery")]
    [InlineData("Endpoints:DisagreementAfter", "00:00:00", "DisagreementAfter")]
    [InlineData("GenesisHash", "0x12", "GenesisHash")]
    [InlineData("RpcTimeout", "00:00:00", "RpcTimeout")]
    [InlineData("MaxInFlight", "17", "MaxInFlight")]
    [InlineData("MaxInFlight", "0", "MaxInFlight")]
    [InlineData("KeyVariable", "", "KeyFile")]
    [InlineData("KeyFile", "/also", "exclude")]
    [InlineData("Token", "0x12", "Token")]
    [InlineData("Wallet", "", "Wallet")]
    [InlineData("OwnAddresses:0", "me", "OwnAddresses")]
    [InlineData("Decimals", "5", "Decimals")]
    [InlineData("FinalityTag", "safe", "FinalityTag")]
    [InlineData("MaxFeePerGasWei", "0", "MaxFeePerGasWei")]
    [InlineData("MinTipWei", "999999999999999", "MinTipWei")]
    [InlineData("TipPercentile", "100", "TipPercentile")]
    [InlineData("GasMarginPercent", "-1", "GasMarginPercent")]
    [InlineData("GasLimitCap", "21000", "GasLimitCap")]
    [InlineData("NativeReserveWei", "1000000000000000000000001", "NativeReserveWei")]
    [InlineData("Vault", "0x12", "Vault")]
    [InlineData("Vault", "0x0000000000000000000000000000000000000000", "Vault")]
    [InlineData("Vault", ScriptedChain.Wallet, "Vault")]
    [InlineData("Vault", ScriptedChain.Token, "Vault")]
    [InlineData("Batch:MaxTransfers", "0", "Batch:MaxTransfers")]
    [InlineData("Batch:MaxTransfers", "201", "Batch:MaxTransfers")]
    [InlineData("Batch:GasPerTransfer", "9999", "Batch:GasPerTransfer")]
    [InlineData("Batch:MaxGas", "16777217", "Batch:MaxGas")]
    [InlineData("Batch:MaxGas", "299999", "Batch:MaxGas")]
    [InlineData("Batch:MaxFeeWei", "0", "Batch:MaxFeeWei")]
    [InlineData("Batch:Linger", "-00:00:01", "Batch:Linger")]
    [InlineData("Batch:Linger", "00:05:01", "Batch:Linger")]
    public void A_wrong_setting_stops_the_host_and_is_named(
        string key,
        string value,
        string expected
    )
    {
        Dictionary<string, string?> settings = Chain();
        settings[key] = value;

        Should
            .Throw<InvalidOperationException>(() =>
                new ServiceCollection().AddEvmChain(Section("ethereum", settings))
            )
            .Message.ShouldContain(expected);
    }

    [Fact]
    public void Neither_tag_nor_depth_is_no_finality()
    {
        Dictionary<string, string?> settings = Chain();
        settings["FinalityTag"] = "none";
        settings["FinalityDepth"] = "0";

        Should
            .Throw<InvalidOperationException>(() =>
                new ServiceCollection().AddEvmChain(Section("ethereum", settings))
            )
            .Message.ShouldContain("FinalityDepth");
    }

    [Fact]
    public void A_message_about_a_URL_does_not_repeat_it()
    {
        Dictionary<string, string?> settings = Chain();
        settings["RpcUrls:0"] = "wss://node/secret";

        Should
            .Throw<InvalidOperationException>(() =>
                new ServiceCollection().AddEvmChain(Section("ethereum", settings))
            )
            .Message.ShouldNotContain("secret");
    }

    [Fact]
    public void All_settings_are_read()
    {
        Dictionary<string, string?> settings = Chain();
        settings["NativeReserveWei"] = "1000000000000000000000000";
        settings["RpcTimeout"] = "00:00:07";
        var options = new EvmOptions();

        Section("ethereum", settings).Bind(options);

        options.NativeReserveWei.ShouldBe(UInt128.Parse("1000000000000000000000000", null));
        options.RpcTimeout.ShouldBe(TimeSpan.FromSeconds(7));
    }

    private static Dictionary<string, string?> Addresses() =>
        new(StringComparer.Ordinal)
        {
            ["Kind"] = "evm",
            ["Token"] = ScriptedChain.Token,
            ["Decimals"] = "6",
            ["Wallet"] = ScriptedChain.Wallet,
        };

    private static Dictionary<string, string?> Chain() =>
        new(Addresses(), StringComparer.Ordinal)
        {
            ["RpcUrls:0"] = "http://127.0.0.1:1",
            ["Endpoints:AllowSingle"] = "true",
            ["KeyVariable"] = KeyVariable,
        };

    private static IConfigurationSection Section(
        string network,
        Dictionary<string, string?> settings
    ) =>
        new ConfigurationBuilder()
            .AddInMemoryCollection(
                settings.Select(s => KeyValuePair.Create($"Networks:{network}:{s.Key}", s.Value))
            )
            .Build()
            .GetSection($"Networks:{network}");
}
