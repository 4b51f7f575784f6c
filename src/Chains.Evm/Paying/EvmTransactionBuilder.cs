using System.Globalization;
using System.Text.Json.Nodes;
using Settlement.Chains.Evm.Addresses;
using Settlement.Chains.Evm.Rpc;
using Settlement.Chains.Evm.Signing;
using Settlement.Chains.Evm.Transactions;
using Settlement.Chains.Signing;

namespace Settlement.Chains.Evm.Paying;

/// <summary>Prices, builds and signs one transfer. Sends nothing.</summary>
internal sealed class EvmTransactionBuilder(
    EvmNetwork network,
    EvmEndpoints endpoints,
    ISigner signer
)
{
    private readonly TransferSimulation _simulation = new(network);

    internal async Task<SigningOutcome> SignAsync(SigningOrder order, CancellationToken ct)
    {
        if (order is not { Nonce: { } nonce, Transfers: [var transfer] })
        {
            return new SigningOutcome.NotNow(
                ParkReason.NeedsOperator,
                "An EVM transaction carries exactly one transfer and a nonce."
            );
        }
        if (network.Format.Check(transfer.Destination) is AddressVerdict.Invalid invalid)
        {
            return new SigningOutcome.Rejected(
                0,
                new PreflightAnswer.NeverPayable(FailureCode.DestinationNotWallet, invalid.Problem)
            );
        }
        return await endpoints.AskAsync(
            endpoint => SignAtAsync(endpoint.Rpc, transfer, nonce, ct),
            isUsable: outcome => outcome is not SigningOutcome.Unknown,
            unknown: doubt => new SigningOutcome.Unknown(doubt),
            ct
        );
    }

    private async Task<SigningOutcome> SignAtAsync(
        EvmRpcClient rpc,
        TransferOrder transfer,
        ulong nonce,
        CancellationToken ct
    )
    {
        EvmAddress destination = EvmAddress.Parse(transfer.Destination.Trim());
        EvmCall call = _simulation.CallFor(destination, network.AmountOf(transfer));
        Task<EvmReply<ulong>> estimate = rpc.EstimateGasAsync(call, ct);
        Task<EvmReply<EvmFeeHistory>> history = rpc.FeeHistoryAsync(
            network.Options.TipPercentile,
            ct
        );
        Task<EvmReply<UInt128>> balance = rpc.BalanceAsync(network.Wallet, ct);
        await Task.WhenAll(estimate, history, balance);

        if (await estimate is EvmReply<ulong>.Refusal refusal)
            return Outcome(await _simulation.ExplainAsync(rpc, destination, refusal.Error, ct));
        if (!(await estimate).IsAnswer(out ulong gas, out string cause))
            return new SigningOutcome.Unknown(cause);
        if (!(await history).IsAnswer(out EvmFeeHistory costs, out cause))
            return new SigningOutcome.Unknown(cause);
        if (!(await balance).IsAnswer(out UInt128 wei, out cause))
            return new SigningOutcome.Unknown(cause);
        return await SignPricedAsync(call, nonce, gas, costs, wei, ct);
    }

    private async Task<SigningOutcome> SignPricedAsync(
        EvmCall call,
        ulong nonce,
        ulong estimate,
        EvmFeeHistory costs,
        UInt128 wei,
        CancellationToken ct
    )
    {
        EvmOptions options = network.Options;
        if (FeePolicy.Choose(costs, options) is not { } fees)
            return Outcome(EvmPreflight.FeesAboveCap(network));
        if (estimate > options.GasLimitCap)
        {
            return new SigningOutcome.NotNow(
                ParkReason.NeedsOperator,
                $"The transfer is estimated at {estimate} gas; {options.GasLimitCap} are allowed."
            );
        }
        UInt128 withMargin = (UInt128)estimate * (uint)(100 + options.GasMarginPercent) / 100;
        ulong gasLimit = (ulong)UInt128.Min(withMargin, options.GasLimitCap);
        if (gasLimit * fees.MaxFeePerGas > wei)
        {
            return new SigningOutcome.NotNow(
                ParkReason.WalletShortOfGas,
                $"The hot wallet holds {wei} wei; {gasLimit * fees.MaxFeePerGas} may be needed."
            );
        }
        return await SignAsync(
            new Eip1559Transaction(
                options.ChainId,
                nonce,
                fees.MaxPriorityFeePerGas,
                fees.MaxFeePerGas,
                gasLimit,
                call.To,
                call.Data
            ),
            ct
        );
    }

    private async Task<SigningOutcome> SignAsync(
        Eip1559Transaction transaction,
        CancellationToken ct
    )
    {
        byte[] hash = transaction.SigningHash();
        EvmSignature? signature;
        try
        {
            signature = EvmSignature.FromCompact(await signer.SignAsync(hash, ct));
        }
        catch (SigningException e)
        {
            return new SigningOutcome.Unknown(e.Message);
        }
        // Whatever stands behind the signer, a signature that is not the wallet's is never stored.
        if (signature is not { HasLowS: true })
            return new SigningOutcome.Unknown("The signer's answer is not a low-s signature.");
        if (Secp256k1.Recover(hash, signature) != network.Wallet)
            return new SigningOutcome.Unknown("The signer's answer is not the wallet's signature.");

        byte[] bytes = transaction.ToSignedBytes(signature);
        return new SigningOutcome.Signed(
            new SignedTransaction(
                Eip1559Transaction.HashOf(bytes),
                bytes,
                network.Wallet.ToString(),
                transaction.Nonce,
                LastValidBlockHeight: null,
                ExpiresWithin: null,
                Terms(transaction)
            )
        );
    }

    private static Evidence Terms(Eip1559Transaction transaction) =>
        Evidence.Of(
            new JsonObject
            {
                ["chainId"] = transaction.ChainId,
                ["nonce"] = transaction.Nonce,
                ["maxFeePerGasWei"] = Text(transaction.MaxFeePerGas),
                ["maxPriorityFeePerGasWei"] = Text(transaction.MaxPriorityFeePerGas),
                ["gasLimit"] = transaction.GasLimit,
            }
        );

    // The transfer's own troubles reject it; the wallet's and the network's hold up everything.
    private static SigningOutcome Outcome(PreflightAnswer answer) =>
        answer switch
        {
            PreflightAnswer.Unknown unknown => new SigningOutcome.Unknown(unknown.Cause),
            PreflightAnswer.NotNow
            {
                Reason: ParkReason.AssetPaused
                    or ParkReason.FeeAboveCap
                    or ParkReason.WalletShortOfGas
            } later => new SigningOutcome.NotNow(later.Reason, later.Detail),
            _ => new SigningOutcome.Rejected(0, answer),
        };

    private static string Text(UInt128 value) => value.ToString(CultureInfo.InvariantCulture);
}
