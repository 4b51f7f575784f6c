using System.Collections.Immutable;

namespace Settlement.Model.Tests.Model;

/// <summary>Everything that the store is asked to remember, as the model has it: plain values, written without a look at the schema.</summary>
/// <remarks>Things are known by tags, which say in which step they came to be; see <see cref="Tag"/>. Moments are counted in steps.</remarks>
public sealed record World(
    ImmutableList<Account> Accounts,
    ImmutableList<Network> Networks,
    ImmutableList<Payout> Payouts,
    ImmutableList<Claim> Claims,
    ImmutableList<Transaction> Transactions,
    ImmutableList<Look> Looks,
    ImmutableDictionary<int, Earned> Events,
    ImmutableDictionary<int, Invoice> Invoices,
    ImmutableDictionary<(int User, bool Again, int Key), Keyed> Keys,
    int Clock
)
{
    /// <summary>What has a tag from here on came to be in this very step: no command speaks of it.</summary>
    public int Step { get; init; } = int.MaxValue;

    /// <summary>The nonces as whoever signs in this step has read them.</summary>
    public ImmutableList<long?> NoncesRead { get; init; } = [];

    /// <summary>Where a step begins.</summary>
    public World At(int step) =>
        this with
        {
            Step = step,
            NoncesRead = [.. Networks.Select(n => n.NextNonce)],
        };

    public static World New(bool hasThreshold) =>
        new(
            [new Account(), new Account()],
            [new Network(NextNonce: 7, hasThreshold ? 40 : long.MaxValue), new Network(null)],
            [],
            [],
            [],
            [],
            ImmutableDictionary<int, Earned>.Empty,
            ImmutableDictionary<int, Invoice>.Empty,
            ImmutableDictionary<(int, bool, int), Keyed>.Empty,
            Clock: 0
        );

    public Payout Payout(int tag) => Payouts.First(p => p.Tag == tag);

    public Transaction Transaction(int tag) => Transactions.First(t => t.Tag == tag);

    public World With(Payout payout) =>
        this with
        {
            Payouts = Payouts.SetItem(Payouts.FindIndex(p => p.Tag == payout.Tag), payout),
        };

    public World With(Transaction transaction) =>
        this with
        {
            Transactions = Transactions.SetItem(
                Transactions.FindIndex(t => t.Tag == transaction.Tag),
                transaction
            ),
        };

    public World With(int user, Account account) =>
        this with
        {
            Accounts = Accounts.SetItem(user, account),
        };

    public World With(int index, Network network) =>
        this with
        {
            Networks = Networks.SetItem(index, network),
        };

    public bool IsAbove(Payout payout) => payout.Amount > Networks[payout.Network].Threshold;

    /// <summary>In the order of tags: which of two racing commands came first must not show in what a later command means.</summary>
    public World Ordered() =>
        this with
        {
            Payouts = [.. Payouts.OrderBy(p => p.Tag)],
            Claims = [.. Claims.OrderBy(c => c.Tag)],
            Transactions = [.. Transactions.OrderBy(t => t.Tag)],
            Looks = [.. Looks.OrderBy(l => l.Tag)],
        };
}

/// <summary>A user's money. Free is posted less reserved.</summary>
/// <param name="Exists">Who was never spoken of has no account.</param>
/// <param name="Due">Earned and unlocked, not posted yet.</param>
/// <param name="Locked">Earned, not unlocked yet.</param>
/// <param name="Owed">Taken back, and not covered yet.</param>
public sealed record Account(
    bool Exists = false,
    long Posted = 0,
    long Reserved = 0,
    long Due = 0,
    long Locked = 0,
    long Owed = 0
)
{
    public long Free => Posted - Reserved;

    /// <summary>What is due is posted, then what is owed is taken.</summary>
    public Account Settled()
    {
        long free = Posted + Due - Reserved;
        long taken = Math.Min(Owed, free);
        return this with { Posted = Posted + Due - taken, Due = 0, Owed = Owed - taken };
    }
}

/// <summary>A network with its one hot wallet.</summary>
public sealed record Network(
    long? NextNonce,
    long Threshold = long.MaxValue,
    string? Frozen = null,
    bool Paused = false
);

