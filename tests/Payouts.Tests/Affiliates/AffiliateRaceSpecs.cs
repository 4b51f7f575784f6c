using Dapper;
using Npgsql;
using Settlement.Affiliates.Commissions;
using Settlement.Affiliates.Paying;
using Settlement.Payouts.Auditing;
using Settlement.TestKit;
using Shouldly;
using Xunit;

namespace Settlement.Payouts.Tests.Affiliates;

/// <summary>What happens at the same time happens one after the other, whatever the order.</summary>
public sealed class AffiliateRaceSpecs(PostgresDatabase database)
    : IClassFixture<PostgresDatabase>,
        IAsyncLifetime
{
    private const int Affiliates = 12;

    private static readonly (string, string) s_by = ("tess", "req");

    private readonly string _name = $"race-{Guid.NewGuid():N}";

    public Task InitializeAsync() => Task.CompletedTask;

    public async Task DisposeAsync() =>
        (await new LedgerAudit(database.App).RunAsync(default)).Violations.ShouldBeEmpty();

    [Fact]
    public async Task Two_runs_of_one_period_create_each_payout_once()
    {
        for (int n = 0; n < Affiliates; n++)
            await EarnAsync(n, 100, 1);

        RunReport[] reports = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => RunAsync(1)));

        reports.Sum(r => r.Created).ShouldBe(Affiliates);
        reports.Sum(r => r.TotalNetCents).ShouldBe(Affiliates * 100);
        reports.ShouldAllBe(r => r.Errors.Count == 0);
        (await SumAsync("SELECT count(*) FROM affiliate_payouts")).ShouldBe(Affiliates);
        (await SumAsync("SELECT sum(amount_cents) FROM affiliate_payouts")).ShouldBe(
            Affiliates * 100
        );
    }

    [Fact]
    public async Task Runs_beside_earnings_reversals_and_decisions_lose_nothing_and_pay_nothing_twice()
    {
        for (int n = 0; n < Affiliates; n++)
            await EarnAsync(n, 100, 1);
        Task earning = Task.WhenAll(
            Enumerable.Range(0, 3).Select(lane => EarnAndReverseAsync(lane, 60))
        );

        Task deciding = Task.WhenAll(
            Enumerable
                .Range(0, 3)
                .Select(async _ =>
                {
                    while (!earning.IsCompleted)
                        await DecideAsync();
                })
        );
        await earning;
        await deciding;
        // What came last, and what is owed, goes with a month that is large enough.
        for (int n = 0; n < Affiliates; n++)
            await EarnAsync(n, 1_000_000, 5);
        await DecideAsync(5);
        await DecideAsync(5);

        long earned = await SumAsync(
            """
            SELECT sum(amount_cents) FILTER (WHERE kind = 'commission' AND reversed_at IS NULL)
                   - coalesce(sum(amount_cents) FILTER (WHERE kind = 'reversal'), 0) FROM commissions
            """
        );
        long paid = await SumAsync(
            "SELECT sum(amount_cents) FILTER (WHERE status = 'paid') FROM affiliate_payouts"
        );
        paid.ShouldBe(earned);
        (
            await SumAsync(
                "SELECT count(*) FROM commissions WHERE payout_id IS NULL AND reversed_at IS NULL"
            )
        ).ShouldBe(0);
    }

    [Fact]
    public async Task Of_many_who_mark_it_as_paid_at_once_one_is_believed()
    {
        Guid payout = await AnAffiliatePayout.In(database).ApprovedAsync();

        MoveOutcome[] outcomes = await Task.WhenAll(
            Enumerable.Range(0, 12).Select(n => MoveAsync(payout, "paid", $"transfer-{n % 6}"))
        );

        outcomes.Count(o => o is MoveOutcome.Done).ShouldBe(2);
        outcomes.Count(o => o is MoveOutcome.Refused { Status: "paid" }).ShouldBe(10);
    }

    private async Task EarnAndReverseAsync(int lane, int times)
    {
        for (int n = 0; n < times; n++)
        {
            Guid commission = await EarnAsync(n % Affiliates, 7 + lane, 1 + (n % 3));
            if (n % 3 == 0)
            {
                await using NpgsqlConnection connection = await database.App.OpenConnectionAsync();
                await ReverseCommission.ExecuteAsync(
                    connection,
                    new Reversal(commission, null, "tess", "req"),
                    default
                );
            }
        }
    }

    /// <summary>Gathers months, approves what is pending and pays what is approved.</summary>
    private async Task DecideAsync(int lastMonth = 3)
    {
        for (int month = 1; month <= lastMonth; month++)
            (await RunAsync(month)).Errors.ShouldBeEmpty();
        await using NpgsqlConnection connection = await database.App.OpenConnectionAsync();
        foreach (
            Guid payout in await connection.QueryAsync<Guid>(
                "SELECT id FROM affiliate_payouts WHERE status IN ('pending', 'approved') AND affiliate_id LIKE @name",
                new { name = $"{_name}%" }
            )
        )
        {
            await MoveAsync(payout, "approved", null);
            await MoveAsync(payout, "paid", "transfer");
        }
    }

    private Task<RunReport> RunAsync(int month) =>
        new RunPeriod(database.App).ExecuteAsync(Period.Month(2026, month), false, s_by, default);

    private async Task<MoveOutcome> MoveAsync(Guid payout, string becomes, string? reference)
    {
        await using NpgsqlConnection connection = await database.App.OpenConnectionAsync();
        return await MoveAffiliatePayout.ExecuteAsync(
            connection,
            new Move(payout, becomes, reference, "tess", "req"),
            default
        );
    }

    private async Task<Guid> EarnAsync(int affiliate, long cents, int month)
    {
        await using NpgsqlConnection connection = await database.App.OpenConnectionAsync();
        CommissionOutcome outcome = await IngestCommission.ExecuteAsync(
            connection,
            new NewCommission(
                $"{_name}-{affiliate}",
                "EUR",
                cents,
                $"{Guid.NewGuid()}",
                new DateTimeOffset(2026, month, 5, 0, 0, 0, TimeSpan.Zero),
                null,
                TimeSpan.Zero,
                "tess",
                "req"
            ),
            default
        );
        return ((CommissionOutcome.Created)outcome).Id;
    }

    // Of this test's affiliates only.
    private async Task<long> SumAsync(string sql)
    {
        await using NpgsqlConnection connection = await database.Owner.OpenConnectionAsync();
        string own = $" affiliate_id LIKE '{_name}%'";
        return await connection.ExecuteScalarAsync<long>(
            sql
                + (
                    sql.Contains("WHERE payout_id", StringComparison.Ordinal)
                        ? $" AND {own}"
                        : $" WHERE {own}"
                )
        );
    }
}
