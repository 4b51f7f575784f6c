using System.Text;
using RabbitMQ.Client;
using RabbitMQ.Client.Exceptions;
using Settlement.Hosting.Messaging;
using Settlement.TestKit;
using Shouldly;

namespace Settlement.Worker.Tests.Hosting;

/// <summary>The queue of one test, as a program sees it that knows nothing of us but the exchange.</summary>
public sealed class RewardQueue : IAsyncDisposable
{
    /// <summary>Every queue of the broker gets what is published: who uses it takes turns.</summary>
    public const string Exchange = RecordRewardTopology.Exchange;

    private readonly IConnection _connection;
    private readonly IChannel _channel;

    private RewardQueue(IConnection connection, IChannel channel) =>
        (_connection, _channel) = (connection, channel);

    public static string Broker { get; } =
        Environment.GetEnvironmentVariable("SETTLEMENT_TEST_RABBITMQ")!;

    public string Name { get; } = $"rewards-{Guid.NewGuid():N}";

    public static async Task<RewardQueue> OpenAsync()
    {
        var factory = new ConnectionFactory { Uri = new Uri(Broker) };
        IConnection connection = await factory.CreateConnectionAsync();
        // Confirmed, and returned when no queue is bound: what is not an error is in the queue.
        return new RewardQueue(
            connection,
            await connection.CreateChannelAsync(new CreateChannelOptions(true, true))
        );
    }

    /// <summary>Before that, the exchange knows of no queue: what is published is returned.</summary>
    public Task IsConsumedAsync() =>
        Eventually.BecomesAsync(
            async () => await DeclaredAsync(Name) is { ConsumerCount: > 0 },
            "somebody receives rewards",
            withinSeconds: 60
        );

    public Task PublishAsync(params string[] messages) =>
        PublishAsAsync("application/json", messages);

    public async Task PublishAsAsync(string? contentType, params string[] messages)
    {
        var properties = new BasicProperties { Persistent = true };
        if (contentType is not null)
            properties.ContentType = contentType;
        foreach (string message in messages)
        {
            await _channel.BasicPublishAsync(
                Exchange,
                "",
                mandatory: true,
                properties,
                Encoding.UTF8.GetBytes(message)
            );
        }
    }

    /// <summary>What was set aside, and why.</summary>
    public async Task<IReadOnlyList<(string Body, string Reason)>> KeptAsync()
    {
        var kept = new List<(string, string)>();
        foreach (BasicGetResult message in await AllAsync($"{Name}_error"))
        {
            var reason = (byte[])message.BasicProperties.Headers!["MT-Fault-Message"]!;
            kept.Add((Encoding.UTF8.GetString(message.Body.Span), Encoding.UTF8.GetString(reason)));
        }
        return kept;
    }

    /// <summary>MassTransit keeps an envelope of another type in a queue of its own.</summary>
    public Task SkippedAsync() =>
        Eventually.BecomesAsync(
            async () => (await AllAsync($"{Name}_skipped")).Count == 1,
            "it is kept as skipped"
        );

    private async Task<IReadOnlyList<BasicGetResult>> AllAsync(string queue)
    {
        var all = new List<BasicGetResult>();
        if (await DeclaredAsync(queue) is null)
            return all;
        try
        {
            // Not acknowledged: closing the connection gives them back. Its own: asking too early closes it.
            var factory = new ConnectionFactory { Uri = new Uri(Broker) };
            await using IConnection connection = await factory.CreateConnectionAsync();
            await using IChannel channel = await connection.CreateChannelAsync();
            while (await channel.BasicGetAsync(queue, autoAck: false) is { } message)
                all.Add(message);
        }
        catch (Exception e) when (e is OperationInterruptedException or AggregateException)
        {
            // A quorum queue that was declared a moment ago is not up yet.
        }
        return all;
    }

    private async Task<QueueDeclareOk?> DeclaredAsync(string queue)
    {
        // A queue that is not there closes the channel that asks for it.
        await using IChannel channel = await _connection.CreateChannelAsync();
        try
        {
            return await channel.QueueDeclarePassiveAsync(queue);
        }
        catch (OperationInterruptedException)
        {
            return null;
        }
    }

    public async Task KeepsAsync(string body, string reason)
    {
        IReadOnlyList<(string Body, string Reason)> kept = [];
        await Eventually.BecomesAsync(
            async () => (kept = await KeptAsync()).Count > 0,
            $"{body} is kept"
        );
        kept.Single().Body.ShouldBe(body);
        kept.Single().Reason.ShouldContain(reason);
    }

    public async ValueTask DisposeAsync()
    {
        foreach (string suffix in new[] { "", "_error", "_skipped" })
        {
            await _channel.QueueDeleteAsync($"{Name}{suffix}");
            await _channel.ExchangeDeleteAsync($"{Name}{suffix}");
        }
        await _channel.DisposeAsync();
        await _connection.DisposeAsync();
    }
}
