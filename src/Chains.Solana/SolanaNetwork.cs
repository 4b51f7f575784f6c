using Settlement.Chains.Solana.Addresses;
using Settlement.Chains.Solana.Transactions;

namespace Settlement.Chains.Solana;

/// <summary>A checked configuration with its keys parsed.</summary>
internal sealed class SolanaNetwork
{
    internal SolanaNetwork(NetworkId id, SolanaOptions options)
    {
        Id = id;
        Options = options;
        Wallet = PublicKey.Parse(options.Wallet);
        Token = new TokenPair(
            PublicKey.Parse(options.Token),
            PublicKey.Parse(options.TokenProgram),
            (byte)options.Decimals
        );
        Source = Token.AccountOf(Wallet);
        Format = new SolanaAddressFormat(id, Token.Mint, Token.Program, [Wallet]);
    }

    internal NetworkId Id { get; }

    internal SolanaOptions Options { get; }

    internal PublicKey Wallet { get; }

    internal TokenPair Token { get; }

    /// <summary>The hot wallet's token account.</summary>
    internal PublicKey Source { get; }

    internal SolanaAddressFormat Format { get; }

    /// <summary>The order's amount as the token program counts; null where it exceeds 64 bits.</summary>
    internal ulong? BaseUnitsOf(TransferOrder order)
    {
        var units = BaseUnits.FromMicro(order.AmountMicro, Token.Decimals);
        return units <= ulong.MaxValue ? (ulong)units : null;
    }
}