/// <summary>A reward's event.</summary>
public sealed record Earned(int User, long Amount, bool Back, bool Locked, bool Unlocked = false);

/// <summary>An invoice.</summary>
public sealed record Invoice(int User, long Amount, bool Closed = false, bool Covered = false);

/// <summary>What an idempotency key stands for.</summary>
public sealed record Keyed(int Payout, long Amount, int Network, int? Again);

/// <summary>A payout.</summary>
/// <param name="Tag">See <see cref="World"/>.</param>
/// <param name="Due">Since when; <see cref="Moment.Later"/>; or <see cref="Moment.Never"/>, while it rides.</param>
public sealed record Payout(int Tag, int User, int Network, long Amount, int Due) : ITagged
{
    public string Status { get; init; } = "requested";
    public int Version { get; init; } = 1;
    public long Token { get; init; }
    public int FailedRides { get; init; }
    public string? Park { get; init; }
    public bool Held { get; init; }
    public string? ApprovedBy { get; init; }

    /// <summary>The transaction that may still pay it.</summary>
    public int? Rides { get; init; }
    public string? SettledBy { get; init; }
    public string? Hash { get; init; }
    public string? FailureCode { get; init; }
    public bool RefundHeld { get; init; }
    public bool Conflict { get; init; }
    public int? Again { get; init; }

    public bool IsFinal => Status is "sent" or "failed" or "cancelled";
}

/// <summary>A payout as a worker took it up.</summary>
public sealed record Claim(int Tag, int Payout, long Token) : ITagged;

/// <summary>A transaction and who rides on it.</summary>
/// <param name="Attempts">What was signed at its place, oldest first.</param>
public sealed record Transaction(
    int Tag,
    int Network,
    long? Nonce,
    ImmutableList<Attempt> Attempts,
    ImmutableList<Rider> Riders,
    int Due
) : ITagged
{
    /// <summary>Of the bytes that were signed first.</summary>
    public string Hash => Attempts[0].Hash;

    /// <summary>What is to be signed next at its place: speed_up, cancel or fill.</summary>
    public string? Asked { get; init; }

    /// <summary>The dearest payment among the attempts that somebody knows of.</summary>
    public string NewestPayment(int known) => Attempts.Take(known).Last(a => !a.IsCancel).Hash;

    public bool IsCancelled => Attempts.Exists(a => a.IsCancel);

    public string State { get; init; } = "open";
    public long Token { get; init; } = 1;
    public int Observations { get; init; }
    public string? Seen { get; init; }
    public bool Included { get; init; }
    public string? DecidedBy { get; init; }

    public bool IsOpen => State is "open";
    public bool Contradicts => IsOpen && Seen is not null && Seen.StartsWith('c');
    public bool IsAtCap => Seen is not null && Seen.StartsWith('f');
}

/// <summary>Signed bytes.</summary>
public sealed record Attempt(string Hash, bool IsCancel);

/// <summary>One place in a transaction.</summary>
/// <param name="Paid">Null: not decided.</param>
/// <param name="CalledOff">An operator wants it cancelled, if the chain lets it.</param>
public sealed record Rider(int Payout, bool? Paid = null, bool CalledOff = false);

/// <summary>A transaction as a worker took it up.</summary>
/// <param name="Known">How many attempts it had then.</param>
/// <param name="Asked">What was asked for then.</param>
public sealed record Look(int Tag, int Transaction, long Token, int Known, string? Asked) : ITagged;

/// <summary>Something that a command made.</summary>
public interface ITagged
{
    int Tag { get; }
}

/// <summary>Special moments; all others are steps.</summary>
public static class Moment
{
    /// <summary>In a day: not before <see cref="Commands.Command.PassTime"/>.</summary>
    public const int Later = int.MaxValue - 1;

    public const int Never = int.MaxValue;

    public static string Word(int due) =>
        due is Never ? "never"
        : due is Later ? "later"
        : "due";
}

/// <summary>A name for what a command makes, the same whether or not another command ran at the same time.</summary>
public static class Tag
{
    public static int Of(int step, int side) => (step * 2 + side) * 16;
}
