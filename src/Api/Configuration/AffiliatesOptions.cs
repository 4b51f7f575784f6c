namespace Settlement.Api.Configuration;

/// <summary>Section <c>Affiliates</c>: a first bearer token, so that a new deployment can be used at all.</summary>
public sealed record AffiliatesOptions
{
    public const string Section = "Affiliates";

    /// <summary>A token with every scope. Empty or blank: only tokens of the database are valid.</summary>
    public string? Token { get; init; }

    /// <summary>The token to compare with; null when none is set.</summary>
    public string? EffectiveToken => string.IsNullOrWhiteSpace(Token) ? null : Token.Trim();

    public static AffiliatesOptions Read(IConfiguration configuration) =>
        configuration.GetSection(Section).Get<AffiliatesOptions>() ?? new();
}
