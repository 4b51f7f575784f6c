using Microsoft.Extensions.Logging;
using Settlement.Chains.Evm.Rpc;
using Settlement.Chains.Evm.Transactions;

namespace Settlement.Chains.Evm.Broadcasting;

/// <summary>Sends stored bytes to every node. One that takes them is enough.</summary>
internal sealed partial class EvmBroadcaster(
    EvmNetwork network,
    EvmEndpoints endpoints,
    ILogger logger
)
{
    internal async Task<BroadcastOutcome> SendAsync(StoredAttempt attempt, CancellationToken ct)
    {
        if (Eip1559Transaction.HashOf(attempt.Bytes.Span) != attempt.TransactionId)
        {
            return new BroadcastOutcome.Refused(
                RefusalReason.Malformed,
                "not sent: the stored bytes do not have the stored hash"
            );
        }
        ct.ThrowIfCancellationRequested();
        // From here on nothing is cancelled: what happened to bytes on the wire must be known. The timeout still holds.
        Task<BroadcastOutcome>[] sends =
        [
            .. endpoints.All.Select(endpoint => SendToAsync(endpoint, attempt)),
        ];
        await foreach (Task<BroadcastOutcome> send in Task.WhenEach(sends))
        {
            // The others go on by themselves; a slow endpoint must not hold up the next payout.
            if (await send is BroadcastOutcome.Taken)
                return BroadcastOutcome.Taken.Instance;
        }
        return Combine(await Task.WhenAll(sends));
    }

    private async Task<BroadcastOutcome> SendToAsync(EvmEndpoint endpoint, StoredAttempt attempt)
    {
        EvmReply<string> reply = await endpoint.Rpc.SendAsync(
            attempt.Bytes,
            CancellationToken.None
        );
        switch (reply)
        {
            case EvmReply<string>.Answer answer when answer.Value == attempt.TransactionId:
                return BroadcastOutcome.Taken.Instance;
            case EvmReply<string>.Answer answer:
                LogOtherHash(network.Id, endpoint.Name, attempt.TransactionId, answer.Value);
                return new BroadcastOutcome.Refused(
                    RefusalReason.Other,
                    $"ALARM: {endpoint.Name} names another hash, {answer.Value}, for these bytes"
                );
            case EvmReply<string>.Refusal refusal:
                return await ReadRefusalAsync(endpoint, attempt, refusal.Error.Message);
            case EvmReply<string>.Silence silence:
                return new BroadcastOutcome.Unknown($"{endpoint.Name}: {silence.Cause}");
            default:
                throw new InvalidOperationException("The union has three cases.");
        }
    }

    private static async Task<BroadcastOutcome> ReadRefusalAsync(
        EvmEndpoint endpoint,
        StoredAttempt attempt,
        string text
    )
    {
        RefusalReason? reason = EvmNodeErrors.Classify(text);
        if (reason is null)
            return BroadcastOutcome.Taken.Instance;
        // A node that has included these very bytes calls their nonce too low. It has them all the same.
        if (
            reason == RefusalReason.NonceTooLow
            && await HasReceiptAsync(endpoint, attempt.TransactionId)
        )
        {
            return BroadcastOutcome.Taken.Instance;
        }
        return new BroadcastOutcome.Refused(reason.Value, $"{endpoint.Name}: {text}");
    }

    private static async Task<bool> HasReceiptAsync(EvmEndpoint endpoint, string hash)
    {
        EvmReply<EvmReceipt?> reply = await endpoint.Rpc.ReceiptAsync(hash, CancellationToken.None);
        return reply.IsAnswer(out EvmReceipt? receipt, out _) && receipt is not null;
    }

    // While one node is silent, the refusals of the others do not say that nobody has the bytes.
    private static BroadcastOutcome Combine(BroadcastOutcome[] outcomes) =>
        outcomes.Any(o => o is BroadcastOutcome.Unknown)
            ? new BroadcastOutcome.Unknown(string.Join("; ", outcomes.Select(Text)))
            : outcomes[0];

    private static string Text(BroadcastOutcome outcome) =>
        outcome switch
        {
            BroadcastOutcome.Unknown unknown => unknown.Cause,
            BroadcastOutcome.Refused refused => refused.NodeText,
            _ => "",
        };

    [LoggerMessage(
        Level = LogLevel.Critical,
        EventName = "EvmNodeNamesOtherHash",
        Message = "{Network}: {Endpoint} answers to {TransactionId} with {OtherId}"
    )]
    private partial void LogOtherHash(
        NetworkId network,
        string endpoint,
        string transactionId,
        string otherId
    );
}
