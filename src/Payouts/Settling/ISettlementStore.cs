using Settlement.Chains;
using Settlement.Payouts.Lifecycle;

namespace Settlement.Payouts.Settling;

/// <summary>What <see cref="SettlementStep"/> needs of the database. Each method is one commit or one read.</summary>
/// <remarks>Every write is fenced: it names the token under which its subject was taken up, and does nothing when somebody
/// else has taken it up since. Times are the store's own. Implemented by PostgreSQL and, for the simulator, in memory.</remarks>
public interface ISettlementStore
{
    /// <summary>Takes up payouts that are due: requested or processing, not riding, not paused. requested → processing.</summary>
    Task<IReadOnlyList<ClaimedPayout>> ClaimPayoutsAsync(PayoutClaim claim, CancellationToken ct);

    /// <summary>processing → failed, for a payout that can never be paid and has nothing signed.</summary>
    Task<TransitionResult> FailBeforeSigningAsync(
        ClaimedPayout payout,
        FailureCode code,
        string message,
        CancellationToken ct
    );

    /// <summary>Finds those that have to wait for a spend limit, beside all that come before them in the list. Only a look
    /// ahead: <see cref="OpenTransactionAsync"/> enforces the limits.</summary>
    Task<IReadOnlyList<ParkedPayout>> FindOverLimitAsync(
        IReadOnlyList<ClaimedPayout> payouts,
        CancellationToken ct
    );

    /// <summary>Puts payouts back in the queue, with the reason why they wait.</summary>
    Task ParkAsync(IReadOnlyList<ParkedPayout> payouts, CancellationToken ct);

    /// <summary>The hot wallet as it stands now.</summary>
    Task<WalletState> ReadWalletAsync(NetworkId network, string sender, CancellationToken ct);

    /// <summary>Stores a transaction with its signed bytes, takes its nonce and puts the payouts on it: one commit, before the first send.</summary>
    Task<OpenOutcome> OpenTransactionAsync(NewTransaction transaction, CancellationToken ct);

    /// <summary>Stores a dearer attempt of an open transaction before the first send: one commit, under the token of the look.</summary>
    Task<AttemptOutcome> StoreAttemptAsync(NewAttempt attempt, CancellationToken ct);

    /// <summary>Keeps what a node said about a send that it did not simply take.</summary>
    Task NoteBroadcastAsync(BroadcastNote note, CancellationToken ct);

    /// <summary>Takes up open transactions that are due for a look.</summary>
    Task<IReadOnlyList<ClaimedTransaction>> ClaimTransactionsAsync(
        TransactionClaim claim,
        CancellationToken ct
    );

    /// <summary>Says when to look next, and what was seen.</summary>
    Task RescheduleAsync(IReadOnlyList<NextLook> looks, CancellationToken ct);

    /// <summary>Writes verdicts: transactions landed or dead, riders sent or back in the queue, money with them. One commit.</summary>
    Task ConcludeAsync(IReadOnlyList<Conclusion> conclusions, CancellationToken ct);

    /// <summary>Forbids new transactions of a wallet until an operator has looked.</summary>
    Task FreezeWalletAsync(NetworkId network, string sender, string reason, CancellationToken ct);
}

/// <summary>Which payouts to take up.</summary>
/// <param name="Network">The network.</param>
/// <param name="PayoutIds">These only; null for whichever are due.</param>
/// <param name="Limit">At most so many.</param>
/// <param name="Owner">Who takes them, for people.</param>
/// <param name="Lease">For how long.</param>
public sealed record PayoutClaim(
    NetworkId Network,
    IReadOnlyList<Guid>? PayoutIds,
    int Limit,
    string Owner,
    TimeSpan Lease
)
{
    /// <summary>Whichever are due are left alone while fewer than this are, and none of them was asked for longer ago than
    /// <see cref="Linger"/>.</summary>
    public int Company { get; init; }

    /// <summary>How long a payout may wait for others to travel with; zero: not at all. It holds for those of no message: those of
    /// messages have waited already.</summary>
    public TimeSpan Linger { get; init; }
}

/// <summary>A payout that this worker may work on until its lease ends.</summary>
/// <param name="Token">The fencing token.</param>
/// <param name="FailedRides">Transactions that executed and failed with it aboard.</param>
public sealed record ClaimedPayout(
    Guid Id,
    long Number,
    long Token,
    string Destination,
    long AmountMicro,
    int FailedRides
)
{
    /// <summary>Token contract or mint as it was when the payout was asked for; null in a store that knows one asset.</summary>
    public string? Asset { get; init; }

    /// <summary>How often it was taken up, this time included, since something last came of it: a reason to wait, or a ride. Whoever
    /// takes up and dies, or fails, leaves it higher by one.</summary>
    public int TakeUps { get; init; }

    /// <summary>Whether any spend limit stands, so that <see cref="ISettlementStore.FindOverLimitAsync"/> is worth the question.</summary>
    public bool IsLimited { get; init; }

    /// <summary>The transfer that pays it.</summary>
    public TransferOrder Order() => new(Number, Destination, AmountMicro);
}

/// <summary>A payout that goes back in the queue.</summary>
/// <param name="Payout">As it was claimed.</param>
/// <param name="Reason">Why it waits; null when it merely takes its turn later.</param>
/// <param name="Detail">One sentence for people.</param>
/// <param name="RetryAfter">When it is due again.</param>
public sealed record ParkedPayout(
    ClaimedPayout Payout,
    ParkReason? Reason,
    string? Detail,
    TimeSpan RetryAfter
)
{
    /// <summary>Nobody worked on it to an end, for no reason of its own: this time does not count among
    /// <see cref="ClaimedPayout.TakeUps"/>. Ignored where something has come of it meanwhile.</summary>
    public bool IsUntouched { get; init; }
}

