using Settlement.Chains.Evm.Addresses;
using Settlement.Chains.Evm.Encoding;
using Settlement.Chains.Evm.Vault;

namespace Settlement.Chains.Evm;

/// <summary>Says everything that is wrong with a network's configuration at once.</summary>
internal static class EvmOptionsValidator
{
    private static readonly TimeSpan LeastPatience = TimeSpan.FromSeconds(1);

    private const int MostInFlight = 16;
    private const int MostMarginPercent = 300;
    private const int HashBytes = 32;

    // A million coins: sums with it never overflow.
    private static readonly UInt128 MostReserveWei = (UInt128)1_000_000 * 1_000_000_000_000_000_000;

    // 21,000 for any transaction and 23,000 for the cheapest token transfer.
    private const ulong LeastGasLimitCap = 50_000;

    /// <summary>What the API needs: enough to judge destinations.</summary>
    /// <exception cref="InvalidOperationException">Something is wrong; the message lists all of it.</exception>
    internal static void CheckAddresses(NetworkId network, EvmOptions options) =>
        Throw(network, [.. AddressProblems(options), .. EvmBatchProblems.OfAddress(options)]);

    /// <summary>What the worker needs.</summary>
    /// <exception cref="InvalidOperationException">Something is wrong; the message lists all of it.</exception>
    internal static void CheckChain(NetworkId network, EvmOptions options) =>
        Throw(
            network,
            [
                .. AddressProblems(options),
                .. EvmBatchProblems.OfAddress(options),
                .. NodeProblems(options),
                .. FinalityProblems(options),
                .. FeeProblems(options),
                .. EvmBatchProblems.OfBatches(options),
            ]
        );

    /// <summary>What the signer needs when the host has none of its own.</summary>
    /// <exception cref="InvalidOperationException">Not exactly one source of the key is configured.</exception>
    internal static void CheckKey(NetworkId network, EvmOptions options) =>
        Throw(network, KeyProblems(options));

    private static IEnumerable<string> KeyProblems(EvmOptions options)
    {
        if (string.IsNullOrEmpty(options.KeyFile) && string.IsNullOrEmpty(options.KeyVariable))
            yield return "KeyFile (or, for development, KeyVariable) is missing";
        if (!string.IsNullOrEmpty(options.KeyFile) && !string.IsNullOrEmpty(options.KeyVariable))
            yield return "KeyFile and KeyVariable exclude each other";
    }

    private static IEnumerable<string> AddressProblems(EvmOptions options)
    {
        if (options.Kind != EvmOptions.EvmKind)
            yield return $"Kind is \"{options.Kind}\", not \"{EvmOptions.EvmKind}\"";
        if (!EvmAddress.TryParse(options.Token, out EvmAddress token) || token.IsZero)
            yield return $"Token \"{options.Token}\" is not an address";
        if (!EvmAddress.TryParse(options.Wallet, out EvmAddress wallet) || wallet.IsZero)
            yield return $"Wallet \"{options.Wallet}\" is not an address";
        foreach (string own in options.OwnAddresses.Where(o => !EvmAddress.TryParse(o, out _)))
            yield return $"OwnAddresses: \"{own}\" is not an address";
        if (options.Decimals is < BaseUnits.MicroDecimals or > BaseUnits.MaxDecimals)
            yield return $"Decimals must be {BaseUnits.MicroDecimals} to {BaseUnits.MaxDecimals}";
    }

    private static IEnumerable<string> NodeProblems(EvmOptions options)
    {
        if (options.ChainId == 0)
            yield return "ChainId is missing";
        if (options.RpcUrls.Length == 0)
            yield return "RpcUrls needs at least one URL";
        for (int i = 0; i < options.RpcUrls.Length; i++)
        {
            // The URL itself may hold a provider's key: the message names its place instead.
            bool isHttp =
                Uri.TryCreate(options.RpcUrls[i], UriKind.Absolute, out Uri? uri)
                && uri.Scheme is "http" or "https";
            if (!isHttp)
                yield return $"RpcUrls:{i} is not an http or https URL";
        }
        foreach (string problem in options.Endpoints.Problems(options.RpcUrls))
            yield return problem;
        if (options.GenesisHash is { } genesis && !IsHash(genesis))
            yield return "GenesisHash is not 0x and 64 hex digits";
        if (options.RpcTimeout <= TimeSpan.Zero || options.RpcTimeout > TimeSpan.FromMinutes(2))
            yield return "RpcTimeout must be above zero, two minutes at most";
        if (options.MaxInFlight is < 1 or > MostInFlight)
            yield return $"MaxInFlight must be 1 to {MostInFlight}";
    }

    private static bool IsHash(string text) =>
        Hex.TryData(text, out byte[]? bytes) && bytes.Length == HashBytes;

    private static IEnumerable<string> FinalityProblems(EvmOptions options)
    {
        if (options.FinalityTag is not (EvmOptions.FinalizedTag or EvmOptions.NoTag))
        {
            yield return $"FinalityTag is \"{options.FinalityTag}\", not "
                + $"\"{EvmOptions.FinalizedTag}\" or \"{EvmOptions.NoTag}\"";
        }
        if (!options.UsesFinalizedTag && options.FinalityDepth == 0)
            yield return "FinalityDepth must be 1 or more without a FinalityTag";
    }

    private static IEnumerable<string> FeeProblems(EvmOptions options)
    {
        if (options.MaxFeePerGasWei == 0)
            yield return "MaxFeePerGasWei is missing";
        if (options.ReplaceAfter < LeastPatience || options.ReplaceAfter > TimeSpan.FromDays(1))
            yield return "ReplaceAfter must be one second to one day";
        if (options.MinTipWei > options.MaxFeePerGasWei)
            yield return "MinTipWei exceeds MaxFeePerGasWei";
        if (options.TipPercentile is < 1 or > 99)
            yield return "TipPercentile must be 1 to 99";
        if (options.GasMarginPercent is < 0 or > MostMarginPercent)
            yield return $"GasMarginPercent must be 0 to {MostMarginPercent}";
        if (options.NativeReserveWei > MostReserveWei)
            yield return $"NativeReserveWei must be {MostReserveWei} or less";
        if (options.GasLimitCap < LeastGasLimitCap)
            yield return $"GasLimitCap must be {LeastGasLimitCap} or more";
    }

    private static void Throw(NetworkId network, IEnumerable<string> problems)
    {
        string all = string.Join("; ", problems);
        if (all.Length > 0)
            throw new InvalidOperationException($"Networks:{network} is wrong: {all}.");
    }
}
