using Dapper;
using Npgsql;
using Settlement.Chains;
using Settlement.Payouts.Lifecycle;
using Settlement.Payouts.Settling;
using Settlement.TestKit;
using Shouldly;
using Xunit;

namespace Settlement.Payouts.Tests.Lifecycle;

/// <summary>Where payouts travel together: who waits for whom, and what becomes of one who was paid before.</summary>
public sealed class TogetherSpecs(PostgresDatabase database) : IClassFixture<PostgresDatabase>
{
    private static readonly TimeSpan s_hour = TimeSpan.FromHours(1);

    [Fact]
    public async Task B10_A_lone_payout_waits_for_company_and_no_longer_than_it_may()
    {
        await APayout.In(database).On("b10-lone").RequestedAsync();

        (await ClaimAsync("b10-lone", company: 2, linger: s_hour)).ShouldBeEmpty();
        (await ClaimAsync("b10-lone", company: 2, TimeSpan.FromMilliseconds(1))).Count.ShouldBe(1);
    }

    [Fact]
    public async Task B10_Enough_of_them_go_at_once()
    {
        await APayout.In(database).On("b10-enough").RequestedAsync();
        (await ClaimAsync("b10-enough", company: 2, linger: s_hour)).ShouldBeEmpty();
        await APayout.In(database).On("b10-enough").RequestedAsync();

        (await ClaimAsync("b10-enough", company: 2, linger: s_hour)).Count.ShouldBe(2);
    }

    [Fact]
    public async Task B10_One_that_a_message_names_has_waited_already()
    {
        GivenPayout payout = await APayout.In(database).On("b10-named").RequestedAsync();

        (await ClaimAsync("b10-named", company: 2, s_hour, payout.Id)).Count.ShouldBe(1);
    }

    [Fact]
    public async Task B2_Who_was_paid_before_waits_for_a_person_with_the_reason_and_has_not_failed()
    {
        GivenPayout payout = await APayout.In(database).On("b2-already").RidingAsync();

        await ConcludeAsync(payout, needsOperator: "The vault has paid number 7 before.");

        Row row = await ReadAsync(payout);
        row.Status.ShouldBe("processing");
        row.ParkReason.ShouldBe("needs_operator");
        row.ParkDetail.ShouldBe("The vault has paid number 7 before.");
        row.FailedRides.ShouldBe(0);
        row.IsDue.ShouldBeFalse();
        row.Event.ShouldNotBeNull().ShouldContain("alreadyPaid");
        row.Outcome.ShouldBe("not_paid");
    }

    [Fact]
    public async Task B1_Whom_the_token_refused_goes_back_with_a_failed_ride()
    {
        GivenPayout payout = await APayout.In(database).On("b1-refused").RidingAsync();

        await ConcludeAsync(payout, needsOperator: null);

        Row row = await ReadAsync(payout);
        row.Status.ShouldBe("processing");
        row.ParkReason.ShouldBeNull();
        row.FailedRides.ShouldBe(1);
        row.IsDue.ShouldBeTrue();
        row.Event.ShouldBeNull();
    }

    private async Task ConcludeAsync(GivenPayout payout, string? needsOperator)
    {
        var result = new TransferResult(false, new Evidence("""{"alreadyPaid":true}"""))
        {
            NeedsOperator = needsOperator,
        };
        var landed = new Observation.Landed(payout.Signed!.TransactionId, [result], APayout.Proof);
        int written = await new FinalizePayout(database.App).FromChainAsync(
            [new Conclusion.Landed(payout.Transaction(), landed) { ParkFor = s_hour }],
            "worker:w",
            default
        );
        written.ShouldBe(1);
    }

    private Task<IReadOnlyList<ClaimedPayout>> ClaimAsync(
        string network,
        int company,
        TimeSpan linger,
        params Guid[] named
    ) =>
        new ClaimPayouts(database.App).ExecuteAsync(
            new PayoutClaim(
                new NetworkId(network),
                named.Length == 0 ? null : named,
                10,
                "w",
                s_hour
            )
            {
                Company = company,
                Linger = linger,
            },
            default
        );

    private async Task<Row> ReadAsync(GivenPayout payout)
    {
        await using NpgsqlConnection connection = await database.Owner.OpenConnectionAsync();
        return await connection.QuerySingleAsync<Row>(
            """
            SELECT p.status, p.park_reason, p.park_detail, p.failed_rides, p.due_at <= now() AS is_due, r.outcome,
                   (SELECT e.evidence::text FROM payout_events e WHERE e.payout_id = p.id AND e.action = 'parked') AS event
              FROM payouts p JOIN transaction_payouts r ON r.payout_id = p.id WHERE p.id = @Id
            """,
            new { payout.Id }
        );
    }

    private sealed record Row
    {
        public required string Status { get; init; }
        public string? ParkReason { get; init; }
        public string? ParkDetail { get; init; }
        public int FailedRides { get; init; }
        public bool IsDue { get; init; }
        public required string Outcome { get; init; }
        public string? Event { get; init; }
    }
}
