using Settlement.Hosting.Start;

namespace Settlement.Api.Configuration;

/// <summary>Section <c>Affiliates</c>: a first bearer token, so that a new deployment can be used at all, and the usual hold.</summary>
public sealed record AffiliatesOptions
{
    public const string Section = "Affiliates";

    private const int MaxHoldDays = 365;

    /// <summary>A token with every scope. Empty or blank: only tokens of the database are valid.</summary>
    public string? Token { get; init; }

    /// <summary>For how many days after it was earned a commission waits, unless it says so itself. 0 to 365; 0: not at all.</summary>
    public int HoldDays { get; init; }

    /// <summary>The same as a span.</summary>
    public TimeSpan UsualHold => TimeSpan.FromDays(HoldDays);

    /// <summary>The token to compare with; null when none is set.</summary>
    public string? EffectiveToken => string.IsNullOrWhiteSpace(Token) ? null : Token.Trim();

    public static AffiliatesOptions Read(IConfiguration configuration) =>
        (configuration.GetSection(Section).Get<AffiliatesOptions>() ?? new()) is var options
        && options.HoldDays is >= 0 and <= MaxHoldDays
            ? options
            : throw new StartRefusedException(
                $"{Section}:HoldDays must be a number from 0 to {MaxHoldDays}."
            );
}
