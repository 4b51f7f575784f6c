using Settlement.Chains;
using Settlement.Payouts.Lifecycle;
using Settlement.Payouts.Settling;

namespace Settlement.Worker.Telemetry;

/// <summary>The store of one network; what it has written goes into the journal.</summary>
public sealed class MeasuredStore(PostgresSettlementStore store, SettlementJournal journal)
    : ISettlementStore
{
    public Task<IReadOnlyList<ClaimedPayout>> ClaimPayoutsAsync(
        PayoutClaim claim,
        CancellationToken ct
    ) => store.ClaimPayoutsAsync(claim, ct);

    public async Task<TransitionResult> FailBeforeSigningAsync(
        ClaimedPayout payout,
        FailureCode code,
        string message,
        CancellationToken ct
    )
    {
        TransitionResult result = await store.FailBeforeSigningAsync(payout, code, message, ct);
        if (result is TransitionResult.Applied)
            journal.Failed(payout, code);
        return result;
    }

    public Task<IReadOnlyList<ParkedPayout>> FindOverLimitAsync(
        IReadOnlyList<ClaimedPayout> payouts,
        CancellationToken ct
    ) => store.FindOverLimitAsync(payouts, ct);

    public async Task ParkAsync(IReadOnlyList<ParkedPayout> payouts, CancellationToken ct)
    {
        await store.ParkAsync(payouts, ct);
        journal.Parked(payouts);
    }

    public Task<WalletState> ReadWalletAsync(
        NetworkId network,
        string sender,
        CancellationToken ct
    ) => store.ReadWalletAsync(network, sender, ct);

    public async Task<OpenOutcome> OpenTransactionAsync(
        NewTransaction transaction,
        CancellationToken ct
    )
    {
        OpenOutcome outcome = await store.OpenTransactionAsync(transaction, ct);
        if (outcome is OpenOutcome.Opened opened)
            journal.Opened(opened.TransactionId, transaction);
        return outcome;
    }

    public async Task<AttemptOutcome> StoreAttemptAsync(NewAttempt attempt, CancellationToken ct)
    {
        AttemptOutcome outcome = await store.StoreAttemptAsync(attempt, ct);
        if (outcome is AttemptOutcome.Stored)
            journal.Replaced(attempt);
        return outcome;
    }

    public Task NoteBroadcastAsync(BroadcastNote note, CancellationToken ct) =>
        store.NoteBroadcastAsync(note, ct);

    public Task<IReadOnlyList<ClaimedTransaction>> ClaimTransactionsAsync(
        TransactionClaim claim,
        CancellationToken ct
    ) => store.ClaimTransactionsAsync(claim, ct);

    public Task RescheduleAsync(IReadOnlyList<NextLook> looks, CancellationToken ct) =>
        store.RescheduleAsync(looks, ct);

    public async Task ConcludeAsync(IReadOnlyList<Conclusion> conclusions, CancellationToken ct)
    {
        int written = await store.ConcludeAsync(conclusions, ct);
        journal.Concluded(conclusions, written);
    }

    public Task FreezeWalletAsync(
        NetworkId network,
        string sender,
        string reason,
        CancellationToken ct
    ) => store.FreezeWalletAsync(network, sender, reason, ct);
}
