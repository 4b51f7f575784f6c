using Dapper;
using Npgsql;
using Settlement.Chains;
using Settlement.Payouts.Auditing;
using Settlement.Payouts.Ledger;
using Settlement.Payouts.Lifecycle;
using Settlement.TestKit;
using Xunit;

namespace Settlement.Worker.Tests.Auditing;

/// <summary>A database with something of everything: payouts requested, riding, parked, requeued, sent, failed and
/// cancelled by force, rewards posted, locked, reversed and owed.</summary>
public sealed class ABusyDatabase : IAsyncLifetime
{
    private readonly PostgresDatabase _database = new();

    public NpgsqlDataSource App => _database.App;

    public async Task InitializeAsync()
    {
        await _database.InitializeAsync();
        await FillAsync();
    }

    public Task DisposeAsync() => _database.DisposeAsync();

    /// <summary>Audits after a superuser has switched the guards off and written; nothing of it is kept.</summary>
    public async Task<IReadOnlyList<Violation>> AuditAfterAsync(string plant)
    {
        await using NpgsqlConnection connection = await _database.Owner.OpenConnectionAsync();
        await using NpgsqlTransaction rolledBack = await connection.BeginTransactionAsync();
        await connection.ExecuteAsync("SET LOCAL session_replication_role = replica");
        int rows = await connection.ExecuteAsync(plant);
        if (rows == 0)
            throw new InvalidOperationException($"The plant changed nothing: {plant}");
        return await LedgerAudit.FindAsync(connection, default);
    }

    public async Task<T> ReadAsync<T>(string sql)
    {
        await using NpgsqlConnection connection = await _database.Owner.OpenConnectionAsync();
        return await connection.QuerySingleAsync<T>(sql);
    }

    private async Task FillAsync()
    {
        var given = new Given(_database);
        FakeChain numbered = AChain.Numbered();
        FakeChain expiring = AChain.Expiring();
        foreach (FakeChain chain in new[] { numbered, expiring })
        {
            await using AWorker worker = await AWorker.StandingAsync(_database, chain);
            await given.PayoutsAsync(chain, 3);
            await StepAsync(given, worker);

            Payout failing = await given.PayoutAsync(chain);
            chain.Preflight = t => Refuse(t, failing);
            await StepAsync(given, worker);

            Payout parked = await given.PayoutAsync(chain);
            chain.Preflight = t => Delay(t, parked);
            chain.Broadcasting = _ => new BroadcastOutcome.Unknown("lost");
            await given.PayoutsAsync(chain, 3);
            await worker.Network.SettleAsync(null, default);
            await ForceAsync(chain);
            await given.PayoutAsync(chain);
        }
        await RewardsAsync();
    }

    private static async Task StepAsync(Given given, AWorker worker)
    {
        await worker.Network.SettleAsync(null, default);
        await given.TimePassesAsync();
        await worker.Network.ObserveAsync(default);
    }

    /// <summary>An operator fails a payout whose transaction may land: the refund is held.</summary>
    private async Task ForceAsync(FakeChain chain)
    {
        Guid riding = await ReadAsync<Guid>(
            $"SELECT id FROM payouts WHERE network = '{chain.Network}' AND due_at = 'infinity' AND completed_at IS NULL ORDER BY number LIMIT 1"
        );
        await FailAsync(riding);
    }

    private async Task FailAsync(Guid payout)
    {
        TransitionResult result = await new FinalizePayout(_database.App).ByOperatorAsync(
            new OperatorWord(payout, null, "sorry", "why", null, true, "operator:ann", null),
            default
        );
        if (result is not TransitionResult.Applied)
            throw new InvalidOperationException($"The failure was refused: {result}");
    }

