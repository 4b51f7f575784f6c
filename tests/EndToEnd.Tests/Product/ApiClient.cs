using System.Net;
using System.Net.Http.Json;
using System.Text.Json.Nodes;

namespace Settlement.EndToEnd.Tests.Product;

/// <summary>Talks to the API as a user or as an operator, over HTTP.</summary>
internal sealed class ApiClient : IDisposable
{
    private static readonly HashSet<string> s_final = ["sent", "failed", "cancelled"];
    private readonly HttpClient _http;

    private ApiClient(Uri url, string header, string value)
    {
        _http = new HttpClient(new SocketsHttpHandler { UseCookies = false })
        {
            BaseAddress = url,
            Timeout = TimeSpan.FromSeconds(20),
        };
        _http.DefaultRequestHeaders.Add(header, value);
    }

    public static ApiClient ForUser(Uri url, string session) =>
        new(url, "Cookie", $"nl_session={session}");

    public static ApiClient ForOperator(Uri url, string token) => new(url, "X-Admin-Token", token);

    public static ApiClient ForFinance(Uri url, string token) =>
        new(url, "Authorization", $"Bearer {token}");

    public void Dispose() => _http.Dispose();

    public async Task<bool> IsReadyAsync()
    {
        try
        {
            using HttpResponseMessage answer = await _http.GetAsync(
                new Uri("health/ready", UriKind.Relative)
            );
            return answer.IsSuccessStatusCode;
        }
        catch (HttpRequestException)
        {
            return false;
        }
    }

    public async Task CreditAsync(Guid user, long amountMicro)
    {
        (HttpStatusCode status, JsonNode body) = await SendAsync(
            HttpMethod.Post,
            "v1/admin/referrals/rewards",
            new
            {
                user_id = user,
                amount_micro = amountMicro,
                source_event_id = $"test-{Guid.NewGuid()}",
            }
        );
        if (status != HttpStatusCode.Created)
            throw new InvalidOperationException($"The reward was refused: {body}");
    }

    public async Task<Guid> RequestPayoutAsync(string network, string address, long amountMicro)
    {
        (HttpStatusCode status, JsonNode body) = await TryRequestPayoutAsync(
            network,
            address,
            amountMicro,
            Guid.NewGuid().ToString()
        );
        return status == HttpStatusCode.Accepted
            ? (Guid)body["id"]!
            : throw new InvalidOperationException($"The payout was refused: {(int)status} {body}");
    }

    public Task<(HttpStatusCode Status, JsonNode Body)> TryRequestPayoutAsync(
        string network,
        string address,
        long amountMicro,
        string idempotencyKey
    ) =>
        SendAsync(
            HttpMethod.Post,
            "v1/referrals/payouts",
            new
            {
                amount_micro = amountMicro,
                network,
                address,
            },
            idempotencyKey
        );

    public async Task<JsonNode> GetPayoutAsync(Guid id) =>
        (await SendAsync(HttpMethod.Get, $"v1/referrals/payouts/{id}")).Body;

    public async Task<long> AvailableMicroAsync() =>
        (long)
            (await SendAsync(HttpMethod.Get, "v1/referrals/me")).Body["balance"]![
                "available_micro"
            ]!;

    public Task<(HttpStatusCode Status, JsonNode Body)> SayFailedAsync(Guid id, string reason) =>
        SendAsync(HttpMethod.Post, $"v1/admin/referrals/payouts/{id}/failed", new { reason });

    public Task<(HttpStatusCode Status, JsonNode Body)> SaySentAsync(Guid id, string txHash) =>
        SendAsync(
            HttpMethod.Post,
            $"v1/admin/referrals/payouts/{id}/sent",
            new { tx_hash = txHash }
        );

    public Task<(HttpStatusCode Status, JsonNode Body)> VerifySentAsync(Guid id, string txHash) =>
        SendAsync(
            HttpMethod.Post,
            $"v1/admin/referrals/payouts/{id}/sent",
            new { tx_hash = txHash, verify = true }
        );

    public async Task PauseAsync(string scope) =>
        await SendAsync(HttpMethod.Post, "v1/admin/system/pause", new { scope, reason = "a test" });

    public async Task ResumeAsync(string scope) =>
        await SendAsync(
            HttpMethod.Post,
            "v1/admin/system/resume",
            new { scope, reason = "a test" }
        );

    /// <summary>Registers a webhook endpoint.</summary>
    public async Task<(string Id, string Secret)> ListenAsync(string url)
    {
        (_, JsonNode body) = await SendAsync(HttpMethod.Post, "v1/admin/webhooks", new { url });
        return ((string)body["id"]!, (string)body["secret"]!);
    }

    public async Task StopListeningAsync(string id) =>
        await SendAsync(HttpMethod.Delete, $"v1/admin/webhooks/{id}");

    /// <summary>What was sent to an endpoint, newest first.</summary>
    public async Task<JsonArray> DeliveriesAsync(string id) =>
        (await SendAsync(HttpMethod.Get, $"v1/admin/webhooks/{id}/deliveries?limit=200")).Body[
            "items"
        ]!.AsArray();

    /// <summary>Waits until the payout has ended, and reads it.</summary>
    public async Task<JsonNode> FollowAsync(Guid id, TimeSpan patience)
    {
        JsonNode payout = new JsonObject();
        await Waiting.UntilAsync(
            $"payout {id} ends",
            patience,
            async () =>
            {
                payout = await GetPayoutAsync(id);
                return s_final.Contains((string?)payout["status"] ?? "");
            }
        );
        return payout;
    }

    /// <summary>Asks, and takes nothing but success for an answer.</summary>
    public async Task<JsonNode> CallAsync(HttpMethod method, string path, object? body = null)
    {
        (HttpStatusCode status, JsonNode answer) = await SendAsync(method, path, body);
        return (int)status is >= 200 and < 300
            ? answer
            : throw new InvalidOperationException($"{method} {path}: {(int)status} {answer}");
    }

    private async Task<(HttpStatusCode Status, JsonNode Body)> SendAsync(
        HttpMethod method,
        string path,
        object? body = null,
        string? idempotencyKey = null
    )
    {
        using var request = new HttpRequestMessage(method, new Uri(path, UriKind.Relative));
        if (body is not null)
            request.Content = JsonContent.Create(body);
        if (idempotencyKey is not null)
            request.Headers.Add("Idempotency-Key", idempotencyKey);
        using HttpResponseMessage response = await _http.SendAsync(request);
        return (
            response.StatusCode,
            JsonNode.Parse(await response.Content.ReadAsStringAsync())
                ?? throw new InvalidOperationException($"{method} {path}: no JSON.")
        );
    }
}
