namespace Settlement.Chains.Solana.Addresses;

/// <summary>What Solana accepts as a destination: the wallet of a person, on the curve or off it
/// (multisig).</summary>
/// <remarks>Whether the address is a program or a token account only a node knows: the adapter's preflight
/// asks.</remarks>
public sealed class SolanaAddressFormat : IAddressFormat
{
    private readonly Dictionary<PublicKey, string> _refused;

    /// <summary>The rules for one asset.</summary>
    /// <param name="network">The network's name.</param>
    /// <param name="mint">The asset's mint.</param>
    /// <param name="tokenProgram">The program that owns the mint.</param>
    /// <param name="ownWallets">Our hot wallets: they and their token accounts are no destinations.</param>
    public SolanaAddressFormat(
        NetworkId network,
        PublicKey mint,
        PublicKey tokenProgram,
        IReadOnlyList<PublicKey> ownWallets
    )
    {
        Network = network;
        _refused = new Dictionary<PublicKey, string>
        {
            [Programs.System] = "This is Solana's system program, not a wallet.",
            [Programs.Token] = "This is Solana's token program, not a wallet.",
            [Programs.Token2022] = "This is Solana's token program, not a wallet.",
            [Programs.AssociatedToken] = "This is a program of Solana, not a wallet.",
            [Programs.ComputeBudget] = "This is a program of Solana, not a wallet.",
            [Programs.Memo] = "This is a program of Solana, not a wallet.",
            [mint] = "This is the address of the token itself, not of a wallet.",
        };
        foreach (PublicKey wallet in ownWallets)
        {
            _refused[wallet] = "This is the service's own wallet.";
            PublicKey account = AssociatedTokenAddress.Of(wallet, mint, tokenProgram);
            _refused[account] = "This is the service's own token account.";
        }
    }

    /// <inheritdoc />
    public NetworkId Network { get; }

    /// <inheritdoc />
    public AddressVerdict Check(string address)
    {
        string trimmed = (address ?? "").Trim();
        if (!PublicKey.TryParse(trimmed, out PublicKey? key))
            return new AddressVerdict.Invalid(WhatIsWrong(trimmed));
        return _refused.TryGetValue(key, out string? problem)
            ? new AddressVerdict.Invalid(problem)
            : new AddressVerdict.Valid(trimmed);
    }

    private static string WhatIsWrong(string text)
    {
        if (text.Length == 0)
            return "The address is empty.";
        if (text.StartsWith("0x", StringComparison.OrdinalIgnoreCase))
        {
            return "This looks like an EVM address (0x…). A Solana address is 32 to 44 letters and digits, without 0x.";
        }

        int wrong = text.AsSpan().IndexOfAnyExcept(Base58Letters);
        if (wrong >= 0)
        {
            // A half of a surrogate pair would not print.
            string letter = char.IsSurrogate(text[wrong]) ? "�" : text[wrong].ToString();
            return $"A Solana address cannot contain \"{letter}\" (character {wrong + 1}); base58 has no 0, O, I or l.";
        }

        return text.Length is < PublicKey.Length or > PublicKey.MaxTextLength
            ? $"A Solana address has 32 to 44 characters; this one has {text.Length}."
            : "A Solana address stands for exactly 32 bytes; this one does not. Is a character missing?";
    }

    private static readonly System.Buffers.SearchValues<char> Base58Letters =
        System.Buffers.SearchValues.Create(
            "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"
        );
}
