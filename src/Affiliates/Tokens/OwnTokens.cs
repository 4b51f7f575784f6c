using Dapper;
using Npgsql;

namespace Settlement.Affiliates.Tokens;

/// <summary>Makes tokens with which an affiliate sees itself, and keeps in mind who made them.</summary>
public sealed class OwnTokens(ApiTokens tokens, NpgsqlDataSource database)
{
    /// <summary>Names the affiliate within a token's scope.</summary>
    public const string ScopeStart = "affiliate:";

    private const int MaxNameLength = 100;

    private const string Sql = """
        -- OwnTokens
        INSERT INTO audit_log (actor, action, target, request_id) VALUES (@Actor, 'affiliate_token', @affiliate, @RequestId)
        """;

    /// <returns>The token. It is shown once and cannot be read back.</returns>
    public async Task<string> IssueAsync(
        string affiliate,
        TimeSpan lifetime,
        (string Actor, string RequestId) by,
        CancellationToken ct
    )
    {
        await using (NpgsqlConnection connection = await database.OpenConnectionAsync(ct))
        {
            await connection.ExecuteAsync(
                new CommandDefinition(
                    Sql,
                    new
                    {
                        by.Actor,
                        affiliate,
                        by.RequestId,
                    },
                    cancellationToken: ct
                )
            );
        }
        string name = $"affiliate {affiliate}";
        return await tokens.IssueAsync(
            name.Length <= MaxNameLength ? name : name[..MaxNameLength],
            [ScopeStart + affiliate],
            lifetime,
            ct
        );
    }
}
