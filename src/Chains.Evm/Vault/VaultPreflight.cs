using Settlement.Chains.Evm.Addresses;
using Settlement.Chains.Evm.Rpc;

namespace Settlement.Chains.Evm.Vault;

/// <summary>Keeps back what the vault has paid before. Such a payout waits for a person for ever: it is never paid again under its
/// number, and that it failed would be a lie.</summary>
internal sealed class VaultPreflight(EvmNetwork network, EvmAddress vault)
{
    private readonly PaidBits _bits = new(network, vault);
    private readonly PastPayments _past = new(network, vault);

    /// <summary>Replaces the answers of orders whose number was paid.</summary>
    internal async Task JudgeAsync(
        EvmRpcClient rpc,
        IReadOnlyList<TransferOrder> orders,
        PreflightAnswer[] answers,
        CancellationToken ct
    )
    {
        (IReadOnlySet<long>? paid, string cause) = await _bits.ReadAsync(
            rpc,
            orders.Select(o => o.PayoutNumber),
            ct
        );
        if (paid is null)
        {
            Array.Fill(answers, new PreflightAnswer.Unknown(cause));
            return;
        }
        if (paid.Count == 0)
            return;
        IReadOnlyDictionary<long, PastPayment> past = await _past.FindAsync(rpc, paid, ct);
        for (int i = 0; i < answers.Length; i++)
        {
            if (paid.Contains(orders[i].PayoutNumber))
            {
                answers[i] = new PreflightAnswer.NotNow(
                    ParkReason.NeedsOperator,
                    Explain(orders[i], past.GetValueOrDefault(orders[i].PayoutNumber))
                );
            }
        }
    }

    private string Explain(TransferOrder order, PastPayment? past)
    {
        string number = $"The vault {vault} has paid number {order.PayoutNumber} before";
        if (past is null)
            return $"{number}; the transaction was not found among the newest blocks.";
        string place = $"in transaction {past.TransactionHash}, block {past.BlockNumber}";
        if (past.To is null)
            return $"{number}, {place}.";
        string whom = $"{past.Amount} base units to {past.To}";
        bool isThis =
            EvmAddress.TryParse(order.Destination.Trim(), out EvmAddress destination)
            && past.To == destination
            && past.Amount == network.AmountOf(order);
        return isThis
            ? $"{number}: exactly this transfer, {place}."
            : $"{number}, but for another payout: {whom}, {place}. This database is older than "
                + "the chain.";
    }
}
