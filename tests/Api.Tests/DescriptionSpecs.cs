using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Settlement.Api.Http;
using Settlement.Api.OpenApi;
using Shouldly;
using Xunit;

namespace Settlement.Api.Tests;

/// <summary>What is written about the API is what it does.</summary>
public sealed class DescriptionSpecs(ApiFixture api) : IClassFixture<ApiFixture>
{
    private static readonly string[] s_selfDescribing = ["/openapi/{documentName}.json"];

    [Fact]
    public async Task A_schema_is_of_one_type_and_its_numbers_are_never_texts()
    {
        JsonNode document = (await api.Anyone.GetAsync("/openapi/v1.json")).Json;
        IEnumerable<Type> types = api
            .Server.Services.GetRequiredService<EndpointDataSource>()
            .Endpoints.Select(e => e.Metadata.GetMetadata<Operation>())
            .OfType<Operation>()
            .SelectMany(told => told.Success.Select(s => s.Body).Append(told.Body))
            .OfType<Type>()
            .Distinct();

        types
            .GroupBy(t => t.Name, StringComparer.Ordinal)
            .Where(g => g.Count() > 1)
            .ShouldBeEmpty();
        var mixed = document["components"]!["schemas"]!
            .AsObject()
            .SelectMany(s => s.Value!["properties"]?.AsObject() ?? [])
            .Where(p => p.Value!["type"] is JsonArray types && Has(types, "string"))
            .Where(p => Has(p.Value!["type"]!.AsArray(), "integer"))
            .Select(p => p.Key);
        mixed.ShouldBeEmpty();

        static bool Has(JsonArray types, string type) => types.Any(t => (string)t! == type);
    }

    [Fact]
    public async Task Every_name_in_a_path_is_a_parameter()
    {
        JsonNode document = (await api.Anyone.GetAsync("/openapi/v1.json")).Json;

        foreach ((string path, JsonNode? methods) in document["paths"]!.AsObject())
        {
            IEnumerable<string> named = path.Split('{').Skip(1).Select(part => part.Split('}')[0]);
            foreach ((string method, JsonNode? operation) in methods!.AsObject())
            {
                (operation!["parameters"]?.AsArray() ?? [])
                    .Where(p => (string)p!["in"]! == "path")
                    .Select(p => (string)p!["name"]!)
                    .ShouldBe(named, $"{method} {path}");
            }
        }
    }

    [Fact]
    public async Task Every_route_is_described_with_all_its_errors_and_whom_it_lets_in()
    {
        JsonNode document = (await api.Anyone.GetAsync("/openapi/v1.json")).Json;
        var routes = api
            .Server.Services.GetRequiredService<EndpointDataSource>()
            .Endpoints.OfType<RouteEndpoint>()
            .Where(e => !s_selfDescribing.Contains(e.RoutePattern.RawText))
            .SelectMany(e =>
                e.Metadata.GetMetadata<HttpMethodMetadata>()!
                    .HttpMethods.Where(m => m != "HEAD")
                    .Select(m =>
                        (
                            Path: e.RoutePattern.RawText!,
                            Method: m,
                            Told: e.Metadata.GetMetadata<Operation>()!
                        )
                    )
            )
            .ToList();

        routes.ShouldNotBeEmpty();
        document["paths"]!.AsObject().Sum(p => p.Value!.AsObject().Count).ShouldBe(routes.Count);
        foreach ((string path, string method, Operation told) in routes)
        {
            JsonNode operation = document["paths"]![path]!
                [method.ToLowerInvariant()]
                .ShouldNotBeNull($"{method} {path}");
            ((string)operation["operationId"]!).ShouldBe(told.Id);
            foreach (ErrorEntry error in told.AllErrors)
            {
                JsonNode response = operation["responses"]!
                    [$"{error.Status}"]
                    .ShouldNotBeNull($"{path} {error.Tag}");
                ((string)response["description"]!).ShouldContain($"`{error.Tag}`");
                ((string)response["content"]!["application/json"]!["schema"]!["$ref"]!).ShouldBe(
                    "#/components/schemas/ErrorBody"
                );
            }
            foreach ((int status, Type body) in told.Success)
            {
                if (told.Media != "application/json")
                {
                    operation["responses"]![$"{status}"]!["content"]![told.Media].ShouldNotBeNull();
                    continue;
                }
                (
                    (string)
                        operation["responses"]![$"{status}"]!["content"]!["application/json"]![
                            "schema"
                        ]!["$ref"]!
                ).ShouldBe($"#/components/schemas/{body.Name}");
            }

            (operation["requestBody"] is not null).ShouldBe(told.Body is not null);
            string? scheme = operation["security"]?[0]!.AsObject().Single().Key;
            scheme.ShouldBe(
                told.Caller switch
                {
                    Caller.User => "session",
                    Caller.Operator => "adminToken",
                    Caller.Affiliates => "bearer",
                    Caller.Anyone => null,
                }
            );
        }
        document["paths"]!.AsObject().Count.ShouldBe(routes.Select(r => r.Path).Distinct().Count());
    }

