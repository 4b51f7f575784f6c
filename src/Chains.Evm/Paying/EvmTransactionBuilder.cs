using Settlement.Chains.Evm.Rpc;
using Settlement.Chains.Evm.Signing;
using Settlement.Chains.Evm.Transactions;
using Settlement.Chains.Evm.Vault;
using Settlement.Chains.Signing;

namespace Settlement.Chains.Evm.Paying;

/// <summary>Prices and signs the call that pays. Sends nothing.</summary>
internal sealed class EvmTransactionBuilder(
    EvmNetwork network,
    EvmEndpoints endpoints,
    ISigner signer
)
{
    private readonly IPayment _payment = network.Vault is { } vault
        ? new VaultPayment(network, vault)
        : new SinglePayment(network);
    private readonly TransactionSigning _signing = new(network, signer);

    internal async Task<SigningOutcome> SignAsync(SigningOrder order, CancellationToken ct)
    {
        if (order.Nonce is not { } nonce)
        {
            return new SigningOutcome.NotNow(
                ParkReason.NeedsOperator,
                "An EVM transaction needs a nonce."
            );
        }
        if (_payment.Refuse(order.Transfers) is { } refusal)
            return refusal;
        return await endpoints.AskAsync(
            endpoint => SignAtAsync(endpoint.Rpc, order.Transfers, nonce, ct),
            isUsable: outcome => outcome is not SigningOutcome.Unknown,
            unknown: doubt => new SigningOutcome.Unknown(doubt),
            ct
        );
    }

    private async Task<SigningOutcome> SignAtAsync(
        EvmRpcClient rpc,
        IReadOnlyList<TransferOrder> orders,
        ulong nonce,
        CancellationToken ct
    )
    {
        EvmCall call = _payment.CallFor(orders);
        Task<EvmReply<ulong>> estimate = rpc.EstimateGasAsync(call, ct);
        Task<EvmReply<EvmFeeHistory>> history = rpc.FeeHistoryAsync(
            network.Options.TipPercentile,
            ct
        );
        Task<EvmReply<UInt128>> balance = rpc.BalanceAsync(network.Wallet, ct);
        await Task.WhenAll(estimate, history, balance);

        if (await estimate is EvmReply<ulong>.Refusal refusal)
            return await _payment.ExplainAsync(rpc, orders, refusal.Error, ct);
        if (!(await estimate).IsAnswer(out ulong gas, out string cause))
            return new SigningOutcome.Unknown(cause);
        if (!(await history).IsAnswer(out EvmFeeHistory costs, out cause))
            return new SigningOutcome.Unknown(cause);
        if (!(await balance).IsAnswer(out UInt128 wei, out cause))
            return new SigningOutcome.Unknown(cause);
        if (FeePolicy.Choose(costs, network.Options) is not { } fees)
        {
            PreflightAnswer.NotNow above = EvmPreflight.FeesAboveCap(network);
            return new SigningOutcome.NotNow(above.Reason, above.Detail);
        }
        (ulong gasLimit, SigningOutcome? problem) = _payment.Limit(gas, fees, orders.Count);
        return problem ?? await SignPricedAsync(call, nonce, new GasTerms(gasLimit, fees), wei, ct);
    }

    private async Task<SigningOutcome> SignPricedAsync(
        EvmCall call,
        ulong nonce,
        GasTerms terms,
        UInt128 wei,
        CancellationToken ct
    )
    {
        UInt128 highest = terms.GasLimit * terms.Fees.MaxFeePerGas;
        if (highest > wei)
        {
            return new SigningOutcome.NotNow(
                ParkReason.WalletShortOfGas,
                $"The hot wallet holds {wei} wei; {highest} may be needed."
            );
        }
        return await _signing.SignAsync(
            new Eip1559Transaction(
                network.Options.ChainId,
                nonce,
                terms.Fees.MaxPriorityFeePerGas,
                terms.Fees.MaxFeePerGas,
                terms.GasLimit,
                call.To,
                call.Data
            ),
            AttemptKind.Payment,
            ct
        );
    }

    private readonly record struct GasTerms(ulong GasLimit, EvmFees Fees);
}
