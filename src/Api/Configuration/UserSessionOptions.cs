using Settlement.Hosting.Start;

namespace Settlement.Api.Configuration;

/// <summary>Section <c>Sessions</c>: how users are known.</summary>
public sealed record UserSessionOptions
{
    public const string Section = "Sessions";

    /// <summary>The cookie that holds the opaque token.</summary>
    public string CookieName { get; init; } = "nl_session";

    /// <summary>Origins beside our own whose pages may send unsafe requests, such as https://console.example.com.</summary>
    public IReadOnlyList<string> AllowedOrigins { get; init; } = [];

    /// <summary>Whether unsafe requests must repeat the CSRF cookie in X-CSRF-Token.</summary>
    public bool RequireCsrfToken { get; init; }

    /// <summary>The readable cookie that X-CSRF-Token repeats.</summary>
    public string CsrfCookieName { get; init; } = "nl_csrf";

    /// <summary>Reads and checks the section.</summary>
    /// <exception cref="StartRefusedException">A value is unusable.</exception>
    public static UserSessionOptions Read(IConfiguration configuration)
    {
        UserSessionOptions options =
            configuration.GetSection(Section).Get<UserSessionOptions>() ?? new();
        if (!IsCookieName(options.CookieName))
            throw Unusable("CookieName");
        if (!IsCookieName(options.CsrfCookieName))
            throw Unusable("CsrfCookieName");
        foreach (string origin in options.AllowedOrigins)
        {
            if (!IsOrigin(origin))
            {
                throw new StartRefusedException(
                    $"Sessions:AllowedOrigins holds \"{origin}\", which is no origin "
                        + "such as https://console.example.com (no path, no slash at the end)."
                );
            }
        }
        return options;
    }

    private static StartRefusedException Unusable(string key) =>
        new($"Sessions:{key} must be a cookie name: letters, digits, hyphens and underscores.");

    private static bool IsCookieName(string name) =>
        name.Length is > 0 and <= 64
        && name.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_');

    private static bool IsOrigin(string origin) =>
        Uri.TryCreate(origin, UriKind.Absolute, out Uri? uri)
        && uri.Scheme is "http" or "https"
        && origin == uri.GetLeftPart(UriPartial.Authority);
}
