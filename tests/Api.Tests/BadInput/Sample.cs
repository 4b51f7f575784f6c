using System.Text.Json.Nodes;

namespace Settlement.Api.Tests.BadInput;

/// <summary>A body that a route would take, from its description: where every mutation starts.</summary>
public static class Sample
{
    public static JsonObject Of(JsonObject schema, Guid user, Random random)
    {
        var body = new JsonObject();
        foreach ((string name, JsonNode? property) in Properties(schema))
        {
            if (IsRequired(schema, name) || random.Next(3) == 0)
                body[name] = Value(name, TypeOf(property!), user, random);
        }
        return body;
    }

    public static IEnumerable<KeyValuePair<string, JsonNode?>> Properties(JsonObject schema) =>
        schema["properties"]?.AsObject() ?? [];

    public static bool IsRequired(JsonObject schema, string name) =>
        schema["required"]?.AsArray().Any(r => (string)r! == name) is true;

    /// <summary>The one type that is not null.</summary>
    public static string TypeOf(JsonNode property) =>
        property["type"] is JsonArray several
            ? several.Select(t => (string)t!).First(t => t != "null")
            : (string)property["type"]!;

    /// <summary>An id that nothing has, of the same dice.</summary>
    public static Guid Id(Random random)
    {
        byte[] bytes = new byte[16];
        random.NextBytes(bytes);
        return new Guid(bytes);
    }

    private static JsonNode Value(string name, string type, Guid user, Random random) =>
        (name, type) switch
        {
            ("amount_micro", _) => 1_000_000,
            ("network", _) => "solana",
            ("address", _) => Given.SolanaAddress,
            ("address_id", _) => $"{Id(random)}",
            ("user_id", _) => $"{user}",
            ("invoice_id", _) => "INV-1",
            ("currency", _) => "EUR",
            ("amount_cents" or "expected_amount_cents", _) => "1250",
            ("earned_at" or "hold_until" or "unlock_at" or "period_start", _) =>
                "2026-03-01T00:00:00Z",
            ("period_end", _) => "2026-04-01T00:00:00Z",
            ("period", _) => "2026-03",
            ("action", _) => random.Next(2) == 0 ? "hold" : "approve",
            ("verdict", _) => "dead",
            ("kind", _) => "reward",
            ("scope", _) => "polygon",
            ("url", _) => "https://hooks.acme.com/x",
            ("source_event_id", _) => $"{random.NextInt64()}",
            ("ids" or "paid", _) => new JsonArray($"{Id(random)}"),
            ("scopes", _) => new JsonArray("referrals:read"),
            ("events", _) => new JsonArray("payout.*"),
            (_, "integer") => 7,
            (_, "boolean") => false,
            (_, "array") => new JsonArray("x"),
            _ => "x",
        };
}
