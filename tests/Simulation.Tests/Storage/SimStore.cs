using Settlement.Chains;
using Settlement.Payouts.Lifecycle;
using Settlement.Payouts.Owning;
using Settlement.Payouts.Settling;
using Settlement.Simulation.Tests.Runtime;

namespace Settlement.Simulation.Tests.Storage;

/// <summary>One worker's connection to the database: each call is a place where the world may cut.</summary>
public sealed partial class SimStore(
    SimDatabase database,
    SimProcess process,
    Scheduler clock,
    Dice dice,
    Weather weather
) : ISettlementStore, IOwnTransactionStore
{
    public Task<IReadOnlyList<ClaimedPayout>> ClaimPayoutsAsync(
        PayoutClaim claim,
        CancellationToken ct
    ) => CallAsync(() => database.Claim(claim), ct);

    public Task<TransitionResult> FailBeforeSigningAsync(
        ClaimedPayout payout,
        FailureCode code,
        string message,
        CancellationToken ct
    ) => CallAsync(() => database.FailBeforeSigning(payout), ct);

    public Task<IReadOnlyList<ParkedPayout>> FindOverLimitAsync(
        IReadOnlyList<ClaimedPayout> payouts,
        CancellationToken ct
    ) => CallAsync(() => database.FindOverLimit(payouts), ct);

    public Task ParkAsync(IReadOnlyList<ParkedPayout> payouts, CancellationToken ct) =>
        CallAsync(() => Done(() => database.Park(payouts)), ct);

    public Task<WalletState> ReadWalletAsync(
        NetworkId network,
        string sender,
        CancellationToken ct
    ) => CallAsync(database.ReadWallet, ct);

    public Task<OpenOutcome> OpenTransactionAsync(
        NewTransaction transaction,
        CancellationToken ct
    ) => CallAsync(() => database.Open(transaction), ct);

    public Task<AttemptOutcome> StoreAttemptAsync(NewAttempt attempt, CancellationToken ct) =>
        CallAsync(() => database.StoreAttempt(attempt), ct);

    public Task NoteBroadcastAsync(BroadcastNote note, CancellationToken ct) =>
        CallAsync(() => Done(() => database.Note(note)), ct);

    public Task<IReadOnlyList<ClaimedTransaction>> ClaimTransactionsAsync(
        TransactionClaim claim,
        CancellationToken ct
    ) => CallAsync(() => database.ClaimTransactions(claim), ct);

    public Task RescheduleAsync(IReadOnlyList<NextLook> looks, CancellationToken ct) =>
        CallAsync(() => Done(() => database.Reschedule(looks)), ct);

    public Task ConcludeAsync(IReadOnlyList<Conclusion> conclusions, CancellationToken ct) =>
        CallAsync(() => Done(() => database.Conclude(conclusions)), ct);

    public Task FreezeWalletAsync(
        NetworkId network,
        string sender,
        string reason,
        CancellationToken ct
    ) => CallAsync(() => Done(() => database.Freeze(reason)), ct);

    private static bool Done(Action commit)
    {
        commit();
        return true;
    }

    private Task<T> CallAsync<T>(Func<T> commit, CancellationToken ct)
    {
        if (ct.IsCancellationRequested)
            return Task.FromCanceled<T>(ct);
        long answered = clock.Now + dice.Skewed(1, 40);
        T result = default!;
        Exception? error = null;
        if (clock.Now < weather.ClearsAt)
            (result, error) = Weathered(commit);
        else
            result = Commit(commit, ref error);
        var call = new SimCall<T>(process, result, error, ct);
        clock.At(answered, call);
        return call.Task;
    }

    private (T, Exception?) Weathered<T>(Func<T> commit)
    {
        Exception? error = null;
        if (Weather.Within(weather.StoreAway, clock.Now))
            return (default!, new SimulatedFaultException("The database is away."));
        if (dice.Chance(weather.StoreConflict))
            return (default!, new SimulatedFaultException("Nothing was written."));
        if (dice.Chance(weather.StoreLateCommit))
        {
            clock.At(clock.Now + dice.Skewed(1, 60_000), () => CommitLate(commit));
            return (default!, new SimulatedFaultException("The answer was lost."));
        }
        T result = Commit(commit, ref error);
        if (error is null && dice.Chance(weather.StoreLostReply))
            error = new SimulatedFaultException("The answer was lost.");
        return (result, error);
    }

    private static void CommitLate<T>(Func<T> commit)
    {
        Exception? error = null;
        _ = Commit(commit, ref error);
        if (error is not null)
            throw error;
    }

    private static T Commit<T>(Func<T> commit, ref Exception? error)
    {
        try
        {
            return commit();
        }
        catch (LawBrokenException e)
        {
            error = e;
            return default!;
        }
    }
}
