namespace Settlement.Model.Tests.Commands;

/// <summary>Something that is asked of the store. What it speaks of is counted from the newest, round and round, so that every
/// command means something wherever shrinking leaves it.</summary>
public abstract record Command
{
    private Command() { }

    // Money.

    /// <summary>A reward, or its reversal. The same event is told again and again.</summary>
    public sealed record Earn(int User, long Amount, int Event, bool Back, bool Locked) : Command;

    /// <summary>A payout is asked for.</summary>
    public sealed record Accept(int User, long Amount, int Network, int? Key) : Command;

    /// <summary>A failed payout is asked for again.</summary>
    public sealed record Retry(int Payout, int? Key, bool ByOther) : Command;

    public sealed record Register(int User, int Invoice, long Amount) : Command;

    public sealed record Close(int Invoice) : Command;

    public sealed record SpendOn(int User, int Invoice, long Amount) : Command;

    // Workers.

    public sealed record TakeUp(int Network, int Limit, IReadOnlyList<int>? Named, bool Expires)
        : Command
    {
        public override string ToString() =>
            $"TakeUp {{ Network = {Network}, Limit = {Limit}, Named = {Words(Named)}, Expires = {Expires} }}";
    }

    public sealed record Park(IReadOnlyList<int> Claims, string? Reason, bool Later) : Command
    {
        public override string ToString() =>
            $"Park {{ Claims = {Words(Claims)}, Reason = {Reason}, Later = {Later} }}";
    }

    public sealed record FailUnsigned(int Claim, bool ForGood) : Command;

    /// <summary>A transaction is signed and stored.</summary>
    /// <param name="Network">Where.</param>
    /// <param name="Claims">Whom it pays.</param>
    /// <param name="NonceOff">0: the next nonce; otherwise so far from it.</param>
    /// <param name="SameBytes">The bytes of the newest transaction again.</param>
    /// <param name="Later">When it is looked at.</param>
    public sealed record Open(
        int Network,
        IReadOnlyList<int> Claims,
        int NonceOff,
        bool SameBytes,
        bool Later
    ) : Command
    {
        public override string ToString() =>
            $"Open {{ Network = {Network}, Claims = {Words(Claims)}, NonceOff = {NonceOff}, SameBytes = {SameBytes}, Later = {Later} }}";
    }

    public sealed record ReadWallet(int Network) : Command;

    public sealed record TakeUpTransactions(int Network, int Limit, bool Expires) : Command;

    public sealed record Reschedule(
        IReadOnlyList<int> Looks,
        Seeing Seen,
        bool Included,
        bool Later
    ) : Command
    {
        public override string ToString() =>
            $"Reschedule {{ Looks = {Words(Looks)}, Seen = {Seen}, Included = {Included}, Later = {Later} }}";
    }

    /// <summary>Verdicts. Paid has a bit for each rider; a transaction that is dead paid nobody.</summary>
    public sealed record Conclude(
        IReadOnlyList<int> Looks,
        bool Landed,
        int Paid,
        bool Reverted,
        bool Later
    ) : Command
    {
        public override string ToString() =>
            $"Conclude {{ Looks = {Words(Looks)}, Landed = {Landed}, Paid = {Paid:b}, Reverted = {Reverted}, Later = {Later} }}";
    }

    /// <summary>A dearer attempt at the place of an open transaction.</summary>
    /// <param name="Look">Whose.</param>
    /// <param name="Kind">What it is to do there.</param>
    /// <param name="Cheap">By less than a tenth.</param>
    /// <param name="NonceOff">0: its own nonce; otherwise so far from it.</param>
    public sealed record Replace(int Look, Replacing Kind, bool Cheap, int NonceOff) : Command;

    public sealed record Freeze(int Network) : Command;

    // People.

    public sealed record Thaw(int Network) : Command;

    public sealed record Pause(int Network, bool On) : Command;

