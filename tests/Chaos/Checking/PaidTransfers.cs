namespace Settlement.Chaos.Checking;

/// <summary>Which transfer on a chain belongs to which payout. Each payout that says it was paid claims one transfer of exactly
/// its hash, destination and amount; a transfer is claimed once, so what is left over was paid for nothing.</summary>
internal sealed class PaidTransfers
{
    private readonly Dictionary<Claim, int> _unclaimed;

    public PaidTransfers(Facts facts)
    {
        _unclaimed = facts
            .Transfers.GroupBy(t => new Claim(t.Network, t.TxHash, t.Destination, t.BaseUnits))
            .ToDictionary(g => g.Key, g => g.Count());
        foreach (PayoutFact payout in facts.Payouts.Where(p => p.IsPaidByUs))
        {
            var claim = new Claim(
                payout.Network,
                payout.TxHash ?? "",
                payout.Address,
                // Six decimals here: a micro-unit is a base unit.
                payout.AmountMicro
            );
            if (_unclaimed.TryGetValue(claim, out int count) && count > 0)
                _unclaimed[claim] = count - 1;
            else
                Unpaid.Add(payout);
        }
        LeftOver =
        [
            .. _unclaimed.SelectMany(left =>
                Enumerable.Repeat(
                    new ChainTransfer(
                        left.Key.Network,
                        left.Key.TxHash,
                        left.Key.Destination,
                        left.Key.BaseUnits
                    ),
                    left.Value
                )
            ),
        ];
    }

    /// <summary>Payouts that say they were paid, and were not.</summary>
    public List<PayoutFact> Unpaid { get; } = [];

    /// <summary>Transfers that no payout tells of.</summary>
    public IReadOnlyList<ChainTransfer> LeftOver { get; }

    private sealed record Claim(
        string Network,
        string TxHash,
        string Destination,
        System.Numerics.BigInteger BaseUnits
    );
}
