using Settlement.TestKit;
using Shouldly;
using Xunit;

namespace Settlement.Worker.Tests.Hosting;

/// <summary>Rewards that come as messages, with a real broker.</summary>
[Trait("needs", "rabbitmq")]
[Collection(RewardQueue.Exchange)]
public sealed class RewardMessageSpecs(PostgresDatabase database)
    : IClassFixture<PostgresDatabase>,
        IAsyncLifetime
{
    private readonly Given _given = new(database);
    private readonly Guid _user = Guid.NewGuid();
    private RewardQueue _queue = null!;
    private AHost _host = null!;

    public async Task InitializeAsync()
    {
        _queue = await RewardQueue.OpenAsync();
        _host = await AHost.StartAsync(
            database.AppConnectionString,
            RewardQueue.Broker,
            _queue.Name,
            AWorker.Quick,
            AChain.Expiring()
        );
        await _queue.IsConsumedAsync();
    }

    public async Task DisposeAsync()
    {
        await _host.DisposeAsync();
        await _queue.DisposeAsync();
    }

    [Fact]
    public async Task A_reward_is_recorded_once_however_often_it_is_told()
    {
        string message = Reward("a", "5000000");

        await _queue.PublishAsync(
            message,
            message,
            Reward("b", "1000000", ""","kind":"adjustment","note":"thanks","unlock_at":null"""),
            message
        );

        await RowsAreAsync("a reward 5000000, b adjustment 1000000");
        (await _queue.KeptAsync()).ShouldBeEmpty();
    }

    [Theory]
    [InlineData(null)]
    [InlineData("application/json; charset=utf-8")]
    public async Task The_content_type_does_not_matter(string? contentType)
    {
        await _queue.PublishAsAsync(contentType, Reward("a", "5000000"));

        await RowsAreAsync("a reward 5000000");
    }

    [Fact]
    public async Task An_envelope_of_MassTransit_is_understood()
    {
        await _queue.PublishAsAsync("application/vnd.masstransit+json", Envelope("RecordReward"));

        await RowsAreAsync("a reward 5000000");
    }

    [Fact]
    public async Task One_that_holds_something_else_is_kept()
    {
        string message = Envelope("Greeting");

        await _queue.PublishAsAsync("application/vnd.masstransit+json", message);

        await _queue.SkippedAsync();
        await RowsAreAsync("");
    }

    [Theory]
    [InlineData("0", "", "amount_micro is not from 1 to 1000000000000000")]
    [InlineData("-1", "", "amount_micro is not from 1 to 1000000000000000")]
    [InlineData("1000000000000001", "", "amount_micro is not from 1 to 1000000000000000")]
    [InlineData("1e30", "", "Int64")]
    [InlineData("9223372036854775808", "", "Int64")]
    [InlineData("1.5", "", "Int64")]
    [InlineData("\"5\"", "", "as a number")]
    [InlineData("null", "", "")]
    [InlineData("5", ",\"kind\":\"gift\"", "kind is not reward, adjustment or reversal")]
    [InlineData("5", ",\"amount\":7", "amount")]
    [InlineData("5", ",\"unlock_at\":\"soon\"", "DateTimeOffset")]
    [InlineData("5", ",\"note\":\"\\u0000\"", "22021")]
    public async Task What_can_never_be_recorded_is_kept_with_its_reason(
        string amount,
        string more,
        string reason
    )
    {
        string wrong = Reward("wrong", amount, more);

        await _queue.PublishAsync(wrong, Reward("a", "3"));

        await _queue.KeepsAsync(wrong, reason);
        await RowsAreAsync("a reward 3");
        _host.Logs.Lines.ShouldContain(line => line.StartsWith("Error", Ordinal));
    }

    [Theory]
    [InlineData("""{"amount_micro":5,"source_event_id":"x"}""", "user_id is missing")]
    [InlineData(
        """{"user_id":"9f1c0b7e-4d2a-4c8e-9b3f-1a2b3c4d5e6f","amount_micro":5}""",
        "source_event_id is not a text"
    )]
    [InlineData("{", "")]
    [InlineData("[]", "")]
    [InlineData("null", "not valid")]
    public async Task So_is_what_lacks_something(string message, string reason)
    {
        await _queue.PublishAsync(message);

        await _queue.KeepsAsync(message, reason);
        (
            await _given.ReadAsync<int>(
                "SELECT count(*)::int FROM rewards WHERE source_event_id = 'x'"
            )
        ).ShouldBe(0);
    }

    [Fact]
    public async Task So_is_an_event_with_other_values()
    {
        await _queue.PublishAsync(Reward("a", "5"));
        await RowsAreAsync("a reward 5");

        await _queue.PublishAsync(Reward("a", "6"));

        await _queue.KeepsAsync(Reward("a", "6"), "recorded before with other values, as reward");
        await RowsAreAsync("a reward 5");
    }

    [Fact]
    public async Task A_crowd_of_wrong_messages_does_not_hold_up_the_right_ones()
    {
        await _queue.PublishAsync([
            .. Enumerable.Repeat(Reward("wrong", "0"), 40),
            Reward("a", "3"),
        ]);

        await RowsAreAsync("a reward 3");
        await Eventually.BecomesAsync(
            async () => (await _queue.KeptAsync()).Count == 40,
            "all are kept"
        );
    }

    private const StringComparison Ordinal = StringComparison.Ordinal;

    private string Reward(string source, string amount, string more = "") =>
        $$"""{"user_id":"{{_user}}","amount_micro":{{amount}},"source_event_id":"{{_user}} {{source}}"{{more}}}""";

    private string Envelope(string type) =>
        $$"""
            {"messageId":"{{Guid.NewGuid()}}","messageType":["urn:message:Settlement.Contracts:{{type}}"],"message":{{Reward(
                "a",
                "5000000"
            )}}}
            """;

    private Task RowsAreAsync(string rows) =>
        Eventually.BecomesAsync(
            async () =>
                await _given.ReadAsync<string>(
                    $"""
                    SELECT coalesce(string_agg(substr(source_event_id, 38) || ' ' || r.kind || ' ' || amount_micro, ', ' ORDER BY source_event_id), '')
                      FROM rewards r JOIN accounts a ON a.id = r.account_id
                     WHERE a.user_id = '{_user}' AND recorded_by = 'bus'
                    """
                ) == rows,
            $"the rewards are: {rows}"
        );
}
