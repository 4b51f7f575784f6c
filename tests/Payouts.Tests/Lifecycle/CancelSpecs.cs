using Dapper;
using Npgsql;
using Settlement.Chains;
using Settlement.Payouts.Ledger;
using Settlement.Payouts.Lifecycle;
using Settlement.Payouts.Settling;
using Settlement.TestKit;
using Shouldly;
using Xunit;

namespace Settlement.Payouts.Tests.Lifecycle;

/// <summary>Calling a payout off, and what comes in between.</summary>
public sealed class CancelSpecs(PostgresDatabase database) : IClassFixture<PostgresDatabase>
{
    private const int Rounds = 40;

    private readonly CancelPayout _cancel = new(database.App);

    [Fact]
    public async Task The_amount_is_free_again_and_the_history_says_who_called_it_off()
    {
        GivenPayout payout = await APayout.In(database).Of(25_000_000).RequestedAsync();

        TransitionResult result = await _cancel.ExecuteAsync(ByUser(payout), default);

        result.ShouldBe(TransitionResult.Applied.Instance);
        Balance balance = await new ReadBalance(database.App).ExecuteAsync(
            payout.UserId,
            "USDC",
            default
        );
        (balance.AvailableMicro, balance.ReservedMicro).ShouldBe((25_000_000, 0));
        (await EventsAsync(payout)).ShouldBe(["1 requested", "2 cancelled"]);
        (await SettledByAsync(payout)).ShouldBe("user");
    }

    [Fact]
    public async Task Another_users_payout_is_not_found_in_any_status()
    {
        foreach (PayoutStatus status in Enum.GetValues<PayoutStatus>())
        {
            GivenPayout payout = await APayout.In(database).InAsync(status);

            TransitionResult result = await _cancel.ExecuteAsync(
                ByUser(payout) with
                {
                    UserId = Guid.NewGuid(),
                },
                default
            );

            result.ShouldBe(TransitionResult.NotFound.Instance);
        }
    }

    [Fact]
    public async Task B5_While_a_transaction_may_land_nobody_calls_the_payout_off()
    {
        GivenPayout payout = await APayout.In(database).RidingAsync();

        TransitionResult[] results =
        [
            await _cancel.ExecuteAsync(ByUser(payout), default),
            await _cancel.ExecuteAsync(ByOperator(payout), default),
        ];

        results
            .Select(r => r.ShouldBeOfType<TransitionResult.Refused>())
            .ShouldAllBe(r =>
                r.Because == RefusedBecause.TransactionInFlight
                && r.TransactionId == payout.Signed!.TransactionId
            );
    }

    [Fact]
    public async Task Once_its_transaction_is_proven_dead_only_an_operator_may()
    {
        GivenPayout payout = await APayout.In(database).ReturnedAsync();

        TransitionResult user = await _cancel.ExecuteAsync(ByUser(payout), default);
        TransitionResult word = await _cancel.ExecuteAsync(ByOperator(payout), default);

        user.ShouldBeOfType<TransitionResult.Refused>().Because.ShouldBe(RefusedBecause.TakenUp);
        word.ShouldBe(TransitionResult.Applied.Instance);
        (await SettledByAsync(payout)).ShouldBe("operator");
    }

    [Fact]
    public async Task A_worker_whose_payout_an_operator_called_off_cannot_store_it()
    {
        GivenPayout payout = await APayout.In(database).ProcessingAsync();
        var solana = new NetworkId("solana");
        await new Wallets(database.App).RegisterAsync(solana, "solana-wallet", null, default);

        TransitionResult word = await _cancel.ExecuteAsync(ByOperator(payout), default);
        OpenOutcome opened = await new StoreTransaction(database.App).ExecuteAsync(
            new NewTransaction(
                solana,
                [payout.Claim!],
                APayout.ASignedTransaction("solana-wallet", null),
                "w",
                TimeSpan.FromHours(1)
            ),
            default
        );

        word.ShouldBe(TransitionResult.Applied.Instance);
        opened.ShouldBe(OpenOutcome.Fenced.Instance);
    }

