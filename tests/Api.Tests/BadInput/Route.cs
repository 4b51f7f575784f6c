using System.Text.Json.Nodes;

namespace Settlement.Api.Tests.BadInput;

/// <summary>A route as the API describes it: what is known here is what any client can know.</summary>
public sealed record Route(
    string Method,
    string Path,
    string? Caller,
    JsonObject? Body,
    bool IsBodyOptional,
    IReadOnlyList<string> Queries,
    IReadOnlyList<string> PathNames,
    IReadOnlySet<int> Statuses
)
{
    public override string ToString() => $"{Method} {Path}";

    /// <summary>Whether what it names may be called anything, so that another request may have made it.</summary>
    public bool NamesAnything => Path.Contains("/invoices/", StringComparison.Ordinal);

    /// <summary>Every route of a description.</summary>
    public static IReadOnlyList<Route> ReadAll(JsonNode document) =>
        [
            .. document["paths"]!
                .AsObject()
                .SelectMany(path =>
                    path.Value!.AsObject()
                        .Select(operation =>
                            Read(document, path.Key, operation.Key, operation.Value!)
                        )
                ),
        ];

    private static Route Read(JsonNode document, string path, string method, JsonNode operation)
    {
        JsonNode? content = operation["requestBody"]?["content"]?["application/json"]?["schema"];
        string? name = ((string?)content?["$ref"])?.Split('/')[^1];
        var parameters = (operation["parameters"]?.AsArray() ?? [])
            .Select(p => (In: (string)p!["in"]!, Name: (string)p["name"]!))
            .ToList();
        return new Route(
            method.ToUpperInvariant(),
            path,
            operation["security"]?[0]?.AsObject().First().Key,
            name is null ? null : document["components"]!["schemas"]![name]!.AsObject(),
            (bool?)operation["requestBody"]?["required"] is not true,
            [.. parameters.Where(p => p.In == "query").Select(p => p.Name)],
            [.. parameters.Where(p => p.In == "path").Select(p => p.Name)],
            operation["responses"]!
                .AsObject()
                .Select(r => int.Parse(r.Key, System.Globalization.CultureInfo.InvariantCulture))
                .ToHashSet()
        );
    }
}
