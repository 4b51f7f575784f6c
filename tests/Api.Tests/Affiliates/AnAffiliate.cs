using System.Text.Json;
using System.Text.Json.Nodes;
using Shouldly;

namespace Settlement.Api.Tests.Affiliates;

/// <summary>A new affiliate, and what is done for them over HTTP.</summary>
public sealed class AnAffiliate(ApiClient client)
{
    private const string Euro = "EUR";

    public string Id { get; } = $"aff-{Guid.NewGuid():N}";

    /// <summary>Earns this much on the tenth of a month of 2026.</summary>
    /// <returns>The commission's id.</returns>
    public Task<string> EarnsAsync(long cents, int month, string currency = Euro) =>
        EarnsAsync(cents, month, currency, holdUntil: null);

    /// <summary>Earns what no payout takes for years.</summary>
    public Task<string> EarnsHeldAsync(long cents, int month) =>
        EarnsAsync(cents, month, Euro, "2090-01-01T00:00:00Z");

    private async Task<string> EarnsAsync(long cents, int month, string currency, string? holdUntil)
    {
        ApiAnswer answer = await client.PostAsync(
            "/v1/commissions",
            Json(
                ("affiliate_id", Id),
                ("currency", currency),
                ("amount_cents", $"{cents}"),
                ("source_event_id", $"{Guid.NewGuid()}"),
                ("earned_at", $"2026-{month:00}-10T00:00:00Z"),
                ("hold_until", holdUntil)
            )
        );
        ((int)answer.Status).ShouldBe(201, answer.Text);
        return (string)answer.Json["commission_id"]!;
    }

    /// <param name="commission">Which.</param>
    /// <param name="word">approve, hold, release or reject.</param>
    public Task<ApiAnswer> JudgeAsync(string commission, string word) =>
        client.PostAsync($"/v1/commissions/{commission}/{word}");

    public Task<ApiAnswer> ReverseAsync(string commission) =>
        client.PostAsync($"/v1/commissions/{commission}/reverse");

    public Task<ApiAnswer> CreateAsync(int month, string? currency = null) =>
        client.PostAsync(
            "/v1/payouts",
            Json(
                ("affiliate_id", Id),
                ("period_start", $"2026-{month:00}-01T00:00:00Z"),
                ("period_end", $"2026-{month + 1:00}-01T00:00:00Z"),
                ("currency", currency)
            )
        );

    /// <returns>The id of the payout that was created for a month.</returns>
    public async Task<string> PendingAsync(int month)
    {
        ApiAnswer answer = await CreateAsync(month);
        ((int)answer.Status).ShouldBe(201, answer.Text);
        return (string)answer.Json["id"]!;
    }

    public async Task<string> ApprovedAsync(int month)
    {
        string id = await PendingAsync(month);
        ApiAnswer answer = await MoveAsync(id, "approve");
        ((int)answer.Status).ShouldBe(200, answer.Text);
        return id;
    }

    public async Task<string> PaidAsync(int month, string reference = "transfer-1")
    {
        string id = await ApprovedAsync(month);
        ((int)(await MarkPaidAsync(id, reference)).Status).ShouldBe(200);
        return id;
    }

    public Task<ApiAnswer> MoveAsync(string id, string action) =>
        client.PostAsync($"/v1/admin/payouts/{id}/{action}");

    public Task<ApiAnswer> MarkPaidAsync(string id, string reference) =>
        client.PostAsync($"/v1/admin/payouts/{id}/mark-paid", Json(("external_ref", reference)));

    public async Task<JsonNode> ReadAsync(string id)
    {
        ApiAnswer answer = await client.GetAsync($"/v1/payouts/{id}");
        ((int)answer.Status).ShouldBe(200, answer.Text);
        return answer.Json;
    }

    public static string Json(params (string Name, object? Value)[] fields) =>
        JsonSerializer.Serialize(
            fields.ToDictionary(f => f.Name, f => f.Value, StringComparer.Ordinal)
        );
}
