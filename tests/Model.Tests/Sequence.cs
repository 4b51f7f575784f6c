using System.Globalization;
using Settlement.Model.Tests.Commands;

namespace Settlement.Model.Tests;

/// <summary>What is done to a store, from the beginning.</summary>
/// <param name="HasThreshold">Whether more than 40 needs an approval on the first network.</param>
public sealed record Sequence(bool HasThreshold, IReadOnlyList<Command> Commands)
{
    public override string ToString() =>
        string.Join(
            '\n',
            [
                HasThreshold ? "more than 40 needs an approval" : "nothing needs an approval",
                .. Commands.Select((c, i) => $"{i.ToString(CultureInfo.InvariantCulture), 3} {c}"),
            ]
        );
}
