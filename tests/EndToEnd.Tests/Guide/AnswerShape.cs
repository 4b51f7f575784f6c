using System.Text.Json;
using System.Text.Json.Nodes;

namespace Settlement.EndToEnd.Tests.Guide;

/// <summary>Compares an answer with the one that a page shows. "…" stands for any text or number.</summary>
internal static class AnswerShape
{
    private const string Anything = "…";

    /// <returns>The first difference; null when there is none. Names may come in any order.</returns>
    public static string? Difference(string shown, string answered)
    {
        try
        {
            return Difference(JsonNode.Parse(shown), JsonNode.Parse(answered), "$");
        }
        catch (JsonException)
        {
            return "this is no JSON";
        }
    }

    private static string? Difference(JsonNode? shown, JsonNode? answered, string at)
    {
        if (IsAnything(shown))
        {
            return answered is JsonValue
                ? null
                : $"{at}: {Text(shown)} is shown, {Text(answered)} was answered";
        }
        return (shown, answered) switch
        {
            (JsonObject a, JsonObject b) => Names(a, b, at)
                ?? a.Select(p => Difference(p.Value, b[p.Key], $"{at}.{p.Key}"))
                    .FirstOrDefault(d => d is not null),
            (JsonArray a, JsonArray b) when a.Count != b.Count =>
                $"{at}: {a.Count} elements are shown, {b.Count} were answered",
            (JsonArray a, JsonArray b) => a.Zip(b)
                .Select((p, i) => Difference(p.First, p.Second, $"{at}[{i}]"))
                .FirstOrDefault(d => d is not null),
            _ => JsonNode.DeepEquals(shown, answered)
                ? null
                : $"{at}: {Text(shown)} is shown, {Text(answered)} was answered",
        };
    }

    private static string? Names(JsonObject shown, JsonObject answered, string at)
    {
        string a = Sorted(shown);
        string b = Sorted(answered);
        return a == b ? null : $"{at}: names are {a}, answered were {b}";
    }

    private static string Sorted(JsonObject node) =>
        string.Join(", ", node.Select(p => p.Key).Order(StringComparer.Ordinal));

    private static bool IsAnything(JsonNode? node) =>
        node is JsonValue value
        && value.GetValueKind() is JsonValueKind.String
        && value.GetValue<string>() == Anything;

    private static string Text(JsonNode? node) =>
        IsAnything(node) ? $"\"{Anything}\"" : node?.ToJsonString() ?? "null";
}
