using Dapper;
using Npgsql;
using Settlement.Payouts.Queries;
using Settlement.TestKit;
using Shouldly;
using Xunit;

namespace Settlement.Payouts.Tests.Lifecycle;

/// <summary>Reading on in the history from where one was.</summary>
public sealed class ChangeSpecs(PostgresDatabase database) : IClassFixture<PostgresDatabase>
{
    private readonly PayoutChanges _changes = new(database.App);

    [Fact]
    public async Task An_event_that_is_committed_after_a_later_one_is_not_skipped()
    {
        GivenPayout slow = await APayout.In(database).RequestedAsync();
        await ReadAllAsync([slow.UserId], default, 1);
        ChangeCursor start = await _changes.FindEndAsync(default);
        await using NpgsqlConnection worker = await database.Owner.OpenConnectionAsync();
        await using NpgsqlTransaction late = await worker.BeginTransactionAsync();
        await worker.ExecuteAsync(
            """
            UPDATE payouts SET park_reason = 'fee_above_cap', parked_at = now() WHERE id = @Id;
            INSERT INTO payout_events (payout_id, version, action, actor) VALUES (@Id, 1, 'parked', 'worker:w')
            """,
            new { slow.Id },
            late
        );
        GivenPayout fast = await APayout.In(database).RequestedAsync();
        Guid[] users = [slow.UserId, fast.UserId];

        (IReadOnlyList<PayoutChange> before, ChangeCursor place) = await _changes.ReadAsync(
            users,
            start,
            10,
            default
        );
        await late.CommitAsync();
        IReadOnlyList<PayoutChange> after = await ReadAllAsync(users, place, 2);

        before.ShouldBeEmpty();
        after
            .Select(c => (c.PayoutId, c.Action))
            .ShouldBe([(slow.Id, "parked"), (fast.Id, "requested")]);
    }

    [Fact]
    public async Task Pages_of_any_size_add_up_to_everything_once()
    {
        ChangeCursor start = await _changes.FindEndAsync(default);
        Guid user = await APayout.In(database).AUserAsync(1_000_000_000);
        await Task.WhenAll(
            Enumerable.Range(0, 12).Select(_ => APayout.In(database).By(user).CancelledAsync())
        );
        IReadOnlyList<PayoutChange> all = await ReadAllAsync([user], start, 24);

        foreach (int size in new[] { 1, 5, 24, 25 })
        {
            List<PayoutChange> read = [];
            ChangeCursor place = start;
            while (true)
            {
                (IReadOnlyList<PayoutChange> page, place) = await _changes.ReadAsync(
                    [user],
                    place,
                    size,
                    default
                );
                read.AddRange(page);
                if (page.Count < size)
                    break;
            }
            read.ShouldBe(all);
        }
        all.Zip(all.Skip(1)).ShouldAllBe(pair => pair.Second.Place.IsAfter(pair.First.Place));
        (await _changes.ReadAsync([user], all[^1].Place, 100, default)).Changes.ShouldBeEmpty();
        (await _changes.ReadAsync([Guid.NewGuid()], start, 100, default)).Changes.ShouldBeEmpty();
    }

    [Fact]
    public async Task A_reader_that_is_ahead_does_not_go_back()
    {
        var ahead = new ChangeCursor(long.MaxValue - 1, 5);

        (IReadOnlyList<PayoutChange> none, ChangeCursor next) = await _changes.ReadAsync(
            [Guid.NewGuid()],
            ahead,
            10,
            default
        );

        none.ShouldBeEmpty();
        next.ShouldBe(ahead);
    }

    [Theory]
    [InlineData("12-34", true)]
    [InlineData("0-0", true)]
    [InlineData("12", false)]
    [InlineData("12-", false)]
    [InlineData("-12-3", false)]
    [InlineData("12--3", false)]
    [InlineData("+1-3", false)]
    [InlineData(" 1-3", false)]
    [InlineData("1-99999999999999999999", false)]
    [InlineData("", false)]
    [InlineData(null, false)]
    public void A_place_is_read_as_it_is_written(string? text, bool isPlace)
    {
        ChangeCursor.TryParse(text, out ChangeCursor place).ShouldBe(isPlace);

        if (isPlace)
            place.ToString().ShouldBe(text);
    }

    // Any transaction on the server holds up what comes after it until it ends, also a long one of another test.
    private async Task<IReadOnlyList<PayoutChange>> ReadAllAsync(
        Guid[] users,
        ChangeCursor after,
        int count
    )
    {
        IReadOnlyList<PayoutChange> read = [];
        await Eventually.BecomesAsync(
            async () =>
            {
                (read, _) = await _changes.ReadAsync(users, after, 100, default);
                return read.Count == count;
            },
            $"{count} changes",
            withinSeconds: 180
        );
        return read;
    }
}
