using Dapper;
using Npgsql;
using Settlement.Chains;
using Settlement.Payouts.Lifecycle;
using Settlement.Payouts.Settling;
using Settlement.TestKit;
using Shouldly;
using Xunit;

namespace Settlement.Payouts.Tests.Lifecycle;

/// <summary>Worker against operator, worker against worker: whoever comes second finds out.</summary>
public sealed class RaceSpecs(PostgresDatabase database) : IClassFixture<PostgresDatabase>
{
    private static readonly NetworkId s_solana = new("solana");

    private readonly FinalizePayout _finalize = new(database.App);

    [Fact]
    public async Task P6_An_operator_who_is_faster_than_the_store_fences_the_worker_off()
    {
        GivenPayout payout = await APayout.In(database).ProcessingAsync();
        await RegisterAsync();

        TransitionResult word = await _finalize.ByOperatorAsync(Failed(payout), default);
        OpenOutcome opened = await StoreAsync(payout);

        word.ShouldBe(TransitionResult.Applied.Instance);
        opened.ShouldBe(OpenOutcome.Fenced.Instance);
    }

    [Fact]
    public async Task P6_An_operator_who_comes_between_store_and_look_is_refused()
    {
        GivenPayout payout = await APayout.In(database).RidingAsync();

        TransitionResult failed = await _finalize.ByOperatorAsync(Failed(payout), default);
        TransitionResult other = await _finalize.ByOperatorAsync(Sent(payout, "other"), default);
        TransitionResult ours = await _finalize.ByOperatorAsync(
            Sent(payout, payout.Signed!.TransactionId),
            default
        );

        Because(failed).ShouldBe(RefusedBecause.TransactionInFlight);
        Because(other).ShouldBe(RefusedBecause.TransactionInFlight);
        Because(ours).ShouldBe(RefusedBecause.AwaitingFinality);
    }

    [Fact]
    public async Task A_transaction_that_is_proven_not_to_have_paid_is_no_operators_word()
    {
        GivenPayout payout = await APayout.In(database).RidingAsync();
        string hash = payout.Signed!.TransactionId;
        await _finalize.FromChainAsync([payout.Conclusion(paid: false)], "worker:w", default);

        TransitionResult dead = await _finalize.ByOperatorAsync(Sent(payout, hash), default);
        TransitionResult other = await _finalize.ByOperatorAsync(Sent(payout, "other"), default);

        Because(dead).ShouldBe(RefusedBecause.ProvenUnpaid);
        other.ShouldBe(TransitionResult.Applied.Instance);
    }

    [Fact]
    public async Task An_operator_who_waits_for_a_worker_that_is_storing_sees_what_it_stored()
    {
        GivenPayout payout = await APayout.In(database).ProcessingAsync();
        await RegisterAsync();
        await using NpgsqlConnection worker = await database.App.OpenConnectionAsync();
        await using NpgsqlTransaction store = await worker.BeginTransactionAsync();
        await worker.ExecuteAsync(
            """
            INSERT INTO chain_transactions (network, sender, last_valid_block_height, due_at) VALUES ('solana', 'solana-wallet', 100, now());
            INSERT INTO transaction_payouts (transaction_id, position, payout_id, payout_token)
            SELECT max(id), 0, @Id, 1 FROM chain_transactions;
            INSERT INTO attempts (transaction_id, sequence, network, hash, bytes, lease_token, terms, signed_by)
            SELECT max(id), 1, 'solana', gen_random_uuid(), 'x', 1, '{}', 'solana-wallet' FROM chain_transactions;
            """,
            new { payout.Id },
            store
        );

        Task<TransitionResult> word = _finalize.ByOperatorAsync(Failed(payout), default);
        await SomebodyWaitsAsync();
        await store.CommitAsync();

        Because(await word).ShouldBe(RefusedBecause.TransactionInFlight);
    }

    [Fact]
    public async Task A_verdict_under_a_stale_token_writes_nothing()
    {
        GivenPayout payout = await APayout.In(database).RidingAsync();
        await using NpgsqlConnection other = await database.App.OpenConnectionAsync();
        await other.ExecuteAsync(
            "UPDATE chain_transactions SET lease_token = lease_token + 1 WHERE id = @TransactionId",
            new { payout.TransactionId }
        );

        int stale = await _finalize.FromChainAsync([payout.Conclusion(false)], "worker", default);
        int fresh = await _finalize.FromChainAsync([payout.Conclusion(true, 2)], "worker", default);

        (stale, fresh).ShouldBe((0, 1));
    }

