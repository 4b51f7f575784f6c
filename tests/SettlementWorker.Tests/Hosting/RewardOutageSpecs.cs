using Npgsql;
using Settlement.TestKit;
using Shouldly;
using Xunit;

namespace Settlement.Worker.Tests.Hosting;

/// <summary>No reward is lost, and none counts twice, when broker, database or worker go away in the midst of it.</summary>
[Trait("needs", "rabbitmq")]
[Collection(RewardQueue.Exchange)]
public sealed class RewardOutageSpecs : IAsyncLifetime
{
    private readonly Guid _user = Guid.NewGuid();
    private OwnDatabase _database = null!;
    private RewardQueue _queue = null!;

    public async Task InitializeAsync()
    {
        _database = await OwnDatabase.MakeAsync();
        _queue = await RewardQueue.OpenAsync();
    }

    public async Task DisposeAsync()
    {
        await _queue.DisposeAsync();

        await _database.DisposeAsync();
    }

    [Fact]
    public async Task The_database_away_for_a_while()
    {
        await using AHost host = await StartAsync();
        await _database.ShutAsync();

        await _queue.PublishAsync([.. Enumerable.Range(0, 30).Select(Reward)]);
        await host.Logs.HasAsync("waits and is tried again");
        await _database.OpenAsync();

        await CountsAsync(30);
        (await _queue.KeptAsync()).ShouldBeEmpty();
    }

    [Fact]
    public async Task The_worker_is_stopped_while_the_database_is_away()
    {
        await using (AHost host = await StartAsync())
        {
            await _database.ShutAsync();
            await _queue.PublishAsync([.. Enumerable.Range(0, 30).Select(Reward)]);
            await host.Logs.HasAsync("waits and is tried again");
        }
        await _database.OpenAsync();
        (await _queue.KeptAsync()).ShouldBeEmpty();

        await using AHost next = await StartAsync();

        await CountsAsync(30);
        (await _queue.KeptAsync()).ShouldBeEmpty();
    }

    [Fact]
    public async Task The_broker_away_after_the_commit_and_before_the_acknowledgement()
    {
        await using var door = new BrokerDoor(new Uri(RewardQueue.Broker));
        door.Open();
        AHost host = await StartAsync(door.Url);
        await _queue.PublishAsync(Reward(0));
        await CountsAsync(1);

        await using (NpgsqlConnection held = await _database.Database.Owner.OpenConnectionAsync())
        {
            await using NpgsqlTransaction lockOfUser = await held.BeginTransactionAsync();
            await using var take = new NpgsqlCommand(
                $"SELECT FROM accounts WHERE user_id = '{_user}' FOR UPDATE",
                held
            );
            await take.ExecuteNonQueryAsync();
            await _queue.PublishAsync(Reward(1));
            await WaitsForTheUserAsync();
            door.Cut();
            await lockOfUser.CommitAsync();
        }
        await _queue.PublishAsync(Reward(2));

        // The bus may never take up a queue again that was lost at this moment; then the host ends itself within a minute,
        // and whoever supervises it starts another.
        await Eventually.BecomesAsync(
            async () => host.IsStopping || await CountAsync() == Rewards(3),
            "3 rewards, or the end of the host",
            withinSeconds: 120
        );
        bool isEnded = host.IsStopping;
        await host.DisposeAsync();
        await using (isEnded ? await StartAsync() : null)
            await CountsAsync(3);
        (await _queue.KeptAsync()).ShouldBeEmpty();
    }

    private async Task<AHost> StartAsync(string? broker = null)
    {
        AHost host = await AHost.StartAsync(
            _database.Database.AppConnectionString,
            broker ?? RewardQueue.Broker,
            _queue.Name,
            AWorker.Quick,
            AChain.Expiring()
        );
        await _queue.IsConsumedAsync();
        return host;
    }

    private string Reward(int number) =>
        $$"""{"user_id":"{{_user}}","amount_micro":1000000,"source_event_id":"{{_user}} {{number}}"}""";

    private Task WaitsForTheUserAsync() =>
        Eventually.BecomesAsync(
            () =>
                _database.Given.ReadAsync<bool>(
                    "SELECT EXISTS (SELECT FROM pg_stat_activity WHERE query LIKE '-- IngestReward%' AND wait_event_type = 'Lock')"
                ),
            "the message is being recorded"
        );

    private Task CountsAsync(int rewards) =>
        Eventually.BecomesAsync(
            async () => await CountAsync() == Rewards(rewards),
            $"{rewards} rewards",
            withinSeconds: 90
        );

    private static string Rewards(int count) => $"{count} of {count * 1_000_000L}";

    private Task<string> CountAsync() =>
        _database.Given.ReadAsync<string>(
            $"""
            SELECT count(*) || ' of ' || coalesce(sum(amount_micro), 0)
              FROM rewards r JOIN accounts a ON a.id = r.account_id WHERE a.user_id = '{_user}'
            """
        );
}
