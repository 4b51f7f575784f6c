using Settlement.Chains.Evm;
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
            catch (InvalidOperationException e)
            {
                throw new StartRefusedException(e.Message, e);
            }
        }
        return networks.Select(n => n.Id.Name).ToList();
    }

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
