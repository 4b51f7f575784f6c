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
        return options;
    }

    private static bool IsBrokerUrl(string url) =>
        Uri.TryCreate(url, UriKind.Absolute, out Uri? uri)
        && uri.Scheme is "amqp" or "amqps"
        && uri.Host.Length > 0
        && uri.UserInfo.Contains(':', StringComparison.Ordinal);
}
