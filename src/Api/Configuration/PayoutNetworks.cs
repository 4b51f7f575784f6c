using System.Collections.Frozen;
using System.Diagnostics.CodeAnalysis;
using Settlement.Chains;
using Settlement.Chains.Evm;
using Settlement.Chains.Solana;
using Settlement.Hosting.Start;

namespace Settlement.Api.Configuration;

/// <summary>The networks to which payouts can be asked for, by name in any case.</summary>
internal sealed class PayoutNetworks(IReadOnlyList<PayoutNetwork> networks)
{
    private readonly FrozenDictionary<string, PayoutNetwork> _networks =
        networks.ToFrozenDictionary(n => n.Name, StringComparer.OrdinalIgnoreCase);

    /// <summary>Hexadecimal addresses are the same in any case, all others are not.</summary>
    private readonly FrozenSet<string> _ownWallets = networks
        .Select(n => Comparable(n.Options.Wallet))
        .ToFrozenSet(StringComparer.Ordinal);

    public IEnumerable<string> Names => _networks.Keys.Order(StringComparer.Ordinal);

    public IEnumerable<PayoutNetwork> All => Names.Select(name => _networks[name]);

    public bool TryFind(string name, [NotNullWhen(true)] out PayoutNetwork? network) =>
        _networks.TryGetValue(name, out network);

    /// <summary>Whether this is a hot wallet of ours, on any network: one key has the same address on every EVM network.</summary>
    public bool IsOurs(string address) => _ownWallets.Contains(Comparable(address));

    /// <summary>Says what speaks against paying this address on this network.</summary>
    /// <param name="network">Where.</param>
    /// <param name="address">As it was written.</param>
    /// <param name="payable">What is paid: trimmed, otherwise as written; empty when something speaks against it.</param>
    /// <returns>One sentence, or null.</returns>
    public string? Problem(PayoutNetwork network, string address, out string payable)
    {
        payable = "";
        switch (network.Addresses.Check(address))
        {
            case AddressVerdict.Invalid invalid:
                return invalid.Problem;
            case AddressVerdict.Valid valid when IsOurs(valid.Address):
                return "This is a wallet of ours; use a wallet of your own.";
            case AddressVerdict.Valid valid:
                payable = valid.Address;
                return null;
            default:
                throw new InvalidOperationException("Unknown verdict.");
        }
    }

    private static string Comparable(string address) =>
        address.StartsWith("0x", StringComparison.OrdinalIgnoreCase)
            ? address.ToUpperInvariant()
            : address;
}

/// <summary>Registers the networks: their rules for addresses and amounts, and nothing that signs or calls a node.</summary>
internal static class PayoutNetworkRegistration
{
    /// <exception cref="StartRefusedException">Something is configured wrongly.</exception>
    public static void AddPayoutNetworks(
        this IServiceCollection services,
        IReadOnlyList<NetworkSection> networks
    )
    {
        var options = networks.ToDictionary(n => n.Id, ReadOptions);
        foreach (NetworkSection network in networks)
            services.AddAddresses(network);
        services.AddSingleton(provider => new PayoutNetworks(
            provider
                .GetServices<IAddressFormat>()
                .Select(format => new PayoutNetwork(options[format.Network], format))
                .ToList()
        ));
    }

    private static PayoutNetworkOptions ReadOptions(NetworkSection network)
    {
        PayoutNetworkOptions options = network.Configuration.Get<PayoutNetworkOptions>() ?? new();
        string problems = string.Join(' ', options.Problems(network.Id));
        return problems.Length == 0 ? options : throw new StartRefusedException(problems);
    }

    private static void AddAddresses(this IServiceCollection services, NetworkSection network)
    {
        try
        {
            _ = network.Kind switch
            {
                "solana" => services.AddSolanaAddresses(network.Configuration),
                "evm" => services.AddEvmAddresses(network.Configuration),
                _ => throw NetworkSections.UnknownKind(network),
            };
        }
        catch (InvalidOperationException e)
        {
            // The adapters' own checks; their messages name every mistake.
            throw new StartRefusedException(e.Message, e);
        }
    }
}
