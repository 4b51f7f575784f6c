using Settlement.Chains.Evm.Addresses;
using Settlement.Chains.Evm.Rpc;
using Settlement.Chains.Evm.Transactions;

namespace Settlement.Chains.Evm.Paying;

/// <summary>Tries a transfer at a node without making it, and says what a refusal means for the payout.</summary>
/// <remarks>Texts: Circle's FiatToken (Blacklistable, Pausable), OpenZeppelin's ERC20 before and since version 5.</remarks>
internal sealed class TransferSimulation(EvmNetwork network)
{
    /// <summary>The call of the token that pays the destination.</summary>
    internal EvmCall CallFor(EvmAddress destination, UInt128 amount) =>
        new(network.Payer, network.Token, Erc20.Transfer(destination, amount));

    /// <summary>Simulates one transfer in the newest state.</summary>
    internal async Task<PreflightAnswer> TryAsync(
        EvmRpcClient rpc,
        EvmAddress destination,
        UInt128 amount,
        CancellationToken ct
    )
    {
        EvmReply<byte[]> reply = await rpc.CallContractAsync(CallFor(destination, amount), ct);
        return reply switch
        {
            EvmReply<byte[]>.Answer answer when Erc20.SaysTransferred(answer.Value) =>
                PreflightAnswer.Payable.Instance,
            EvmReply<byte[]>.Answer => new PreflightAnswer.NotNow(
                ParkReason.NeedsOperator,
                "The token answers that it would not make the transfer, without a reason."
            ),
            EvmReply<byte[]>.Refusal refusal => await ExplainAsync(
                rpc,
                destination,
                refusal.Error,
                ct
            ),
            EvmReply<byte[]>.Silence silence => new PreflightAnswer.Unknown(silence.Cause),
            _ => throw new InvalidOperationException("The union has three cases."),
        };
    }

    /// <summary>What a node's refusal to simulate the transfer means.</summary>
    internal async Task<PreflightAnswer> ExplainAsync(
        EvmRpcClient rpc,
        EvmAddress destination,
        EvmError error,
        CancellationToken ct
    )
    {
        RevertReason revert = RevertReason.Read(error);
        if (!revert.IsRevert)
            return ExplainNode(revert.Text);
        if (Says(revert, "blacklist"))
            return await FindBlockedAsync(rpc, destination, revert.Text, ct);
        if (Says(revert, "paused") || Says(revert, "EnforcedPause"))
        {
            return new PreflightAnswer.NotNow(
                ParkReason.AssetPaused,
                "The token's issuer has paused all transfers."
            );
        }
        if (Says(revert, "exceeds balance") || Says(revert, "InsufficientBalance"))
        {
            return new PreflightAnswer.NotNow(
                ParkReason.WalletShortOfAsset,
                $"The {network.PayerName} holds less than the amount."
            );
        }
        return NeedsOperator(revert.Text);
    }

    private static PreflightAnswer ExplainNode(string text) =>
        EvmNodeErrors.Classify(text) == RefusalReason.InsufficientGas
            ? new PreflightAnswer.NotNow(
                ParkReason.WalletShortOfGas,
                "The hot wallet cannot pay the network's fee."
            )
            : new PreflightAnswer.Unknown(text);

    // The token's words do not say whose account is blocked; only the recipient's ends a payout.
    private async Task<PreflightAnswer> FindBlockedAsync(
        EvmRpcClient rpc,
        EvmAddress destination,
        string text,
        CancellationToken ct
    )
    {
        (bool? payer, string? silence) = await IsBlockedAsync(rpc, network.Payer, ct);
        if (silence is not null)
            return new PreflightAnswer.Unknown(silence);
        if (payer == true)
        {
            return new PreflightAnswer.NotNow(
                ParkReason.AssetPaused,
                $"The token's issuer has blocked the {network.PayerName}."
            );
        }
        (bool? recipient, silence) = await IsBlockedAsync(rpc, destination, ct);
        if (silence is not null)
            return new PreflightAnswer.Unknown(silence);
        // Without a plain "no" for the payer, the recipient may not be the one who is meant.
        return payer == false && recipient == true
            ? new PreflightAnswer.NeverPayable(
                FailureCode.DestinationBlocked,
                "The token's issuer has blocked this address; it cannot receive the payout."
            )
            : NeedsOperator(text);
    }

    // Null without silence: the token has no such list, or answers something else.
    private async Task<(bool? Blocked, string? Silence)> IsBlockedAsync(
        EvmRpcClient rpc,
        EvmAddress account,
        CancellationToken ct
    )
    {
        var call = new EvmCall(network.Wallet, network.Token, Erc20.IsBlacklisted(account));
        EvmReply<byte[]> reply = await rpc.CallContractAsync(call, ct);
        return reply switch
        {
            EvmReply<byte[]>.Answer answer => (Erc20.ReadBoolean(answer.Value), null),
            EvmReply<byte[]>.Refusal refusal when RevertReason.Read(refusal.Error).IsRevert => (
                null,
                null
            ),
            _ => (null, reply.IsAnswer(out _, out string cause) ? null : cause),
        };
    }

    private static PreflightAnswer.NotNow NeedsOperator(string text) =>
        new(ParkReason.NeedsOperator, $"The token refuses the transfer: {text}");

    private static bool Says(RevertReason revert, string part) =>
        revert.Text.Contains(part, StringComparison.OrdinalIgnoreCase);
}
