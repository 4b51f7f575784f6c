using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Settlement.Api.Tests.BadInput;

/// <summary>Bad requests without end, each from its seed alone. What must be refused is known from how it was made.</summary>
public sealed class Generator(Targets targets, Guid user)
{
    private static readonly JsonDocumentOptions s_strict = new()
    {
        AllowDuplicateProperties = false,
    };

    private static readonly string[] s_headers =
    [
        "Idempotency-Key",
        "If-Match",
        "Accept",
        "Content-Type",
        "X-Request-Id",
        "Origin",
        "Sec-Fetch-Site",
        "X-Operator",
        "Last-Event-ID",
        "X-CSRF-Token",
        "Accept-Encoding",
        "X-HTTP-Method-Override",
        "Expect",
        "Range",
    ];

    /// <summary>The same for the same route and seed, in every process; only the ids of what exists differ.</summary>
    public Attempt Next(Route route, int seed) =>
        Next(route, new Random(Mix(route, seed))) with
        {
            Seed = seed,
        };

    // HashCode is another one in every process. FNV-1a: its multiplication wraps on purpose.
    private static int Mix(Route route, int seed)
    {
        uint hash = 2_166_136_261;
        foreach (char c in $"{route} {seed}")
            hash = unchecked((hash ^ c) * 16_777_619);
        return unchecked((int)hash);
    }

    private Attempt Next(Route route, Random random)
    {
        Attempt attempt = new(route, Fill(route, random), "as it should be")
        {
            Body = route.Body is null
                ? null
                : Encoding.UTF8.GetBytes(Sample.Of(route.Body, user, random).ToJsonString()),
        };
        if (route.Queries.Count > 0)
            attempt = attempt with { Query = Query(route, random) };
        if (random.Next(4) == 0)
            attempt = attempt with { Headers = Headers(random) };
        return random.Next(20) switch
        {
            0 when route.Caller is not null => attempt with
            {
                IsAuthorised = false,
                MustBeRefused = true,
                What = "no credentials, or wrong ones",
            },
            1 or 2 or 3 when route.PathNames.Count > 0 => Elsewhere(attempt, random),
            < 10 when route.Body is not null => Damaged(attempt, random),
            < 13 when route.Body is not null => Odd(attempt, random),
            < 17 when route.Body is not null => OfWrongType(attempt, random),
            < 19 when route.Body is not null => Incomplete(attempt, random),
            19 when route.Body is not null => TooLong(attempt, random),
            _ => attempt with { Headers = Headers(random), What = "headers" },
        };
    }

    private string Fill(Route route, Random random) =>
        route.PathNames.Aggregate(
            route.Path,
            (path, name) =>
                path.Replace($"{{{name}}}", Id(route, name, random), StringComparison.Ordinal)
        );

    private string Id(Route route, string name, Random random) =>
        targets.For(route, name, random) ?? $"{Sample.Id(random)}";

    // A slash would make it another route's.
    private static Attempt Elsewhere(Attempt attempt, Random random)
    {
        string id = Nasty
            .Pick(Nasty.Texts, random)
            .Replace("/", "", StringComparison.Ordinal)
            .Replace("\0", "", StringComparison.Ordinal);
        string name = attempt.Route.PathNames[0];
        string path = attempt.Route.Path.Replace($"{{{name}}}", id, StringComparison.Ordinal);
        // An empty segment is another route, nobody has been seen under the zero id, and an invoice may be called anything.
        bool mayExist =
            id.Length == 0
            || id is "all"
            || Guid.TryParseExact(id, "D", out _)
            || attempt.Route.NamesAnything;
        return attempt with
        {
            Path = path,
            MustBeRefused = !mayExist,
            MayLeadElsewhere = true,
            What = "path",
        };
    }

    private static Attempt Damaged(Attempt attempt, Random random)
    {
        var bytes = attempt.Body!.ToList();
        for (int i = random.Next(1, 4); i > 0; i--)
        {
            int at = random.Next(bytes.Count + 1);
            switch (random.Next(5))
            {
                case 0 when at < bytes.Count:
                    bytes.RemoveAt(at);
                    break;
                case 1 when at < bytes.Count:
                    bytes[at] ^= (byte)(1 << random.Next(8));
                    break;
                case 2:
                    bytes.Insert(at, (byte)random.Next(256));
                    break;
                case 3:
                    bytes.RemoveRange(at, bytes.Count - at);
                    break;
                default:
                    bytes.AddRange(Encoding.UTF8.GetBytes(Nasty.Pick(Nasty.Texts, random)));
                    break;
            }
        }
        byte[] body = [.. bytes];
        return attempt with
        {
            Body = body,
            MustBeRefused = !IsObject(attempt.Route, body),
            What = "damaged",
        };
    }

