using Settlement.Payouts.Lifecycle;
using Settlement.Payouts.Owning;
using Settlement.TestKit;
using Shouldly;
using Xunit;

namespace Settlement.Worker.Tests.Owning;

/// <summary>A database that is older than the chain: what it has forgotten was paid all the same.</summary>
public sealed class RestoredDatabaseSpecs : IAsyncLifetime
{
    private readonly PostgresDatabase _database = new();
    private PostgresDatabase _restored = null!;
    private Given _given = null!;

    public Task InitializeAsync() => _database.InitializeAsync();

    public async Task DisposeAsync()
    {
        await _database.DisposeAsync();
        await _restored.DisposeAsync();
    }

    [Theory]
    [InlineData(true, false)]
    [InlineData(true, true)]
    [InlineData(false, false)]
    [InlineData(false, true)]
    public async Task D1_D2_A_restored_database_sends_nothing_until_an_operator_has_accounted_for_what_it_forgot(
        bool usesNonces,
        bool looksLikeTheSameDatabase
    )
    {
        FakeChain chain = usesNonces ? AChain.Numbered() : AChain.Expiring();
        (Payout forgotten, Payout waiting) = await PayOneAfterTheDumpAsync(chain);
        int sends = chain.Broadcasts;
        if (looksLikeTheSameDatabase)
            await PretendAsync();

        await using AWorker worker = await AWorker.StandingAsync(_restored, chain);
        await RoundAsync(worker);
        int sentMeanwhile = chain.Broadcasts - sends;
        bool thawedTooEarly = await ThawAsync(chain);

        sentMeanwhile.ShouldBe(0);
        thawedTooEarly.ShouldBeFalse();
        (await _given.RowAsync(waiting)).ParkReason.ShouldBe("wallet_frozen");
        ForeignRow row = (await Foreign.ListAsync(null, default)).ShouldHaveSingleItem();
        row.PayoutIds.ShouldBe([forgotten.Id]);
        await AdoptAsync(row);
        (await ThawAsync(chain)).ShouldBeTrue();
        await SaySentAsync(forgotten, row.TransactionId!);
        await worker.Network.Gate.VerifyAsync(default);
        await RoundAsync(worker);

        (await _given.RowAsync(waiting)).Status.ShouldBe("sent");
        PayoutRow known = await _given.RowAsync(forgotten);
        (known.Status, known.SettledBy, known.TxHash).ShouldBe(
            ("sent", "operator", row.TransactionId)
        );
        chain.Payments.Values.ShouldBe([1, 1]);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task D1_What_the_forgotten_transaction_paid_is_on_hold_and_not_paid_again(
        bool usesNonces
    )
    {
        FakeChain chain = usesNonces ? AChain.Numbered() : AChain.Expiring();
        (Payout forgotten, Payout waiting) = await PayOneAfterTheDumpAsync(chain);
        await using AWorker worker = await AWorker.StandingAsync(_restored, chain);

        await AdoptAsync((await Foreign.ListAsync(null, default)).Single());
        await ThawAsync(chain);
        await worker.Network.Gate.VerifyAsync(default);
        await RoundAsync(worker);

        (await _given.RowAsync(waiting)).Status.ShouldBe("sent");
        (await _given.RowAsync(forgotten)).Status.ShouldNotBe("sent");
        chain.Payments[forgotten.Number].ShouldBe(1);
    }

    [Fact]
    public async Task D1_Where_no_node_says_what_a_nonce_was_used_for_every_payout_of_before_is_on_hold()
    {
        FakeChain chain = AChain.Numbered();
        (Payout forgotten, Payout waiting) = await PayOneAfterTheDumpAsync(chain);
        chain.TellsNonces = false;
        await using AWorker worker = await AWorker.StandingAsync(_restored, chain);

        ForeignRow row = (await Foreign.ListAsync(null, default)).Single();
        await AdoptAsync(row);
        await ThawAsync(chain);
        await worker.Network.Gate.VerifyAsync(default);
        Payout later = await _given.PayoutAsync(chain);
        await RoundAsync(worker);

        row.TransactionId.ShouldBeNull();
        row.PayoutIds.ShouldBe([forgotten.Id, waiting.Id]);
        (await _given.RowAsync(later)).Status.ShouldBe("sent");
        (await _given.RowAsync(waiting)).Status.ShouldNotBe("sent");
        chain.Payments[forgotten.Number].ShouldBe(1);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task D1_What_a_restored_database_still_knows_of_is_concluded_and_a_word_lets_it_go_on(
        bool usesNonces
    )
    {
        FakeChain chain = usesNonces ? AChain.Numbered() : AChain.Expiring();
        chain.IsInstant = false;
        Payout riding;
        await using (AWorker before = await AWorker.StandingAsync(_database, chain))
        {
            riding = await new Given(_database).PayoutAsync(chain);
            await before.Network.SettleAsync(null, default);
        }
        await DumpAsync();
        chain.Include(isFinal: true);
        chain.IsInstant = true;

        await using AWorker worker = await AWorker.StandingAsync(_restored, chain);
        Payout next = await _given.PayoutAsync(chain);
        await RoundAsync(worker);

        (await _given.RowAsync(riding)).Status.ShouldBe("sent");
        (await _given.RowAsync(next)).ParkReason.ShouldBe("wallet_frozen");
        (await _given.RowAsync(next)).ParkDetail!.ShouldContain("may be older than the chain");
        (await Foreign.ListAsync(null, default)).ShouldBeEmpty();
        (await ThawAsync(chain)).ShouldBeTrue();
        await worker.Network.Gate.VerifyAsync(default);
        await RoundAsync(worker);
        (await _given.RowAsync(next)).Status.ShouldBe("sent");
        chain.Payments.Values.ShouldBe([1, 1]);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task D1_What_the_forgotten_transaction_paid_nobody_fails_or_calls_off(
        bool usesNonces
    )
    {
        FakeChain chain = usesNonces ? AChain.Numbered() : AChain.Expiring();
        (Payout forgotten, Payout waiting) = await PayOneAfterTheDumpAsync(chain);
        await using AWorker worker = await AWorker.StandingAsync(_restored, chain);
        ForeignRow row = (await Foreign.ListAsync(null, default)).Single();

        TransitionResult[] refused =
        [
            await CancelAsync(forgotten, forgotten.UserId),
            await CancelAsync(forgotten, null),
            await FailAsync(forgotten, force: false),
            await FailAsync(forgotten, force: true),
        ];
        await AdoptAsync(row);
        TransitionResult afterAdoption = await FailAsync(forgotten, force: false);

        foreach (TransitionResult result in refused.Append(afterAdoption))
        {
            TransitionResult.Refused because = result.ShouldBeOfType<TransitionResult.Refused>();
            (because.Because, because.TransactionId).ShouldBe(
                (RefusedBecause.PaidElsewhere, row.TransactionId)
            );
        }
        (await CancelAsync(waiting, waiting.UserId)).ShouldBe(TransitionResult.Applied.Instance);
        await SaySentAsync(forgotten, row.TransactionId!);
        (await _given.RowAsync(forgotten)).Status.ShouldBe("sent");
    }

    [Fact]
    public async Task D1_What_the_vault_names_as_paid_nobody_fails_or_calls_off()
    {
        FakeChain chain = AChain.Numbered();
        await PayOneAfterTheDumpAsync(chain);
        string hash = "0x" + new string('a', 64);
        Payout same = await ParkedAsync(chain, "before: exactly this transfer, in transaction");
        Payout another = await ParkedAsync(
            chain,
            "before, but for another payout: 1 base units to 0x1, in transaction"
        );

        TransitionResult refused = await FailAsync(same, force: false);
        TransitionResult free = await CancelAsync(another, null);

        TransitionResult.Refused because = refused.ShouldBeOfType<TransitionResult.Refused>();
        (because.Because, because.TransactionId).ShouldBe((RefusedBecause.PaidElsewhere, hash));
        free.ShouldBe(TransitionResult.Applied.Instance);

        async Task<Payout> ParkedAsync(FakeChain on, string what)
        {
            Payout payout = await _given.PayoutAsync(on);
            await _given.ExecuteAsync(
                """
                UPDATE payouts SET status = 'processing', lease_token = lease_token + 1, park_reason = 'needs_operator', parked_at = now(),
                       park_detail = format('The vault 0x00000000000000000000000000000000000000aa has paid number %s %s %s, block 7.', number, @what, @hash)
                 WHERE id = @Id;
                INSERT INTO payout_events (payout_id, version, action, actor) VALUES (@Id, 2, 'processing', 'worker:w')
                """,
                new
                {
                    payout.Id,
                    what,
                    hash,
                }
            );
            return payout;
        }
    }

    private Task<TransitionResult> CancelAsync(Payout payout, Guid? user) =>
        new CancelPayout(_restored.App).ExecuteAsync(
            new CancelWord(payout.Id, user, user is null ? "operator:ann" : $"user:{user}", null),
            default
        );

    private Task<TransitionResult> FailAsync(Payout payout, bool force) =>
        new FinalizePayout(_restored.App).ByOperatorAsync(
            new OperatorWord(payout.Id, null, null, null, null, force, "operator:ann", null),
            default
        );

    private ForeignTransactions Foreign => new(_restored.App);

    // The database is kept as it was while two payouts waited; then one of them is paid.
    private async Task<(Payout Forgotten, Payout Waiting)> PayOneAfterTheDumpAsync(FakeChain chain)
    {
        var given = new Given(_database);
        Payout forgotten;
        Payout waiting;
        await using (AWorker before = await AWorker.StandingAsync(_database, chain))
        {
            forgotten = await given.PayoutAsync(chain);
            waiting = await given.PayoutAsync(chain);
        }
        await DumpAsync();
        await using (AWorker after = await AWorker.StandingAsync(_database, chain))
        {
            await after.Network.SettleAsync([forgotten.Id], default);
            await given.TimePassesAsync();
            await after.Network.ObserveAsync(default);
        }
        (await given.RowAsync(forgotten)).Status.ShouldBe("sent");
        return (forgotten, waiting);
    }

    private async Task DumpAsync()
    {
        _restored = await _database.CopyAsync();
        _given = new Given(_restored);
    }

    // As a copy of the files would: nothing in the database itself tells that it is older.
    private Task PretendAsync() =>
        _given.ExecuteAsync(
            "UPDATE settlement.wallet_watch SET checked_in = settlement.this_database()"
        );

    private async Task RoundAsync(AWorker worker)
    {
        await _given.TimePassesAsync();
        await worker.Network.SettleAsync(null, default);
        await _given.TimePassesAsync();
        await worker.Network.ObserveAsync(default);
    }

    private Task<bool> ThawAsync(FakeChain chain) =>
        new Wallets(_restored.App).ThawAsync(
            chain.Network,
            chain.Sender,
            "operator:ann",
            "compared with the chain",
            default
        );

    private async Task AdoptAsync(ForeignRow row) =>
        (
            await Foreign.AdoptAsync(row.Id, "operator:ann", "forgotten", null, default)
        ).Outcome.ShouldBe("adopted");

    private async Task SaySentAsync(Payout payout, string hash) =>
        (
            await new FinalizePayout(_restored.App).ByOperatorAsync(
                new OperatorWord(payout.Id, hash, null, null, null, false, "operator:ann", null),
                default
            )
        ).ShouldBe(TransitionResult.Applied.Instance);
}
