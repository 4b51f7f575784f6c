using Dapper;
using Npgsql;
using Settlement.Payouts.Lifecycle;
using Settlement.TestKit;
using Shouldly;
using Xunit;

namespace Settlement.Payouts.Tests.Lifecycle;

/// <summary>All 25 pairs of statuses, straight against the schema. What the schema allows is the table in the code.</summary>
public sealed class TransitionTableSpecs(PostgresDatabase database)
    : IClassFixture<PostgresDatabase>
{
    // Everything that the new status demands, so that a refusal speaks of the move alone.
    private const string Move = """
        WITH moved AS (
            UPDATE payouts
               SET status = @To, lease_token = lease_token + 1,
                   settled_by   = CASE WHEN @To = 'cancelled' THEN 'user' WHEN @To IN ('sent', 'failed') THEN 'operator' END,
                   completed_at = CASE WHEN @To IN ('sent', 'failed', 'cancelled') THEN now() END,
                   tx_hash      = CASE WHEN @To = 'sent' THEN 'hash' END,
                   failure_code = CASE WHEN @To = 'failed' THEN 'operator_decision' END
             WHERE id = @Id
            RETURNING id, version)
        INSERT INTO payout_events (payout_id, version, action, actor) SELECT id, version, @To, 'system' FROM moved
        """;

    public static TheoryData<PayoutStatus, PayoutStatus> Moves
    {
        get
        {
            var moves = new TheoryData<PayoutStatus, PayoutStatus>();
            foreach (PayoutStatus from in Enum.GetValues<PayoutStatus>())
            {
                foreach (PayoutStatus to in Enum.GetValues<PayoutStatus>().Where(s => s != from))
                    moves.Add(from, to);
            }
            return moves;
        }
    }

    public static TheoryData<PayoutStatus> Statuses => [.. Enum.GetValues<PayoutStatus>()];

    [Theory]
    [MemberData(nameof(Moves))]
    public async Task The_schema_allows_exactly_the_moves_of_the_table(
        PayoutStatus from,
        PayoutStatus to
    )
    {
        GivenPayout payout = await APayout.In(database).InAsync(from);
        string before = await RowAsync(payout);

        PostgresException? refusal = await MoveAsync(payout, to);

        if (PayoutTransitions.All.Contains((from, to)))
        {
            refusal.ShouldBeNull(refusal?.ToString());
            (await RowAsync(payout)).ShouldContain($"\"status\": \"{to.Name()}\"");
        }
        else
        {
            refusal.ShouldNotBeNull("The move was accepted.");
            refusal.ConstraintName.ShouldBe("guard_payout");
            refusal.MessageText.ShouldContain($"{from.Name()} -> {to.Name()} is not a legal move");
            (await RowAsync(payout)).ShouldBe(before);
        }
    }

    [Theory]
    [MemberData(nameof(Statuses))]
    public async Task To_stay_is_no_move(PayoutStatus status)
    {
        GivenPayout payout = await APayout.In(database).InAsync(status);
        string before = await RowAsync(payout);

        await using NpgsqlConnection connection = await database.App.OpenConnectionAsync();
        await connection.ExecuteAsync(
            "UPDATE payouts SET status = status WHERE id = @Id",
            new { payout.Id }
        );

        (await RowAsync(payout)).ShouldBe(before);
    }

    [Theory]
    [MemberData(nameof(Statuses))]
    public void A_status_is_final_when_nothing_leaves_it(PayoutStatus status) =>
        PayoutTransitions.IsFinal(status).ShouldBe(status >= PayoutStatus.Sent);

    [Theory]
    [MemberData(nameof(Statuses))]
    public void A_status_is_read_back_as_it_was_written(PayoutStatus status) =>
        PayoutStatusNames.Parse(status.Name()).ShouldBe(status);

    private async Task<PostgresException?> MoveAsync(GivenPayout payout, PayoutStatus to)
    {
        await using NpgsqlConnection connection = await database.App.OpenConnectionAsync();
        try
        {
            await connection.ExecuteAsync(Move, new { payout.Id, To = to.Name() });
            return null;
        }
        catch (PostgresException refusal)
        {
            return refusal;
        }
    }

    private async Task<string> RowAsync(GivenPayout payout)
    {
        await using NpgsqlConnection connection = await database.App.OpenConnectionAsync();
        return await connection.QuerySingleAsync<string>(
            "SELECT to_jsonb(p)::text FROM payouts p WHERE id = @Id",
            new { payout.Id }
        );
    }
}
