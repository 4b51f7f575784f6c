using Settlement.Chains.Evm.Addresses;
using Settlement.Chains.Evm.Paying;
using Settlement.Chains.Evm.Rpc;

namespace Settlement.Chains.Evm.Vault;

/// <summary>The vault pays many orders with one call. It skips what the token refuses, and what it has paid before.</summary>
internal sealed class VaultPayment(EvmNetwork network, EvmAddress vault) : IPayment
{
    private EvmBatchOptions Batch => network.Options.Batch;

    public SigningOutcome? Refuse(IReadOnlyList<TransferOrder> orders)
    {
        if (orders.Count == 0 || orders.Count > Batch.MaxTransfers)
        {
            return NeedsOperator(
                $"{orders.Count} transfers cannot ride together; the most is {Batch.MaxTransfers}."
            );
        }
        var numbers = new HashSet<long>();
        for (int i = 0; i < orders.Count; i++)
        {
            if (network.Format.Check(orders[i].Destination) is AddressVerdict.Invalid invalid)
            {
                return Rejected(
                    i,
                    new PreflightAnswer.NeverPayable(
                        FailureCode.DestinationNotWallet,
                        invalid.Problem
                    )
                );
            }
            if (WhyNotItem(orders[i], numbers) is { } problem)
                return Rejected(i, new PreflightAnswer.NotNow(ParkReason.NeedsOperator, problem));
        }
        int fits = PayCall.Fits(ItemsOf(orders));
        return fits < orders.Count ? new SigningOutcome.TooMany(fits) : null;
    }

    public EvmCall CallFor(IReadOnlyList<TransferOrder> orders) =>
        new(network.Wallet, vault, PayCall.Encode(ItemsOf(orders)));

    public Task<SigningOutcome> ExplainAsync(
        EvmRpcClient rpc,
        IReadOnlyList<TransferOrder> orders,
        EvmError error,
        CancellationToken ct
    ) => Task.FromResult(Explain(orders.Count, error));

    public (ulong GasLimit, SigningOutcome? Problem) Limit(ulong estimate, EvmFees fees, int count)
    {
        // What does not fit with its margin is cut: a batch that runs out of gas pays nobody.
        UInt128 wanted = network.Options.WithMargin(estimate);
        UInt128 allowed = UInt128.Min(
            Batch.MaxGas,
            Batch.MaxFeeWei / UInt128.Max(1, fees.MaxFeePerGas)
        );
        if (wanted <= allowed)
            return ((ulong)wanted, null);
        if (count > 1)
            return (0, new SigningOutcome.TooMany(Share(count, allowed, wanted)));
        SigningOutcome.NotNow problem =
            allowed < Batch.MaxGas
                ? NotNow(
                    ParkReason.FeeAboveCap,
                    $"{wanted} gas may cost more than {Batch.MaxFeeWei} wei."
                )
                : NeedsOperator($"One transfer needs {wanted} gas; {Batch.MaxGas} are allowed.");
        return (0, problem);
    }

    // One that the vault cannot tell from its neighbours is found by halving: what is left out is due at once.
    private static SigningOutcome Explain(int count, EvmError error)
    {
        RevertReason revert = RevertReason.Read(error);
        if (!revert.IsRevert)
        {
            return EvmNodeErrors.Classify(revert.Text) == RefusalReason.InsufficientGas
                ? NotNow(
                    ParkReason.WalletShortOfGas,
                    "The hot wallet cannot pay the network's fee."
                )
                : new SigningOutcome.Unknown(revert.Text);
        }
        if (revert.Text == RevertReason.OfSelector(VaultAbi.NotOperator))
            return NeedsOperator("The hot wallet is not the vault's operator any more.");
        if (count > 1)
            return new SigningOutcome.TooMany(count / 2);
        return revert.Text == RevertReason.OfSelector(VaultAbi.UnclearAnswer)
            ? NeedsOperator("The token answers neither yes nor no to this transfer.")
            : NeedsOperator($"The vault refuses the transfer: {revert.Text}");
    }

    private static string? WhyNotItem(TransferOrder order, HashSet<long> numbers)
    {
        if (order.AmountMicro <= 0)
            return "The amount is not above zero.";
        if (order.PayoutNumber <= 0)
            return "The payout has no number.";
        return numbers.Add(order.PayoutNumber) ? null : "The payout is twice in one transaction.";
    }

    private static int Share(int count, UInt128 allowed, UInt128 wanted) =>
        Math.Clamp((int)((UInt128)count * allowed / wanted), 1, count - 1);

    private static PayItem[] ItemsOf(IReadOnlyList<TransferOrder> orders) =>
        [
            .. orders.Select(o => new PayItem(
                o.PayoutNumber,
                EvmAddress.Parse(o.Destination.Trim()),
                o.AmountMicro
            )),
        ];

    private static SigningOutcome.Rejected Rejected(int position, PreflightAnswer answer) =>
        new(position, answer);

    private static SigningOutcome.NotNow NotNow(ParkReason reason, string detail) =>
        new(reason, detail);

    private static SigningOutcome.NotNow NeedsOperator(string detail) =>
        NotNow(ParkReason.NeedsOperator, detail);
}
