using System.Text.Json.Nodes;
using Dapper;
using Npgsql;
using Settlement.Webhooks.Deliveries;
using Shouldly;

namespace Settlement.Api.Tests.Webhooks;

/// <summary>Endpoints by way of the API. Nothing is sent: that is the worker's.</summary>
internal static class AWebhook
{
    public const string Path = "/v1/admin/webhooks";
    public const string Url = "https://hooks.acme.com/settlement";

    public static async Task<string> RegisterAsync(
        ApiFixture api,
        string body = $$"""{"url":"{{Url}}"}"""
    )
    {
        ApiAnswer answer = await api.Operator.PostAsync(Path, body);
        ((int)answer.Status).ShouldBe(201, answer.Text);
        return (string)answer.Json["id"]!;
    }

    /// <summary>Takes out of the way what other tests have registered.</summary>
    public static async Task DeleteAllAsync(ApiFixture api)
    {
        JsonNode all = (await api.Operator.GetAsync(Path)).Json["items"]!;
        foreach (JsonNode? endpoint in all.AsArray())
            await api.Operator.SendAsync(HttpMethod.Delete, $"{Path}/{endpoint!["id"]}");
    }

    public static async Task FanOutAsync(ApiFixture api)
    {
        while (await new FanOut(api.Database.App).ExecuteAsync(default) > 0) { }
    }

    public static async Task<IReadOnlyList<string>> AuditAsync(ApiFixture api, string id)
    {
        await using NpgsqlConnection connection = await api.Database.Owner.OpenConnectionAsync();
        return (
            await connection.QueryAsync<string>(
                "SELECT action FROM audit_log WHERE target = @id ORDER BY id",
                new { id }
            )
        ).AsList();
    }
}