    [Fact]
    public async Task A_worker_whose_payout_was_taken_up_anew_can_neither_fail_nor_store_it()
    {
        GivenPayout payout = await APayout.In(database).ProcessingAsync();
        await RegisterAsync();
        await using NpgsqlConnection connection = await database.App.OpenConnectionAsync();
        await connection.ExecuteAsync(
            "UPDATE payouts SET due_at = now() WHERE id = @Id",
            new { payout.Id }
        );
        await APayout.In(database).TakenUpAsync(payout);

        TransitionResult failed = await _finalize.BeforeSigningAsync(
            payout.Claim!,
            FailureCode.DestinationBlocked,
            "No.",
            "worker",
            default
        );
        OpenOutcome stored = await StoreAsync(payout);

        failed.ShouldBe(
            new TransitionResult.Refused(
                RefusedBecause.TakenUp,
                PayoutStatus.Processing,
                null,
                null
            )
        );
        stored.ShouldBe(OpenOutcome.Fenced.Instance);
    }

    [Fact]
    public async Task Of_workers_that_claim_together_one_has_each_payout()
    {
        GivenPayout[] payouts = new GivenPayout[40];
        for (int i = 0; i < payouts.Length; i++)
            payouts[i] = await APayout.In(database).On("crowded").RequestedAsync();
        var claim = new PayoutClaim(new NetworkId("crowded"), null, 7, "w", TimeSpan.FromHours(1));

        IReadOnlyList<ClaimedPayout>[] claimed = await Task.WhenAll(
            Enumerable
                .Range(0, 16)
                .Select(_ => new ClaimPayouts(database.App).ExecuteAsync(claim, default))
        );

        claimed.SelectMany(c => c).Select(p => p.Id).ShouldBeUnique();
        claimed.SelectMany(c => c).ShouldAllBe(p => p.Token == 1);
    }

    [Fact]
    public async Task P2_B3_Of_workers_that_store_the_same_payout_one_wins()
    {
        GivenPayout payout = await APayout.In(database).ProcessingAsync();
        await RegisterAsync();

        OpenOutcome[] outcomes = await Task.WhenAll(
            Enumerable.Range(0, 8).Select(_ => StoreAsync(payout))
        );

        outcomes.OfType<OpenOutcome.Opened>().Count().ShouldBe(1);
        outcomes.OfType<OpenOutcome.Fenced>().Count().ShouldBe(7);
    }

    [Fact]
    public async Task P3_Of_workers_that_take_the_same_nonce_one_wins_and_the_others_are_told_so()
    {
        var network = new NetworkId("ethereum");
        await new Wallets(database.App).RegisterAsync(network, "ethereum-wallet", 0, default);
        GivenPayout[] payouts = new GivenPayout[8];
        for (int i = 0; i < payouts.Length; i++)
            payouts[i] = await APayout.In(database).On("ethereum").ProcessingAsync();

        OpenOutcome[] outcomes = await Task.WhenAll(
            payouts.Select(p =>
                new StoreTransaction(database.App).ExecuteAsync(
                    new NewTransaction(
                        network,
                        [p.Claim!],
                        APayout.ASignedTransaction("ethereum-wallet", 0),
                        "w",
                        TimeSpan.FromHours(1)
                    ),
                    default
                )
            )
        );

        outcomes.OfType<OpenOutcome.Opened>().Count().ShouldBe(1);
        outcomes.OfType<OpenOutcome.NonceTaken>().Count().ShouldBe(7);
        WalletState wallet = await new Wallets(database.App).ReadAsync(
            network,
            "ethereum-wallet",
            default
        );
        wallet.NextNonce.ShouldBe(1UL);
    }

    private static RefusedBecause Because(TransitionResult result) =>
        result.ShouldBeOfType<TransitionResult.Refused>().Because;

    private static OperatorWord Failed(GivenPayout payout) =>
        new(payout.Id, null, "Called off.", null, null, false, APayout.Operator, null);

    private static OperatorWord Sent(GivenPayout payout, string hash) =>
        Failed(payout) with
        {
            TxHash = hash,
        };

    private Task RegisterAsync() =>
        new Wallets(database.App).RegisterAsync(s_solana, "solana-wallet", null, default);

    private Task<OpenOutcome> StoreAsync(GivenPayout payout) =>
        new StoreTransaction(database.App).ExecuteAsync(
            new NewTransaction(
                s_solana,
                [payout.Claim!],
                APayout.ASignedTransaction("solana-wallet", null),
                "w",
                TimeSpan.FromHours(1)
            ),
            default
        );

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
