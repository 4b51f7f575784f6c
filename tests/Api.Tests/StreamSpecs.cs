using Dapper;
using Npgsql;
using Settlement.Payouts.Queries;
using Settlement.Payouts.Sessions;
using Settlement.TestKit;
using Shouldly;
using Xunit;

namespace Settlement.Api.Tests;

public sealed class StreamSpecs(ApiFixture api) : IClassFixture<ApiFixture>, IAsyncLifetime
{
    private const string Path = "/v1/referrals/payouts/stream";
    private const string Payouts = "/v1/referrals/payouts";

    private ApiServer? _server;

    private ApiServer Server => _server!;

    public async Task InitializeAsync() =>
        _server = await ApiServer.StartAsync(
            api.Database,
            ("Streams:PollEvery", "00:00:00.05"),
            ("Streams:BeatEvery", "00:00:00.2"),
            ("Streams:PerUser", "3"),
            ("Streams:Total", "20")
        );

    public Task DisposeAsync() => Server.DisposeAsync().AsTask();

    [Fact]
    public async Task Changes_come_as_they_happen_with_the_payout_as_it_stands()
    {
        ApiClient user = await Given.UserAsync(Server, 50_000_000);
        await using EventStream stream = await EventStream.OpenAsync(Server, user);
        StreamEvent ready = (await stream.NextAsync())!;

        Guid id = await user.CreatePayoutAsync();
        StreamEvent created = (await stream.NextAsync())!;
        ApiAnswer cancel = await user.PostAsync($"{Payouts}/{id}/cancel");
        StreamEvent cancelled = (await stream.NextAsync())!;

        stream.Response.Content.Headers.ContentType!.ToString().ShouldBe("text/event-stream");
        stream.Others[0].ShouldBe("retry: 3000");
        ready.Name.ShouldBe("ready");
        created.What.ShouldBe($"requested {id}");
        cancelled.What.ShouldBe($"cancelled {id}");
        cancelled.Json["payout"]!.ToJsonString().ShouldBe(cancel.Json.ToJsonString());
        Place(created).IsAfter(Place(ready)).ShouldBeTrue();
        Place(cancelled).IsAfter(Place(created)).ShouldBeTrue();
    }

    [Fact]
    public async Task Who_comes_back_gets_what_they_missed_and_nothing_twice()
    {
        ApiClient user = await Given.UserAsync(Server, 90_000_000);
        string last;
        Guid first;
        await using (EventStream stream = await EventStream.OpenAsync(Server, user))
        {
            await stream.NextAsync();
            first = await user.CreatePayoutAsync();
            last = (await stream.ChangesAsync(1))[0].Id;
        }
        await user.PostAsync($"{Payouts}/{first}/cancel");
        Guid second = await user.CreatePayoutAsync();

        await using EventStream again = await EventStream.OpenAsync(Server, user, last);
        List<StreamEvent> missed = await again.ChangesAsync(2);
        Guid third = await user.CreatePayoutAsync();
        List<StreamEvent> live = await again.ChangesAsync(1);

        missed.Select(e => e.What).ShouldBe([$"cancelled {first}", $"requested {second}"]);
        live.Select(e => e.What).ShouldBe([$"requested {third}"]);
    }

    [Fact]
    public async Task Whoever_comes_back_all_the_time_sees_everything_once()
    {
        const int payouts = 24;
        ApiClient user = await Given.UserAsync(Server, payouts * 10_000_000);
        string last;
        await using (EventStream stream = await EventStream.OpenAsync(Server, user))
            last = (await stream.NextAsync())!.Id;

        Task<Guid[]> work = Task.WhenAll(
            Enumerable
                .Range(0, payouts)
                .Select(async _ =>
                {
                    Guid id = await user.CreatePayoutAsync(10_000_000);
                    await user.PostAsync($"{Payouts}/{id}/cancel");
                    return id;
                })
        );
        List<string> seen = [];
        while (seen.Count < 2 * payouts)
        {
            await using EventStream stream = await EventStream.OpenAsync(Server, user, last);
            foreach (
                StreamEvent change in await stream.ChangesAsync(
                    Math.Min(1 + (seen.Count % 5), (2 * payouts) - seen.Count)
                )
            )
            {
                seen.Add(change.What);
                last = change.Id;
            }
        }
        Guid[] ids = await work;

        seen.ShouldBe(
            ids.SelectMany(id => new[] { $"requested {id}", $"cancelled {id}" }),
            ignoreOrder: true
        );
    }

    [Fact]
    public async Task What_is_committed_late_is_neither_overtaken_nor_lost()
    {
        ApiClient user = await Given.UserAsync(Server, 90_000_000);
        Guid slow = await user.CreatePayoutAsync();
        await using EventStream stream = await EventStream.OpenAsync(Server, user);
        await stream.NextAsync();
        await using NpgsqlConnection worker = await api.Database.Owner.OpenConnectionAsync();
        await using NpgsqlTransaction late = await worker.BeginTransactionAsync();
        await worker.ExecuteAsync(
            """
            UPDATE payouts SET park_reason = 'fee_above_cap', parked_at = now() WHERE id = @slow;
            INSERT INTO payout_events (payout_id, version, action, actor, reason) VALUES (@slow, 1, 'parked', 'worker:w', 'fee_above_cap')
            """,
            new { slow },
            late
        );

        Guid fast = await user.CreatePayoutAsync();
        // Rounds go by in which only the later event can be seen.
        await stream.CommentAsync();
        await stream.CommentAsync();
        await late.CommitAsync();
        // Where another test's transaction was under way, the first request comes after "ready", too.
        List<string> changes = [];
        while (!changes.Contains($"requested {fast}"))
            changes.Add((await stream.ChangesAsync(1))[0].What);

        changes.ShouldContain($"parked {slow}");
    }

