using Microsoft.Extensions.Logging;
using Settlement.Payouts.Auditing;
using Settlement.TestKit;
using Settlement.Worker.Scheduling;
using Shouldly;
using Xunit;

namespace Settlement.Worker.Tests.Auditing;

public sealed class AuditFreezeSpecs : IAsyncLifetime, IDisposable
{
    private readonly PostgresDatabase _database = new();
    private readonly RecordedLogs _logs = new();
    private readonly LoggerFactory _loggers = new();
    private Given _given = null!;

    public async Task InitializeAsync()
    {
        await _database.InitializeAsync();
        _loggers.AddProvider(_logs);
        _given = new Given(_database);
    }

    public Task DisposeAsync() => _database.DisposeAsync();

    public void Dispose() => _loggers.Dispose();

    [Fact]
    public async Task A_clean_ledger_freezes_nothing()
    {
        await AuditAsync();

        (await new AuditFreeze(_database.App).ReadAsync(default)).ShouldBeNull();
        _logs.Lines.ShouldBeEmpty();
    }

    [Fact]
    public async Task A_broken_invariant_stops_new_transactions_until_a_person_lifts_it()
    {
        FakeChain chain = AChain.Expiring();
        await using AWorker worker = await AWorker.StandingAsync(_database, chain);
        Payout riding = await _given.PayoutAsync(chain);
        await worker.Network.SettleAsync(null, default);
        await BreakAsync(1);

        await AuditAsync();
        Payout accepted = await _given.PayoutAsync(chain);
        int taken = await worker.Network.SettleAsync(null, default);
        await _given.TimePassesAsync();
        await worker.Network.ObserveAsync(default);

        taken.ShouldBe(0);
        (await _given.RowAsync(accepted)).Status.ShouldBe("requested");
        (await _given.RowAsync(riding)).Status.ShouldBe("sent");
        string? reason = await new AuditFreeze(_database.App).ReadAsync(default);
        reason.ShouldNotBeNull().ShouldContain("balance_equals_ledger");

        await BreakAsync(-1);
        await AuditAsync();
        (await worker.Network.SettleAsync(null, default)).ShouldBe(0);
        (await LiftAsync()).ShouldBeTrue();
        (await worker.Network.SettleAsync(null, default)).ShouldBe(1);
    }

    [Fact]
    public async Task What_stays_broken_is_told_once_and_what_breaks_besides_is_told_again()
    {
        await _given.PayoutAsync(AChain.Expiring());
        await BreakAsync(1);

        await AuditAsync();
        await AuditAsync();
        await BreakAsync(1);
        await AuditAsync();
        int afterOne = await LogAsync("payouts_frozen");
        await _given.ExecuteAsync(
            "SET session_replication_role = replica; DELETE FROM payout_events; RESET session_replication_role"
        );
        await AuditAsync();
        await AuditAsync();

        (afterOne, await LogAsync("payouts_frozen")).ShouldBe((1, 2));
        _logs.Count("status_has_its_event").ShouldBe(1);
    }

    [Fact]
    public async Task Lifting_is_recorded_and_an_operators_pause_is_another_thing()
    {
        await _given.ExecuteAsync(
            "INSERT INTO pauses (scope, cause, reason, paused_by) VALUES ('all', 'operator', 'lunch', 'operator:ann')"
        );
        await _given.PayoutAsync(AChain.Expiring());
        await BreakAsync(1);
        await AuditAsync();

        bool first = await LiftAsync();
        bool second = await LiftAsync();

        (first, second).ShouldBe((true, false));
        (await LogAsync("payouts_unfrozen")).ShouldBe(1);
        (await _given.ReadAsync<string>("SELECT cause FROM pauses")).ShouldBe("operator");
    }

    private async Task AuditAsync()
    {
        var job = new LedgerAuditJob(
            new LedgerAudit(_database.App),
            new AuditFreeze(_database.App),
            _loggers.CreateLogger<LedgerAuditJob>()
        );
        await job.Execute(null!, default);
    }

    private Task<bool> LiftAsync() =>
        new AuditFreeze(_database.App).LiftAsync("operator:ann", "a test", default);

    private Task BreakAsync(long micro) =>
        _given.ExecuteAsync(
            """
            SET session_replication_role = replica;
            UPDATE accounts SET posted_micro = posted_micro + @micro
             WHERE id = (SELECT account_id FROM payouts ORDER BY number LIMIT 1);
            RESET session_replication_role
            """,
            new { micro }
        );

    private Task<int> LogAsync(string action) =>
        _given.ReadAsync<int>(
            "SELECT count(*)::int FROM audit_log WHERE action = @action",
            new { action }
        );
}
