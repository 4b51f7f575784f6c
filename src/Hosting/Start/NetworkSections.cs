using Microsoft.Extensions.Configuration;
using Settlement.Chains;

namespace Settlement.Hosting.Start;

/// <summary>Section <c>Networks</c>: one child per network, named in lower case.</summary>
public static class NetworkSections
{
    public const string Section = "Networks";

    /// <summary>Finds the networks.</summary>
    /// <returns>Name and section of each, at least one.</returns>
    /// <exception cref="StartRefusedException">There is none, or a name has another shape.</exception>
    public static IReadOnlyList<NetworkSection> Read(IConfiguration configuration)
    {
        var networks = configuration
            .GetSection(Section)
            .GetChildren()
            .Select(section => new NetworkSection(NameOf(section), section))
            .ToList();
        if (networks.Count == 0)
        {
            throw new StartRefusedException(
                "Networks is empty: configure at least one, such as Networks:solana:Kind=solana."
            );
        }
        return networks;
    }

    /// <summary>What stands for a kind of network that no adapter serves.</summary>
    public static StartRefusedException UnknownKind(NetworkSection network) =>
        new($"Networks:{network.Id}:Kind is \"{network.Kind}\"; it must be \"solana\" or \"evm\".");

    private static NetworkId NameOf(IConfigurationSection section)
    {
        try
        {
            return new NetworkId(section.Key);
        }
        catch (ArgumentException e)
        {
            throw new StartRefusedException(
                $"Networks:{section.Key} must be named with 1 to 32 lower-case letters, digits or hyphens.",
                e
            );
        }
    }
}

/// <summary>One network's configuration.</summary>
public sealed record NetworkSection(NetworkId Id, IConfigurationSection Configuration)
{
    /// <summary><c>solana</c> or <c>evm</c>: which adapter serves it. Required, so that a typing mistake cannot choose one.</summary>
    public string Kind => Configuration["Kind"] ?? "";
}
