using System.Text.RegularExpressions;
using Settlement.Chains.Evm.Encoding;

namespace Settlement.Chains.Evm.Addresses;

/// <summary>Which destinations an EVM network can pay.</summary>
/// <param name="network">The network.</param>
/// <param name="token">The asset's contract: tokens sent to it are lost.</param>
/// <param name="own">Our wallets and vaults: paying them pays nobody.</param>
public sealed partial class EvmAddressFormat(
    NetworkId network,
    EvmAddress token,
    IReadOnlyCollection<EvmAddress> own
) : IAddressFormat
{
    /// <inheritdoc />
    public NetworkId Network => network;

    /// <summary>The rules of a configured network: its token, its wallet, its vault and all that is listed as ours are refused.</summary>
    /// <exception cref="FormatException">The options hold something that is not an address.</exception>
    public static EvmAddressFormat For(NetworkId network, EvmOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        string[] vault = string.IsNullOrEmpty(options.Vault) ? [] : [options.Vault];
        string[] own = [options.Wallet, .. vault, .. options.OwnAddresses];
        return new EvmAddressFormat(
            network,
            EvmAddress.Parse(options.Token),
            [.. own.Select(EvmAddress.Parse)]
        );
    }

    /// <inheritdoc />
    public AddressVerdict Check(string address)
    {
        ArgumentNullException.ThrowIfNull(address);
        string trimmed = address.Trim();
        return ProblemOf(trimmed) is { } problem
            ? new AddressVerdict.Invalid(problem)
            : new AddressVerdict.Valid(trimmed);
    }

    // From the shape to the meaning, so that the sentence names the first thing to mend.
    private string? ProblemOf(string address)
    {
        if (address.Length == 0)
            return "The address is empty.";
        if (!address.StartsWith("0x", StringComparison.Ordinal))
            return ProblemOfPrefix(address);
        if (!Hex.IsHex(address.AsSpan(2)))
            return "The address has characters other than 0-9 and a-f after 0x.";
        if (address.Length != EvmAddress.Digits + 2)
        {
            return $"The address has {address.Length - 2} digits after 0x; "
                + $"{Network} addresses have {EvmAddress.Digits}.";
        }
        if (!EvmAddress.TryParse(address, out EvmAddress parsed))
        {
            return "The address's checksum is wrong: upper and lower case do not fit its digits. "
                + "Copy it again.";
        }
        return ProblemOfOwner(parsed);
    }

    private string ProblemOfPrefix(string address)
    {
        if (address.StartsWith("0X", StringComparison.Ordinal))
            return "The address must start with 0x, with a small x.";
        if (address.Length == EvmAddress.Digits && Hex.IsHex(address))
            return "The address must start with 0x.";
        return LikeSolana().IsMatch(address)
            ? $"This looks like a Solana address; the payout goes to {Network}, whose addresses "
                + "start with 0x."
            : $"{Network} addresses start with 0x, followed by {EvmAddress.Digits} digits.";
    }

    private string? ProblemOfOwner(EvmAddress address)
    {
        if (address.IsZero)
            return "This is the zero address: what is sent there is lost.";
        if (address == token)
            return "This is the token's own contract: what is sent there is lost.";
        return own.Contains(address) ? "This address is ours; give your own." : null;
    }

    [GeneratedRegex(
        "^[1-9A-HJ-NP-Za-km-z]{32,44}$",
        RegexOptions.CultureInvariant,
        matchTimeoutMilliseconds: 1_000
    )]
    private static partial Regex LikeSolana();
}