    private async Task RewardsAsync()
    {
        var user = Guid.NewGuid();
        DateTimeOffset later = DateTimeOffset.UtcNow.AddDays(1);
        (long Micro, RewardKind Kind, DateTimeOffset? UnlockAt)[] events =
        [
            (5_000_000, RewardKind.Reward, null),
            (7_000_000, RewardKind.Reward, later),
            (2_000_000, RewardKind.Reversal, null),
            (9_000_000, RewardKind.Reversal, null),
            (1_000_000, RewardKind.Adjustment, null),
        ];
        foreach ((long micro, RewardKind kind, DateTimeOffset? unlockAt) in events)
        {
            await new IngestReward(_database.App).ExecuteAsync(
                new NewReward(
                    user,
                    micro,
                    kind,
                    Guid.NewGuid().ToString(),
                    unlockAt,
                    null,
                    "operator",
                    null
                ),
                default
            );
        }
        await KeyedPayoutAsync();
        await AffiliatesAsync();
    }

    /// <summary>What ann was paid in January and February is reversed: February's debt is recovered in March, May's is not.</summary>
    private async Task AffiliatesAsync()
    {
        await using NpgsqlConnection connection = await _database.App.OpenConnectionAsync();
        foreach ((int month, int cents) in new[] { (1, 500), (2, 100), (3, 900), (4, 50), (5, 10) })
        {
            await connection.ExecuteAsync(
                """
                SELECT ingest_commission(gen_random_uuid(), 'ann', 'EUR', @cents, 'ann-' || @month, make_date(2026, @month, 5)::timestamptz,
                                         NULL, 'system', NULL);
                SELECT create_affiliate_payout(gen_random_uuid(), 'ann', 'EUR', make_date(2026, @month, 1)::timestamptz,
                                               make_date(2026, @month + 1, 1)::timestamptz, 'system', NULL);
                SELECT move_affiliate_payout(id, 'approved', NULL, 'system', NULL) FROM affiliate_payouts WHERE status = 'pending';
                SELECT move_affiliate_payout(id, 'paid', 'transfer', 'system', NULL) FROM affiliate_payouts WHERE status = 'approved';
                SELECT reverse_commission(id, gen_random_uuid(), NULL, 'system', NULL) FROM commissions
                 WHERE source_event_id = 'ann-' || @month AND @month IN (1, 4);
                """,
                new { month, cents }
            );
        }
        AnAffiliatePayout affiliates = AnAffiliatePayout.In(_database);
        APayout chain = APayout.In(_database).On("solana-two");
        foreach (string state in new[] { "requested", "failed", "sent" })
        {
            Guid payout = await affiliates.ApprovedAsync();
            (_, GivenPayout paying) = await affiliates.PayAsync(payout, "solana-two");
            if (state == "requested")
                continue;
            GivenPayout riding = await chain.BoardedAsync(await chain.TakenUpAsync(paying));
            await chain.ConcludeAsync(riding, paid: state == "sent");
            if (state == "failed")
                await FailAsync(riding.Id);
        }
    }

    private async Task KeyedPayoutAsync()
    {
        var user = Guid.NewGuid();
        await new IngestReward(_database.App).ExecuteAsync(
            new NewReward(
                user,
                8_000_000,
                RewardKind.Reward,
                $"{user}",
                null,
                null,
                "operator",
                null
            ),
            default
        );
        await new AcceptPayout(_database.App).ExecuteAsync(
            new PayoutRequest(
                user,
                8_000_000,
                "nowhere",
                "address-of-somebody-else",
                "USDC",
                "asset-address",
                6,
                null,
                "key",
                null
            ),
            default
        );
    }

    private static PreflightAnswer.NeverPayable? Refuse(TransferOrder order, Payout payout) =>
        order.PayoutNumber == payout.Number
            ? new PreflightAnswer.NeverPayable(FailureCode.DestinationBlocked, "Blocked.")
            : null;

    private static PreflightAnswer.NotNow? Delay(TransferOrder order, Payout payout) =>
        order.PayoutNumber == payout.Number
            ? new PreflightAnswer.NotNow(ParkReason.FeeAboveCap, "Dear.")
            : null;
}
