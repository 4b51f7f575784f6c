using Settlement.Chains.Evm.Addresses;
using Settlement.Chains.Evm.Rpc;

namespace Settlement.Chains.Evm.Paying;

/// <summary>The wallet pays one order with a transfer of its own.</summary>
internal sealed class SinglePayment(EvmNetwork network) : IPayment
{
    private readonly TransferSimulation _simulation = new(network);

    public SigningOutcome? Refuse(IReadOnlyList<TransferOrder> orders)
    {
        if (orders is not [var order])
        {
            return new SigningOutcome.NotNow(
                ParkReason.NeedsOperator,
                "Without a vault a transaction carries exactly one transfer."
            );
        }
        return network.Format.Check(order.Destination) is AddressVerdict.Invalid invalid
            ? new SigningOutcome.Rejected(
                0,
                new PreflightAnswer.NeverPayable(FailureCode.DestinationNotWallet, invalid.Problem)
            )
            : null;
    }

    public EvmCall CallFor(IReadOnlyList<TransferOrder> orders) =>
        _simulation.CallFor(DestinationOf(orders), network.AmountOf(orders[0]));

    public async Task<SigningOutcome> ExplainAsync(
        EvmRpcClient rpc,
        IReadOnlyList<TransferOrder> orders,
        EvmError error,
        CancellationToken ct
    ) => Outcome(await _simulation.ExplainAsync(rpc, DestinationOf(orders), error, ct));

    public (ulong GasLimit, SigningOutcome? Problem) Limit(ulong estimate, EvmFees fees, int count)
    {
        EvmOptions options = network.Options;
        if (estimate > options.GasLimitCap)
        {
            return (
                0,
                new SigningOutcome.NotNow(
                    ParkReason.NeedsOperator,
                    $"The transfer is estimated at {estimate} gas; {options.GasLimitCap} are allowed."
                )
            );
        }
        return ((ulong)UInt128.Min(options.WithMargin(estimate), options.GasLimitCap), null);
    }

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

    private static EvmAddress DestinationOf(IReadOnlyList<TransferOrder> orders) =>
        EvmAddress.Parse(orders[0].Destination.Trim());
}
