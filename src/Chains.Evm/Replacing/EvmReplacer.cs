using System.Collections.Concurrent;
using Settlement.Chains.Evm.Paying;
using Settlement.Chains.Evm.Rpc;
using Settlement.Chains.Evm.Signing;
using Settlement.Chains.Evm.Transactions;
using Settlement.Chains.Signing;

namespace Settlement.Chains.Evm.Replacing;

/// <summary>Prices and signs a dearer attempt at the nonce of an open transaction. Sends nothing.</summary>
/// <remarks>A payment is read back from its stored bytes, so that it cannot differ from them in anything but its fees.</remarks>
internal sealed class EvmReplacer(EvmNetwork network, EvmEndpoints endpoints, ISigner signer)
{
    // What any transaction costs that runs no code.
    private const ulong BareGas = 21_000;

    // More than are ever open at a time. What is forgotten may be replaced a little early, which costs a tenth.
    private const int MostRemembered = 1_000;

    private readonly TransactionSigning _signing = new(network, signer);

    // The newest block when a dearer attempt was signed, by the attempt's id.
    private readonly ConcurrentDictionary<string, ulong> _signedAt = new(StringComparer.Ordinal);

    internal async Task<ReplacementOutcome> ReplaceAsync(
        ReplacementOrder order,
        CancellationToken ct
    )
    {
        if (Read(order) is not var (best, payment))
            return new ReplacementOutcome.NotNow("the stored bytes are not a transaction of ours");
        return await endpoints.AskAsync(
            endpoint => ReplaceAtAsync(endpoint, order, best, payment, ct),
            isUsable: outcome => outcome is not ReplacementOutcome.Unknown,
            unknown: doubt => new ReplacementOutcome.Unknown(doubt),
            ct
        );
    }

    private async Task<ReplacementOutcome> ReplaceAtAsync(
        EvmEndpoint endpoint,
        ReplacementOrder order,
        Eip1559Transaction best,
        Eip1559Transaction payment,
        CancellationToken ct
    )
    {
        EvmRpcClient rpc = endpoint.Rpc;
        Task<EvmReply<ulong>> mined = rpc.TransactionCountAsync(
            network.Wallet,
            EvmRpcClient.Latest,
            ct
        );
        Task<EvmReply<EvmFeeHistory>> history = rpc.FeeHistoryAsync(
            network.Options.TipPercentile,
            ct
        );
        Task<EvmReply<UInt128>> balance = rpc.BalanceAsync(network.Wallet, ct);
        Task<EvmReply<ulong>> latest = rpc.BlockNumberAsync(ct);
        await Task.WhenAll(mined, history, balance, latest);
        if (!(await mined).IsAnswer(out ulong next, out string cause))
            return new ReplacementOutcome.Unknown($"{endpoint.Name}: {cause}");
        if (next > best.Nonce)
            return new ReplacementOutcome.NotNow($"nonce {best.Nonce} is used in a block");
        if (next < best.Nonce && !order.EvenBehindOthers)
            return new ReplacementOutcome.NotNow($"behind nonce {next}");
        if (!(await latest).IsAnswer(out ulong block, out cause))
            return new ReplacementOutcome.Unknown($"{endpoint.Name}: {cause}");
        if (HadNoBlock(order, block))
            return new ReplacementOutcome.NotNow($"no block was made since block {block}");
        if (!(await history).IsAnswer(out EvmFeeHistory costs, out cause))
            return new ReplacementOutcome.Unknown($"{endpoint.Name}: {cause}");
        if (!(await balance).IsAnswer(out UInt128 wei, out cause))
            return new ReplacementOutcome.Unknown($"{endpoint.Name}: {cause}");
        if (Price(order, best, costs) is not { } fees)
            return AtCap(best, costs);
        ReplacementOutcome outcome = await SignAsync(order, payment, fees, wei, ct);
        if (outcome is ReplacementOutcome.Signed signed)
            Remember(signed.Transaction.TransactionId, block);
        return outcome;
    }

