using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Npgsql;
using Settlement.Payouts.Ledger;
using Settlement.Payouts.Sessions;
using SimpleBase;

namespace Settlement.Bench;

/// <summary>A user who is signed in and has more than enough to spend.</summary>
/// <param name="Id">The user.</param>
/// <param name="Session">The cookie's value.</param>
/// <param name="SolanaAddress">Where they are paid on Solana.</param>
/// <param name="EvmAddress">Where they are paid elsewhere.</param>
internal sealed record User(Guid Id, string Session, string SolanaAddress, string EvmAddress)
{
    public string AddressOn(string network) => network == "solana" ? SolanaAddress : EvmAddress;
}

/// <summary>Makes users through the product's own code.</summary>
internal static class Users
{
    /// <summary>10.00, the least that the networks pay out as they are configured.</summary>
    public const long AmountMicro = 10_000_000;

    private const long RewardMicro = 1_000_000_000_000;

    public static async Task<User[]> MakeAsync(NpgsqlDataSource database, int count)
    {
        var sessions = new UserSessions(database);
        var rewards = new IngestReward(database);
        var users = new User[count];
        for (int i = 0; i < count; i++)
        {
            Guid id = Guid.NewGuid();
            string session = await sessions.StartAsync(id, TimeSpan.FromHours(1), default);
            await rewards.ExecuteAsync(
                new NewReward(
                    id,
                    RewardMicro,
                    RewardKind.Reward,
                    $"bench-{id}",
                    UnlockAt: null,
                    Note: null,
                    "operator:bench",
                    RequestId: null
                ),
                default
            );
            users[i] = new User(id, session, NewSolanaAddress(), NewEvmAddress());
        }
        return users;
    }

    /// <summary>A request as it goes over the wire, but for the idempotency key.</summary>
    public static string Request(User user, string network, Uri api, string key)
    {
        string body = string.Create(
            CultureInfo.InvariantCulture,
            $"{{\"amount_micro\":{AmountMicro},\"network\":\"{network}\",\"address\":\"{user.AddressOn(network)}\"}}"
        );
        return new StringBuilder()
            .Append("POST /v1/referrals/payouts HTTP/1.1\r\n")
            .Append(CultureInfo.InvariantCulture, $"Host: {api.Authority}\r\n")
            .Append(CultureInfo.InvariantCulture, $"Cookie: nl_session={user.Session}\r\n")
            .Append(CultureInfo.InvariantCulture, $"Idempotency-Key: {key}\r\n")
            .Append("Content-Type: application/json\r\n")
            .Append(CultureInfo.InvariantCulture, $"Content-Length: {body.Length}\r\n\r\n")
            .Append(body)
            .ToString();
    }

    private static string NewSolanaAddress() =>
        Base58.Bitcoin.Encode(RandomNumberGenerator.GetBytes(32));

    private static string NewEvmAddress() =>
        $"0x{Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(20))}";
}
