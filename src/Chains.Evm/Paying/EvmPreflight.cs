using Settlement.Chains.Evm.Addresses;
using Settlement.Chains.Evm.Rpc;
using Settlement.Chains.Evm.Transactions;

namespace Settlement.Chains.Evm.Paying;

/// <summary>Judges orders before anything is signed.</summary>
internal sealed class EvmPreflight(EvmNetwork network, EvmEndpoints endpoints)
{
    private const int ParallelReads = 8;

    // A transfer of USDC to a new holder: 62,171 gas.
    private const uint TransferGas = 65_000;

    private readonly TransferSimulation _simulation = new(network);

    internal async Task<IReadOnlyList<PreflightAnswer>> AskAsync(
        IReadOnlyList<TransferOrder> orders,
        CancellationToken ct
    ) =>
        await endpoints.AskAsync(
            endpoint => AskAtAsync(endpoint.Rpc, orders, ct),
            isUsable: answers => !answers.Any(a => a is PreflightAnswer.Unknown),
            unknown: doubt => JudgeDestinations(orders, new PreflightAnswer.Unknown(doubt)),
            ct
        );

    private async Task<PreflightAnswer[]> AskAtAsync(
        EvmRpcClient rpc,
        IReadOnlyList<TransferOrder> orders,
        CancellationToken ct
    )
    {
        PreflightAnswer[] answers = JudgeDestinations(orders, PreflightAnswer.Payable.Instance);
        if (!answers.Any(IsPayable))
            return answers;
        (PreflightAnswer wallet, UInt128 held) = await JudgeWalletAsync(rpc, ct);
        if (wallet is PreflightAnswer.Unknown)
            return JudgeDestinations(orders, wallet);

        await Parallel.ForEachAsync(
            Enumerable.Range(0, orders.Count).Where(i => IsPayable(answers[i])),
            new ParallelOptions { MaxDegreeOfParallelism = ParallelReads, CancellationToken = ct },
            async (i, token) =>
                answers[i] = await _simulation.TryAsync(
                    rpc,
                    EvmAddress.Parse(orders[i].Destination.Trim()),
                    network.AmountOf(orders[i]),
                    token
                )
        );
        Ration(orders, answers, held, wallet);
        return answers;
    }

    // What the address alone says; everything else gets the given answer.
    private PreflightAnswer[] JudgeDestinations(
        IReadOnlyList<TransferOrder> orders,
        PreflightAnswer otherwise
    ) =>
        [
            .. orders.Select(order =>
                network.Format.Check(order.Destination) is AddressVerdict.Invalid invalid
                    ? new PreflightAnswer.NeverPayable(
                        FailureCode.DestinationNotWallet,
                        invalid.Problem
                    )
                    : otherwise
            ),
        ];

    // Whether the wallet can pay the fees of everything that may be in flight, and what it holds of the asset.
    private async Task<(PreflightAnswer Answer, UInt128 Held)> JudgeWalletAsync(
        EvmRpcClient rpc,
        CancellationToken ct
    )
    {
        Task<EvmReply<EvmFeeHistory>> history = rpc.FeeHistoryAsync(
            network.Options.TipPercentile,
            ct
        );
        Task<EvmReply<UInt128>> native = rpc.BalanceAsync(network.Wallet, ct);
        Task<EvmReply<byte[]>> held = rpc.CallContractAsync(
            new EvmCall(network.Wallet, network.Token, Erc20.BalanceOf(network.Wallet)),
            ct
        );
        await Task.WhenAll(history, native, held);
        if (!(await history).IsAnswer(out EvmFeeHistory costs, out string cause))
            return (new PreflightAnswer.Unknown(cause), 0);
        if (!(await native).IsAnswer(out UInt128 wei, out cause))
            return (new PreflightAnswer.Unknown(cause), 0);
        if (!(await held).IsAnswer(out byte[] word, out cause))
            return (new PreflightAnswer.Unknown(cause), 0);
        return Erc20.ReadInteger(word) is { } units
            ? (JudgeFees(costs, wei), units)
            : (new PreflightAnswer.Unknown("balanceOf: a malformed answer"), 0);
    }

    private PreflightAnswer JudgeFees(EvmFeeHistory costs, UInt128 wei)
    {
        if (FeePolicy.Choose(costs, network.Options) is not { } fees)
            return FeesAboveCap(network);
        UInt128 needed =
            network.Options.NativeReserveWei
            + (UInt128)network.Options.MaxInFlight * TransferGas * fees.MaxFeePerGas;
        return wei >= needed
            ? PreflightAnswer.Payable.Instance
            : new PreflightAnswer.NotNow(
                ParkReason.WalletShortOfGas,
                $"The hot wallet holds {wei} wei; {needed} wei are needed for fees."
            );
    }

    // Each order alone may be covered while all together are not: first come, first served.
    private void Ration(
        IReadOnlyList<TransferOrder> orders,
        PreflightAnswer[] answers,
        UInt128 held,
        PreflightAnswer wallet
    )
    {
        for (int i = 0; i < answers.Length; i++)
        {
            if (!IsPayable(answers[i]))
                continue;
            UInt128 amount = network.AmountOf(orders[i]);
            if (amount > held)
            {
                answers[i] = new PreflightAnswer.NotNow(
                    ParkReason.WalletShortOfAsset,
                    "The hot wallet holds less than this payout and those before it need."
                );
                continue;
            }
            held -= amount;
            answers[i] = wallet;
        }
    }

    internal static PreflightAnswer.NotNow FeesAboveCap(EvmNetwork network) =>
        new(
            ParkReason.FeeAboveCap,
            $"{network.Id} asks more than {network.Options.MaxFeePerGasWei} wei a unit of gas."
        );

    private static bool IsPayable(PreflightAnswer answer) => answer is PreflightAnswer.Payable;
}