    // Time passes also while no block is made, and an attempt that had none to land in was not too cheap. What a node refuses, and
    // what a person asks for, waits for no block.
    private bool HadNoBlock(ReplacementOrder order, ulong latest) =>
        !order.WasUnderpriced
        && !order.EvenBehindOthers
        && _signedAt.TryGetValue(order.Transaction.Attempts[^1].TransactionId, out ulong at)
        // Not "at most": a number that was wrong once must not hold up what stands at this nonce for ever.
        && latest == at;

    private void Remember(string attempt, ulong block)
    {
        if (_signedAt.Count >= MostRemembered)
            _signedAt.Clear();
        _signedAt[attempt] = block;
    }

    private EvmFees? Price(ReplacementOrder order, Eip1559Transaction best, EvmFeeHistory costs) =>
        FeePolicy.Choose(costs, network.Options) is { } market
            ? ReplacementFees.Next(
                new EvmFees(best.MaxFeePerGas, best.MaxPriorityFeePerGas),
                market,
                network.Options.MaxFeePerGasWei,
                order.WasUnderpriced
            )
            : null;

    private async Task<ReplacementOutcome> SignAsync(
        ReplacementOrder order,
        Eip1559Transaction payment,
        EvmFees fees,
        UInt128 wei,
        CancellationToken ct
    )
    {
        Eip1559Transaction dearer = payment with
        {
            MaxFeePerGas = fees.MaxFeePerGas,
            MaxPriorityFeePerGas = fees.MaxPriorityFeePerGas,
        };
        if (order.Kind == AttemptKind.Cancel)
        {
            dearer = dearer with
            {
                To = network.Wallet,
                Data = ReadOnlyMemory<byte>.Empty,
                GasLimit = BareGas,
            };
        }
        UInt128 needed = dearer.GasLimit * dearer.MaxFeePerGas;
        if (needed > network.Options.Batch.MaxFeeWei)
        {
            return new ReplacementOutcome.NotNow(
                $"{needed} wei may be needed for a higher price; nodes take {network.Options.Batch.MaxFeeWei} at most"
            );
        }
        if (needed > wei)
        {
            return new ReplacementOutcome.NotNow(
                $"the hot wallet holds {wei} wei; {needed} may be needed for a higher price"
            );
        }
        return await _signing.SignAsync(dearer, order.Kind, ct) switch
        {
            SigningOutcome.Signed signed => new ReplacementOutcome.Signed(signed.Transaction),
            SigningOutcome.Unknown unknown => new ReplacementOutcome.Unknown(unknown.Cause),
            _ => throw new InvalidOperationException("Signing has two outcomes."),
        };
    }

    private ReplacementOutcome.AtCap AtCap(Eip1559Transaction best, EvmFeeHistory costs) =>
        new(
            $"{best.MaxFeePerGas} wei a unit of gas are offered, the next block asks {costs.NextBaseFee} and a tip, "
                + $"{network.Options.MaxFeePerGasWei} are allowed"
        );

    // The dearest attempt sets the price; a payment sets what is done.
    private (Eip1559Transaction Best, Eip1559Transaction Payment)? Read(ReplacementOrder order)
    {
        IReadOnlyList<StoredAttempt> attempts = order.Transaction.Attempts;
        StoredAttempt? paying = attempts.LastOrDefault(a => a.Kind == AttemptKind.Payment);
        return
            attempts.Count > 0
            && paying is not null
            && StoredTransaction.TryRead(attempts[^1].Bytes) is { } best
            && StoredTransaction.TryRead(paying.Bytes) is { } payment
            && IsAtItsPlace(best, order)
            && IsAtItsPlace(payment, order)
            ? (best, payment)
            : null;
    }

    private bool IsAtItsPlace(Eip1559Transaction transaction, ReplacementOrder order) =>
        transaction.ChainId == network.Options.ChainId
        && transaction.Nonce == order.Transaction.Nonce;
}
