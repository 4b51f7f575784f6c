using Dapper;
using Npgsql;
using Settlement.Chains;
using Settlement.Payouts.Lifecycle;
using Settlement.Payouts.Settling;
using Settlement.TestKit;
using Shouldly;
using Xunit;

namespace Settlement.Payouts.Tests.Lifecycle;

/// <summary>Every edge of the code, tried from every status.</summary>
public sealed class EdgeSpecs(PostgresDatabase database) : IClassFixture<PostgresDatabase>
{
    private const PayoutStatus Requested = PayoutStatus.Requested;
    private const PayoutStatus Processing = PayoutStatus.Processing;
    private const PayoutStatus Sent = PayoutStatus.Sent;
    private const PayoutStatus Failed = PayoutStatus.Failed;
    private const PayoutStatus Cancelled = PayoutStatus.Cancelled;

    private readonly FinalizePayout _finalize = new(database.App);

    [Theory]
    [InlineData(Requested, Processing, 1)]
    [InlineData(Processing, Processing, 1)]
    [InlineData(Sent, Sent, 0)]
    [InlineData(Failed, Failed, 0)]
    [InlineData(Cancelled, Cancelled, 0)]
    public async Task ClaimPayouts(PayoutStatus from, PayoutStatus to, int taken)
    {
        GivenPayout payout = await APayout.In(database).InAsync(from);
        await MakeDueAsync(payout);

        IReadOnlyList<ClaimedPayout> claimed = await new ClaimPayouts(database.App).ExecuteAsync(
            new PayoutClaim(new NetworkId("solana"), [payout.Id], 1, "w2", TimeSpan.FromHours(1)),
            default
        );

        claimed.Count.ShouldBe(taken);
        (await StatusAsync(payout)).ShouldBe(to);
    }

    [Theory]
    [InlineData(Requested, Sent)]
    [InlineData(Processing, Sent)]
    [InlineData(Sent, null)]
    [InlineData(Failed, null)]
    [InlineData(Cancelled, null)]
    public async Task FinalizePayout_by_an_operator_who_says_sent(
        PayoutStatus from,
        PayoutStatus? to
    )
    {
        GivenPayout payout = await APayout.In(database).InAsync(from);

        TransitionResult result = await _finalize.ByOperatorAsync(Word(payout, "hash"), default);

        await ShouldBeAppliedOrFinalAsync(payout, result, from, to);
    }

    [Theory]
    [InlineData(Requested, Failed, false)]
    [InlineData(Requested, Failed, true)]
    [InlineData(Processing, Failed, false)]
    [InlineData(Processing, Failed, true)]
    [InlineData(Sent, null, false)]
    [InlineData(Sent, null, true)]
    [InlineData(Failed, null, false)]
    [InlineData(Failed, null, true)]
    [InlineData(Cancelled, null, false)]
    [InlineData(Cancelled, null, true)]
    public async Task FinalizePayout_by_an_operator_who_says_failed(
        PayoutStatus from,
        PayoutStatus? to,
        bool force
    )
    {
        GivenPayout payout = await APayout.In(database).InAsync(from);

        TransitionResult result = await _finalize.ByOperatorAsync(
            Word(payout, null) with
            {
                Force = force,
            },
            default
        );

        await ShouldBeAppliedOrFinalAsync(payout, result, from, to);
    }

    [Theory]
    [InlineData(Requested, null)]
    [InlineData(Processing, Failed)]
    [InlineData(Sent, null)]
    [InlineData(Failed, null)]
    [InlineData(Cancelled, null)]
    public async Task FinalizePayout_before_signing(PayoutStatus from, PayoutStatus? to)
    {
        GivenPayout payout = await APayout.In(database).InAsync(from);
        ClaimedPayout claim = payout.Claim ?? new(payout.Id, payout.Number, 0, "", 1, 0);

        TransitionResult result = await _finalize.BeforeSigningAsync(
            claim,
            FailureCode.OperatorDecision,
            "No.",
            "worker",
            default
        );

        if (to is null)
            result.ShouldBeOfType<TransitionResult.Refused>().Status.ShouldBe(from);
        else
            result.ShouldBe(TransitionResult.Applied.Instance);
        (await StatusAsync(payout)).ShouldBe(to ?? from);
    }

