using System.Globalization;
using Settlement.Chains;
using Settlement.Payouts;
using Settlement.Payouts.Settling;

namespace Settlement.Worker.Telemetry;

/// <summary>Says in log and metrics what was written about payouts of one network. Numbers and ids only: never bytes,
/// keys or amounts.</summary>
public sealed partial class SettlementJournal(
    NetworkId network,
    WorkerMetrics metrics,
    ILogger<SettlementJournal> log
)
{
    /// <summary>A transaction is stored and about to be sent.</summary>
    public void Opened(long transactionId, NewTransaction transaction)
    {
        metrics.Transactions(network, "opened");
        if (log.IsEnabled(LogLevel.Information))
        {
            TransactionOpened(
                log,
                network,
                transactionId,
                transaction.Signed.TransactionId,
                Numbers(transaction.Riders.Select(p => p.Number))
            );
        }
    }

    /// <summary>A dearer attempt is stored at the place of an open transaction, and about to be sent.</summary>
    public void Replaced(NewAttempt attempt)
    {
        SignedTransaction signed = attempt.Signed;
        metrics.Transactions(
            network,
            signed.Kind == AttemptKind.Cancel ? "cancel_signed" : "replaced"
        );
        AttemptReplaced(
            log,
            network,
            attempt.Transaction.Id,
            attempt.Transaction.Transaction.Attempts.Count + 1,
            signed.Kind,
            signed.TransactionId
        );
    }

    /// <summary>A payout can never be paid.</summary>
    public void Failed(ClaimedPayout payout, FailureCode code)
    {
        metrics.Payouts(network, "failed", 1);
        PayoutFailed(log, network, payout.Number, code);
    }

    /// <summary>Payouts wait; without a reason they merely take their turn later.</summary>
    public void Parked(IReadOnlyList<ParkedPayout> payouts)
    {
        foreach (ParkedPayout parked in payouts)
        {
            if (parked.Reason is not { } reason)
                continue;
            metrics.Parked(network, SnakeCase.Of(reason));
            PayoutParked(log, network, parked.Payout.Number, reason, parked.Detail);
        }
    }

    /// <summary>Verdicts are written.</summary>
    /// <param name="conclusions">All that were handed in.</param>
    /// <param name="written">How many of them were ours to write.</param>
    public void Concluded(IReadOnlyList<Conclusion> conclusions, int written)
    {
        if (written < conclusions.Count)
        {
            // Which of them is not known here; the worker that wrote them has told.
            Overtaken(log, network, conclusions.Count - written, conclusions.Count);
            if (written == 0)
                return;
        }
        foreach (Conclusion conclusion in conclusions)
        {
            if (conclusion is Conclusion.Landed landed)
                Landed(landed);
            else if (conclusion is Conclusion.Dead dead)
                Dead(dead);
        }
    }

    private void Landed(Conclusion.Landed landed)
    {
        int paid = landed.Seen.Transfers.Count(t => t.Paid);
        metrics.Transactions(network, "landed");
        metrics.Payouts(network, "sent", paid);
        metrics.Payouts(network, "requeued", landed.Seen.Transfers.Count - paid);
        if (log.IsEnabled(LogLevel.Information))
        {
            TransactionLanded(
                log,
                network,
                landed.Transaction.Id,
                landed.Seen.TransactionId,
                paid,
                NumbersOf(landed)
            );
        }
        List<long> before = landed
            .Seen.Transfers.Zip(landed.Transaction.Transaction.Transfers)
            .Where(pair => pair.First.NeedsOperator is not null)
            .Select(pair => pair.Second.PayoutNumber)
            .ToList();
        if (before.Count > 0)
        {
            PaidBefore(
                log,
                network,
                landed.Transaction.Id,
                landed.Seen.TransactionId,
                Numbers(before)
            );
        }
    }

    private void Dead(Conclusion.Dead dead)
    {
        metrics.Transactions(network, "dead");
        metrics.Payouts(network, "requeued", dead.Transaction.Riders.Count);
        if (log.IsEnabled(LogLevel.Warning))
        {
            TransactionDead(log, network, dead.Transaction.Id, dead.Seen.Reason, NumbersOf(dead));
        }
    }

    private static string NumbersOf(Conclusion conclusion) =>
        Numbers(conclusion.Transaction.Transaction.Transfers.Select(t => t.PayoutNumber));

    private static string Numbers(IEnumerable<long> numbers) =>
        string.Join(' ', numbers.Select(n => n.ToString(CultureInfo.InvariantCulture)));

    [LoggerMessage(
        LogLevel.Information,
        "{Network}: transaction {TransactionId} ({Hash}) stored, carries payouts {Payouts}"
    )]
    private static partial void TransactionOpened(
        ILogger log,
        NetworkId network,
        long transactionId,
        string hash,
        string payouts
    );

    [LoggerMessage(
        LogLevel.Error,
        "{Network}: transaction {TransactionId} ({Hash}) did not pay payouts {Payouts}: the chain says that they were paid before; they wait for a person"
    )]
    private static partial void PaidBefore(
        ILogger log,
        NetworkId network,
        long transactionId,
        string hash,
        string payouts
    );

    [LoggerMessage(
        LogLevel.Information,
        "{Network}: transaction {TransactionId} ({Hash}) is final and has paid {Paid} of payouts {Payouts}"
    )]
    private static partial void TransactionLanded(
        ILogger log,
        NetworkId network,
        long transactionId,
        string hash,
        int paid,
        string payouts
    );

    [LoggerMessage(
        LogLevel.Warning,
        "{Network}: transaction {TransactionId} can never pay ({Reason}); back in the queue: payouts {Payouts}"
    )]
    private static partial void TransactionDead(
        ILogger log,
        NetworkId network,
        long transactionId,
        NeverReason reason,
        string payouts
    );

    [LoggerMessage(
        LogLevel.Information,
        "{Network}: transaction {TransactionId} has attempt {Sequence} ({Kind}, {Hash})"
    )]
    private static partial void AttemptReplaced(
        ILogger log,
        NetworkId network,
        long transactionId,
        int sequence,
        AttemptKind kind,
        string hash
    );

    [LoggerMessage(LogLevel.Warning, "{Network}: payout {Number} has failed: {Code}")]
    private static partial void PayoutFailed(
        ILogger log,
        NetworkId network,
        long number,
        FailureCode code
    );

    // At every look, hence for those who ask: the row and its history hold the reason, once per change.
    [LoggerMessage(LogLevel.Debug, "{Network}: payout {Number} waits: {Reason}. {Detail}")]
    private static partial void PayoutParked(
        ILogger log,
        NetworkId network,
        long number,
        ParkReason reason,
        string? detail
    );

    [LoggerMessage(
        LogLevel.Information,
        "{Network}: {Overtaken} of {All} verdicts were written by another worker already"
    )]
    private static partial void Overtaken(ILogger log, NetworkId network, int overtaken, int all);
}
