using Settlement.Chains.Evm.Addresses;
using Settlement.Chains.Evm.Encoding;
using Settlement.Chains.Evm.Rpc;

namespace Settlement.Chains.Evm.Owning;

/// <summary>Finds the block in which a nonce was used, by asking for the count of transactions at older and older blocks.</summary>
/// <remarks>Most nodes keep the state of the last 128 blocks only. What lies deeper is told by none but archives.</remarks>
internal sealed class NoncePlace(EvmRpcClient rpc, EvmAddress wallet, ulong nonce)
{
    /// <summary>Whether the nonce was used up to a block; null when the node does not say.</summary>
    internal async Task<bool?> IsUsedAsync(ulong block, CancellationToken ct) =>
        (await rpc.TransactionCountAsync(wallet, Hex.Quantity(block), ct)).IsAnswer(
            out ulong count,
            out _
        )
            ? count > nonce
            : null;

    /// <summary>The transaction that used it.</summary>
    /// <param name="usedAt">A block up to which it was used.</param>
    /// <param name="ct">Cancels the wait.</param>
    /// <returns>Null when the node does not know.</returns>
    internal async Task<EvmSent?> FindAsync(ulong usedAt, CancellationToken ct)
    {
        ulong used = usedAt;
        ulong? unused = null;
        for (ulong step = 1; unused is null; step *= 2)
        {
            // At the first block of all, nothing was used before.
            if (used == 0)
                return await InBlockAsync(0, ct);
            ulong older = used - Math.Min(step, used);
            if (await IsUsedAsync(older, ct) is not { } isUsed)
                return null;
            if (isUsed)
                used = older;
            else
                unused = older;
        }
        while (used - unused.Value > 1)
        {
            ulong middle = unused.Value + (used - unused.Value) / 2;
            if (await IsUsedAsync(middle, ct) is not { } isUsed)
                return null;
            if (isUsed)
                used = middle;
            else
                unused = middle;
        }
        return await InBlockAsync(used, ct);
    }

    private async Task<EvmSent?> InBlockAsync(ulong block, CancellationToken ct) =>
        (await rpc.SentInBlockAsync(block, ct)).IsAnswer(out IReadOnlyList<EvmSent> sent, out _)
            ? sent.FirstOrDefault(t => t.From == wallet && t.Nonce == nonce)
            : null;
}