    [Fact]
    public async Task Of_a_user_and_the_workers_at_once_one_has_the_payout()
    {
        for (int round = 0; round < Rounds; round++)
        {
            GivenPayout payout = await APayout.In(database).On("raced").RequestedAsync();
            var claim = new PayoutClaim(
                new NetworkId("raced"),
                [payout.Id],
                1,
                "w",
                TimeSpan.FromHours(1)
            );

            Task<TransitionResult>[] words =
            [
                .. Enumerable
                    .Range(0, 2)
                    .Select(_ => _cancel.ExecuteAsync(ByUser(payout), default)),
            ];
            Task<IReadOnlyList<ClaimedPayout>>[] claims =
            [
                .. Enumerable
                    .Range(0, 2)
                    .Select(_ => new ClaimPayouts(database.App).ExecuteAsync(claim, default)),
            ];
            TransitionResult[] results = await Task.WhenAll(words);
            int taken = (await Task.WhenAll(claims)).Sum(c => c.Count);

            int applied = results.Count(r => r is TransitionResult.Applied);
            (applied + taken).ShouldBe(1, "SKIP LOCKED may leave it to the user, never to nobody.");
            (await EventsAsync(payout)).ShouldBe([
                "1 requested",
                applied == 1 ? "2 cancelled" : "2 processing",
            ]);
        }
    }

    [Fact]
    public async Task A_user_who_waits_for_a_worker_that_is_taking_the_payout_up_comes_too_late()
    {
        GivenPayout payout = await APayout.In(database).RequestedAsync();
        await using NpgsqlConnection worker = await database.App.OpenConnectionAsync();
        await using NpgsqlTransaction claim = await worker.BeginTransactionAsync();
        await worker.ExecuteAsync(
            """
            WITH taken AS (
                UPDATE payouts SET status = 'processing', lease_token = lease_token + 1, lease_owner = 'w',
                                   due_at = now() + interval '1 hour'
                 WHERE id = @Id RETURNING id, version)
            INSERT INTO payout_events (payout_id, version, action, actor) SELECT id, version, 'processing', 'worker:w' FROM taken
            """,
            new { payout.Id },
            claim
        );

        Task<TransitionResult> word = _cancel.ExecuteAsync(ByUser(payout), default);
        await SomebodyWaitsAsync();
        await claim.CommitAsync();

        TransitionResult.Refused refused = (await word).ShouldBeOfType<TransitionResult.Refused>();
        (refused.Because, refused.Status).ShouldBe(
            (RefusedBecause.TakenUp, PayoutStatus.Processing)
        );
    }

    private static CancelWord ByUser(GivenPayout payout) =>
        new(payout.Id, payout.UserId, $"user:{payout.UserId}", null);

    private static CancelWord ByOperator(GivenPayout payout) =>
        new(payout.Id, null, APayout.Operator, null, "Called off.");

    private async Task<IEnumerable<string>> EventsAsync(GivenPayout payout)
    {
        await using NpgsqlConnection connection = await database.App.OpenConnectionAsync();
        return await connection.QueryAsync<string>(
            "SELECT version || ' ' || action FROM payout_events WHERE payout_id = @Id ORDER BY id",
            new { payout.Id }
        );
    }

    private async Task<string?> SettledByAsync(GivenPayout payout)
    {
        await using NpgsqlConnection connection = await database.App.OpenConnectionAsync();
        return await connection.QuerySingleAsync<string?>(
            "SELECT settled_by FROM payouts WHERE id = @Id",
            new { payout.Id }
        );
    }

    /// <summary>Returns when a statement in this database waits for a lock.</summary>
    private async Task SomebodyWaitsAsync()
    {
        await using NpgsqlConnection connection = await database.Owner.OpenConnectionAsync();
        const string sql = """
            SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'
            """;
        while (await connection.ExecuteScalarAsync<long>(sql) == 0)
            await Task.Yield();
    }
}
