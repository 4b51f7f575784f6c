using System.Globalization;
using Settlement.Chains.Signing;
using Settlement.Chains.Solana.Rpc;
using Settlement.Chains.Solana.Signing;
using Settlement.Chains.Solana.Transactions;

namespace Settlement.Chains.Solana.Building;

/// <summary>Builds, simulates and signs one transaction. Sends nothing: what it shows a node carries no
/// signature.</summary>
internal sealed class TransactionBuilder(
    SolanaNetwork network,
    SolanaNodes nodes,
    ISigner signer,
    UnitPrices prices
)
{
    /// <summary>150 blocks at 400 ms, and some for skipped slots. For people only: expiry is judged by block
    /// height.</summary>
    private static readonly TimeSpan ExpiresWithin = TimeSpan.FromSeconds(90);

    private readonly DraftSimulation _simulation = new(network);

    internal async Task<SigningOutcome> SignAsync(SigningOrder order, CancellationToken ct)
    {
        ct.ThrowIfCancellationRequested();
        if (WhyNot(order.Transfers) is { } problem)
            return problem;
        NodeAnswer<TransactionDraft?> answer = await nodes.AskAsync(
            node => DraftAsync(node, order.Transfers, ct),
            ct
        );
        if (answer is not NodeAnswer<TransactionDraft?>.Known known)
            return new SigningOutcome.Unknown(answer.Trouble ?? "");
        if (known.Value is not { } draft)
        {
            return order.Transfers.Count > 1
                ? new SigningOutcome.TooMany(order.Transfers.Count - 1)
                : NeedsOperator("The transfer does not fit a transaction.");
        }
        if (draft.UnitPrice > (ulong)network.Options.UnitPriceCap)
        {
            string asked = draft.UnitPrice.ToString(CultureInfo.InvariantCulture);
            return new SigningOutcome.NotNow(
                ParkReason.FeeAboveCap,
                $"The network asks {asked} micro-lamports for a compute unit, more than allowed."
            );
        }

        byte[] unsigned = WireTransaction.Unsigned(draft.Message)!;
        (SigningOutcome? stop, ulong? units) = network.Options.Simulate
            ? await _simulation.RunAsync(draft, unsigned, order.Transfers, ct)
            : (null, null);
        return stop ?? await SignAsync(draft, units, ct);
    }

    private async Task<SigningOutcome> SignAsync(
        TransactionDraft draft,
        ulong? simulatedUnits,
        CancellationToken ct
    )
    {
        byte[] signature;
        try
        {
            signature = await signer.SignAsync(draft.Message, ct);
        }
        catch (SigningException e)
        {
            return new SigningOutcome.Unknown(e.Message);
        }

        // Whoever signs, only a signature of the configured wallet over exactly this message is let through.
        if (!Ed25519.Verifies(signature, draft.Message, network.Wallet.Bytes))
        {
            return new SigningOutcome.Unknown(
                $"The signer's answer is not a signature of {network.Wallet} over this message."
            );
        }

        byte[] bytes = WireTransaction.Join(signature, draft.Message)!;
        return new SigningOutcome.Signed(
            new SignedTransaction(
                WireTransaction.IdOf(bytes)!,
                bytes,
                network.Wallet.ToString(),
                Nonce: null,
                draft.Blockhash.LastValidBlockHeight,
                ExpiresWithin,
                draft.Terms(simulatedUnits)
            )
        );
    }

    private async Task<NodeAnswer<TransactionDraft?>> DraftAsync(
        SolanaRpcClient node,
        IReadOnlyList<TransferOrder> orders,
        CancellationToken ct
    )
    {
        NodeAnswer<ulong> price = await prices.ReadAsync(node, ct);
        if (price is not NodeAnswer<ulong>.Known unitPrice)
            return new NodeAnswer<TransactionDraft?>.Silent(price.Trouble ?? "");
        NodeAnswer<RecentBlockhash> blockhash = await node.GetLatestBlockhashAsync(ct);
        return blockhash is NodeAnswer<RecentBlockhash>.Known recent
            ? new NodeAnswer<TransactionDraft?>.Known(
                TransactionDraft.FitOf(network, orders, node, recent.Value, unitPrice.Value)
            )
            : new NodeAnswer<TransactionDraft?>.Silent(blockhash.Trouble ?? "");
    }

    // Orders that preflight would have kept back; the caller may have skipped it.
    private SigningOutcome? WhyNot(IReadOnlyList<TransferOrder> orders)
    {
        if (orders.Count == 0 || orders.Count > network.Options.MaxTransfers)
            return NeedsOperator($"{orders.Count} transfers cannot ride together.");
        for (int i = 0; i < orders.Count; i++)
        {
            if (network.Format.Check(orders[i].Destination) is AddressVerdict.Invalid invalid)
            {
                return new SigningOutcome.Rejected(
                    i,
                    new PreflightAnswer.NeverPayable(
                        FailureCode.DestinationNotWallet,
                        invalid.Problem
                    )
                );
            }

            if (orders[i].AmountMicro <= 0 || network.BaseUnitsOf(orders[i]) is null)
            {
                return new SigningOutcome.Rejected(
                    i,
                    new PreflightAnswer.NotNow(
                        ParkReason.NeedsOperator,
                        "The token cannot express the amount."
                    )
                );
            }
        }
        return null;
    }

    private static SigningOutcome.NotNow NeedsOperator(string detail) =>
        new(ParkReason.NeedsOperator, detail);
}
