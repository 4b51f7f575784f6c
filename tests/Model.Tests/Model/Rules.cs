using Settlement.Model.Tests.Commands;

namespace Settlement.Model.Tests.Model;

/// <summary>What each command means.</summary>
public static partial class Rules
{
    /// <summary>Everything that may come of a command; one outcome, unless another runs at the same time.</summary>
    /// <param name="world">What is so.</param>
    /// <param name="command">What is asked.</param>
    /// <param name="tag">The name of what it makes.</param>
    /// <param name="racing">Whether another command holds locks meanwhile.</param>
    public static IEnumerable<Outcome> Apply(World world, Command command, int tag, bool racing)
    {
        World now = world with { Clock = world.Clock + 1 };
        return command switch
        {
            Command.TakeUp take when racing => Skipping(now, take, tag),
            Command.TakeUpTransactions take when racing => Skipping(now, take, tag),
            _ => [One(now, command, tag)],
        };
    }

    private static Outcome One(World now, Command command, int tag) =>
        command switch
        {
            Command.Earn earn => Earn(now, earn),
            Command.Accept accept => Accept(now, accept, tag),
            Command.Retry retry => Retry(now, retry, tag),
            Command.Register register => Register(now, register),
            Command.Close close => Close(now, close),
            Command.SpendOn spend => Spend(now, spend),
            Command.TakeUp take => TakeUp(now, take, tag, Due(now, take).Take(take.Limit)),
            Command.Park park => Park(now, park),
            Command.FailUnsigned fail => FailUnsigned(now, fail),
            Command.Open open => Open(now, open, tag),
            Command.ReadWallet read => ReadWallet(now, read),
            Command.TakeUpTransactions take => TakeUp(now, take, tag, Due(now, take)),
            Command.Reschedule reschedule => Reschedule(now, reschedule),
            Command.Conclude conclude => Conclude(now, conclude),
            Command.Freeze freeze => Freeze(now, freeze),
            Command.Thaw thaw => Thaw(now, thaw),
            Command.Pause pause => Pause(now, pause),
            Command.Say say => Say(now, say),
            Command.Cancel cancel => Cancel(now, cancel),
            Command.Steer steer => Steer(now, steer),
            Command.Ask ask => Ask(now, ask),
            Command.Replace replace => Replace(now, replace, tag),
            Command.Decide decide => Decide(now, decide),
            Command.PassTime => new(Answers.Done, Pass(now)),
            Command.Careless careless => Careless(now, careless, tag),
            _ => throw new InvalidOperationException($"{command} means nothing."),
        };

    /// <summary>Counted from the newest, round and round.</summary>
    public static T? At<T>(World now, IReadOnlyList<T> items, int index)
        where T : class, ITagged
    {
        int known = items.Count(i => i.Tag < now.Step);
        return known == 0 ? null : items[known - 1 - index % known];
    }

    /// <summary>Each at most once.</summary>
    public static List<T> AllAt<T>(World now, IReadOnlyList<T> items, IEnumerable<int> indexes)
        where T : class, ITagged =>
        indexes.Select(i => At(now, items, i)).OfType<T>().Distinct().ToList();

    private static Outcome Is(string answer, World then) => new(answer, then);

    private static World Pass(World now) =>
        now with
        {
            Accounts = [.. now.Accounts.Select(a => a with { Due = a.Due + a.Locked, Locked = 0 })],
            Events = now.Events.ToImmutable(e => e with { Unlocked = true }),
            // Tags tell who is first among those that wait; see the drivers.
            Payouts =
            [
                .. now.Payouts.Select(p => p.Due < Moment.Never ? p with { Due = now.Clock } : p),
            ],
            Transactions = [.. now.Transactions.Select(t => t with { Due = now.Clock })],
        };

    private static System.Collections.Immutable.ImmutableDictionary<TKey, T> ToImmutable<TKey, T>(
        this System.Collections.Immutable.ImmutableDictionary<TKey, T> all,
        Func<T, T> change
    )
        where TKey : notnull =>
        System.Collections.Immutable.ImmutableDictionary.CreateRange(
            all.Select(e => KeyValuePair.Create(e.Key, change(e.Value)))
        );
}
