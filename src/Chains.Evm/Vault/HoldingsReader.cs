using Settlement.Chains.Evm.Rpc;
using Settlement.Chains.Evm.Transactions;

namespace Settlement.Chains.Evm.Vault;

/// <summary>What the payer holds of the asset: the vault, or without one the wallet.</summary>
internal static class HoldingsReader
{
    /// <summary>In the newest block.</summary>
    internal static Task<EvmReply<byte[]>> AskAsync(
        EvmNetwork network,
        EvmRpcClient rpc,
        CancellationToken ct
    ) => rpc.CallContractAsync(Balance(network), ct);

    /// <summary>In the newest block, less what the node's pool is about to take, where the node tells.</summary>
    internal static async Task<EvmReply<byte[]>> AskForFreeAsync(
        EvmNetwork network,
        EvmRpcClient rpc,
        CancellationToken ct
    )
    {
        EvmCall balance = Balance(network);
        Task<EvmReply<byte[]>> latest = rpc.CallContractAsync(balance, ct);
        Task<EvmReply<byte[]>> pending = rpc.CallContractAsync(balance, EvmRpcClient.Pending, ct);
        await Task.WhenAll(latest, pending);
        // Words compare as the numbers that they are. A deposit that is not in a block yet is not counted.
        return
            await pending is EvmReply<byte[]>.Answer { Value.Length: Erc20.WordBytes } then
            && await latest is EvmReply<byte[]>.Answer { Value.Length: Erc20.WordBytes } now
            && then.Value.AsSpan().SequenceCompareTo(now.Value) < 0
            ? then
            : await latest;
    }

    private static EvmCall Balance(EvmNetwork network) =>
        new(network.Wallet, network.Token, Erc20.BalanceOf(network.Payer));
}
