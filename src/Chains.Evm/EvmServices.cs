using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Settlement.Chains.Evm.Addresses;
using Settlement.Chains.Evm.Signing;
using Settlement.Chains.Signing;

namespace Settlement.Chains.Evm;

/// <summary>Adds EVM networks to a host, each from its configuration section <c>Networks:&lt;name&gt;</c>.</summary>
public static class EvmServices
{
    private static readonly TimeSpan ConnectionLifetime = TimeSpan.FromMinutes(2);

    /// <summary>Adds what the API needs: an <see cref="IAddressFormat"/>, and nothing that holds a key or calls a node.</summary>
    /// <param name="services">The host's services.</param>
    /// <param name="section"><c>Networks:&lt;name&gt;</c>; see <see cref="EvmOptions"/> for its keys.</param>
    /// <exception cref="InvalidOperationException">The section is wrong; the message lists everything.</exception>
    public static IServiceCollection AddEvmAddresses(
        this IServiceCollection services,
        IConfigurationSection section
    )
    {
        (NetworkId network, EvmOptions options) = Read(section);
        EvmOptionsValidator.CheckAddresses(network, options);
        return services.AddSingleton<IAddressFormat>(EvmAddressFormat.For(network, options));
    }

    /// <summary>Adds what the worker needs: <see cref="IAddressFormat"/>, <see cref="IChainAdapter"/>, and an
    /// <see cref="ISigner"/> keyed by the network's name unless the host has added its own before.</summary>
    /// <param name="services">The host's services.</param>
    /// <param name="section"><c>Networks:&lt;name&gt;</c>; see <see cref="EvmOptions"/> for its keys.</param>
    /// <exception cref="InvalidOperationException">The section is wrong; the message lists everything.</exception>
    public static IServiceCollection AddEvmChain(
        this IServiceCollection services,
        IConfigurationSection section
    )
    {
        (NetworkId network, EvmOptions options) = Read(section);
        EvmOptionsValidator.CheckChain(network, options);
        services.AddEvmAddresses(section);
        if (!HasSigner(services, network))
        {
            EvmOptionsValidator.CheckKey(network, options);
            services.AddKeyedSingleton<ISigner>(network.Name, (_, _) => ReadSigner(options));
        }
        string client = $"evm-{network}";
        services
            .AddHttpClient(client, http => http.Timeout = Timeout.InfiniteTimeSpan)
            .ConfigurePrimaryHttpMessageHandler(() =>
                new SocketsHttpHandler
                {
                    PooledConnectionLifetime = ConnectionLifetime,
                    // A redirect would carry a signed transaction to somebody who is not configured.
                    AllowAutoRedirect = false,
                }
            )
            .SetHandlerLifetime(Timeout.InfiniteTimeSpan)
            // The factory's own logs hold whole URLs, and with them providers' keys.
            .RemoveAllLoggers();
        return services.AddSingleton<IChainAdapter>(provider =>
            EvmChainAdapter.Create(
                network,
                options,
                provider.GetRequiredService<IHttpClientFactory>().CreateClient(client),
                provider.GetRequiredKeyedService<ISigner>(network.Name),
                provider.GetRequiredService<ILogger<EvmChainAdapter>>(),
                provider.GetService<TimeProvider>()
            )
        );
    }

    private static (NetworkId Network, EvmOptions Options) Read(IConfigurationSection section)
    {
        ArgumentNullException.ThrowIfNull(section);
        var network = new NetworkId(section.Key);
        EvmOptions options = EvmDefaults.For(network);
        section.Bind(options);
        return (network, options);
    }

    // A host may stand a key management service in the place of the key file.
    private static bool HasSigner(IServiceCollection services, NetworkId network) =>
        services.Any(s => s.ServiceType == typeof(ISigner) && Equals(s.ServiceKey, network.Name));

    private static Secp256k1Signer ReadSigner(EvmOptions options)
    {
        if (!string.IsNullOrEmpty(options.KeyFile))
            return Secp256k1Signer.FromText(KeyFile.Read(options.KeyFile));
        string? text = Environment.GetEnvironmentVariable(options.KeyVariable!);
        return string.IsNullOrEmpty(text)
            ? throw new InvalidOperationException(
                $"The environment variable {options.KeyVariable} holds no key."
            )
            : Secp256k1Signer.FromText(text);
    }
}
