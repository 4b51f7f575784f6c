using Settlement.Hosting.Start;

namespace Settlement.Api.Configuration;

/// <summary>Section <c>RateLimits</c>: how often one may ask, each process counting for itself. 0 switches a limit off.</summary>
public sealed record RateLimitOptions
{
    public const string Section = "RateLimits";

    // A token bucket gains whole tokens.
    private const int Most = 1_000_000;

    /// <summary>Requests of one user in a minute; as many may come at once. 20 a second is more than a page of ours asks for.</summary>
    public int UserPerMinute { get; init; } = 1_200;

    /// <summary>Requests under one operator's or affiliates' token in a minute.</summary>
    public int TokenPerMinute { get; init; } = 12_000;

    /// <summary>Refused credentials from one address in a minute (of IPv6, one /64). Behind a proxy set
    /// ASPNETCORE_FORWARDEDHEADERS_ENABLED, or all clients have one address.</summary>
    public int FailuresPerMinute { get; init; } = 600;

    /// <summary>Reads and checks the section.</summary>
    /// <exception cref="StartRefusedException">A limit is unusable.</exception>
    public static RateLimitOptions Read(IConfiguration configuration)
    {
        RateLimitOptions options =
            configuration.GetSection(Section).Get<RateLimitOptions>() ?? new();
        int[] limits = [options.UserPerMinute, options.TokenPerMinute, options.FailuresPerMinute];
        return limits.All(l => l is >= 0 and <= Most)
            ? options
            : throw new StartRefusedException(
                $"Each of RateLimits must be from 0 (off) to {Most}."
            );
    }
}
