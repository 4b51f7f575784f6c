using System.Text.Json.Nodes;

namespace Settlement.Api.Tests.BadInput;

/// <summary>Values that have broken somebody's API before.</summary>
public static class Nasty
{
    public static IReadOnlyList<string> Texts { get; } =
    [
        "",
        " ",
        "\t\r\n",
        "null",
        "undefined",
        "NaN",
        "0",
        "-1",
        "1e3",
        "1_000",
        "٣",
        "½",
        "true",
        "[]",
        "{}",
        "'",
        "\"",
        "\\",
        "%",
        "%s%n%x",
        "{0}",
        "${jndi:ldap://x}",
        "{{7*7}}",
        "'; DROP TABLE payouts; --",
        "1 OR 1=1",
        "../../etc/passwd",
        "<script>alert(1)</script>",
        "=cmd|' /C calc'!A0",
        "\u0000",
        "a\u0000b",
        "\u0001\u001f\u007f",
        "\u200b",
        "\ufeff",
        "\u202eabc",
        "e\u0301",
        "\U0001F4A9",
        "İ",
        "ß",
        "ﬀ",
        "\uffff",
        "9f1c0b7e-4d2a-4c8e-9b3f-1a2b3c4d5e6",
        "{9f1c0b7e-4d2a-4c8e-9b3f-1a2b3c4d5e6f}",
        "9F1C0B7E4D2A4C8E9B3F1A2B3C4D5E6F",
        "00000000-0000-0000-0000-000000000000",
        "0x0000000000000000000000000000000000000000",
        "0x52908400098527886e0F7030069857D2E4169EE7",
        "11111111111111111111111111111111",
        "9223372036854775808",
        "2026-02-30",
        "0001-01-01T00:00:00Z",
        "9999-12-31T23:59:59.9999999+14:00",
        "2026-01-01T00:00:60Z",
        "2026-13",
        "https://127.0.0.1/",
        "https://[::1]/",
        "http://hooks.acme.com",
        "javascript:alert(1)",
        "https://user:pass@hooks.acme.com/",
        "all",
        "*",
    ];

    public static IReadOnlyList<string> Numbers { get; } =
    [
        "0",
        "-0",
        "-1",
        "1",
        "999999",
        "9223372036854775807",
        "9223372036854775808",
        "-9223372036854775808",
        "18446744073709551616",
        "1.0",
        "1.5",
        "1e6",
        "1E400",
        "1e-400",
        "123456789012345678901234567890",
    ];

    /// <summary>JSON of every type but this one.</summary>
    public static string OfAnotherType(string type, Random random)
    {
        (string Type, string Json)[] all =
        [
            ("string", "\"12\""),
            ("integer", "12"),
            ("number", "1.5"),
            ("number", "1e3"),
            ("boolean", "true"),
            ("array", "[]"),
            ("array", "[{}]"),
            ("object", "{}"),
            ("object", """{"a":{"b":[]}}"""),
        ];
        (string, string Json)[] others = [.. all.Where(v => v.Type != type)];
        return others[random.Next(others.Length)].Json;
    }

    public static JsonNode Text(Random random) => JsonValue.Create(Pick(Texts, random))!;

    public static T Pick<T>(IReadOnlyList<T> all, Random random) => all[random.Next(all.Count)];
}
