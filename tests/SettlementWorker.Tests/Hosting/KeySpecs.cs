using System.Runtime.Versioning;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Settlement.Chains;
using Settlement.Chains.Signing;
using Settlement.Hosting.Start;
using Settlement.Worker.Networks;
using Shouldly;
using Xunit;

namespace Settlement.Worker.Tests.Hosting;

/// <summary>A key that cannot be had is one sentence that names the network, before anything runs.</summary>
[UnsupportedOSPlatform("windows")]
public sealed class KeySpecs : IDisposable
{
    private readonly string _file = Path.GetTempFileName();

    [Fact]
    public void G4_A_missing_key_file_is_named()
    {
        string missing = $"{_file}-which-is-not-there";

        Refusal(missing).ShouldBe($"Networks:ethereum: The key file {missing} does not exist.");
    }

    [Fact]
    public void A_key_file_that_others_can_read_is_refused()
    {
        File.SetUnixFileMode(_file, UnixFileMode.UserRead | UnixFileMode.OtherRead);

        Refusal(_file)
            .ShouldBe(
                $"Networks:ethereum: The key file {_file} can be read by others. Run: chmod 600 {_file}"
            );
    }

    [Fact]
    public void A_file_without_a_key_is_refused_and_its_content_not_repeated()
    {
        File.WriteAllText(_file, "this-is-not-a-key");
        File.SetUnixFileMode(_file, UnixFileMode.UserRead);

        Refusal(_file)
            .ShouldBe("Networks:ethereum: A key is 0x and 64 hexadecimal digits; this is not.");
    }

    [Fact]
    public void A_library_that_is_not_installed_is_named()
    {
        var services = new ServiceCollection();
        services.AddKeyedSingleton<ISigner>(
            "ethereum",
            (_, _) =>
                throw new TypeInitializationException(
                    "Secp256k1",
                    new DllNotFoundException("libsecp256k1 is not installed.")
                )
        );
        using ServiceProvider provider = services.BuildServiceProvider();

        Should
            .Throw<StartRefusedException>(() => provider.OpenSigners(["ethereum"]))
            .Message.ShouldBe("Networks:ethereum: libsecp256k1 is not installed.");
    }

    [Fact]
    public async Task G4_A_key_that_cannot_be_had_closes_its_network_and_no_other()
    {
        IConfiguration configuration = Configuration(_file);
        var services = new ServiceCollection();
        services.AddLogging();
        services.AddKeyedSingleton<ISigner>("polygon", (_, _) => new AnySigner());
        configuration["Networks:polygon:Kind"] = "evm";
        foreach (string key in new[] { "RpcUrls:0", "Token", "Wallet", "Endpoints:AllowSingle" })
            configuration[$"Networks:polygon:{key}"] = configuration[$"Networks:ethereum:{key}"];
        configuration["Networks:polygon:ChainId"] = "31338";
        File.Delete(_file);
        IReadOnlyList<string> networks = services.AddChains(configuration);
        await using ServiceProvider provider = services.BuildServiceProvider();

        provider.OpenSigners(networks);
        var chains = provider.GetServices<IChainAdapter>().ToDictionary(c => c.Network.Name);

        (await chains["ethereum"].VerifyIdentityAsync(default)).ShouldBe(
            new IdentityCheck.Mismatch($"The key file {_file} does not exist.")
        );
        // Its node does not answer, and its key is there.
        (
            await chains["polygon"].VerifyIdentityAsync(default)
        ).ShouldBeOfType<IdentityCheck.Unknown>();
    }

    public void Dispose() => File.Delete(_file);

    private static string Refusal(string keyFile)
    {
        var services = new ServiceCollection();
        IReadOnlyList<string> networks = services.AddChains(Configuration(keyFile));
        using ServiceProvider provider = services.BuildServiceProvider();

        return Should.Throw<StartRefusedException>(() => provider.OpenSigners(networks)).Message;
    }

    private static IConfiguration Configuration(string keyFile) =>
        new ConfigurationBuilder()
            .AddInMemoryCollection(
                new Dictionary<string, string?>
                {
                    ["Networks:ethereum:Kind"] = "evm",
                    ["Networks:ethereum:ChainId"] = "31337",
                    ["Networks:ethereum:RpcUrls:0"] = "http://127.0.0.1:1",
                    ["Networks:ethereum:Endpoints:AllowSingle"] = "true",
                    ["Networks:ethereum:Token"] = "0xA0b86991c6218b36c1d19D4a2e9Eb0cE3606eB48",
                    ["Networks:ethereum:Wallet"] = "0x1a077A36eBa2Bb58BeDf0889bEC41c0F0464c63B",
                    ["Networks:ethereum:KeyFile"] = keyFile,
                }
            )
            .Build();

    private sealed class AnySigner : ISigner
    {
        public string Address => "0x1a077A36eBa2Bb58BeDf0889bEC41c0F0464c63B";

        public Task<byte[]> SignAsync(ReadOnlyMemory<byte> payload, CancellationToken ct) =>
            throw new SigningException("It signs nothing.");
    }
}
