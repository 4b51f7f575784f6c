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
                LetOthersWork(services, network.Id.Name);
            }
            catch (Exception e) when (IsAboutTheSetUp(e))
            {
                throw new StartRefusedException(e.GetBaseException().Message, e);
            }
        }
        return networks.Select(n => n.Id.Name).ToList();
    }

    /// <summary>Reads every key now. A network whose key cannot be had stays closed, and says why; without any key there is
    /// nothing to run for.</summary>
    /// <exception cref="StartRefusedException">No key, or no library that signs with it, can be had.</exception>
    public static void OpenSigners(
        this IServiceProvider services,
        IReadOnlyCollection<string> networks
    )
    {
        string[] problems = [.. networks.Select(n => ProblemOf(services, n)).OfType<string>()];
        if (problems.Length == networks.Count)
            throw new StartRefusedException(string.Join(' ', problems));
    }

    private static string? ProblemOf(IServiceProvider services, string network)
    {
        string? problem;
        try
        {
            problem = services.GetRequiredKeyedService<ISigner>(network).Problem;
        }
        catch (Exception e) when (IsAboutTheSetUp(e))
        {
            problem = e.GetBaseException().Message;
        }
        return problem is null ? null : $"Networks:{network}: {problem}";
    }

    // A key that cannot be had closes its own network, and not the host.
    private static void LetOthersWork(IServiceCollection services, string network)
    {
        ServiceDescriptor signer = services.Last(s =>
            s.ServiceType == typeof(ISigner) && Equals(s.ServiceKey, network)
        );
        if (signer.KeyedImplementationFactory is not { } make)
            return;
        services.Remove(signer);
        services.AddKeyedSingleton(
            network,
            (provider, key) =>
            {
                try
                {
                    return (ISigner)make(provider, key);
                }
                catch (Exception e) when (IsAboutTheSetUp(e))
                {
                    return new MissingSigner(e.GetBaseException().Message);
                }
            }
        );
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
