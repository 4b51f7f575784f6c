using Settlement.TestKit;
using Shouldly;
using Xunit;

namespace Settlement.Api.Tests;

/// <summary>While the database is away nobody is told that the API has a mistake, nor what became of a request.</summary>
public sealed class OutageSpecs : IAsyncLifetime
{
    private const string Payouts = "/v1/referrals/payouts";
    private static readonly (string, string) s_key = ("Idempotency-Key", "once");

    private readonly PostgresDatabase _database = new();

    public Task InitializeAsync() => _database.InitializeAsync();

    public Task DisposeAsync() => _database.DisposeAsync();

    [Fact]
    public async Task Whoever_asks_while_it_is_away_is_told_when_to_ask_again()
    {
        await using PostgresServer server = await PostgresServer.StartNewAsync();
        PostgresDatabase database = await PostgresDatabase.MakeInAsync(server);
        await using ApiServer api = await ApiServer.StartAsync(database);
        ApiClient user = await Given.UserAsync(api, 100_000_000);
        var operators = new ApiClient(api)
        {
            AdminToken = ApiServer.AdminToken,
            BearerToken = ApiServer.AffiliatesToken,
        };
        int done = 0;
        foreach (Func<Task> stop in (Func<Task>[])[server.StopAsync, server.KillAsync])
        {
            (string, string) key = ("Idempotency-Key", $"once-{done}");
            (await user.GetAsync(Payouts)).Json["items"]!.AsArray().Count.ShouldBe(done);

            await stop();
            // The first meet connections that were cut, the others a port that refuses.
            for (int i = 0; i < 2; i++)
            {
                ShouldSayUnavailable(await user.GetAsync(Payouts));
                ShouldSayUnavailable(await user.PostAsync(Payouts, Given.CreateBody(), key));
                ShouldSayUnavailable(await operators.GetAsync("/v1/admin/referrals/payouts"));
                ShouldSayUnavailable(await operators.GetAsync("/v1/admin/payouts"));
            }
            ApiAnswer problem = await user.GetAsync(
                Payouts,
                ("Accept", "application/problem+json")
            );
            (await user.GetAsync("/nothing")).ShouldBeError(404, "not_found");
            await server.StartAsync();
            ApiAnswer created = await user.PostAsync(Payouts, Given.CreateBody(), key);

            ((int)problem.Status).ShouldBe(503);
            problem.Header("Content-Type").ShouldBe("application/problem+json");
            ((string?)problem.Json["error"]).ShouldBe("service_unavailable");
            ((int?)problem.Json["retry_after"]).ShouldBe(5);
            ((int)created.Status).ShouldBe(202, created.Text);
            done++;
        }
        await database.DisposeAsync();
    }

    [Fact]
    public async Task K3_K21_What_was_committed_when_the_line_broke_is_found_by_its_key()
    {
        await using var door = new DatabaseDoor(_database.AppConnectionString);
        await using ApiServer api = await ApiServer.StartAsync(
            _database,
            ("Database:ConnectionString", door.ConnectionString)
        );
        ApiClient user = await Given.UserAsync(api, 100_000_000);

        door.LoseTheAnswerTo("accept_payout");
        ApiAnswer first = await user.PostAsync(Payouts, Given.CreateBody(), s_key);
        ApiAnswer again = await user.PostAsync(Payouts, Given.CreateBody(), s_key);

        ShouldSayUnavailable(first);
        ((string?)first.Json["message"])!.ShouldContain("nobody knows");
        ((string?)first.Json["message"])!.ShouldContain("same Idempotency-Key");
        ((int)again.Status).ShouldBe(202, again.Text);
        again.Header("Idempotent-Replayed").ShouldBe("true");
        (await user.GetAsync(Payouts)).Json["items"]!.AsArray().Count.ShouldBe(1);
    }

    [Fact]
    public async Task What_is_wrong_with_the_database_itself_stays_an_error_of_ours()
    {
        await using ApiServer api = await ApiServer.StartAsync(_database);
        ApiClient user = await Given.UserAsync(api, 0);
        await Given.ScalarAsync<int>(
            _database,
            "ALTER TABLE settlement.payouts RENAME TO lost; SELECT 1"
        );

        (await user.GetAsync(Payouts)).ShouldBeError(500, "internal");
    }

    private static void ShouldSayUnavailable(ApiAnswer answer)
    {
        answer.ShouldBeError(503, "service_unavailable");
        answer.Header("Retry-After").ShouldBe("5");
        ((int?)answer.Json["retry_after"]).ShouldBe(5);
    }
}