    [Fact]
    public async Task Nobody_sees_anothers_changes()
    {
        ApiClient user = await Given.UserAsync(Server, 50_000_000);
        ApiClient other = await Given.UserAsync(Server, 50_000_000);
        await using EventStream stream = await EventStream.OpenAsync(Server, user);
        await using EventStream others = await EventStream.OpenAsync(Server, other);
        await stream.NextAsync();
        string start = (await others.NextAsync())!.Id;

        Guid theirs = await other.CreatePayoutAsync();
        Guid mine = await user.CreatePayoutAsync();
        await using EventStream resumed = await EventStream.OpenAsync(Server, user, start);

        (await stream.ChangesAsync(1))[0].What.ShouldBe($"requested {mine}");
        (await others.ChangesAsync(1))[0].What.ShouldBe($"requested {theirs}");
        (await resumed.ChangesAsync(1))[0].What.ShouldBe($"requested {mine}");
    }

    [Theory]
    [InlineData("nonsense")]
    [InlineData("")]
    [InlineData("1-2-3")]
    [InlineData("-1-5")]
    [InlineData("9223372036854775807-1")]
    [InlineData("99999999999999999999-1")]
    public async Task Who_names_a_place_that_there_is_not_is_told_to_look_anew(string place)
    {
        ApiClient user = await Given.UserAsync(Server, 50_000_000);
        await user.CreatePayoutAsync();

        await using EventStream stream = await EventStream.OpenAsync(Server, user, place);
        StreamEvent note = (await stream.NextAsync())!;
        await using EventStream next = await EventStream.OpenAsync(Server, user, note.Id);

        note.Name.ShouldBe("reset");
        // A transaction that is open anywhere on the server holds the place back: what came since is then told (again) before.
        StreamEvent first = (await next.NextAsync())!;
        while (first.Name == "payout")
            first = (await next.NextAsync())!;
        first.Name.ShouldBe("ready");
    }

    [Fact]
    public async Task A_silent_stream_says_that_it_lives_and_ends_with_its_session()
    {
        ApiClient user = await Given.UserAsync(Server, 0);
        await using EventStream stream = await EventStream.OpenAsync(Server, user);
        await stream.NextAsync();

        string? beat = await stream.CommentAsync();
        await new UserSessions(api.Database.App).RevokeAsync(user.Session!, default);
        while (await stream.CommentAsync() is not null)
        {
            // A comment may have been on its way.
        }

        beat.ShouldBe(": still here");
        (await EventStream.OpenAsync(Server, user)).Status.ShouldBe(
            System.Net.HttpStatusCode.Unauthorized
        );
    }

    [Fact]
    public async Task A_user_has_so_many_streams_and_may_open_another_when_one_is_closed()
    {
        ApiClient user = await Given.UserAsync(Server, 0);
        ApiClient other = await Given.UserAsync(Server, 0);
        var open = new List<EventStream>();
        for (int i = 0; i < 3; i++)
            open.Add(await EventStream.OpenAsync(Server, user));

        ApiAnswer held = await user.GetAsync(Path);
        await using EventStream free = await EventStream.OpenAsync(Server, other);
        await open[0].DisposeAsync();

        held.ShouldBeError(429, "rate_limited");
        held.Header("Retry-After").ShouldNotBeNull();
        ((int)free.Status).ShouldBe(200);
        await Eventually.BecomesAsync(
            async () =>
            {
                // An answer that nobody reads to its end holds a connection, and there are only so many.
                await using EventStream again = await EventStream.OpenAsync(Server, user);
                return (int)again.Status == 200;
            },
            "a place for another stream"
        );
        foreach (EventStream stream in open)
            await stream.DisposeAsync();
    }

    [Fact]
    public async Task Head_tells_the_type_and_holds_nothing_open()
    {
        ApiClient user = await Given.UserAsync(Server, 0);

        for (int i = 0; i < 10; i++)
        {
            ApiAnswer head = await user.SendAsync(HttpMethod.Head, Path);
            ((int)head.Status).ShouldBe(200);
            head.Header("Content-Type").ShouldBe("text/event-stream");
        }
    }

    [Fact]
    public async Task A_host_that_stops_does_not_wait_for_streams()
    {
        ApiServer server = await ApiServer.StartAsync(api.Database);
        ApiClient user = await Given.UserAsync(server, 0);
        await using EventStream stream = await EventStream.OpenAsync(server, user);
        await stream.NextAsync();

        await server.DisposeAsync();

        (await stream.CommentAsync()).ShouldBeNull();
    }

    private static ChangeCursor Place(StreamEvent change)
    {
        ChangeCursor.TryParse(change.Id, out ChangeCursor place).ShouldBeTrue();
        return place;
    }
}
