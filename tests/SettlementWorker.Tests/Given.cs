using Dapper;
using Npgsql;
using Settlement.Payouts.Ledger;
using Settlement.Payouts.Lifecycle;
using Settlement.TestKit;

namespace Settlement.Worker.Tests;

/// <summary>Brings a database into a state by legal steps, and reads what became of it.</summary>
public sealed class Given(PostgresDatabase database)
{
    public const long AmountMicro = 25_000_000;

    /// <summary>A payout of a user who has earned just enough, or of one who asks for several.</summary>
    public async Task<Payout> PayoutAsync(FakeChain chain, Guid? user = null)
    {
        Guid who = user ?? Guid.NewGuid();
        var reward = new NewReward(
            who,
            AmountMicro,
            RewardKind.Reward,
            Guid.NewGuid().ToString(),
            null,
            null,
            "operator",
            null
        );
        await new IngestReward(database.App).ExecuteAsync(reward, default);
        AcceptOutcome outcome = await new AcceptPayout(database.App).ExecuteAsync(
            new PayoutRequest(
                who,
                AmountMicro,
                chain.Network.Name,
                $"address-of-{who:N}",
                "USDC",
                "asset-address",
                6,
                null,
                null,
                null
            ),
            default
        );
        AcceptedPayout accepted = ((AcceptOutcome.Accepted)outcome).Payout;
        return new Payout(accepted.Id, accepted.Number, who);
    }

    public async Task<IReadOnlyList<Payout>> PayoutsAsync(FakeChain chain, int count)
    {
        var payouts = new List<Payout>();
        for (int i = 0; i < count; i++)
            payouts.Add(await PayoutAsync(chain));
        return payouts;
    }

    public Task<PayoutRow> RowAsync(Payout payout) =>
        ReadAsync<PayoutRow>(
            """
            SELECT status, settled_by, tx_hash, failure_code, note, park_reason, park_detail, failed_rides, take_ups, lease_token,
                   due_at = 'infinity' AS rides
              FROM payouts WHERE id = @Id
            """,
            payout
        );

    /// <summary>Waits for a running worker.</summary>
    public Task IsSentAsync(Payout payout, int withinSeconds = 20) =>
        Eventually.BecomesAsync(
            async () => (await RowAsync(payout)).Status == "sent",
            $"payout {payout.Number} is sent",
            withinSeconds
        );

    public Task<AccountRow> AccountAsync(Payout payout) =>
        ReadAsync<AccountRow>(
            "SELECT posted_micro, reserved_micro FROM accounts WHERE user_id = @UserId",
            payout
        );

    public async Task<IReadOnlyList<string>> HistoryAsync(Payout payout)
    {
        await using NpgsqlConnection connection = await database.Owner.OpenConnectionAsync();
        return (
            await connection.QueryAsync<string>(
                "SELECT concat_ws(' ', action, CASE WHEN action = 'parked' THEN reason END) FROM payout_events WHERE payout_id = @Id ORDER BY id",
                payout
            )
        ).ToList();
    }

    public Task<T> ReadAsync<T>(string sql) => ReadAsync<T>(sql, new { });

    public async Task<T> ReadAsync<T>(string sql, object parameters)
    {
        await using NpgsqlConnection connection = await database.Owner.OpenConnectionAsync();
        return await connection.QuerySingleAsync<T>(sql, parameters);
    }

    /// <summary>As an operator at the database would.</summary>
    public async Task ExecuteAsync(string sql, object? parameters = null)
    {
        await using NpgsqlConnection connection = await database.Owner.OpenConnectionAsync();
        await connection.ExecuteAsync(sql, parameters);
    }

    /// <summary>Time passes: whatever waits for its time, or is leased, is due.</summary>
    public Task TimePassesAsync() =>
        ExecuteAsync(
            """
            UPDATE payouts SET due_at = now() WHERE status IN ('requested', 'processing') AND due_at < 'infinity';
            UPDATE chain_transactions SET due_at = now() WHERE state = 'open'
            """
        );
}

public sealed record Payout(Guid Id, long Number, Guid UserId);

public sealed record PayoutRow
{
    public required string Status { get; init; }
    public string? SettledBy { get; init; }
    public string? TxHash { get; init; }
    public string? FailureCode { get; init; }
    public string? Note { get; init; }
    public string? ParkReason { get; init; }
    public string? ParkDetail { get; init; }
    public int FailedRides { get; init; }
    public int TakeUps { get; init; }
    public long LeaseToken { get; init; }
    public bool Rides { get; init; }
}

public sealed record AccountRow
{
    public long PostedMicro { get; init; }
    public long ReservedMicro { get; init; }
}
