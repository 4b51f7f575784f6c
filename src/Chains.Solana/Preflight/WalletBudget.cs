using Settlement.Chains.Solana.Addresses;
using Settlement.Chains.Solana.Building;
using Settlement.Chains.Solana.Rpc;

namespace Settlement.Chains.Solana.Preflight;

/// <summary>Spends the hot wallet's balances on paper, order by order: what does not fit any more waits, later
/// smaller ones may fit.</summary>
internal sealed class WalletBudget
{
    private readonly SolanaNetwork _network;
    private readonly PreflightFacts _facts;
    private readonly HashSet<PublicKey> _created = [];
    private UInt128 _asset;
    private UInt128 _lamports;

    internal WalletBudget(SolanaNetwork network, PreflightFacts facts)
    {
        _network = network;
        _facts = facts;
        _asset = TokenAccountState.Read(facts[network.Source])?.BaseUnits ?? 0;
        ulong held = facts[network.Wallet]?.Lamports ?? 0;
        // The reserve and one transaction at the highest price that we would pay.
        UInt128 kept =
            (UInt128)network.Options.ReserveLamports
            + TransactionFee.Lamports(
                TransactionFee.UnitLimit(network.Options, network.Options.MaxTransfers),
                (ulong)network.Options.UnitPriceCap
            );
        _lamports = held > kept ? held - kept : 0;
        HasGas = held > kept;
    }

    private bool HasGas { get; }

    /// <summary>Takes the order's cost out of the budget, or says what is short.</summary>
    internal PreflightAnswer Take(TransferOrder order)
    {
        if (_network.BaseUnitsOf(order) is not { } units)
        {
            return new PreflightAnswer.NotNow(
                ParkReason.NeedsOperator,
                "The amount exceeds what the token can express."
            );
        }

        PublicKey account = _network.Token.AccountOf(PublicKey.Parse(order.Destination));
        bool isNew = TokenAccountState.Read(_facts[account]) is null && !_created.Contains(account);
        ulong rent = isNew ? _facts.RentLamports : 0;
        if (!HasGas || rent > _lamports)
        {
            return new PreflightAnswer.NotNow(
                ParkReason.WalletShortOfGas,
                "The hot wallet holds too few lamports for fees and new token accounts."
            );
        }

        if (units > _asset)
        {
            return new PreflightAnswer.NotNow(
                ParkReason.WalletShortOfAsset,
                "The hot wallet holds too little of the token."
            );
        }
        _lamports -= rent;
        _asset -= units;
        if (isNew)
            _created.Add(account);
        return PreflightAnswer.Payable.Instance;
    }
}
