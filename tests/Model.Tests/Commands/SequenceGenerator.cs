using FsCheck;
using FsCheck.Fluent;

namespace Settlement.Model.Tests.Commands;

/// <summary>Random sequences, the same for the same seed.</summary>
public static class SequenceGenerator
{
    private static readonly Gen<int> s_user = Gen.Elements(0, 0, 0, 1);
    private static readonly Gen<int> s_network = Gen.Elements(0, 0, 1);

    // Newest mostly, older ones often enough.
    private static readonly Gen<int> s_index = Gen.Frequency(
        (5, Gen.Constant(0)),
        (3, Gen.Constant(1)),
        (4, Gen.Choose(2, 7))
    );

    private static readonly Gen<IReadOnlyList<int>> s_indexes =
        from count in Gen.Elements(1, 1, 2, 3)
        from list in s_index.ListOf(count)
        select (IReadOnlyList<int>)list.ToArray();

    private static readonly Gen<int?> s_key = Gen.Elements<int?>(null, null, 0, 1);
    private static readonly Gen<bool> s_coin = Gen.Elements(true, false);
    private static readonly Gen<bool> s_seldom = Gen.Frequency(
        (7, Gen.Constant(false)),
        (1, Gen.Constant(true))
    );

    private static readonly (int Weight, Gen<Command> Gen)[] s_money =
    [
        (
            3,
            from user in s_user
            from amount in Gen.Choose(10, 60)
            from number in Gen.Choose(1, 4)
            from back in s_seldom
            from locked in s_seldom
            select (Command)new Command.Earn(user, amount, number, back, locked)
        ),
        (
            9,
            from user in s_user
            from amount in Gen.Elements(1, 5, 10, 20, 45, 90)
            from network in s_network
            from key in s_key
            select (Command)new Command.Accept(user, amount, network, key)
        ),
        (
            1,
            from payout in s_index
            from key in s_key
            from other in s_seldom
            select (Command)new Command.Retry(payout, key, other)
        ),
        (
            1,
            from user in s_user
            from invoice in Gen.Choose(0, 1)
            from amount in Gen.Elements(5, 30)
            select (Command)new Command.Register(user, invoice, amount)
        ),
        (
            2,
            from user in s_user
            from invoice in Gen.Choose(0, 1)
            from amount in Gen.Elements(5, 30)
            select (Command)new Command.SpendOn(user, invoice, amount)
        ),
    ];

    private static readonly (int Weight, Gen<Command> Gen)[] s_workers =
    [
        (
            10,
            from network in s_network
            from limit in Gen.Elements(1, 3, 10)
            from named in Gen.Frequency(
                (3, Gen.Constant<IReadOnlyList<int>?>(null)),
                (1, s_indexes.Select(i => (IReadOnlyList<int>?)i))
            )
            from expires in s_coin
            // Who is named is taken up whatever the limit.
            select (Command)new Command.TakeUp(network, named is null ? limit : 10, named, expires)
        ),
        (
            2,
            from claims in s_indexes
            from reason in Gen.Elements<string?>(null, "fee_above_cap", "node_unavailable")
            from later in s_coin
            select (Command)new Command.Park(claims, reason, later)
        ),
        (
            1,
            from claim in s_index
            from forGood in s_coin
            select (Command)new Command.FailUnsigned(claim, forGood)
        ),
        (
            13,
            from network in s_network
            from claims in s_indexes
            from off in Gen.Elements(0, 0, 0, 0, 0, 0, -1, 1)
            from same in s_seldom
            from later in s_coin
            select (Command)new Command.Open(network, claims, off, same, later)
        ),
        (1, s_network.Select(network => (Command)new Command.ReadWallet(network))),
        (
            7,
            from network in s_network
            from limit in Gen.Elements(1, 3)
            from expires in s_coin
            select (Command)new Command.TakeUpTransactions(network, limit, expires)
        ),
        (
            3,
            from looks in s_indexes
            from seen in Gen.Elements(
                Seeing.Nothing,
                Seeing.Contradiction,
                Seeing.Contradiction,
                Seeing.FeeCap
            )
            from included in s_coin
            from later in s_coin
            select (Command)new Command.Reschedule(looks, seen, included, later)
        ),
        (
            8,
            from looks in s_indexes
            from landed in s_coin
            from paid in Gen.Elements(0b111, 0b111, 0b110, 0b101, 0)
            from reverted in s_coin
            from later in s_coin
            select (Command)new Command.Conclude(looks, landed, paid, reverted, later)
        ),
        (
            2,
            from look in s_index
            from kind in Gen.Elements(Enum.GetValues<Replacing>())
            from cheap in s_seldom
            from off in Gen.Elements(0, 0, 0, 0, 0, 0, 0, 1)
            select (Command)new Command.Replace(look, kind, cheap, off)
        ),
        (1, s_network.Select(network => (Command)new Command.Freeze(network))),
    ];

