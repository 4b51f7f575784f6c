using FsCheck;
using FsCheck.Fluent;

namespace Settlement.Model.Tests.Commands;

/// <summary>Commands that follow each other, so that sequences come far.</summary>
internal static class Courses
{
    private static readonly Gen<int> s_network = Gen.Elements(0, 0, 1);
    private static readonly Gen<bool> s_coin = Gen.Elements(true, false);
    private static readonly Gen<bool> s_seldom = Gen.Frequency(
        (7, Gen.Constant(false)),
        (1, Gen.Constant(true))
    );

    /// <summary>What workers do one after the other, so that sequences come far.</summary>
    public static Gen<IReadOnlyList<Command>> Work { get; } =
        from network in s_network
        from claims in Gen.Elements<IReadOnlyList<int>>([0], [0], [0, 1], [0, 1, 2])
        from paid in Gen.Elements(0b111, 0b111, 0b110, 0b101, 0)
        from landed in s_coin
        from contradicts in s_seldom
        from who in Gen.Choose(0, 1)
        from start in Gen.Elements(0, 0, 0, 1, 2, 3)
        from length in Gen.Choose(1, 5)
        let last = contradicts
            ? (Command[])
                [
                    new Command.Reschedule([0], Seeing.Contradiction, false, false),
                    new Command.Decide(0, landed, paid, who),
                ]
            : [new Command.Conclude([0], landed, paid, who == 0, false)]
        let course = (Command[])
            [
                new Command.Accept(0, 10, network, null),
                new Command.TakeUp(network, 10, null, false),
                new Command.Open(network, claims, 0, false, false),
                new Command.TakeUpTransactions(network, 3, false),
                .. last,
            ]
        select (IReadOnlyList<Command>)course[start..Math.Min(start + length + 1, course.Length)];

    /// <summary>A transaction that does not land, and what is done about it.</summary>
    public static Gen<IReadOnlyList<Command>> Rescue { get; } =
        from claims in Gen.Elements<IReadOnlyList<int>>([0], [0, 1])
        from cancel in s_coin
        from isAsked in Gen.Elements(true, true, false)
        from kinds in Gen.Elements(Enum.GetValues<Replacing>()).ListOf(2)
        from cheap in s_seldom
        from off in Gen.Elements(0, 0, 0, 0, 0, 0, 0, 1)
        from isSameLook in s_seldom
        from landed in s_coin
        from paid in Gen.Elements(0b111, 0b110, 0)
        from length in Gen.Choose(4, 9)
        let ask = new Command.Ask(0, cancel, 0, false)
        let look = new Command.TakeUpTransactions(0, 3, true)
        let course = (Command[])
            [
                new Command.Accept(0, 10, 0, null),
                new Command.TakeUp(0, 10, null, false),
                new Command.Open(0, claims, 0, false, false),
                .. isAsked ? (Command[])[ask] : [],
                look,
                new Command.Replace(0, kinds[0], cheap, off),
                .. isSameLook ? (Command[])[] : [look],
                new Command.Replace(0, kinds[1], false, 0),
                new Command.Conclude([0], landed, paid, false, false),
            ]
        select (IReadOnlyList<Command>)course[..Math.Min(length, course.Length)];

    /// <summary>What people do one thing after the other.</summary>
    public static Gen<IReadOnlyList<Command>> Errand { get; } =
        from network in s_network
        from who in Gen.Choose(0, 1)
        from errand in Gen.Elements<IReadOnlyList<Command>>(
            [
                new Command.Steer(0, Steering.Hold, who, false),
                new Command.Steer(0, Steering.Release, who, false),
            ],
            [
                new Command.Register(0, 0, 5),
                new Command.SpendOn(0, 0, 5),
                new Command.SpendOn(0, 0, 5),
            ],
            [new Command.Register(0, 1, 30), new Command.Close(1), new Command.SpendOn(0, 1, 30)],
            [
                new Command.Earn(0, 30, 4, false, true),
                new Command.PassTime(),
                new Command.Accept(0, 20, network, 0),
            ],
            [
                new Command.Accept(0, 45, 0, null),
                new Command.Steer(0, Steering.Approve, who, false),
                new Command.TakeUp(0, 10, null, false),
            ],
            [new Command.Say(0, Word.Failed, who, false), new Command.Retry(0, null, false)],
            [new Command.Freeze(network), new Command.Thaw(network)]
        )
        select errand;

    /// <summary>What careless code has to meet for its mistake to matter.</summary>
    public static Gen<IReadOnlyList<Command>> Mishap { get; } =
        from network in s_network
        from mishap in Gen.Elements<IReadOnlyList<Command>>(
            [
                new Command.Accept(0, 10, 0, 0),
                new Command.Careless(Carelessness.AcceptUnderTakenKey, 0, 0),
            ],
            [
                new Command.Accept(0, 5, network, null),
                new Command.Accept(0, 5, network, null),
                new Command.TakeUp(network, 10, null, false),
                new Command.Open(network, [0], 0, false, true),
                new Command.Careless(Carelessness.BoardLate, 1, 0),
            ],
            [
                new Command.Accept(0, 5, network, null),
                new Command.Careless(Carelessness.ReserveBlindly, 0, 9),
            ],
            [
                new Command.Accept(0, 5, network, null),
                new Command.Steer(0, Steering.Hold, 0, false),
                new Command.Careless(Carelessness.TakeUpAnyway, 0, 0),
                new Command.Open(network, [0], 0, false, true),
            ],
            [
                new Command.Accept(0, 5, network, null),
                new Command.Accept(0, 5, network, null),
                new Command.Say(0, Word.Failed, 0, false),
                new Command.Careless(Carelessness.ReleaseEarly, 0, 0),
            ],
            [
                new Command.Accept(0, 45, 0, null),
                new Command.Careless(Carelessness.TakeUpAnyway, 0, 0),
                new Command.Open(0, [0], 0, false, true),
            ],
            [
                new Command.Ask(0, true, 0, false),
                new Command.Careless(Carelessness.TakeBackCancel, 0, 0),
            ],
            [
                new Command.TakeUpTransactions(0, 3, false),
                new Command.Replace(0, Replacing.Filler, false, 0),
                new Command.Careless(Carelessness.LandByCancel, 0, 0),
            ]
        )
        select mishap;
}
