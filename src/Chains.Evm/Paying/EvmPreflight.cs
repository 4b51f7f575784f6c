using Settlement.Chains.Endpoints;
using Settlement.Chains.Evm.Addresses;
using Settlement.Chains.Evm.Rpc;
using Settlement.Chains.Evm.Transactions;
using Settlement.Chains.Evm.Vault;

namespace Settlement.Chains.Evm.Paying;

/// <summary>Judges orders before anything is signed.</summary>
internal sealed class EvmPreflight(EvmNetwork network, EvmEndpoints endpoints)
{
    private const int ParallelReads = 8;

    // A transfer of USDC to a new holder: 62,171 gas.
    private const uint TransferGas = 65_000;

    // What the vault wants unspent before its last item, and the transaction itself.
    private const uint VaultGas = 250_000;

    private readonly TransferSimulation _simulation = new(network);
    private readonly VaultPreflight? _vault = network.Vault is { } vault
        ? new VaultPreflight(network, vault)
        : null;

    // Whom a vault has paid does not fail, and that takes an endpoint to say.
    private readonly AgreeingPreflight _agreeing = new(order =>
        network.Vault is null && network.Format.Check(order.Destination) is AddressVerdict.Invalid
    );

    internal async Task<IReadOnlyList<PreflightAnswer>> AskAsync(
        IReadOnlyList<TransferOrder> orders,
        CancellationToken ct
    )
    {
        (EvmEndpoint? asked, PreflightWord word) = await endpoints.AskAsync(
            async endpoint => ((EvmEndpoint?)endpoint, await SayAsync(endpoint, orders, ct)),
            isUsable: said => !said.Item2.Answers.Any(a => a is PreflightAnswer.Unknown),
            unknown: doubt =>
                (null, new PreflightWord(JudgeUnasked(orders, new PreflightAnswer.Unknown(doubt)))),
            ct
        );
        return await _agreeing.ConfirmAsync(
            orders,
            word,
            [
                .. endpoints
                    .All.Where(endpoint => endpoint != asked)
                    .Select(endpoint =>
                        (Func<IReadOnlyList<TransferOrder>, Task<PreflightWord>>)(
                            async open =>
                                await endpoint.DoubtAsync(ct) is { } doubt
                                    ? PreflightWord.Silent(open.Count, doubt)
                                    : await SayAsync(endpoint, open, ct)
                        )
                    ),
            ]
        );
    }

    /// <summary>What a rejection by the endpoint that priced the transaction comes to, once the others were asked.</summary>
    internal async Task<SigningOutcome> ConfirmAsync(
        SigningOrder order,
        SigningOutcome outcome,
        CancellationToken ct
    ) =>
        endpoints.All.Count == 1
            ? outcome
            : await _agreeing.ConfirmRejectionAsync(
                order.Transfers,
                outcome,
                orders => AskAsync(orders, ct)
            );

    private async Task<PreflightWord> SayAsync(
        EvmEndpoint endpoint,
        IReadOnlyList<TransferOrder> orders,
        CancellationToken ct
    ) => new(await AskAtAsync(endpoint.Rpc, orders, ct), endpoint.Standing.NoVerdictBecause);

    private async Task<PreflightAnswer[]> AskAtAsync(
        EvmRpcClient rpc,
        IReadOnlyList<TransferOrder> orders,
        CancellationToken ct
    )
    {
        PreflightAnswer[] answers = JudgeDestinations(orders, PreflightAnswer.Payable.Instance);
        // First of all: who was paid must not fail, whatever his address has become since.
        if (_vault is not null)
            await _vault.JudgeAsync(rpc, orders, answers, ct);
        if (!answers.Any(IsPayable))
            return answers;
        (PreflightAnswer wallet, UInt128 held) = await JudgeWalletAsync(rpc, orders.Count, ct);
        if (wallet is PreflightAnswer.Unknown)
            return [.. answers.Select(a => IsPayable(a) ? wallet : a)];

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

    // A vault must be asked before anybody fails.
    private PreflightAnswer[] JudgeUnasked(
        IReadOnlyList<TransferOrder> orders,
        PreflightAnswer.Unknown unknown
    ) => _vault is null ? JudgeDestinations(orders, unknown) : [.. orders.Select(_ => unknown)];

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
        int orders,
        CancellationToken ct
    )
    {
        Task<EvmReply<EvmFeeHistory>> history = rpc.FeeHistoryAsync(
            network.Options.TipPercentile,
            ct
        );
        Task<EvmReply<UInt128>> native = rpc.BalanceAsync(network.Wallet, ct);
        Task<EvmReply<byte[]>> held = HoldingsReader.AskForFreeAsync(network, rpc, ct);
        await Task.WhenAll(history, native, held);
        if (!(await history).IsAnswer(out EvmFeeHistory costs, out string cause))
            return (new PreflightAnswer.Unknown(cause), 0);
        if (!(await native).IsAnswer(out UInt128 wei, out cause))
            return (new PreflightAnswer.Unknown(cause), 0);
        if (!(await held).IsAnswer(out byte[] word, out cause))
            return (new PreflightAnswer.Unknown(cause), 0);
        return Erc20.ReadInteger(word) is { } units
            ? (JudgeFees(costs, wei, orders), units)
            : (new PreflightAnswer.Unknown("balanceOf: a malformed answer"), 0);
    }

    private PreflightAnswer JudgeFees(EvmFeeHistory costs, UInt128 wei, int orders)
    {
        if (FeePolicy.Choose(costs, network.Options) is not { } fees)
            return FeesAboveCap(network);
        UInt128 needed = network.Options.NativeReserveWei + GasFor(orders) * fees.MaxFeePerGas;
        return wei >= needed
            ? PreflightAnswer.Payable.Instance
            : new PreflightAnswer.NotNow(
                ParkReason.WalletShortOfGas,
                $"The hot wallet holds {wei} wei; {needed} wei are needed for fees."
            );
    }

    // Alone: of everything that may be in flight. Together: of what is asked for, as sixteen full batches would tie up a fortune.
    private UInt128 GasFor(int orders) =>
        network.Vault is null
            ? (UInt128)network.Options.MaxInFlight * TransferGas
            : VaultGas + (UInt128)orders * network.Options.Batch.GasPerTransfer;

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
                    $"The {network.PayerName} holds less than this payout and those before it need."
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