    private static readonly (int Weight, Gen<Command> Gen)[] s_people =
    [
        (1, s_network.Select(network => (Command)new Command.Thaw(network))),
        (
            1,
            from network in s_network
            from isOn in Gen.Elements(false, false, true)
            select (Command)new Command.Pause(network, isOn)
        ),
        (
            4,
            from payout in s_index
            from word in Gen.Elements(Enum.GetValues<Word>())
            from who in Gen.Choose(0, 1)
            from outdated in s_seldom
            select (Command)new Command.Say(payout, word, who, outdated)
        ),
        (
            2,
            from payout in s_index
            from caller in Gen.Elements(Enum.GetValues<Caller>())
            select (Command)new Command.Cancel(payout, caller)
        ),
        (
            5,
            from payout in s_index
            from how in Gen.Elements(Enum.GetValues<Steering>())
            from who in Gen.Choose(0, 1)
            from outdated in s_seldom
            select (Command)new Command.Steer(payout, how, who, outdated)
        ),
        (
            2,
            from payout in s_index
            from cancel in s_coin
            from who in Gen.Choose(0, 1)
            from outdated in s_seldom
            select (Command)new Command.Ask(payout, cancel, who, outdated)
        ),
        (
            2,
            from transaction in s_index
            from landed in s_coin
            from paid in Gen.Elements(0b111, 0b111, 0b110, 0b101, 0)
            from who in Gen.Choose(0, 1)
            select (Command)new Command.Decide(transaction, landed, paid, who)
        ),
    ];

    private static readonly (int Weight, Gen<Command> Gen)[] s_invoiceClosing =
    [
        (1, Gen.Choose(0, 1).Select(invoice => (Command)new Command.Close(invoice))),
    ];

    private static readonly (int Weight, Gen<Command> Gen)[] s_test =
    [
        (3, Gen.Constant((Command)new Command.PassTime())),
        (
            9,
            from what in Gen.Elements(Enum.GetValues<Carelessness>())
            from subject in s_index
            from other in s_index
            select (Command)new Command.Careless(what, subject, other)
        ),
        (
            2,
            from one in s_index
            select (Command)new Command.Careless(Carelessness.TakeUpAnyway, one, 0)
        ),
    ];

    private static readonly Gen<Command> s_single = Gen.Frequency([
        .. s_money,
        .. s_invoiceClosing,
        .. s_workers,
        .. s_people,
    ]);

    private static readonly Gen<Command> s_race = Gen.Frequency(
        (
            3,
            from one in s_single
            from other in s_single
            select (Command)new Command.Race(one, other)
        ),
        // The same twice.
        (1, s_single.Select(one => (Command)new Command.Race(one, one))),
        // About the same: workers and people at what has just been made.
        (
            3,
            from one in Gen.Frequency(s_workers)
            from other in Gen.Frequency(s_people)
            select (Command)new Command.Race(one, other)
        )
    );

    // Keys are for the API's part of the store.
    private static readonly Gen<Command> s_accept =
        from user in s_user
        from amount in Gen.Elements(1, 5, 10, 20, 45, 90)
        from network in s_network
        select (Command)new Command.Accept(user, amount, network, null);

    /// <summary>Everything that can be asked of PostgreSQL.</summary>
    public static Gen<Sequence> Full { get; } =
        Of(
            Gen.Frequency([
                (40, Some(s_single)),
                (30, Courses.Work),
                (6, Courses.Errand),
                (6, Courses.Rescue),
                (4, Courses.Mishap),
                (8, Some(s_race)),
                .. s_test.Select(t => (t.Weight, Some(t.Gen))),
            ])
        );

    /// <summary>What the steps and people ask, one after the other.</summary>
    public static Gen<Sequence> StoreAndPeople { get; } =
        Of(
            Gen.Frequency([
                (8, Some(s_accept)),
                (20, Some(Gen.Frequency(s_workers))),
                (12, Some(Gen.Frequency(s_people))),
                (20, Courses.Work),
                (6, Courses.Rescue),
                (2, Gen.Constant<IReadOnlyList<Command>>([new Command.PassTime()])),
            ])
        );

    public static Sequence Generate(Gen<Sequence> sequences, long seed) =>
        sequences.Sample(1, new Rnd((ulong)seed), 20).Single();

    private static Gen<IReadOnlyList<Command>> Some(Gen<Command> command) =>
        command.Select(c => (IReadOnlyList<Command>)[c]);

    private static Gen<Sequence> Of(Gen<IReadOnlyList<Command>> commands) =>
        from hasThreshold in s_coin
        from length in Gen.Choose(9, 24)
        from pieces in commands.ListOf(length)
        select new Sequence(
            hasThreshold,
            [new Command.Earn(0, 100, 0, false, false), .. pieces.SelectMany(p => p).Take(length)]
        );
}
