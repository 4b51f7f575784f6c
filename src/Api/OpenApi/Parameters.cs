using System.Text.Json.Nodes;
using Microsoft.OpenApi;
using Settlement.Api.Http;

namespace Settlement.Api.OpenApi;

/// <summary>The parameters that handlers read by themselves.</summary>
internal static class Parameters
{
    /// <param name="operation">Where to.</param>
    /// <param name="told">What is said of the route.</param>
    /// <param name="path">Its path, with names in braces.</param>
    public static void Add(OpenApiOperation operation, Operation told, string path)
    {
        IList<IOpenApiParameter> parameters = operation.Parameters ??= [];
        foreach (string name in path.Split('{').Skip(1).Select(part => part.Split('}')[0]))
            parameters.Add(InPath(name, told));
        if (told.IsPaged)
        {
            parameters.Add(
                Number("limit", "Brought into 1 to 200.", Paging.DefaultLimit, 1, Paging.MaxLimit)
            );
            parameters.Add(Number("offset", "How many to skip.", 0, 0, null));
        }
        if (told.IsFiltered)
            AddFilters(parameters, told.IsPaged);
        foreach ((string name, string text) in told.Filters)
            parameters.Add(Text(name, text, ParameterLocation.Query));
        if (told.IsResumable)
        {
            parameters.Add(
                Header(
                    "Last-Event-ID",
                    "The id of the last event that was read, to read on from there."
                )
            );
        }
        if (told.TakesIdempotencyKey)
        {
            parameters.Add(
                Header(
                    IdempotencyKey.Header,
                    "1 to 255 printable ASCII characters. The same key with the same body repeats the first answer, with "
                        + "Idempotent-Replayed: true."
                )
            );
        }
        if (told.HasVersion)
        {
            parameters.Add(
                Header(
                    Versions.Header,
                    "The ETag that was answered before; when the payout has changed since, the answer is 412. Any version when left out."
                )
            );
        }
        if (told.Caller is Caller.Operator)
        {
            parameters.Add(
                Header(
                    "X-Operator",
                    "Who acts, for the audit trail; recorded as unverified, and only with the shared token."
                )
            );
        }

        parameters.Add(
            Header(RequestIds.Header, "Your own id for this request; one is made when left out.")
        );
    }

    private static OpenApiParameter InPath(string name, Operation told) =>
        new()
        {
            Name = name,
            In = ParameterLocation.Path,
            Required = true,
            Description = name switch
            {
                "network" => "A configured network's name.",
                "user_id" => "The user's id, 8-4-4-4-12 hexadecimal digits.",
                "delivery" => "A message's webhook-id; any other is not found.",
                _ when told.Caller is Caller.Affiliates =>
                    "An id that was answered before; one of any other form is not found.",
                _ => told.IdText,
            },
            Schema = new OpenApiSchema
            {
                Type = JsonSchemaType.String,
                Format =
                    told.Caller is Caller.Affiliates
                    || told.IsIdAnyText
                    || name is "network" or "delivery"
                        ? null
                        : "uuid",
            },
        };

    private static void AddFilters(IList<IOpenApiParameter> parameters, bool isPaged)
    {
        parameters.Add(
            Text("status", "One or more statuses, separated by commas.", ParameterLocation.Query)
        );
        parameters.Add(Text("network", "A network's name.", ParameterLocation.Query));
        parameters.Add(
            Text(
                "from",
                "Requested at this time or later: RFC 3339, or a date in UTC.",
                ParameterLocation.Query
            )
        );
        parameters.Add(
            Text(
                "to",
                "Requested before this time: RFC 3339, or a date in UTC.",
                ParameterLocation.Query
            )
        );
        if (isPaged)
        {
            parameters.Add(
                Text("cursor", "The next_cursor of the page before.", ParameterLocation.Query)
            );
        }
    }

    private static OpenApiParameter Header(string name, string description) =>
        Text(name, description, ParameterLocation.Header);

    private static OpenApiParameter Text(
        string name,
        string description,
        ParameterLocation location
    ) =>
        new()
        {
            Name = name,
            In = location,
            Description = description,
            Schema = new OpenApiSchema { Type = JsonSchemaType.String },
        };

    private static OpenApiParameter Number(
        string name,
        string description,
        int standard,
        int least,
        int? most
    ) =>
        new()
        {
            Name = name,
            In = ParameterLocation.Query,
            Description = description,
            Schema = new OpenApiSchema
            {
                Type = JsonSchemaType.Integer,
                Default = JsonValue.Create(standard),
                Minimum = $"{least}",
                Maximum = most is null ? null : $"{most}",
            },
        };
}
