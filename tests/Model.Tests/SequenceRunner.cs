using Settlement.Model.Tests.Commands;
using Settlement.Model.Tests.Model;

namespace Settlement.Model.Tests;

/// <summary>Runs a sequence on a store and on the model, and says where they part.</summary>
public static class SequenceRunner
{
    private const int MaxWorlds = 200;

    /// <returns>Null when they agree to the end; otherwise what was done, and what was expected and seen.</returns>
    public static async Task<string?> RunAsync(
        Sequence sequence,
        IStoreUnderTest store,
        Coverage? coverage = null
    )
    {
        List<World> worlds = [World.New(sequence.HasThreshold)];
        for (int step = 0; step < sequence.Commands.Count; step++)
        {
            Command command = sequence.Commands[step];
            worlds = worlds.ConvertAll(w => w.At(Tag.Of(step, 0)));
            (List<World> next, string? parted) = command is Command.Race race
                ? await RaceAsync(worlds, race, step, store, coverage)
                : await AskAsync(worlds, command, step, store, coverage);
            if (parted is not null)
                return $"{sequence}\n→ step {step}, {command}: {parted}";
            worlds = next;
        }
        string rows = await store.RowsAsync();
        List<string> expected = worlds.ConvertAll(store.Rows);
        return expected.Contains(rows, StringComparer.Ordinal)
            ? null
            : $"{sequence}\n→ at the end {Difference(expected[0], rows)}";
    }

    private static async Task<(List<World> Next, string? Parted)> AskAsync(
        List<World> worlds,
        Command command,
        int step,
        IStoreUnderTest store,
        Coverage? coverage
    )
    {
        int tag = Tag.Of(step, 0);
        List<Outcome> outcomes = worlds
            .SelectMany(w => Rules.Apply(w, command, tag, racing: false))
            .ToList();
        string answer =
            outcomes[0].Answer == Answers.Nothing
                ? Answers.Nothing
                : await store.AskAsync(worlds[0], command, tag);
        coverage?.Add(command, answer);
        List<World> next = outcomes
            .Where(o => store.Answer(o.Answer) == answer)
            .Select(o => o.Then)
            .ToList();
        return next.Count > 0
            ? (next, null)
            : (next, $"expected \"{store.Answer(outcomes[0].Answer)}\", seen \"{answer}\"");
    }

    /// <summary>Two commands at once: what is seen must follow from one order or the other.</summary>
    private static async Task<(List<World> Next, string? Parted)> RaceAsync(
        List<World> worlds,
        Command.Race race,
        int step,
        IStoreUnderTest store,
        Coverage? coverage
    )
    {
        (int one, int other) = (Tag.Of(step, 0), Tag.Of(step, 1));
        World now = worlds[0];
        string[] seen = await Task.WhenAll(
            Task.Run(() => AskUnlessNothingAsync(store, now, race.One, one)),
            Task.Run(() => AskUnlessNothingAsync(store, now, race.Other, other))
        );
        coverage?.Add(race.One, seen[0]);
        coverage?.Add(race.Other, seen[1]);
        List<World> next = worlds
            .SelectMany(w =>
                Orders(store, w, (race.One, one, seen[0]), (race.Other, other, seen[1]))
                    .Concat(
                        Orders(store, w, (race.Other, other, seen[1]), (race.One, one, seen[0]))
                    )
            )
            .Select(w => w.Ordered())
            .DistinctBy(Fingerprint.Of)
            .Take(MaxWorlds)
            .ToList();
        return next.Count > 0
            ? (next, null)
            : (next, $"no order explains \"{seen[0]}\" and \"{seen[1]}\"");
    }

    private static Task<string> AskUnlessNothingAsync(
        IStoreUnderTest store,
        World world,
        Command command,
        int tag
    ) =>
        Rules.Apply(world, command, tag, racing: true).First().Answer == Answers.Nothing
            ? Task.FromResult(Answers.Nothing)
            : store.AskAsync(world, command, tag);

    /// <summary>The worlds in which the first came first. Which began first is another question: moments are those of the beginning.</summary>
    private static IEnumerable<World> Orders(
        IStoreUnderTest store,
        World world,
        (Command Command, int Tag, string Seen) first,
        (Command Command, int Tag, string Seen) second
    ) =>
        from early in After(store, world with { Clock = world.Clock + 1 }, first)
        from began in (int[])[world.Clock + 2, world.Clock]
        from late in After(store, early with { Clock = began }, second)
        select late with
        {
            Clock = world.Clock + 3,
        };

    private static IEnumerable<World> After(
        IStoreUnderTest store,
        World world,
        (Command Command, int Tag, string Seen) asked
    ) =>
        asked.Seen == Answers.Victim
            ? [world]
            : Rules
                .Apply(world, asked.Command, asked.Tag, racing: true)
                .Where(o => store.Answer(o.Answer) == asked.Seen)
                .Select(o => o.Then);

    private static string Difference(string expected, string seen)
    {
        HashSet<string> model = [.. expected.Split('\n')];
        HashSet<string> store = [.. seen.Split('\n')];
        return $"the model has\n  {string.Join("\n  ", model.Except(store))}\nwhere the store has\n  {string.Join("\n  ", store.Except(model))}";
    }
}
