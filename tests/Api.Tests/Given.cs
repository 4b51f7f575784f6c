using System.Text.Json;
using Npgsql;
using Settlement.Chains;
using Settlement.Payouts.Ledger;
using Settlement.Payouts.Lifecycle;
using Settlement.Payouts.Sessions;
using Settlement.Payouts.Settling;
using Settlement.TestKit;
using Shouldly;

namespace Settlement.Api.Tests;

/// <summary>States, reached by the transitions that production takes.</summary>
public static class Given
{
    /// <summary>The seeds' own example of a Solana address.</summary>
    public const string SolanaAddress = "9xQeWvG816bUx9EPjHmaT23yvVM2ZWbrrpZb9PusVFin";

    public const string PolygonAddress = "0x52908400098527886E0F7030069857D2E4169EE7";

    private const string Sender = "hot-wallet";
    private static readonly NetworkId s_network = new("solana");

    public static string CreateBody(
        long amountMicro = 25_000_000,
        string network = "solana",
        string address = SolanaAddress,
        string? reference = null
    ) =>
        JsonSerializer.Serialize(
            new Dictionary<string, object?>
            {
                ["amount_micro"] = amountMicro,
                ["network"] = network,
                ["address"] = address,
                ["client_reference"] = reference,
            }
        );

    public static async Task<ApiClient> UserAsync(ApiServer server, long balanceMicro)
    {
        var user = Guid.NewGuid();
        if (balanceMicro > 0)
            await RewardAsync(server.Database, user, balanceMicro);
        string session = await new UserSessions(server.Database.App).StartAsync(
            user,
            TimeSpan.FromHours(1),
            default
        );
        return new ApiClient(server) { UserId = user, Session = session };
    }

    /// <summary>As if it had been requested at another time, which no role of ours can say.</summary>
    public static Task<long> RequestedAtAsync(
        PostgresDatabase database,
        Guid payout,
        string time
    ) =>
        ScalarAsync<long>(
            database,
            """
            WITH off AS (SELECT set_config('session_replication_role', 'replica', true)),
                 moved AS (UPDATE payouts SET requested_at = $2::timestamptz WHERE id = $1 AND (SELECT true FROM off) RETURNING 1)
            SELECT count(*) FROM moved
            """,
            payout,
            time
        );

    public static Task<IngestOutcome> RewardAsync(
        PostgresDatabase database,
        Guid user,
        long amountMicro,
        RewardKind kind = RewardKind.Reward,
        DateTimeOffset? unlockAt = null
    ) =>
        new IngestReward(database.App).ExecuteAsync(
            new NewReward(
                user,
                amountMicro,
                kind,
                $"{Guid.NewGuid()}",
                unlockAt,
                null,
                "operator",
                null
            ),
            default
        );

    /// <summary>A worker has taken the payout up and signed nothing.</summary>
    public static async Task<ClaimedPayout> ClaimedAsync(PostgresDatabase database, Guid payout) =>
        (
            await Store(database)
                .ClaimPayoutsAsync(
                    new PayoutClaim(s_network, [payout], 1, "w1", TimeSpan.FromMinutes(1)),
                    default
                )
        ).ShouldHaveSingleItem();

    /// <summary>The payout waits for this reason.</summary>
    public static async Task ParkedAsync(
        PostgresDatabase database,
        Guid payout,
        ParkReason reason
    ) =>
        await Store(database)
            .ParkAsync(
                [
                    new ParkedPayout(
                        await ClaimedAsync(database, payout),
                        reason,
                        "detail",
                        TimeSpan.FromMinutes(1)
                    ),
                ],
                default
            );

    /// <summary>A signed transaction carries the payout; it may land.</summary>
    /// <returns>The transaction's hash.</returns>
    public static async Task<string> InFlightAsync(PostgresDatabase database, Guid payout)
    {
        (OpenOutcome stored, string hash) = await StoreAsync(
            database,
            await ClaimedAsync(database, payout)
        );
        stored.ShouldBeOfType<OpenOutcome.Opened>();
        return hash;
    }

    /// <summary>A worker who has signed for the payout tries to store what it has signed.</summary>
    public static async Task<(OpenOutcome Stored, string Hash)> StoreAsync(
        PostgresDatabase database,
        params ClaimedPayout[] claimed
    )
    {
        await new Wallets(database.App).RegisterAsync(s_network, Sender, null, default);
        string hash = $"sig{Guid.NewGuid():N}{Guid.NewGuid():N}";
        var transaction = new NewTransaction(
            s_network,
            claimed,
            new SignedTransaction(
                hash,
                new byte[] { 1 },
                Sender,
                null,
                100,
                TimeSpan.FromSeconds(90),
                new Evidence("{}")
            ),
            "w1",
            TimeSpan.Zero
        );
        return (await Store(database).OpenTransactionAsync(transaction, default), hash);
    }

    /// <summary>The transaction was looked at and is not decided.</summary>
    public static async Task ObservedAsync(
        PostgresDatabase database,
        string hash,
        string seen = "seen"
    ) =>
        await Store(database)
            .RescheduleAsync(
                [new NextLook(await TakenUpAsync(database, hash), TimeSpan.Zero, seen)],
                default
            );

    /// <summary>The transaction is final; it paid, or failed.</summary>
    public static async Task LandedAsync(
        PostgresDatabase database,
        string hash,
        bool paid = true
    ) =>
        await Store(database)
            .ConcludeAsync(
                [
                    new Conclusion.Landed(
                        await TakenUpAsync(database, hash),
                        new Observation.Landed(
                            hash,
                            [new TransferResult(paid, new Evidence("""{"slot":1}"""))],
                            new Evidence("{}")
                        )
                    ),
                ],
                default
            );

    /// <summary>The whole payout at once: claimed, signed, landed.</summary>
    public static async Task<string> SentAsync(PostgresDatabase database, Guid payout)
    {
        string hash = await InFlightAsync(database, payout);
        await LandedAsync(database, hash);
        return hash;
    }

    /// <summary>Reads one value.</summary>
    public static async Task<T> ScalarAsync<T>(
        PostgresDatabase database,
        string sql,
        params object[] values
    )
    {
        await using NpgsqlCommand command = database.Owner.CreateCommand(sql);
        foreach (object value in values)
            command.Parameters.Add(new NpgsqlParameter { Value = value });
        return (T)(await command.ExecuteScalarAsync())!;
    }

    private static async Task<ClaimedTransaction> TakenUpAsync(
        PostgresDatabase database,
        string hash
    )
    {
        // Other tests' transactions in this database are due as well; they may be taken up any number of times.
        await ScalarAsync<object?>(
            database,
            """
            WITH due AS (UPDATE chain_transactions SET due_at = now() WHERE state = 'open' RETURNING 1) SELECT count(*) FROM due
            """
        );
        IReadOnlyList<ClaimedTransaction> open = await Store(database)
            .ClaimTransactionsAsync(
                new TransactionClaim(s_network, 100, "w1", TimeSpan.FromMinutes(1)),
                default
            );
        return open.Single(t => t.Transaction.Attempts.Any(a => a.TransactionId == hash));
    }

    private static PostgresSettlementStore Store(PostgresDatabase database) =>
        new(database.App, new WorkerIdentity("w1"));
}