    /// <summary>An operator says that a payout was sent or failed.</summary>
    public sealed record Say(int Payout, Word Word, int Operator, bool Outdated) : Command;

    public sealed record Cancel(int Payout, Caller Caller) : Command;

    public sealed record Steer(int Payout, Steering How, int Operator, bool Outdated) : Command;

    /// <summary>An operator wants what is under way sooner, or called off.</summary>
    public sealed record Ask(int Payout, bool ToCancel, int Operator, bool Outdated) : Command;

    /// <summary>An operator decides what the chain contradicts.</summary>
    public sealed record Decide(int Transaction, bool Landed, int Paid, int Operator) : Command;

    // The test itself.

    /// <summary>A day passes: leases end, what waits is due, what is locked is unlocked.</summary>
    public sealed record PassTime : Command;

    /// <summary>What no code of ours does. The schema has no such word as "trust me".</summary>
    public sealed record Careless(Carelessness What, int Subject, int Other) : Command;

    /// <summary>Two at the same time, on two connections.</summary>
    public sealed record Race(Command One, Command Other) : Command;

    private static string Words(IReadOnlyList<int>? numbers) =>
        numbers is null ? "any" : $"[{string.Join(' ', numbers)}]";
}

/// <summary>What an operator says.</summary>
public enum Word
{
    Failed,
    Forced,

    /// <summary>By a transaction that is not ours.</summary>
    Sent,

    /// <summary>By a transaction of ours that carries or carried it.</summary>
    SentByOurs,
}

public enum Caller
{
    Owner,
    OtherUser,
    Operator,
}

public enum Steering
{
    Hold,
    Release,
    Requeue,
    Approve,
    Check,
}

/// <summary>What a look has brought.</summary>
public enum Seeing
{
    Nothing,
    Contradiction,

    /// <summary>The policy allows no higher fee.</summary>
    FeeCap,
}

/// <summary>What a dearer attempt is.</summary>
public enum Replacing
{
    Payment,

    /// <summary>A cancel, which somebody must have asked for.</summary>
    Cancel,

    /// <summary>A cancel that the worker asks for itself: no node takes the payment.</summary>
    Filler,
}

/// <summary>Statements of code that forgot something.</summary>
public enum Carelessness
{
    /// <summary>Takes a payout up whether or not it is due, held, paused or approved. Lawful: the laws behind it must do.</summary>
    TakeUpAnyway,

    /// <summary>Reserves without a look at the balance.</summary>
    ReserveBlindly,

    /// <summary>Accepts under a key without a look whether the key is taken.</summary>
    AcceptUnderTakenKey,

    /// <summary>Ends a payout and tells nobody.</summary>
    EndWithoutEvent,

    /// <summary>Books a reserve back while its payout is under way.</summary>
    ReleaseEarly,

    /// <summary>Releases or settles a reserve again.</summary>
    ResolveAgain,

    /// <summary>Mends a row of the ledger.</summary>
    EditLedger,

    /// <summary>Removes a row of history.</summary>
    EraseHistory,

    /// <summary>Says that a final payout is something else.</summary>
    Reopen,

    /// <summary>Fails and refunds a payout that a live transaction carries.</summary>
    RefundWhileRiding,

    /// <summary>Puts a payout on a transaction after its bytes were signed.</summary>
    BoardLate,

    /// <summary>Changes a rider's outcome after it was decided.</summary>
    Redecide,

    /// <summary>Signs another message for a transaction without a nonce.</summary>
    SignTwice,

    /// <summary>Marks a transaction landed and leaves its riders.</summary>
    LandWithoutRiders,

    /// <summary>Takes back the wish for a cancel, whose bytes may have been sent.</summary>
    TakeBackCancel,

    /// <summary>Marks a transaction landed by its cancel.</summary>
    LandByCancel,

    /// <summary>Edits a balance.</summary>
    EditBalance,

    /// <summary>Holds a payout back and lets whoever works on it go on.</summary>
    HoldWithoutToken,
}
