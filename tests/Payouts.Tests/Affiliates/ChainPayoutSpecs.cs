using Dapper;
using Npgsql;
using Settlement.Payouts.Auditing;
using Settlement.Payouts.Lifecycle;
using Settlement.TestKit;
using Shouldly;
using Xunit;

namespace Settlement.Payouts.Tests.Affiliates;

/// <summary>An affiliate is paid on a chain by a payout like every other, once; and its own payout says so in the same commit.</summary>
public sealed class ChainPayoutSpecs(PostgresDatabase database)
    : IClassFixture<PostgresDatabase>,
        IAsyncLifetime
{
    private readonly AnAffiliatePayout _affiliates = AnAffiliatePayout.In(database);
    private readonly APayout _chain = APayout.In(database);

    public Task InitializeAsync() => Task.CompletedTask;

    // Whatever a test did, every invariant holds.
    public async Task DisposeAsync() =>
        (await new LedgerAudit(database.App).RunAsync(default)).Violations.ShouldBeEmpty();

    [Fact]
    public async Task What_is_asked_for_is_funded_and_reserved_to_the_cent()
    {
        Guid payout = await _affiliates.ApprovedAsync(cents: 1_234);

        (string outcome, GivenPayout chain) = await _affiliates.PayAsync(payout);

        outcome.ShouldBe("accepted");
        (await MoneyAsync(chain)).ShouldBe((12_340_000, 12_340_000));
        (await TransfersAsync(chain)).ShouldBe("fund reserve");
        (await _affiliates.ReadAsync(payout)).ShouldBe(("approved", null));
    }

    [Fact]
    public async Task The_chains_word_marks_it_as_paid_with_its_own_hash()
    {
        Guid payout = await _affiliates.ApprovedAsync();
        GivenPayout riding = await RidingAsync(payout);

        (await _affiliates.ReadAsync(payout)).Status.ShouldBe("approved");
        await _chain.ConcludeAsync(riding, paid: true);

        (await _affiliates.ReadAsync(payout)).ShouldBe(("paid", riding.Signed!.TransactionId));
        (await MoneyAsync(riding)).ShouldBe((0, 0));
        (await TransfersAsync(riding)).ShouldBe("fund reserve settle");
        (await _affiliates.PayAsync(payout)).Outcome.ShouldBe("refused");
        (await _affiliates.MoveAsync(payout, "paid", riding.Signed.TransactionId)).ShouldBe(
            "unchanged"
        );
        (await _affiliates.MoveAsync(payout, "paid", "another")).ShouldBe("refused");
    }

    [Fact]
    public async Task A_transaction_that_is_proven_dead_leaves_it_under_way()
    {
        Guid payout = await _affiliates.ApprovedAsync();
        GivenPayout riding = await RidingAsync(payout);

        await _chain.ConcludeAsync(riding, paid: false);

        (await _affiliates.ReadAsync(payout)).Status.ShouldBe("approved");
        (await _affiliates.PayAsync(payout)).Outcome.ShouldBe("in_flight");
        (await MoneyAsync(riding)).ShouldBe((25_000_000, 25_000_000));
    }

    [Fact]
    public async Task Asked_twice_it_is_one_payout()
    {
        Guid payout = await _affiliates.ApprovedAsync();

        (string first, GivenPayout one) = await _affiliates.PayAsync(payout);
        (string second, GivenPayout other) = await _affiliates.PayAsync(payout);

        (first, second).ShouldBe(("accepted", "in_flight"));
        other.ShouldBe(one);
    }

    [Fact]
    public async Task While_it_is_under_way_nothing_else_pays_it_and_its_approval_stands()
    {
        Guid payout = await _affiliates.ApprovedAsync();
        await _affiliates.PayAsync(payout);

        (await _affiliates.MoveAsync(payout, "paid", "by-bank")).ShouldBe("in_flight");
        (await _affiliates.MoveAsync(payout, "pending")).ShouldBe("in_flight");
        (await _affiliates.MoveAsync(payout, "void")).ShouldBe("refused");
        (await _affiliates.ReadAsync(payout)).ShouldBe(("approved", null));
    }

    [Fact]
    public async Task What_was_paid_by_bank_is_not_paid_on_a_chain()
    {
        Guid payout = await _affiliates.ApprovedAsync();
        await _affiliates.MoveAsync(payout, "paid", "by-bank");

        (await _affiliates.PayAsync(payout)).Outcome.ShouldBe("refused");
    }

    [Theory]
    [InlineData("failed")]
    [InlineData("cancelled")]
    public async Task What_fails_is_approved_still_and_can_be_paid_again_or_by_bank(string how)
    {
        Guid payout = await _affiliates.ApprovedAsync();
        (_, GivenPayout first) = await _affiliates.PayAsync(payout);

        await EndAsync(first, how);
        (string status, string? reference) = await _affiliates.ReadAsync(payout);
        (string again, GivenPayout second) = await _affiliates.PayAsync(payout);
        await EndAsync(second, how);

        (status, reference).ShouldBe(("approved", null));
        again.ShouldBe("accepted");
        second.Id.ShouldNotBe(first.Id);
        (await MoneyAsync(first)).ShouldBe((0, 0));
        (await TransfersAsync(first)).ShouldBe("fund reserve release unfund");
        (await _affiliates.MoveAsync(payout, "paid", "by-bank")).ShouldBe("moved");
    }

    [Fact]
    public async Task An_operators_word_marks_it_as_paid_too()
    {
        Guid payout = await _affiliates.ApprovedAsync();
        (_, GivenPayout chain) = await _affiliates.PayAsync(payout);

        TransitionResult result = await new FinalizePayout(database.App).ByOperatorAsync(
            new OperatorWord(chain.Id, "0xbyhand", null, null, null, false, "operator:tess", null),
            default
        );

        result.ShouldBeOfType<TransitionResult.Applied>();
        (await _affiliates.ReadAsync(payout)).ShouldBe(("paid", "0xbyhand"));
    }

    [Theory]
    [InlineData(true, "paid")]
    [InlineData(false, "approved")]
    public async Task Failed_by_force_it_waits_for_the_chain(bool landed, string becomes)
    {
        Guid payout = await _affiliates.ApprovedAsync();
        GivenPayout riding = await RidingAsync(payout);
        await FailAsync(riding, force: true);

        (await _affiliates.PayAsync(payout)).Outcome.ShouldBe("in_flight");
        (await _affiliates.MoveAsync(payout, "paid", "by-bank")).ShouldBe("in_flight");
        await _chain.ConcludeAsync(riding, landed);

        (await _affiliates.ReadAsync(payout)).ShouldBe(
            (becomes, landed ? riding.Signed!.TransactionId : null)
        );
        (await _affiliates.PayAsync(payout)).Outcome.ShouldBe(landed ? "refused" : "accepted");
        (await MoneyAsync(riding)).Posted.ShouldBe(landed ? 0 : 25_000_000);
    }

    [Fact]
    public async Task Only_what_is_approved_and_in_dollars_and_more_than_nothing_is_paid()
    {
        Guid euros = await _affiliates.ApprovedAsync("EUR");
        Guid pending = await _affiliates.ApprovedAsync();
        await _affiliates.MoveAsync(pending, "pending");

        (await _affiliates.PayAsync(euros)).Outcome.ShouldBe("currency");
        (await _affiliates.PayAsync(pending)).Outcome.ShouldBe("refused");
        (await _affiliates.PayAsync(Guid.NewGuid())).Outcome.ShouldBe("missing");
    }

    [Fact]
    public async Task Of_many_who_pay_at_once_by_chain_and_by_bank_one_wins()
    {
        for (int round = 0; round < 10; round++)
        {
            Guid payout = await _affiliates.ApprovedAsync();

            string[] outcomes = await Task.WhenAll(
                Enumerable
                    .Range(0, 8)
                    .Select(async n =>
                        n % 2 == 0
                            ? (await _affiliates.PayAsync(payout)).Outcome
                            : await _affiliates.MoveAsync(payout, "paid", $"bank-{n}")
                    )
            );

            outcomes.Count(o => o is "accepted" or "moved").ShouldBe(1);
        }
    }

    private async Task<GivenPayout> RidingAsync(Guid payout)
    {
        (_, GivenPayout chain) = await _affiliates.PayAsync(payout);
        return await _chain.BoardedAsync(await _chain.TakenUpAsync(chain));
    }

    private Task EndAsync(GivenPayout payout, string how) =>
        how == "failed"
            ? FailAsync(payout, force: false)
            : new CancelPayout(database.App).ExecuteAsync(
                new CancelWord(payout.Id, null, "operator:tess", null),
                default
            );

    private async Task FailAsync(GivenPayout payout, bool force)
    {
        TransitionResult result = await new FinalizePayout(database.App).ByOperatorAsync(
            new OperatorWord(payout.Id, null, "No.", null, null, force, "operator:tess", null),
            default
        );
        result.ShouldBeOfType<TransitionResult.Applied>();
    }

    private async Task<(long Posted, long Reserved)> MoneyAsync(GivenPayout payout)
    {
        await using NpgsqlConnection connection = await database.Owner.OpenConnectionAsync();
        return await connection.QuerySingleAsync<(long, long)>(
            "SELECT posted_micro, reserved_micro FROM accounts WHERE user_id = @UserId AND kind = 'affiliate'",
            new { payout.UserId }
        );
    }

    private async Task<string> TransfersAsync(GivenPayout payout)
    {
        await using NpgsqlConnection connection = await database.Owner.OpenConnectionAsync();
        return (
            await connection.QuerySingleAsync<string>(
                "SELECT string_agg(kind, ' ' ORDER BY id) FROM ledger_transfers WHERE payout_id = @Id",
                new { payout.Id }
            )
        );
    }
}
