using System.Globalization;
using Settlement.Hosting.Start;
using Settlement.Payouts.Operations;

namespace Settlement.Api.Configuration;

/// <summary>Section <c>Operations</c>: what operators may do.</summary>
public sealed record OperationsOptions
{
    public const string Section = "Operations";

    private const string Off = "off";

    /// <summary>Whether <c>"force": true</c> may fail a payout whose transaction may still land. The refund is then held until
    /// the chain has spoken.</summary>
    public bool AllowForce { get; init; }

    /// <summary>Where users read about a failure; <c>{code}</c> stands for the failure's code. Empty: no link.</summary>
    public string HelpUrl { get; init; } = "";

    /// <summary>Where an error is explained, for clients that ask for RFC 9457; <c>{tag}</c> stands for the error.</summary>
    public string ErrorDocsUrl { get; init; } = "/docs/errors#{tag}";

    /// <summary>How long <c>"verify": true</c> waits for a worker's answer.</summary>
    public TimeSpan VerifyWithin { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>A payout that has not ended after this time is shown as stuck.</summary>
    public TimeSpan StuckAfter { get; init; } = TimeSpan.FromMinutes(30);

    /// <summary>Above so many micro-units a payout needs a person's approval, on every network without a threshold of its own.
    /// <c>off</c>: none does. Left out: what was set before stands.</summary>
    public string? ApprovalThresholdMicro { get; init; }

    /// <summary>The same for single networks, by name.</summary>
    public IReadOnlyDictionary<string, string> ApprovalThresholdsMicro { get; init; } =
        new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);

    /// <summary>The thresholds that are configured, by scope; null: none needs approval.</summary>
    /// <exception cref="StartRefusedException">One of them is neither a number nor <c>off</c>.</exception>
    public IReadOnlyDictionary<string, long?> Thresholds() =>
        ApprovalThresholdsMicro
            .Select(t => (Scope: t.Key.ToLowerInvariant(), t.Value))
            .Append((ApprovalThresholds.Everything, ApprovalThresholdMicro ?? ""))
            .Where(t => t.Item2.Length > 0)
            .ToDictionary(t => t.Item1, t => Read(t.Item1, t.Item2), StringComparer.Ordinal);

    public static OperationsOptions Read(IConfiguration configuration)
    {
        OperationsOptions options =
            configuration.GetSection(Section).Get<OperationsOptions>() ?? new();
        _ = options.Thresholds();
        return options;
    }

    private static long? Read(string scope, string text)
    {
        if (string.Equals(text.Trim(), Off, StringComparison.OrdinalIgnoreCase))
            return null;
        return long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out long micro)
            ? micro
            : throw new StartRefusedException(
                $"Operations: the approval threshold of {scope} is \"{text}\": give micro-units in plain digits, or {Off}."
            );
    }
}

/// <summary>Puts the configured thresholds where the workers read them, before the first request. Without the database the host
/// does not start: payouts above the threshold would be paid.</summary>
internal sealed class PutThresholds(
    ApprovalThresholds thresholds,
    OperationsOptions options,
    PayoutNetworks networks
) : IHostedService
{
    public async Task StartAsync(CancellationToken cancellationToken)
    {
        IReadOnlyDictionary<string, long?> configured = options.Thresholds();
        if (configured.Keys.FirstOrDefault(IsUnknown) is { } unknown)
        {
            throw new StartRefusedException(
                $"Operations: there is an approval threshold for {unknown}, which is no configured network."
            );
        }
        if (configured.Count > 0)
            await thresholds.SetAsync(configured, "system:configuration", cancellationToken);
    }

    private bool IsUnknown(string scope) =>
        !string.Equals(scope, ApprovalThresholds.Everything, StringComparison.Ordinal)
        && !networks.TryFind(scope, out _);

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