/// <summary>A hot wallet as stored.</summary>
/// <param name="NextNonce">Null where the network has none.</param>
/// <param name="InFlight">Transactions that may still land and were not in a block when last looked at: what a node's pool has to hold.</param>
/// <param name="FrozenReason">Null when it is not frozen.</param>
public sealed record WalletState(ulong? NextNonce, int InFlight, string? FrozenReason);

/// <summary>A transaction to store.</summary>
/// <param name="Network">The network.</param>
/// <param name="Riders">In the order of the signed transfers.</param>
/// <param name="Signed">What was signed.</param>
/// <param name="Owner">Who works on it, for people.</param>
/// <param name="FirstLook">When it is due for a look, also if this worker dies.</param>
public sealed record NewTransaction(
    NetworkId Network,
    IReadOnlyList<ClaimedPayout> Riders,
    SignedTransaction Signed,
    string Owner,
    TimeSpan FirstLook
);

/// <summary>What came of storing a transaction.</summary>
public abstract record OpenOutcome
{
    private OpenOutcome() { }

    /// <summary>Stored: now, and only now, the bytes may be sent.</summary>
    public sealed record Opened(long TransactionId) : OpenOutcome;

    /// <summary>The nonce was taken meanwhile, or the wallet was frozen. Nothing was stored; the bytes must never be sent. Next: read the wallet, sign anew.</summary>
    public sealed record NonceTaken : OpenOutcome
    {
        /// <summary>The only value.</summary>
        public static readonly NonceTaken Instance = new();
    }

    /// <summary>A spend limit has no room for one of the payouts any more: others were faster. Nothing was stored; the bytes
    /// must never be sent. Next: leave them; the next round sorts them again.</summary>
    public sealed record OverLimit : OpenOutcome
    {
        /// <summary>The only value.</summary>
        public static readonly OverLimit Instance = new();
    }

    /// <summary>Somebody else has taken up one of the payouts, it has ended, or the network was paused. Nothing was stored;
    /// the bytes must never be sent. Next: leave them; what is still ours falls due by itself.</summary>
    public sealed record Fenced : OpenOutcome
    {
        /// <summary>The only value.</summary>
        public static readonly Fenced Instance = new();
    }
}

/// <summary>What a node said about a send.</summary>
public sealed record BroadcastNote(long TransactionId, string Hash, BroadcastOutcome Outcome);

/// <summary>Which open transactions to take up.</summary>
public sealed record TransactionClaim(NetworkId Network, int Limit, string Owner, TimeSpan Lease);

/// <summary>An open transaction that this worker may look after until its lease ends.</summary>
/// <param name="Id">The transaction.</param>
/// <param name="Token">The fencing token.</param>
/// <param name="Observations">How often it was looked at.</param>
/// <param name="Riders">By position.</param>
/// <param name="Transaction">For the adapter.</param>
public sealed record ClaimedTransaction(
    long Id,
    long Token,
    int Observations,
    IReadOnlyList<Guid> Riders,
    OpenTransaction Transaction
)
{
    /// <summary>What is to be signed next at its place; null: nothing in particular.</summary>
    public Ask? Asked { get; init; }

    /// <summary>How long ago the newest attempt was stored.</summary>
    public TimeSpan NewestAge { get; init; }

    /// <summary>How a node last refused the newest attempt; null when none did.</summary>
    public RefusalReason? Refused { get; init; }
}

/// <summary>When to look at a transaction next.</summary>
/// <param name="Included">Whether it was in a block that is not final yet.</param>
public sealed record NextLook(
    ClaimedTransaction Transaction,
    TimeSpan After,
    string Seen,
    bool Included = false
)
{
    /// <summary>How <c>Seen</c> begins where the chain contradicts what was signed: no later look can mend that by itself.</summary>
    public const string Contradiction = "contradiction: ";

    /// <summary>How <c>Seen</c> begins where the policy allows no higher fee: the dearest attempt is sent again until fees fall.</summary>
    public const string FeeCap = "fee_cap: ";
}

/// <summary>A verdict to write. Only these two can be concluded: what is unknown has no way in.</summary>
/// <param name="Transaction">As it was claimed.</param>
public abstract record Conclusion(ClaimedTransaction Transaction)
{
    /// <summary>Final on the chain. Riders that it paid become sent; riders that it did not pay go back in the queue.</summary>
    /// <remarks>A rider that may have been paid by another transaction waits for a person instead.</remarks>
    public sealed record Landed(ClaimedTransaction Transaction, Observation.Landed Seen)
        : Conclusion(Transaction)
    {
        /// <summary>When riders that wait for a person are looked at again.</summary>
        public TimeSpan ParkFor { get; init; }
    }

    /// <summary>It paid nobody and never can. Its riders go back in the queue.</summary>
    /// <param name="Transaction">As it was claimed.</param>
    /// <param name="Seen">The proof.</param>
    /// <param name="RetryAfter">When the riders are due again.</param>
    public sealed record Dead(
        ClaimedTransaction Transaction,
        Observation.Never Seen,
        TimeSpan RetryAfter
    ) : Conclusion(Transaction);
}