    private static bool IsObject(Route route, byte[] body)
    {
        if (body.Length == 0)
            return route.IsBodyOptional;
        try
        {
            using var document = JsonDocument.Parse(body, s_strict);
            return document.RootElement.ValueKind is JsonValueKind.Object;
        }
        catch (JsonException)
        {
            return false;
        }
    }

    private static Attempt Odd(Attempt attempt, Random random)
    {
        JsonObject body = Read(attempt);
        foreach ((string name, JsonNode? property) in Sample.Properties(attempt.Route.Body!))
        {
            if (random.Next(2) == 0)
                continue;
            body[name] = Sample.TypeOf(property!) switch
            {
                "integer" => JsonNode.Parse(Nasty.Pick(Nasty.Numbers, random)),
                "array" => new JsonArray(Nasty.Text(random), Nasty.Text(random)),
                "boolean" => random.Next(2) == 0,
                _ => Nasty.Text(random),
            };
        }
        body[$"{Nasty.Pick(Nasty.Texts, random)}?"] = Nasty.Text(random);
        return attempt with { Body = Write(body), What = "odd values" };
    }

    private static Attempt OfWrongType(Attempt attempt, Random random)
    {
        List<KeyValuePair<string, JsonNode?>> properties =
        [
            .. Sample.Properties(attempt.Route.Body!),
        ];
        if (properties.Count == 0)
        {
            return attempt with
            {
                Body = "[]"u8.ToArray(),
                MustBeRefused = true,
                What = "no object",
            };
        }

        (string name, JsonNode? property) = properties[random.Next(properties.Count)];
        JsonObject body = Read(attempt);
        body[name] = JsonNode.Parse(Nasty.OfAnotherType(Sample.TypeOf(property!), random));
        return attempt with { Body = Write(body), MustBeRefused = true, What = $"type of {name}" };
    }

    private static Attempt Incomplete(Attempt attempt, Random random)
    {
        JsonArray? required = attempt.Route.Body!["required"]?.AsArray();
        if (required is null)
            return attempt with { Body = "null"u8.ToArray(), MustBeRefused = true, What = "null" };
        string name = (string)required[random.Next(required.Count)]!;
        JsonObject body = Read(attempt);
        if (random.Next(2) == 0)
            body.Remove(name);
        else
            body[name] = null;
        return attempt with { Body = Write(body), MustBeRefused = true, What = $"without {name}" };
    }

    private static Attempt TooLong(Attempt attempt, Random random)
    {
        JsonObject body = Read(attempt);
        body["filler"] = new string('x', 4_097 + random.Next(100_000));
        return attempt with { Body = Write(body), MustBeRefused = true, What = "too long" };
    }

    private static string Query(Route route, Random random)
    {
        var query = new StringBuilder("?");
        for (int i = random.Next(4); i >= 0; i--)
        {
            string value =
                random.Next(2) == 0
                    ? Uri.EscapeDataString(Nasty.Pick(Nasty.Texts, random))
                    : Nasty.Pick(
                        [
                            "%",
                            "%zz",
                            "%ff%fe",
                            "%00",
                            "&",
                            "=",
                            "==",
                            "a&a=b",
                            "%ed%a0%80",
                            "-99999999999999999999",
                        ],
                        random
                    );
            query.Append(Nasty.Pick(route.Queries, random)).Append('=').Append(value).Append('&');
        }
        return query.ToString();
    }

    private static List<(string, string)> Headers(Random random) =>
        [
            .. Enumerable
                .Range(0, random.Next(1, 4))
                .Select(_ => (Nasty.Pick(s_headers, random), Printable(random))),
        ];

    // What a server lets through to an application.
    private static string Printable(Random random)
    {
        string text =
            random.Next(8) == 0
                ? new string('k', random.Next(300))
                : Nasty.Pick(Nasty.Texts, random);
        return string.Concat(text.Where(c => c is >= ' ' and not '\u007f'));
    }

    private static JsonObject Read(Attempt attempt) => JsonNode.Parse(attempt.Body!)!.AsObject();

    private static byte[] Write(JsonObject body) => Encoding.UTF8.GetBytes(body.ToJsonString());
}
