using System.Security.Cryptography;
using System.Text;
using Npgsql;

namespace Settlement.Payouts.Sessions;

/// <summary>Who a session cookie stands for. Only the SHA-256 of a token is stored.</summary>
public sealed class UserSessions(NpgsqlDataSource database)
{
    private const int TokenBytes = 32;

    private const string FindSql = """
        -- UserSessions: find
        SELECT user_id FROM sessions WHERE token_hash = $1 AND revoked_at IS NULL AND expires_at > now()
        """;

    private const string StartSql = """
        -- UserSessions: start
        INSERT INTO sessions (token_hash, user_id, expires_at) VALUES ($1, $2, now() + $3)
        """;

    private const string RevokeSql = """
        -- UserSessions: revoke
        UPDATE sessions SET revoked_at = now() WHERE token_hash = $1 AND revoked_at IS NULL
        """;

    /// <summary>Looks a token up, so that a revoked session ends at once.</summary>
    /// <returns>The user, or null: unknown, revoked or expired.</returns>
    public async Task<Guid?> FindAsync(string token, CancellationToken ct)
    {
        await using NpgsqlCommand command = database.CreateCommand(FindSql);
        command.Parameters.Add(new NpgsqlParameter<byte[]> { TypedValue = Hash(token) });
        return (Guid?)await command.ExecuteScalarAsync(ct);
    }

    /// <summary>Starts a session.</summary>
    /// <returns>The token: 256 random bits in base64url. It is shown once and cannot be read back.</returns>
    public async Task<string> StartAsync(Guid userId, TimeSpan lifetime, CancellationToken ct)
    {
        string token = Convert
            .ToBase64String(RandomNumberGenerator.GetBytes(TokenBytes))
            .TrimEnd('=')
            .Replace('+', '-')
            .Replace('/', '_');
        await using NpgsqlCommand command = database.CreateCommand(StartSql);
        command.Parameters.Add(new() { Value = Hash(token) });
        command.Parameters.Add(new() { Value = userId });
        command.Parameters.Add(new() { Value = lifetime });
        await command.ExecuteNonQueryAsync(ct);
        return token;
    }

    /// <summary>Ends a session.</summary>
    public async Task RevokeAsync(string token, CancellationToken ct)
    {
        await using NpgsqlCommand command = database.CreateCommand(RevokeSql);
        command.Parameters.Add(new() { Value = Hash(token) });
        await command.ExecuteNonQueryAsync(ct);
    }

    private static byte[] Hash(string token) => SHA256.HashData(Encoding.UTF8.GetBytes(token));
}
