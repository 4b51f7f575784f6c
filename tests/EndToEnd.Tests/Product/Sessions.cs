using System.Security.Cryptography;
using System.Text;
using Dapper;
using Npgsql;
using Settlement.TestKit;

namespace Settlement.EndToEnd.Tests.Product;

/// <summary>Signs a user in, as a login would leave it.</summary>
internal static class Sessions
{
    public static Task<string> StartAsync(PostgresDatabase database, Guid user) =>
        StartAsync(database.Owner, user);

    public static async Task<string> StartAsync(NpgsqlDataSource owner, Guid user)
    {
        string token = Convert.ToHexString(RandomNumberGenerator.GetBytes(32));
        await using NpgsqlConnection connection = await owner.OpenConnectionAsync();
        await connection.ExecuteAsync(
            "INSERT INTO sessions (token_hash, user_id, expires_at) VALUES (@Hash, @User, now() + interval '1 day')",
            new { Hash = SHA256.HashData(Encoding.UTF8.GetBytes(token)), User = user }
        );
        return token;
    }
}
