using System.Collections.Concurrent;
using System.Globalization;
using Settlement.Model.Tests.Commands;

namespace Settlement.Model.Tests;

/// <summary>Which answers were seen to which commands: what was never asked was never tested.</summary>
public sealed class Coverage
{
    private readonly ConcurrentDictionary<string, int> _seen = new(StringComparer.Ordinal);

    public IEnumerable<string> Seen => _seen.Keys;

    public void Add(Command command, string answer) =>
        _seen.AddOrUpdate(Word(command, answer), 1, static (_, n) => n + 1);

    public override string ToString() =>
        string.Join('\n', _seen.OrderBy(s => s.Key).Select(s => $"{s.Value, 8} {s.Key}"));

    // Without the numbers.
    private static string Word(Command command, string answer)
    {
        string kind = command switch
        {
            Command.Careless careless => careless.What.ToString(),
            Command.Steer steer => steer.How.ToString(),
            Command.Ask ask => ask.ToCancel ? "AskCancel" : "AskSpeedUp",
            Command.Replace replace => $"Replace{replace.Kind}",
            Command.Say say => $"Say{say.Word}",
            _ => command.GetType().Name,
        };
        IEnumerable<string> words = answer
            .Split(' ')
            .Select(w =>
                w.Length > 0 && char.IsAsciiDigit(w[0])
                    ? w.Contains('/', StringComparison.Ordinal)
                        ? "some"
                        : w == "0"
                            ? "0"
                            : "n"
                    : w
            )
            .Distinct(StringComparer.Ordinal);
        return string.Create(CultureInfo.InvariantCulture, $"{kind}: {string.Join(' ', words)}");
    }
}
