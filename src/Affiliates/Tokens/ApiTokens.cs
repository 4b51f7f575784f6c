using System.Security.Cryptography;
using System.Text;
using Dapper;
using Npgsql;

namespace Settlement.Affiliates.Tokens;

/// <summary>Who a bearer token stands for. Only the SHA-256 of a token is stored.</summary>
public sealed class ApiTokens(NpgsqlDataSource database)
{
    private const int TokenBytes = 32;

    // Once a minute is enough to see that a token is in use, and spares a write per request.
    private const string FindSql = """
        -- ApiTokens: find
        SELECT name, scopes, coalesce(last_used_at < now() - interval '1 minute', true) AS is_stale
          FROM api_tokens WHERE token_hash = @hash AND revoked_at IS NULL AND expires_at > now()
        """;

    private const string UsedSql = """
        -- ApiTokens: used
        UPDATE api_tokens SET last_used_at = now() WHERE token_hash = @hash
        """;

    private const string IssueSql = """
        -- ApiTokens: issue
        INSERT INTO api_tokens (token_hash, name, scopes, expires_at) VALUES (@Hash, @name, @scopes, now() + @lifetime)
        """;

    private const string RevokeSql = """
        -- ApiTokens: revoke
        UPDATE api_tokens SET revoked_at = now() WHERE token_hash = @hash AND revoked_at IS NULL
        """;

    /// <summary>Looks a token up, so that a revoked one ends at once.</summary>
    /// <returns>Who acts, or null: unknown, revoked or expired.</returns>
    public async Task<Principal?> FindAsync(string token, CancellationToken ct)
    {
        byte[] hash = Hash(token);
        await using NpgsqlConnection connection = await database.OpenConnectionAsync(ct);
        TokenRow? row = await connection.QuerySingleOrDefaultAsync<TokenRow>(
            new CommandDefinition(FindSql, new { hash }, cancellationToken: ct)
        );
        if (row is null)
            return null;
        if (row.IsStale)
        {
            await connection.ExecuteAsync(
                new CommandDefinition(UsedSql, new { hash }, cancellationToken: ct)
            );
        }
        return new Principal(row.Name, row.Scopes);
    }

    /// <summary>Makes a token.</summary>
    /// <returns>The token: 256 random bits in hexadecimal. It is shown once and cannot be read back.</returns>
    public async Task<string> IssueAsync(
        string name,
        string[] scopes,
        TimeSpan lifetime,
        CancellationToken ct
    )
    {
        string token = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(TokenBytes));
        var values = new
        {
            Hash = Hash(token),
            name,
            scopes,
            lifetime,
        };
        await using NpgsqlConnection connection = await database.OpenConnectionAsync(ct);
        await connection.ExecuteAsync(
            new CommandDefinition(IssueSql, values, cancellationToken: ct)
        );
        return token;
    }

    /// <summary>Ends a token.</summary>
    public async Task RevokeAsync(string token, CancellationToken ct)
    {
        await using NpgsqlConnection connection = await database.OpenConnectionAsync(ct);
        await connection.ExecuteAsync(
            new CommandDefinition(RevokeSql, new { hash = Hash(token) }, cancellationToken: ct)
        );
    }

    private static byte[] Hash(string token) => SHA256.HashData(Encoding.UTF8.GetBytes(token));

    private sealed record TokenRow
    {
        public required string Name { get; init; }
        public required string[] Scopes { get; init; }
        public required bool IsStale { get; init; }
    }
}

/// <summary>Who acts, and what they may do.</summary>
public sealed record Principal(string Name, IReadOnlyList<string> Scopes);
