using System.Globalization;
using System.Text;

namespace Settlement.Api.Tests.BadInput;

/// <summary>Bad requests that people wrote by hand: bodies, ids, queries and headers, one on each line of a file.</summary>
public sealed class Corpus(Targets targets)
{
    /// <summary>All of them, for one route.</summary>
    public IEnumerable<Attempt> For(Route route)
    {
        string path = Fill(route);
        byte[]? body = route.Body is null ? null : "{}"u8.ToArray();
        foreach (string line in Lines("bodies"))
        {
            bool isNoObject = line.StartsWith('!');
            yield return new Attempt(route, path, "body")
            {
                Body = Bytes(isNoObject ? line[1..] : line),
                MustBeRefused = isNoObject && route.Body is not null,
            };
        }
        foreach (string line in Lines("paths"))
        {
            bool mayLead = line.StartsWith('?');
            yield return new Attempt(route, Elsewhere(route, mayLead ? line[1..] : line), "path")
            {
                Body = body,
                MustBeRefused = !mayLead && !route.NamesAnything,
                MayLeadElsewhere = true,
            };
        }
        foreach (string line in Lines("queries"))
            yield return new Attempt(route, path, "query") { Query = $"?{line}", Body = body };
        foreach (string line in Lines("headers"))
        {
            string[] parts = line.Split(':', 2);
            yield return new Attempt(route, path, "header")
            {
                Headers = [(parts[0], parts[1].TrimStart(' '))],
                Body = body,
            };
        }
    }

    private string Fill(Route route) =>
        route.PathNames.Aggregate(
            route.Path,
            (path, name) =>
                path.Replace(
                    $"{{{name}}}",
                    targets.For(route, name, new Random(1)) ?? $"{Guid.NewGuid()}",
                    StringComparison.Ordinal
                )
        );

    // Where a route has no id, the word is one segment too many.
    private string Elsewhere(Route route, string id)
    {
        if (route.PathNames.Count == 0)
            return $"{route.Path}/{id}";
        string last = $"{{{route.PathNames[^1]}}}";
        return Fill(route with { Path = route.Path.Replace(last, id, StringComparison.Ordinal) });
    }

    private static IEnumerable<string> Lines(string name)
    {
        using Stream file =
            typeof(Corpus).Assembly.GetManifestResourceStream($"bad-input/{name}.txt")
            ?? throw new InvalidOperationException($"There is no {name}.txt.");
        using var reader = new StreamReader(file);
        while (reader.ReadLine() is { } line)
        {
            if (line.Length > 0 && !line.StartsWith("# ", StringComparison.Ordinal))
                yield return line;
        }
    }

    // \xNN is a byte, \n a new line, \\ a backslash.
    private static byte[] Bytes(string line)
    {
        var bytes = new List<byte>();
        for (int i = 0; i < line.Length; i++)
        {
            if (line[i] is not '\\')
            {
                int length = char.IsHighSurrogate(line[i]) ? 2 : 1;
                bytes.AddRange(Encoding.UTF8.GetBytes(line.Substring(i, length)));
                i += length - 1;
                continue;
            }
            char kind = line[++i];
            bytes.Add(
                kind switch
                {
                    'x' => byte.Parse(line.AsSpan(i + 1, 2), NumberStyles.HexNumber, null),
                    'n' => (byte)'\n',
                    '\\' => (byte)'\\',
                    _ => throw new FormatException($"\\{kind} in: {line}"),
                }
            );
            if (kind is 'x')
                i += 2;
        }
        return [.. bytes];
    }
}
