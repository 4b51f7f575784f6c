using System.Text.Json;
using Settlement.Chains.Solana.Rpc;
using Settlement.Chains.Solana.Transactions;

namespace Settlement.Chains.Solana.Sending;

/// <summary>Sends stored bytes to every endpoint. One that takes them is enough.</summary>
internal sealed class Broadcaster(SolanaNodes nodes)
{
    internal async Task<BroadcastOutcome> SendAsync(
        StoredAttempt attempt,
        bool again,
        CancellationToken ct
    )
    {
        ct.ThrowIfCancellationRequested();
        // The signature inside the bytes is what can land; the stored id must be that one.
        if (WireTransaction.IdOf(attempt.Bytes.Span) != attempt.TransactionId)
        {
            return new BroadcastOutcome.Refused(
                RefusalReason.Malformed,
                "The stored bytes carry another signature than the stored id. Nothing was sent."
            );
        }

        // Repetitions skip the simulation: if the first send landed, it fails for that very reason.
        ulong? preflightSlot = again ? null : SlotOf(attempt.Bytes.Span) ?? 0;
        Task<BroadcastOutcome>[] sends =
        [
            .. nodes.All.Select(node => SendAsync(node, attempt, preflightSlot)),
        ];
        var others = new List<BroadcastOutcome>();
        await foreach (Task<BroadcastOutcome> send in Task.WhenEach(sends))
        {
            BroadcastOutcome outcome = await send;
            // The others go on by themselves; a slow endpoint must not hold up the next payout.
            if (outcome is BroadcastOutcome.Taken)
                return outcome;
            others.Add(outcome);
        }
        // One endpoint of which we know nothing may have forwarded them, whatever the others refused.
        return others.Find(o => o is BroadcastOutcome.Unknown) ?? others[0];
    }

    // Not cancelled once begun: the bytes may be out.
    private async Task<BroadcastOutcome> SendAsync(
        SolanaRpcClient node,
        StoredAttempt attempt,
        ulong? preflightSlot
    )
    {
        // A node that has shown the right genesis hash once may be sent to while it does not show it again: bytes that
        // reach nobody are sent again, and those for one cluster are void on another.
        if (
            !nodes.StandingOf(node).WasConfirmed
            && await nodes.VerifyAsync(node, CancellationToken.None) is { } foreign
        )
        {
            return new BroadcastOutcome.Unknown(foreign);
        }
        NodeAnswer<string> answer = await node.SendTransactionAsync(
            attempt.Bytes,
            preflightSlot,
            CancellationToken.None
        );
        return answer switch
        {
            NodeAnswer<string>.Known { Value: { } id } when id == attempt.TransactionId =>
                BroadcastOutcome.Taken.Instance,
            NodeAnswer<string>.Known => new BroadcastOutcome.Unknown(
                $"{node.EndpointName} answered the signature of another transaction."
            ),
            NodeAnswer<string>.Refused refused => SolanaNodeErrors.AfterSend(
                refused.Code,
                $"{node.EndpointName}: {refused.Message}",
                FaultOf(refused.Data)
            ),
            _ => new BroadcastOutcome.Unknown($"{node.EndpointName}: {answer.Trouble}"),
        };
    }

    private static ulong? SlotOf(ReadOnlySpan<byte> transaction) =>
        WireTransaction.TryReadMemo(transaction, out string? memo) ? PayoutMemo.SlotOf(memo) : null;

    private static TransactionFault? FaultOf(JsonElement? data)
    {
        if (data is not { ValueKind: JsonValueKind.Object } details)
            return null;
        try
        {
            return details.TryGetProperty("err", out JsonElement err)
                ? TransactionFault.Read(err)
                : null;
        }
        catch (Exception e)
            when (e is FormatException or InvalidOperationException or IndexOutOfRangeException)
        {
            return null;
        }
    }
}
