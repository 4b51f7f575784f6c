using Settlement.Chains.Evm.Rpc;

namespace Settlement.Chains.Evm.Paying;

/// <summary>How orders become a call of a contract. What the call costs and who signs it is not its concern.</summary>
internal interface IPayment
{
    /// <summary>What speaks against these orders before any node is asked; null: nothing.</summary>
    SigningOutcome? Refuse(IReadOnlyList<TransferOrder> orders);

    /// <summary>The call that pays all of them.</summary>
    /// <param name="orders">Orders that <see cref="Refuse"/> lets pass.</param>
    EvmCall CallFor(IReadOnlyList<TransferOrder> orders);

    /// <summary>What it means that a node refuses to estimate the call.</summary>
    Task<SigningOutcome> ExplainAsync(
        EvmRpcClient rpc,
        IReadOnlyList<TransferOrder> orders,
        EvmError error,
        CancellationToken ct
    );

    /// <summary>How much gas the call may use.</summary>
    /// <param name="estimate">What the node says.</param>
    /// <param name="fees">What a unit costs.</param>
    /// <param name="count">How many orders it pays.</param>
    /// <returns>The limit, or why it must not be signed as it is.</returns>
    (ulong GasLimit, SigningOutcome? Problem) Limit(ulong estimate, EvmFees fees, int count);
}
