using Settlement.Hosting.Start;

namespace Settlement.Api.Configuration;

/// <summary>Section <c>Admin</c>: the operators' token.</summary>
public sealed record AdminOptions
{
    public const string Section = "Admin";

    /// <summary>The token itself. Empty or blank: unset, and all operator routes are closed.</summary>
    public string? Token { get; init; }

    /// <summary>A file that holds the token, in place of <see cref="Token"/>.</summary>
    public string? TokenFile { get; init; }

    /// <summary>The token to compare with; null when none is set.</summary>
    public string? EffectiveToken => string.IsNullOrWhiteSpace(Token) ? null : Token.Trim();

    /// <summary>Reads the section, and the file where one is named.</summary>
    /// <exception cref="StartRefusedException">Both are set, or the file cannot be read.</exception>
    public static AdminOptions Read(IConfiguration configuration)
    {
        AdminOptions options = configuration.GetSection(Section).Get<AdminOptions>() ?? new();
        if (string.IsNullOrWhiteSpace(options.TokenFile))
            return options;
        if (options.EffectiveToken is not null)
        {
            throw new StartRefusedException(
                "Admin:Token and Admin:TokenFile are both set: set one of them."
            );
        }

        try
        {
            return options with { Token = File.ReadAllText(options.TokenFile) };
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new StartRefusedException($"Admin:TokenFile cannot be read: {e.Message}", e);
        }
    }
}