    [Theory]
    [InlineData(
        "createPayout",
        "payout_below_min payout_address_invalid balance_insufficient invalid_args invalid_json unauthenticated internal"
    )]
    [InlineData("listPayouts", "unauthenticated internal")]
    [InlineData(
        "markPayoutSent",
        "invalid_payout_id invalid_json tx_hash_required admin_token_invalid admin_token_unset payout_not_found payout_not_actionable internal"
    )]
    [InlineData(
        "markPayoutFailed",
        "invalid_payout_id invalid_json admin_token_unset admin_token_invalid payout_not_found method_not_allowed payout_not_actionable internal"
    )]
    [InlineData(
        "markAffiliatePayoutPaid",
        "unauthenticated insufficient_scope validation_error payout_not_found payout_not_approved payout_already_paid payout_not_payable internal"
    )]
    public void Every_error_that_was_promised_is_described(string operationId, string tags)
    {
        Operation told = api
            .Server.Services.GetRequiredService<EndpointDataSource>()
            .Endpoints.Select(e => e.Metadata.GetMetadata<Operation>())
            .First(o => o?.Id == operationId)!;

        tags.Split(' ').Except(told.AllErrors.Select(e => e.Tag)).ShouldBeEmpty();
    }

    [Fact]
    public void Every_post_takes_an_idempotency_key_but_a_quote_which_stores_nothing()
    {
        IEnumerable<string> without = api
            .Server.Services.GetRequiredService<EndpointDataSource>()
            .Endpoints.OfType<RouteEndpoint>()
            .Where(e =>
                e.Metadata.GetMetadata<HttpMethodMetadata>()!.HttpMethods.Contains("POST")
                && e.Metadata.GetMetadata<Operation>()
                    is { Caller: Caller.User or Caller.Operator, TakesIdempotencyKey: false }
            )
            .Select(e => e.RoutePattern.RawText!);

        without.ShouldBe([Routes.Quote], ignoreOrder: true);
    }

    [Fact]
    public async Task Bodies_are_described_with_the_names_on_the_wire()
    {
        JsonNode schemas = (await api.Anyone.GetAsync("/openapi/v1.json")).Json["components"]![
            "schemas"
        ]!;

        schemas["CreatePayoutBody"]!["required"]!
            .AsArray()
            .Select(n => (string)n!)
            .ShouldBe(["amount_micro", "network", "address"]);
        schemas["PayoutView"]!["properties"]!
            .AsObject()
            .Select(p => p.Key)
            .ShouldContain("status_message");
        schemas["PayoutView"]!["required"]!
            .AsArray()
            .Select(n => (string)n!)
            .ShouldNotContain("tx_hash");
        ((string)schemas["PayoutView"]!["properties"]!["requested_at"]!["format"]!).ShouldBe(
            "date-time"
        );
        schemas["AffiliatePayoutView"]!["required"]!.AsArray().Count.ShouldBe(17);
        schemas["ErrorBody"]!["required"]!
            .AsArray()
            .Select(n => (string)n!)
            .ShouldBe(["error", "message"], ignoreOrder: true);
    }

    [Fact]
    public async Task The_description_can_be_read_on_a_page()
    {
        ApiAnswer page = await api.Anyone.GetAsync("/docs/index.html");

        ((int)page.Status).ShouldBe(200);
        page.Text.ShouldContain("Settlement API");
    }

    [Fact]
    public void The_page_of_errors_is_the_catalogue()
    {
        string page = File.ReadAllText(Path.Combine(Repository(), "docs", "errors.md"));

        page.ShouldBe(
            ErrorPage.Write(),
            "Write it anew: dotnet run --project src/Api -- errors > docs/errors.md"
        );
    }

    [Fact]
    public void The_catalogue_lists_each_entry_once_with_a_sentence()
    {
        ErrorEntry[] declared = typeof(ErrorCatalogue)
            .GetFields()
            .Select(f => f.GetValue(null))
            .OfType<ErrorEntry>()
            .ToArray();

        ErrorCatalogue.All.ShouldBe(declared, ignoreOrder: true);
        declared.Select(e => e.Tag).ShouldBeUnique();
        declared.ShouldAllBe(e =>
            e.Message.EndsWith('.') && e.When.EndsWith('.') && e.Payout.EndsWith('.')
        );
    }

    private static string Repository()
    {
        string? folder = AppContext.BaseDirectory;
        while (folder is not null && !File.Exists(Path.Combine(folder, "Settlement.sln")))
            folder = Path.GetDirectoryName(folder);
        return folder ?? throw new InvalidOperationException("Settlement.sln was not found.");
    }
}
