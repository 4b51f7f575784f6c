using Dapper;
using Npgsql;
using Settlement.Payouts.Database;

namespace Settlement.Payouts.Lifecycle;

/// <summary>An answer under an idempotency key.</summary>
/// <param name="Principal">Who asked: <c>operator</c>.</param>
/// <param name="Route">Method and route.</param>
/// <param name="Key">1 to 255 characters.</param>
/// <param name="RequestHash">SHA-256 of what was asked.</param>
/// <param name="StatusCode">HTTP status.</param>
/// <param name="Body">The body, as it was sent.</param>
public sealed record StoredAnswer(
    string Principal,
    string Route,
    string Key,
    byte[] RequestHash,
    int StatusCode,
    string Body
)
{
    /// <summary>Whether a write was refused because the same key was stored by another request at the same time. Nothing was
    /// written, and the other's answer is there to read.</summary>
    public static bool IsTaken(PostgresException refusal) =>
        refusal.SqlState is SqlStates.UniqueViolation
        && string.Equals(refusal.ConstraintName, "idempotency_keys_pkey", StringComparison.Ordinal);
}

/// <summary>Hands it to a statement that stores it with its change.</summary>
internal static class StoredAnswerParameters
{
    /// <summary>Stores it when the statement's part called <c>changed</c> has written something.</summary>
    public const string Keyed = """
        keyed AS (
            INSERT INTO idempotency_keys (principal, route, key, request_hash, status_code, body)
            SELECT @KeyPrincipal, @KeyRoute, @Key, @KeyHash, @KeyStatusCode, @KeyBody FROM changed WHERE @Key::text IS NOT NULL
        )
        """;

    /// <summary>Adds Key, KeyPrincipal, KeyRoute, KeyHash, KeyStatusCode and KeyBody; all null without a key.</summary>
    public static void AddTo(this StoredAnswer? answer, DynamicParameters values) =>
        values.AddDynamicParams(
            new
            {
                KeyPrincipal = answer?.Principal,
                KeyRoute = answer?.Route,
                answer?.Key,
                KeyHash = answer?.RequestHash,
                KeyStatusCode = answer?.StatusCode,
                KeyBody = answer?.Body,
            }
        );
}
