using System.Security.Cryptography;
using System.Text;
using Dapper;
using Npgsql;
using Settlement.Payouts.Lifecycle;

namespace Settlement.Payouts.Tokens;

/// <summary>Who a token stands for, for affiliates and operators alike. Only the SHA-256 of a token is stored.</summary>
public sealed class ApiTokens(NpgsqlDataSource database)
{
    /// <summary>The length of a token.</summary>
    public const int Length = 64;

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

    private const string CreateSql = $"""
        -- ApiTokens: create
        WITH changed AS (
            INSERT INTO api_tokens (id, token_hash, name, scopes, expires_at, created_by)
            VALUES (@Id, @Hash, @Name, @Scopes, now() + @Lifetime, @Actor)
            RETURNING id, name, scopes, expires_at
        ), {StoredAnswerParameters.Keyed}
        INSERT INTO audit_log (actor, action, target, detail, request_id)
        SELECT @Actor, 'token_created', id, jsonb_build_object('name', name, 'scopes', scopes, 'expires_at', expires_at), @RequestId
          FROM changed
        """;

    private const string ListSql = """
        -- ApiTokens: list
        SELECT id, name, scopes, created_at, expires_at, created_by, last_used_at, revoked_at
          FROM api_tokens ORDER BY created_at DESC, id DESC LIMIT @limit OFFSET @offset
        """;

    private const string RevokeSql = """
        -- ApiTokens: revoke
        WITH ended AS (
            UPDATE api_tokens SET revoked_at = now() WHERE (id = @id OR token_hash = @hash) AND revoked_at IS NULL
            RETURNING id, name
        ), noted AS (
            INSERT INTO audit_log (actor, action, target, detail, request_id)
            SELECT @actor, 'token_revoked', id, jsonb_build_object('name', name), @requestId FROM ended
        )
        SELECT EXISTS (SELECT FROM api_tokens WHERE id = @id OR token_hash = @hash)
        """;

    /// <summary>Looks a token up, so that a revoked one ends at once.</summary>
    /// <returns>Who acts, or null: unknown, revoked or expired.</returns>
    public async Task<Principal?> FindAsync(string token, CancellationToken ct)
    {
        byte[] hash = Hash(token);
        await using NpgsqlConnection connection = await database.OpenConnectionAsync(ct);
        FoundRow? row = await connection.QuerySingleOrDefaultAsync<FoundRow>(
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
    /// <returns>The token: 256 random bits in hexadecimal. It is shown once and cannot be read back. Null when the key was used
    /// at the same time by somebody else, and nothing was made.</returns>
    public async Task<string?> CreateAsync(NewToken token, CancellationToken ct)
    {
        string secret = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(Length / 2));
        await using NpgsqlConnection connection = await database.OpenConnectionAsync(ct);
        var values = new DynamicParameters(
            new
            {
                token.Id,
                Hash = Hash(secret),
                token.Name,
                Scopes = token.Scopes.ToArray(),
                token.Lifetime,
                token.Actor,
                token.RequestId,
            }
        );
        token.Key.AddTo(values);
        try
        {
            await connection.ExecuteAsync(
                new CommandDefinition(CreateSql, values, cancellationToken: ct)
            );
            return secret;
        }
        catch (PostgresException e) when (StoredAnswer.IsTaken(e))
        {
            return null;
        }
    }

    /// <summary>Makes a token at the command line.</summary>
    /// <returns>The token.</returns>
    public async Task<string> IssueAsync(
        string name,
        string[] scopes,
        TimeSpan lifetime,
        CancellationToken ct
    ) =>
        (
            await CreateAsync(
                new NewToken(Guid.NewGuid(), name, scopes, lifetime, "system:command", null),
                ct
            )
        )!;

    /// <summary>Every token, newest first; never the secret.</summary>
    public async Task<IReadOnlyList<TokenRow>> ListAsync(
        int limit,
        long offset,
        CancellationToken ct
    )
    {
        await using NpgsqlConnection connection = await database.OpenConnectionAsync(ct);
        return (
            await connection.QueryAsync<TokenRow>(
                new CommandDefinition(ListSql, new { limit, offset }, cancellationToken: ct)
            )
        ).AsList();
    }

    /// <summary>Ends a token. One that has ended stays so.</summary>
    /// <returns>Whether there is such a token.</returns>
    public Task<bool> RevokeAsync(Guid id, string actor, string? requestId, CancellationToken ct) =>
        RevokeAsync(id, hash: null, actor, requestId, ct);

    /// <summary>Ends a token, given the token itself.</summary>
    public Task RevokeAsync(string token, CancellationToken ct) =>
        RevokeAsync(id: null, Hash(token), "system:command", requestId: null, ct);

    private async Task<bool> RevokeAsync(
        Guid? id,
        byte[]? hash,
        string actor,
        string? requestId,
        CancellationToken ct
    )
    {
        await using NpgsqlConnection connection = await database.OpenConnectionAsync(ct);
        return await connection.ExecuteScalarAsync<bool>(
            new CommandDefinition(
                RevokeSql,
                new
                {
                    id,
                    hash,
                    actor,
                    requestId,
                },
                cancellationToken: ct
            )
        );
    }

    private static byte[] Hash(string token) => SHA256.HashData(Encoding.UTF8.GetBytes(token));

    private sealed record FoundRow
    {
        public required string Name { get; init; }
        public required string[] Scopes { get; init; }
        public required bool IsStale { get; init; }
    }
}

/// <summary>Who acts, and what they may do.</summary>
public sealed record Principal(string Name, IReadOnlyList<string> Scopes);

/// <summary>A token to make.</summary>
/// <param name="Id">Its id, which is no secret.</param>
/// <param name="Name">Who acts with it, 1 to 100 characters. Two tokens of one name are one principal.</param>
/// <param name="Scopes">What it may do.</param>
/// <param name="Lifetime">How long it is valid.</param>
/// <param name="Actor">Who makes it, for the audit trail.</param>
/// <param name="RequestId">For the audit trail.</param>
/// <param name="Key">Stored with it; null without a key.</param>
public sealed record NewToken(
    Guid Id,
    string Name,
    IReadOnlyList<string> Scopes,
    TimeSpan Lifetime,
    string Actor,
    string? RequestId,
    StoredAnswer? Key = null
);

/// <summary>A token as it is stored, without its hash.</summary>
public sealed record TokenRow
{
    /// <summary>To speak of it by.</summary>
    public required Guid Id { get; init; }

    /// <summary>Who acts with it.</summary>
    public required string Name { get; init; }

    /// <summary>What it may do.</summary>
    public required string[] Scopes { get; init; }

    /// <summary>Since when.</summary>
    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>Until when.</summary>
    public required DateTimeOffset ExpiresAt { get; init; }

    /// <summary>Who made it.</summary>
    public string? CreatedBy { get; init; }

    /// <summary>To the minute; null when it was never used.</summary>
    public DateTimeOffset? LastUsedAt { get; init; }

    /// <summary>Null while it is valid.</summary>
    public DateTimeOffset? RevokedAt { get; init; }
}
