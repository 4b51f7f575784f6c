namespace Settlement.Chains.Evm.Tests.Chain;

/// <summary>A transaction that is replaced on a real chain whose fees rise.</summary>
public abstract class AReplacement(EthereumChain chain)
{
    private protected const ulong Depth = 40;

    private protected EthereumChain Chain => chain;

    /// <summary>Sent, and then the next block became too dear for it.</summary>
    private protected async Task<OpenTransaction> StuckAsync(
        EvmChainAdapter adapter,
        params TransferOrder[] orders
    )
    {
        SignedTransaction signed = await adapter.SignedAsync(orders);
        OpenTransaction open = AdapterSteps.Open(orders, signed);
        await chain.SetNextBaseFeeAsync(signed.Fees!.MaxFee * 20);
        await adapter.SendAsync(signed);
        await chain.MineAsync(1);
        (await adapter.ObserveAsync(open)).ShouldBeOfType<Observation.NotSeen>();
        return open;
    }

    /// <summary>What is seen once it is in a block, and once that is final.</summary>
    private protected async Task<(Observation Included, Observation Final)> SettleAsync(
        EvmChainAdapter adapter,
        OpenTransaction open
    )
    {
        await chain.MineAsync(1);
        Observation included = await adapter.ObserveAsync(open);
        return (included, await FinalAsync(adapter, open));
    }

    private protected async Task<Observation> FinalAsync(
        EvmChainAdapter adapter,
        OpenTransaction open
    )
    {
        await chain.MineAsync((int)Depth + 2);
        return await adapter.ObserveAsync(open);
    }

    /// <summary>The oracle is the chain's own balance, not the adapter's word.</summary>
    private protected async Task ShouldBePaidOnceAsync(params TransferOrder[] orders)
    {
        foreach (TransferOrder order in orders)
            (await chain.BalanceOfAsync(order.Destination)).ShouldBe((UInt128)order.AmountMicro);
    }

    private protected async Task ShouldNotBePaidAsync(params TransferOrder[] orders)
    {
        foreach (TransferOrder order in orders)
            (await chain.BalanceOfAsync(order.Destination)).ShouldBe(UInt128.Zero);
    }
}
