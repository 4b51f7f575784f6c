using System.Reflection;

namespace Settlement.Api.OpenApi;

/// <summary>Hangs a description on a route.</summary>
internal static class Describing
{
    private const string Json = "application/json";

    // What the framework needs to see a route at all; our handlers read context and nothing else.
    private static readonly MethodInfo s_handler = ((RequestDelegate)Handle).Method;

    public static void Describe(this IEndpointConventionBuilder route, Operation operation) =>
        route.Add(endpoint =>
        {
            endpoint.Metadata.Insert(0, s_handler);
            // No AcceptsMetadata: with it routing answers 415 to a content type that is not JSON's, and the type is not our rule.
            endpoint.Metadata.Add(operation);
            foreach ((int status, Type type) in operation.Success)
            {
                endpoint.Metadata.Add(
                    new ProducesResponseTypeMetadata(status, type, [operation.Media])
                );
            }
            foreach (int status in operation.AllErrors.Select(e => e.Status).Distinct())
            {
                endpoint.Metadata.Add(
                    new ProducesResponseTypeMetadata(status, typeof(Http.ErrorBody), [Json])
                );
            }
        });

    private static Task Handle(HttpContext context) => Task.CompletedTask;
}
