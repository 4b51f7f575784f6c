using Settlement.Hosting.Start;

namespace Settlement.Api.Configuration;

/// <summary>Section <c>Addresses</c>: whether a stolen session can have a payout sent to an address of its own at once.</summary>
public sealed record AddressOptions
{
    public const string Section = "Addresses";

    /// <summary>Whether only an address that its user has added, and that has waited, may be paid.</summary>
    public bool OnlyKnown { get; init; }

    /// <summary>How long a new address waits. 24 hours is what most exchanges ask for.</summary>
    public TimeSpan Delay { get; init; } = TimeSpan.FromHours(24);

    /// <summary>How long an address that is added now waits.</summary>
    public TimeSpan EffectiveDelay => OnlyKnown ? Delay : TimeSpan.Zero;

    /// <summary>Reads and checks the section.</summary>
    /// <exception cref="StartRefusedException">The delay is unusable.</exception>
    public static AddressOptions Read(IConfiguration configuration)
    {
        AddressOptions options = configuration.GetSection(Section).Get<AddressOptions>() ?? new();
        return options.Delay >= TimeSpan.Zero && options.Delay <= TimeSpan.FromDays(90)
            ? options
            : throw new StartRefusedException(
                "Addresses:Delay must be from 0 to 90 days, such as 1.00:00:00 for a day."
            );
    }
}
