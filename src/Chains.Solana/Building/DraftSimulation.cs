using Settlement.Chains.Solana.Addresses;
using Settlement.Chains.Solana.Rpc;

namespace Settlement.Chains.Solana.Building;

/// <summary>Runs a draft on the node that gave its block hash, and reads failures as reasons not to sign.</summary>
internal sealed class DraftSimulation(SolanaNetwork network)
{
    private const int InvalidParams = -32602;

    /// <returns>A reason not to sign; or null and the compute units that it took.</returns>
    internal async Task<(SigningOutcome? Stop, ulong? Units)> RunAsync(
        TransactionDraft draft,
        ReadOnlyMemory<byte> unsigned,
        IReadOnlyList<TransferOrder> orders,
        CancellationToken ct
    )
    {
        NodeAnswer<SimulationResult> answer = await draft.Node.SimulateTransactionAsync(
            unsigned,
            draft.Blockhash.Slot,
            ct
        );
        return answer switch
        {
            NodeAnswer<SimulationResult>.Known { Value: { Fault: null } fine } => (
                null,
                fine.UnitsConsumed
            ),
            NodeAnswer<SimulationResult>.Known { Value: { Fault: { } fault } } => (
                await ReadFaultAsync(fault, draft.Node, orders, ct),
                null
            ),
            NodeAnswer<SimulationResult>.Refused { Code: InvalidParams } refused => (
                new SigningOutcome.NotNow(ParkReason.NeedsOperator, refused.Message),
                null
            ),
            _ => (new SigningOutcome.Unknown(answer.Trouble ?? ""), null),
        };
    }

    private async Task<SigningOutcome> ReadFaultAsync(
        TransactionFault fault,
        SolanaRpcClient node,
        IReadOnlyList<TransferOrder> orders,
        CancellationToken ct
    )
    {
        (InstructionRole role, int? position) = TransactionDraft.RoleOf(
            fault.Instruction,
            orders.Count
        );
        string detail = $"Simulation: {fault}.";
        FaultMeaning meaning = SolanaNodeErrors.MeaningOf(fault, role);
        if (meaning == FaultMeaning.AccountFrozen && position is { } frozen)
            return await WhichIsFrozenAsync(node, frozen, orders[frozen], ct);
        return meaning switch
        {
            // The state moved under us, or the node is not where the block hash is.
            FaultMeaning.AlreadyProcessed or FaultMeaning.BlockhashUnknown or FaultMeaning.Busy =>
                new SigningOutcome.Unknown(detail),
            FaultMeaning.ShortOfGas => new SigningOutcome.NotNow(
                ParkReason.WalletShortOfGas,
                detail
            ),
            FaultMeaning.ShortOfAsset => NotNow(position, ParkReason.WalletShortOfAsset, detail),
            FaultMeaning.DestinationTaken => Never(
                position,
                FailureCode.DestinationNotWallet,
                "The wallet's token account belongs to somebody else."
            ),
            FaultMeaning.TransactionBroken => new SigningOutcome.NotNow(
                ParkReason.NeedsOperator,
                detail
            ),
            FaultMeaning.AccountFrozen or FaultMeaning.Unforeseen => NotNow(
                position,
                ParkReason.NeedsOperator,
                detail
            ),
        };
    }

    // The program's answer is the same for both accounts, and failing a payout for our own frozen account would be a
    // lie.
    private async Task<SigningOutcome> WhichIsFrozenAsync(
        SolanaRpcClient node,
        int position,
        TransferOrder order,
        CancellationToken ct
    )
    {
        PublicKey account = network.Token.AccountOf(PublicKey.Parse(order.Destination));
        NodeAnswer<AccountStates> answer = await node.GetMultipleAccountsAsync(
            [network.Source, account],
            ct
        );
        if (answer is not NodeAnswer<AccountStates>.Known states)
            return new SigningOutcome.Unknown(answer.Trouble ?? "");
        if (TokenAccountState.Read(states.Value.Accounts[0]) is { Frozen: true })
        {
            return new SigningOutcome.NotNow(
                ParkReason.AssetPaused,
                "The hot wallet's token account is frozen."
            );
        }

        return TokenAccountState.Read(states.Value.Accounts[1]) is { Frozen: true }
            ? Never(
                position,
                FailureCode.DestinationBlocked,
                "The token's issuer has frozen the wallet's token account."
            )
            : new SigningOutcome.Unknown("An account was frozen a moment ago and is not now.");
    }

    private static SigningOutcome Never(int? position, FailureCode code, string message) =>
        position is { } index
            ? new SigningOutcome.Rejected(index, new PreflightAnswer.NeverPayable(code, message))
            : new SigningOutcome.NotNow(ParkReason.NeedsOperator, message);

    private static SigningOutcome NotNow(int? position, ParkReason reason, string detail) =>
        position is { } index
            ? new SigningOutcome.Rejected(index, new PreflightAnswer.NotNow(reason, detail))
            : new SigningOutcome.NotNow(reason, detail);
}