    [Theory]
    [InlineData(Requested, Cancelled, true)]
    [InlineData(Processing, null, true)]
    [InlineData(Sent, null, true)]
    [InlineData(Failed, null, true)]
    [InlineData(Cancelled, null, true)]
    [InlineData(Requested, Cancelled, false)]
    [InlineData(Processing, Cancelled, false)]
    [InlineData(Sent, null, false)]
    [InlineData(Failed, null, false)]
    [InlineData(Cancelled, null, false)]
    public async Task CancelPayout(PayoutStatus from, PayoutStatus? to, bool byItsUser)
    {
        GivenPayout payout = await APayout.In(database).InAsync(from);

        TransitionResult result = await new CancelPayout(database.App).ExecuteAsync(
            new CancelWord(
                payout.Id,
                byItsUser ? payout.UserId : null,
                byItsUser ? $"user:{payout.UserId}" : APayout.Operator,
                null
            ),
            default
        );

        if (to is null)
            result.ShouldBeOfType<TransitionResult.Refused>().Status.ShouldBe(from);
        else
            result.ShouldBe(TransitionResult.Applied.Instance);
        (await StatusAsync(payout)).ShouldBe(to ?? from);
    }

    [Theory]
    [InlineData(Requested)]
    [InlineData(Processing)]
    [InlineData(Sent)]
    [InlineData(Failed)]
    [InlineData(Cancelled)]
    public async Task AcceptPayout_again_finds_the_payout_wherever_it_is(PayoutStatus status)
    {
        GivenPayout payout = await APayout.In(database).WithKey("the-key").InAsync(status);

        AcceptOutcome outcome = await new AcceptPayout(database.App).ExecuteAsync(
            APayout.ARequest(payout.UserId, 25_000_000, key: "the-key"),
            default
        );

        outcome.ShouldBeOfType<AcceptOutcome.Replayed>().Payout.Id.ShouldBe(payout.Id);
        (await StatusAsync(payout)).ShouldBe(status);
    }

    [Theory]
    [InlineData(true, Sent)]
    [InlineData(false, Processing)]
    public async Task FinalizePayout_by_the_chain(bool paid, PayoutStatus to)
    {
        GivenPayout payout = await APayout.In(database).RidingAsync();

        int written = await _finalize.FromChainAsync([payout.Conclusion(paid)], "worker", default);
        int again = await _finalize.FromChainAsync([payout.Conclusion(!paid)], "worker", default);

        (written, again).ShouldBe((1, 0));
        (await StatusAsync(payout)).ShouldBe(to);
    }

    [Fact]
    public async Task FollowTransactions_leaves_the_status_alone()
    {
        GivenPayout payout = await APayout.In(database).On("followed").RidingAsync();
        var follow = new FollowTransactions(database.App);
        await using NpgsqlConnection connection = await database.Owner.OpenConnectionAsync();
        await connection.ExecuteAsync(
            "UPDATE chain_transactions SET due_at = now() WHERE id = @TransactionId",
            new { payout.TransactionId }
        );

        IReadOnlyList<ClaimedTransaction> claimed = await follow.ClaimAsync(
            new TransactionClaim(new NetworkId("followed"), 10, "w2", TimeSpan.FromHours(1)),
            default
        );
        await follow.RescheduleAsync(
            [new NextLook(claimed.Single(), TimeSpan.FromHours(1), "seen")],
            default
        );

        claimed.Single().Token.ShouldBe(2);
        claimed.Single().Riders.ShouldBe([payout.Id]);
        (await StatusAsync(payout)).ShouldBe(Processing);
    }

    [Fact]
    public async Task Nobody_ends_a_payout_that_does_not_exist()
    {
        GivenPayout nobody = new(Guid.NewGuid(), 0, Guid.NewGuid());

        TransitionResult result = await _finalize.ByOperatorAsync(Word(nobody, "hash"), default);

        result.ShouldBe(TransitionResult.NotFound.Instance);
    }

    private static OperatorWord Word(GivenPayout payout, string? hash) =>
        new(payout.Id, hash, "A note.", null, null, false, APayout.Operator, null);

    private async Task ShouldBeAppliedOrFinalAsync(
        GivenPayout payout,
        TransitionResult result,
        PayoutStatus from,
        PayoutStatus? to
    )
    {
        if (to is null)
        {
            TransitionResult.Refused refused = result.ShouldBeOfType<TransitionResult.Refused>();
            (refused.Because, refused.Status).ShouldBe((RefusedBecause.Final, from));
        }
        else
        {
            result.ShouldBe(TransitionResult.Applied.Instance);
        }
        (await StatusAsync(payout)).ShouldBe(to ?? from);
    }

    private async Task MakeDueAsync(GivenPayout payout)
    {
        await using NpgsqlConnection connection = await database.Owner.OpenConnectionAsync();
        await connection.ExecuteAsync(
            "UPDATE payouts SET due_at = now() WHERE id = @Id",
            new { payout.Id }
        );
    }

    private async Task<PayoutStatus> StatusAsync(GivenPayout payout)
    {
        await using NpgsqlConnection connection = await database.App.OpenConnectionAsync();
        return PayoutStatusNames.Parse(
            await connection.QuerySingleAsync<string>(
                "SELECT status FROM payouts WHERE id = @Id",
                new { payout.Id }
            )
        );
    }
}
