using Settlement.Chains;
using Settlement.Hosting.Start;

namespace Settlement.Api.Configuration;

/// <summary>Section <c>Networks:&lt;name&gt;</c>, as far as requests need it.</summary>
internal sealed record PayoutNetworkOptions
{
    /// <summary>solana or evm.</summary>
    public string Kind { get; init; } = "";

    /// <summary>Asset code.</summary>
    public string Asset { get; init; } = "USDC";

    /// <summary>Token contract or mint.</summary>
    public string Token { get; init; } = "";

    /// <summary>The asset's decimals.</summary>
    public int Decimals { get; init; } = BaseUnits.MicroDecimals;

    /// <summary>Our hot wallet. A payout to it would pay ourselves, on whichever network.</summary>
    public string Wallet { get; init; } = "";

    /// <summary>Least amount of a payout, in micro-units.</summary>
    public long MinPayoutMicro { get; init; } = 10_000_000;

    /// <summary>Greatest amount of a payout, in micro-units; none when left out.</summary>
    public long? MaxPayoutMicro { get; init; }

    /// <summary>A transaction's page; <c>{tx_hash}</c> stands for its hash. Empty: no link.</summary>
    public string ExplorerUrl { get; init; } = "";

    /// <summary>How long a payout usually takes, in seconds.</summary>
    public int TypicalSeconds { get; init; } = 120;

    /// <summary>Everything that is wrong, one sentence each.</summary>
    public IEnumerable<string> Problems(NetworkId id)
    {
        string key = $"{NetworkSections.Section}:{id}";
        if (string.IsNullOrWhiteSpace(Asset))
            yield return $"{key}:Asset must be an asset code, such as USDC.";
        if (string.IsNullOrWhiteSpace(Token))
            yield return $"{key}:Token is missing: set it to the asset's contract or mint.";
        if (Decimals is < BaseUnits.MicroDecimals or > BaseUnits.MaxDecimals)
        {
            yield return $"{key}:Decimals is {Decimals}; amounts are exact only from {BaseUnits.MicroDecimals} to {BaseUnits.MaxDecimals}.";
        }
        if (MinPayoutMicro < 1)
            yield return $"{key}:MinPayoutMicro must be 1 or more.";
        if (MaxPayoutMicro < MinPayoutMicro)
            yield return $"{key}:MaxPayoutMicro must not be below MinPayoutMicro.";
        if (TypicalSeconds < 1)
            yield return $"{key}:TypicalSeconds must be 1 or more.";
        if (ExplorerUrl.Length > 0 && !IsTemplate(ExplorerUrl))
            yield return $"{key}:ExplorerUrl must be an http or https URL that contains {{tx_hash}}.";
    }

    private static bool IsTemplate(string url) =>
        url.Contains("{tx_hash}", StringComparison.Ordinal)
        && Uri.TryCreate(url, UriKind.Absolute, out Uri? uri)
        && uri.Scheme is "http" or "https";
}

/// <summary>A network to which payouts can be asked for.</summary>
internal sealed record PayoutNetwork(PayoutNetworkOptions Options, IAddressFormat Addresses)
{
    public string Name => Addresses.Network.Name;

    /// <summary>The name for people: Solana, Ethereum, Polygon.</summary>
    public string Title { get; } =
        char.ToUpperInvariant(Addresses.Network.Name[0]) + Addresses.Network.Name[1..];

    /// <summary>What an address looks like, for people.</summary>
    public string AddressHint =>
        string.Equals(Options.Kind, "solana", StringComparison.OrdinalIgnoreCase)
            ? $"A {Title} address has 32 to 44 letters and digits, without 0, O, I and l."
            : $"A {Title} address is 0x and 40 hexadecimal digits.";

    public string? LinkTo(string? txHash) =>
        txHash is null || Options.ExplorerUrl.Length == 0
            ? null
            : Options.ExplorerUrl.Replace(
                "{tx_hash}",
                Uri.EscapeDataString(txHash),
                StringComparison.Ordinal
            );
}
