using System.Net.Http.Json;
using System.Text.Json.Nodes;

namespace Settlement.Chaos.Nodes;

/// <summary>JSON-RPC as it goes over the wire, straight to a chain.</summary>
internal static class Rpc
{
    private static readonly HttpClient s_http = new() { Timeout = TimeSpan.FromSeconds(30) };

    /// <summary>Asks a chain.</summary>
    /// <exception cref="InvalidOperationException">It refused.</exception>
    public static async Task<JsonNode?> CallAsync(
        Uri url,
        string method,
        params object[] parameters
    )
    {
        JsonNode answer = await PostAsync(
            url,
            new
            {
                jsonrpc = "2.0",
                id = 1,
                method,
                @params = parameters,
            }
        );
        return answer["error"] is null
            ? answer["result"]
            : throw new InvalidOperationException($"{method}: {answer["error"]}");
    }

    /// <summary>Tells the development chain of Solana what to do.</summary>
    public static Task<JsonNode> AdminAsync(Uri url, string what, object request) =>
        PostAsync(new Uri(url, $"/admin/{what}"), request);

    private static async Task<JsonNode> PostAsync(Uri url, object request)
    {
        using HttpResponseMessage answer = await s_http.PostAsJsonAsync(url, request);
        return JsonNode.Parse(await answer.Content.ReadAsStringAsync())!;
    }
}
