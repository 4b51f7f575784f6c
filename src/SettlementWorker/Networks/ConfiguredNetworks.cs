using Microsoft.Extensions.Options;
using Settlement.Chains;

namespace Settlement.Worker.Networks;

/// <summary>The networks that this process works on.</summary>
public sealed class ConfiguredNetworks : IDisposable
{
    /// <summary>Means every network where a pause is spoken of.</summary>
    private const string EveryNetwork = "all";

    private readonly Dictionary<string, Network> _byName;

    /// <exception cref="OptionsValidationException">None is configured, one twice, or one is named "all".</exception>
    public ConfiguredNetworks(IEnumerable<IChainAdapter> chains, NetworkFactory factory)
    {
        All = chains.Select(factory.Make).ToList();
        _byName = All.ToDictionary(n => n.Id.Name, StringComparer.Ordinal);
        if (All.Count == 0)
            throw Invalid("No network is configured: set Networks:<name>.");
        if (_byName.ContainsKey(EveryNetwork))
            throw Invalid($"No network may be called \"{EveryNetwork}\".");
    }

    public IReadOnlyList<Network> All { get; }

    public Network? Find(string name) => _byName.GetValueOrDefault(name);

    public void Dispose()
    {
        foreach (Network network in All)
            network.Dispose();
    }

    private static OptionsValidationException Invalid(string sentence) =>
        new("Networks", typeof(ConfiguredNetworks), [sentence]);
}
