using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Settlement.Chains.Solana.Signing;

namespace Settlement.Chains.Solana;

/// <summary>Registers a Solana network, as configured under <c>Networks:&lt;name&gt;</c>. See <see cref="SolanaOptions"/> for the keys.</summary>
public static class SolanaServices
{
    /// <summary>For the API: adds an <see cref="IAddressFormat"/> and nothing that could sign or reach a node.</summary>
    /// <exception cref="InvalidOperationException">The configuration is wrong; the message names every mistake.</exception>
    public static IServiceCollection AddSolanaAddresses(
        this IServiceCollection services,
        IConfiguration configuration,
        NetworkId network
    )
    {
        SolanaOptions options = Read(configuration, network);
        Demand(network, SolanaOptionsValidator.CheckAddresses(options));
        return services.AddSingleton<IAddressFormat>(new SolanaNetwork(network, options).Format);
    }

    /// <summary>For the worker: adds an <see cref="IAddressFormat"/> and an <see cref="IChainAdapter"/> that holds the key.</summary>
    /// <exception cref="InvalidOperationException">The configuration is wrong; the message names every mistake.</exception>
    public static IServiceCollection AddSolanaChain(
        this IServiceCollection services,
        IConfiguration configuration,
        NetworkId network
    )
    {
        SolanaOptions options = Read(configuration, network);
        Demand(network, SolanaOptionsValidator.Check(options));
        services.AddSingleton<IAddressFormat>(new SolanaNetwork(network, options).Format);
        // The key is read when the adapter is first needed, by the worker's start-up check.
        return services.AddSingleton<IChainAdapter>(provider => new SolanaChainAdapter(
            network,
            options,
            SignerFor(options),
            NodeHttp.Create(),
            provider.GetService<TimeProvider>() ?? TimeProvider.System
        ));
    }

    private static Ed25519Signer SignerFor(SolanaOptions options) =>
        options.KeyFile is { } path
            ? Ed25519Signer.FromKeyFile(path)
            : Ed25519Signer.FromVariable(options.KeyVariable!);

    private static SolanaOptions Read(IConfiguration configuration, NetworkId network) =>
        configuration.GetSection($"Networks:{network}").Get<SolanaOptions>() ?? new SolanaOptions();

    private static void Demand(NetworkId network, IReadOnlyList<string> problems)
    {
        if (problems.Count > 0)
        {
            throw new InvalidOperationException(
                $"Networks:{network} is configured wrongly. {string.Join(' ', problems)}"
            );
        }
    }
}
