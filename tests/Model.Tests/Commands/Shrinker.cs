namespace Settlement.Model.Tests.Commands;

/// <summary>Makes a failing sequence small enough to read.</summary>
public static class Shrinker
{
    private const int MaxTries = 400;

    /// <summary>Takes whatever is smaller and still fails, until nothing is.</summary>
    /// <param name="sequence">Which fails.</param>
    /// <param name="failsAsync">What it fails with; null when it does not.</param>
    public static async Task<(Sequence Sequence, string Report)> ShrinkAsync(
        Sequence sequence,
        string report,
        Func<Sequence, Task<string?>> failsAsync
    )
    {
        int tries = 0;
        bool isSmaller = true;
        while (isSmaller && tries < MaxTries)
        {
            isSmaller = false;
            foreach (Sequence candidate in Candidates(sequence))
            {
                if (++tries >= MaxTries)
                    break;
                if (await failsAsync(candidate) is not { } failure)
                    continue;
                (sequence, report, isSmaller) = (candidate, failure, true);
                break;
            }
        }
        return (sequence, report);
    }

    private static IEnumerable<Sequence> Candidates(Sequence sequence)
    {
        IReadOnlyList<Command> all = sequence.Commands;
        for (int width = all.Count / 2; width > 0; width /= 2)
        {
            for (int start = all.Count - width; start >= 0; start -= width)
            {
                yield return sequence with
                {
                    Commands = [.. all.Take(start), .. all.Skip(start + width)],
                };
            }
        }
        if (sequence.HasThreshold)
        {
            yield return sequence with
            {
                HasThreshold = false,
            };
        }

        for (int i = 0; i < all.Count; i++)
        {
            foreach (Command[] simpler in Simpler(all[i]))
            {
                yield return sequence with
                {
                    Commands = [.. all.Take(i), .. simpler, .. all.Skip(i + 1)],
                };
            }
        }
    }

    private static IEnumerable<Command[]> Simpler(Command command) =>
        command switch
        {
            Command.Race race =>
            [
                [race.One],
                [race.Other],
                [race.One, race.Other],
            ],
            Command.Accept { Key: not null } accept =>
            [
                [accept with { Key = null }],
            ],
            Command.Open { Claims.Count: > 1 } open => open.Claims.Select(c =>
                (Command[])[open with { Claims = [c] }]
            ),
            Command.TakeUp { Named: not null } take =>
            [
                [take with { Named = null }],
            ],
            Command.Conclude { Looks.Count: > 1 } conclude => conclude.Looks.Select(l =>
                (Command[])[conclude with { Looks = [l] }]
            ),
            _ => [],
        };
}
