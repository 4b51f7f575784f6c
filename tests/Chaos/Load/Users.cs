using System.Security.Cryptography;
using System.Text;
using Dapper;
using Npgsql;

namespace Settlement.Chaos.Load;

/// <summary>Somebody who is signed in.</summary>
internal sealed record User(Guid Id, string Session);

/// <summary>Signs users in, as a login would: the database holds the token's hash only.</summary>
internal static class Users
{
    public static async Task<User[]> MakeAsync(NpgsqlDataSource database, int count)
    {
        User[] users =
        [
            .. Enumerable
                .Range(0, count)
                .Select(_ => new User(
                    Guid.NewGuid(),
                    Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(32))
                )),
        ];
        await using NpgsqlConnection connection = await database.OpenConnectionAsync();
        await connection.ExecuteAsync(
            "INSERT INTO settlement.sessions (token_hash, user_id, expires_at) VALUES (@Hash, @Id, now() + interval '30 days')",
            users.Select(u => new
            {
                Hash = SHA256.HashData(Encoding.UTF8.GetBytes(u.Session)),
                u.Id,
            })
        );
        return users;
    }
}
