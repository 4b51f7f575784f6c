using Microsoft.Extensions.Configuration;
using Settlement.Hosting.Start;

namespace Settlement.Hosting.Messaging;

/// <summary>Section <c>RabbitMq</c>: where the broker is.</summary>
public sealed record BrokerOptions
{
    public const string Section = "RabbitMq";

    /// <summary><c>amqp://user:password@host:port/vhost</c>, or <c>amqps://</c>. Empty: no broker; the worker's sweep then
    /// finds every payout by itself, a little later.</summary>
    public string Url { get; init; } = "";

    /// <summary>How long one publish may take before it is given up; the sweep finds the payout.</summary>
    public TimeSpan PublishTimeout { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>The queue from which rewards are recorded. Empty: none. Whoever may publish to it can create balances, so it is
    /// off until somebody wants it.</summary>
    public string RewardQueue { get; init; } = "";

    /// <summary>Reads and checks the section.</summary>
    /// <exception cref="StartRefusedException">A value is unusable; the message names its key.</exception>
    public static BrokerOptions Read(IConfiguration configuration)
    {
        BrokerOptions options = configuration.GetSection(Section).Get<BrokerOptions>() ?? new();
        if (options.Url.Length > 0 && !IsBrokerUrl(options.Url))
        {
            // The value is not repeated: it may hold a password.
            throw new StartRefusedException(
                "RabbitMq:Url must look like amqp://user:password@host:5672/vhost (or amqps://)."
            );
        }
        if (options.PublishTimeout <= TimeSpan.Zero)
        {
            throw new StartRefusedException(
                "RabbitMq:PublishTimeout must be longer than zero, such as 00:00:02."
            );
        }
        if (options.RewardQueue.Length > 0)
            CheckRewards(options);
        return options;
    }

    private static void CheckRewards(BrokerOptions options)
    {
        if (options.Url.Length == 0)
            throw new StartRefusedException("RabbitMq:RewardQueue needs RabbitMq:Url.");
        if (
            options.RewardQueue == RecordRewardTopology.Exchange
            || options.RewardQueue.StartsWith("amq.", StringComparison.Ordinal)
            || !options.RewardQueue.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_' or '.')
        )
        {
            throw new StartRefusedException(
                $"RabbitMq:RewardQueue must be letters, digits, '-', '_' and '.', such as rewards; {RecordRewardTopology.Exchange} is the exchange."
            );
        }
    }

    private static bool IsBrokerUrl(string url) =>
        Uri.TryCreate(url, UriKind.Absolute, out Uri? uri)
        && uri.Scheme is "amqp" or "amqps"
        && uri.Host.Length > 0
        && uri.UserInfo.Contains(':', StringComparison.Ordinal);
}
