using System.Text.Json.Serialization;
using Microsoft.AspNetCore.OpenApi;
using Microsoft.OpenApi;
using Settlement.Api.Affiliates;
using Settlement.Api.Configuration;
using Settlement.Api.Http;

namespace Settlement.Api.OpenApi;

/// <summary>/openapi/v1.json, and /docs to read it.</summary>
internal static class ApiDescription
{
    private const string UserScheme = "session";
    private const string OperatorScheme = "adminToken";
    private const string BearerScheme = "bearer";

    public static void AddApiDescription(this IServiceCollection services)
    {
        services.ConfigureHttpJsonOptions(json =>
        {
            // A number in quotes is refused, so the description does not offer it.
            json.SerializerOptions.NumberHandling = JsonNumberHandling.Strict;
            json.SerializerOptions.PropertyNamingPolicy = ApiJson
                .Default
                .Options
                .PropertyNamingPolicy;
            json.SerializerOptions.TypeInfoResolverChain.Insert(0, ApiJson.Default);
            json.SerializerOptions.TypeInfoResolverChain.Insert(1, AffiliateJson.Default);
        });
        services.AddOpenApi(options =>
        {
            options.OpenApiVersion = OpenApiSpecVersion.OpenApi3_1;
            options.AddOperationTransformer(DescribeOperationAsync);
            options.AddDocumentTransformer(DescribeDocumentAsync);
        });
    }

    public static void UseApiDocs(this IApplicationBuilder app)
    {
        app.UseErrorDocs();
        app.UseSwaggerUI(ui =>
        {
            ui.RoutePrefix = "docs";
            ui.DocumentTitle = "Settlement API";
            ui.SwaggerEndpoint("/openapi/v1.json", "Settlement v1");
        });
    }

    private static Task DescribeDocumentAsync(
        OpenApiDocument document,
        OpenApiDocumentTransformerContext context,
        CancellationToken ct
    )
    {
        document.Info = new OpenApiInfo
        {
            Title = "Settlement",
            Version = "v1",
            Description =
                "People cash out referral rewards in USDC. Amounts are whole micro-units: 25000000 is 25.00. Every "
                + "error has the same envelope; branch on `error` alone, or ask for application/problem+json. HEAD "
                + "works wherever GET does.",
        };
        // The server is where the document was fetched.
        document.Servers?.Clear();
        string cookie = context
            .ApplicationServices.GetRequiredService<UserSessionOptions>()
            .CookieName;
        document.Components ??= new OpenApiComponents();
        document.Components.SecuritySchemes = new Dictionary<string, IOpenApiSecurityScheme>(
            StringComparer.Ordinal
        )
        {
            [UserScheme] = new OpenApiSecurityScheme
            {
                Type = SecuritySchemeType.ApiKey,
                In = ParameterLocation.Cookie,
                Name = cookie,
                Description = "The console's session.",
            },
            [OperatorScheme] = new OpenApiSecurityScheme
            {
                Type = SecuritySchemeType.ApiKey,
                In = ParameterLocation.Header,
                Name = AdminGate.Header,
                Description = "The operators' token.",
            },
            [BearerScheme] = new OpenApiSecurityScheme
            {
                Type = SecuritySchemeType.Http,
                Scheme = "bearer",
                Description = "A token with scopes, for the payouts of affiliates.",
            },
        };
        foreach (OpenApiPathItem path in document.Paths.Values.OfType<OpenApiPathItem>())
            path.Operations?.Remove(HttpMethod.Head);
        return Task.CompletedTask;
    }

    private static async Task DescribeOperationAsync(
        OpenApiOperation operation,
        OpenApiOperationTransformerContext context,
        CancellationToken ct
    )
    {
        Operation? told = context
            .Description.ActionDescriptor.EndpointMetadata.OfType<Operation>()
            .FirstOrDefault();
        if (told is null)
            return;
        operation.OperationId = told.Id;
        operation.Summary = told.Summary;
        operation.Description = told.Scope is null
            ? told.Text
            : $"{told.Text} Scope: `{told.Scope}`.".TrimStart();
        operation.Tags = new HashSet<OpenApiTagReference>
        {
            new(told.Caller.ToString(), context.Document),
        };
        operation.RequestBody = await BodyAsync(told, context, ct);
        Parameters.Add(operation, told, context.Description.RelativePath ?? "");
        DescribeErrors(operation, told);
        if (told.Caller is not Caller.Anyone)
        {
            string scheme = told.Caller switch
            {
                Caller.User => UserScheme,
                Caller.Affiliates => BearerScheme,
                _ => OperatorScheme,
            };
            var reference = new OpenApiSecuritySchemeReference(scheme, context.Document);
            operation.Security = [new OpenApiSecurityRequirement { [reference] = [] }];
        }
    }

    private static async Task<OpenApiRequestBody?> BodyAsync(
        Operation told,
        OpenApiOperationTransformerContext context,
        CancellationToken ct
    )
    {
        if (told.Body is not { } type)
            return null;
        OpenApiSchema schema = await context.GetOrCreateSchemaAsync(type, cancellationToken: ct);
        context.Document!.AddComponent(type.Name, schema);
        return new OpenApiRequestBody
        {
            Description = "At most 4,096 bytes, whatever the content type says.",
            Required = !told.IsBodyOptional,
            Content = new Dictionary<string, OpenApiMediaType>(StringComparer.Ordinal)
            {
                ["application/json"] = new()
                {
                    Schema = new OpenApiSchemaReference(type.Name, context.Document),
                },
            },
        };
    }

    private static void DescribeErrors(OpenApiOperation operation, Operation told)
    {
        foreach (IGrouping<int, ErrorEntry> status in told.AllErrors.GroupBy(e => e.Status))
        {
            if (
                operation.Responses?.TryGetValue($"{status.Key}", out IOpenApiResponse? response)
                is true
            )
            {
                response.Description = string.Join(
                    "\n",
                    status.Select(e => $"* `{e.Tag}`: {e.When}")
                );
            }
        }
    }
}
