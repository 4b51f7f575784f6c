using Settlement.Chains;
using Settlement.Chains.Evm;
using Settlement.Chains.Solana;

namespace Settlement.Worker.Networks;

/// <summary>Makes an adapter of each section <c>Networks:&lt;name&gt;</c>.</summary>
public static class NetworkRegistration
{
    public const string Section = "Networks";

    /// <summary>Registers the adapters.</summary>
    /// <returns>The networks' names.</returns>
    /// <exception cref="InvalidOperationException">A section is wrong; the message names every mistake in it.</exception>
    public static IReadOnlyList<string> AddChains(
        this IServiceCollection services,
        IConfiguration configuration
    )
    {
        List<IConfigurationSection> sections = configuration
            .GetSection(Section)
            .GetChildren()
            .ToList();
        foreach (IConfigurationSection section in sections)
        {
            string? kind = section["Kind"];
            switch (kind)
            {
                case "evm":
                    services.AddEvmChain(section);
                    break;
                case "solana":
                    services.AddSolanaChain(configuration, new NetworkId(section.Key));
                    break;
                default:
                    throw new InvalidOperationException(
                        $"{section.Path}:Kind is \"{kind}\"; it must be \"evm\" or \"solana\"."
                    );
            }
        }
        return sections.ConvertAll(s => s.Key);
    }
}
