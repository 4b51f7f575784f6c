using Settlement.Chains.Evm;
using Settlement.Chains.Signing;
using Settlement.Chains.Solana;
using Settlement.Hosting.Start;

namespace Settlement.Worker.Networks;

/// <summary>Makes an adapter of each configured network.</summary>
public static class NetworkRegistration
{
    /// <summary>Registers the adapters.</summary>
    /// <returns>The networks' names.</returns>
    /// <exception cref="StartRefusedException">A section is wrong; the message names every mistake in it.</exception>
    public static IReadOnlyList<string> AddChains(
        this IServiceCollection services,
        IConfiguration configuration
    )
    {
        IReadOnlyList<NetworkSection> networks = NetworkSections.Read(configuration);
        foreach (NetworkSection network in networks)
        {
            try
            {
                Add(services, network);
            }
            catch (Exception e) when (IsAboutTheSetUp(e))
            {
                throw new StartRefusedException(e.GetBaseException().Message, e);
            }
        }
        return networks.Select(n => n.Id.Name).ToList();
    }

    /// <summary>Reads every key now, so that a missing one is a sentence and not a host that breaks while it starts.</summary>
    /// <exception cref="StartRefusedException">A key, or the library that signs with it, cannot be had.</exception>
    public static void OpenSigners(this IServiceProvider services, IEnumerable<string> networks)
    {
        foreach (string network in networks)
        {
            try
            {
                _ = services.GetRequiredKeyedService<ISigner>(network).Address;
            }
            catch (Exception e) when (IsAboutTheSetUp(e))
            {
                throw new StartRefusedException(
                    $"Networks:{network}: {e.GetBaseException().Message}",
                    e
                );
            }
        }
    }

    // The last two: a native library that is not installed.
    private static bool IsAboutTheSetUp(Exception e) =>
        e
            is InvalidOperationException
                or SigningException
                or IOException
                or UnauthorizedAccessException
                or DllNotFoundException
                or TypeInitializationException;

    private static void Add(IServiceCollection services, NetworkSection network)
    {
        switch (network.Kind)
        {
            case "evm":
                services.AddEvmChain(network.Configuration);
                break;
            case "solana":
                services.AddSolanaChain(network.Configuration);
                break;
            default:
                throw NetworkSections.UnknownKind(network);
        }
    }
}
