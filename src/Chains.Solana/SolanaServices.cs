using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Settlement.Chains.Signing;
using Settlement.Chains.Solana.Signing;

namespace Settlement.Chains.Solana;

/// <summary>Registers a Solana network, as configured under <c>Networks:&lt;name&gt;</c>. See
/// <see cref="SolanaOptions"/> for the keys.</summary>
public static class SolanaServices
{
    /// <summary>For the API: adds an <see cref="IAddressFormat"/> and nothing that could sign or reach a
    /// node.</summary>
    /// <param name="services">The host's services.</param>
    /// <param name="section"><c>Networks:&lt;name&gt;</c>; see <see cref="SolanaOptions"/> for its keys.</param>
    /// <exception cref="InvalidOperationException">The section is wrong; the message names every mistake.</exception>
    public static IServiceCollection AddSolanaAddresses(
        this IServiceCollection services,
        IConfigurationSection section
    )
    {
        (NetworkId network, SolanaOptions options) = Read(section);
        Demand(network, SolanaOptionsValidator.CheckAddresses(options));
        return services.AddSingleton<IAddressFormat>(new SolanaNetwork(network, options).Format);
    }

    /// <summary>For the worker: adds an <see cref="IAddressFormat"/>, an <see cref="IChainAdapter"/>, and an
    /// <see cref="ISigner"/>
    /// keyed by the network's name unless the host has added its own before.</summary>
    /// <param name="services">The host's services.</param>
    /// <param name="section"><c>Networks:&lt;name&gt;</c>; see <see cref="SolanaOptions"/> for its keys.</param>
    /// <exception cref="InvalidOperationException">The section is wrong; the message names every mistake.</exception>
    public static IServiceCollection AddSolanaChain(
        this IServiceCollection services,
        IConfigurationSection section
    )
    {
        (NetworkId network, SolanaOptions options) = Read(section);
        Demand(network, SolanaOptionsValidator.Check(options));
        services.AddSolanaAddresses(section);
        if (!HasSigner(services, network))
        {
            Demand(network, SolanaOptionsValidator.CheckKey(options));
            services.AddKeyedSingleton<ISigner>(network.Name, (_, _) => ReadSigner(options));
        }
        return services.AddSingleton<IChainAdapter>(provider => new SolanaChainAdapter(
            network,
            options,
            provider.GetRequiredKeyedService<ISigner>(network.Name),
            NodeHttp.Create(),
            provider.GetService<TimeProvider>() ?? TimeProvider.System
        ));
    }

    // A host may stand a key management service in the place of the key file.
    private static bool HasSigner(IServiceCollection services, NetworkId network) =>
        services.Any(s => s.ServiceType == typeof(ISigner) && Equals(s.ServiceKey, network.Name));

    private static Ed25519Signer ReadSigner(SolanaOptions options) =>
        options.KeyFile is { Length: > 0 } path
            ? Ed25519Signer.FromKeyFile(path)
            : Ed25519Signer.FromVariable(options.KeyVariable!);

    private static (NetworkId Network, SolanaOptions Options) Read(IConfigurationSection section)
    {
        ArgumentNullException.ThrowIfNull(section);
        return (new NetworkId(section.Key), section.Get<SolanaOptions>() ?? new SolanaOptions());
    }

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
