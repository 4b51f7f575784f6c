using System.Net;

namespace Settlement.Webhooks.Addresses;

/// <summary>What can be seen from a URL alone. What its name resolves to is seen when we connect: <see cref="GuardedConnection"/>.</summary>
public sealed class UrlRules(WebhookOptions options)
{
    private const int MaxLength = 2_000;
    private const int FirstFreePort = 1_024;

    // RFC 6761, RFC 6762, and what private networks and clouds name their own with.
    private static readonly string[] s_privateNames =
    [
        "localhost",
        "local",
        "localdomain",
        "internal",
        "intranet",
        "private",
        "corp",
        "home",
        "lan",
        "test",
        "invalid",
        "example",
        "onion",
        "arpa",
    ];

    /// <summary>Judges a URL.</summary>
    /// <returns>What is wrong with it, as a sentence; null when nothing is.</returns>
    public string? Judge(string url)
    {
        if (
            url.Length > MaxLength
            || url.Any(c => char.IsControl(c) || char.IsWhiteSpace(c) || c is '\\')
            || !Uri.TryCreate(url, UriKind.Absolute, out Uri? uri)
            || uri.Host.Length == 0
        )
        {
            return $"The URL must be absolute, such as https://example.com/webhooks, with at most {MaxLength} characters and no spaces.";
        }
        bool isHttps = uri.Scheme == Uri.UriSchemeHttps;
        if (!isHttps && !(options.AllowPrivateAddresses && uri.Scheme == Uri.UriSchemeHttp))
            return "The URL must begin with https://.";
        if (uri.UserInfo.Length > 0 || url.Contains('@', StringComparison.Ordinal))
            return "The URL must hold no user name, no password and no @.";
        if (uri.Fragment.Length > 0 || url.Contains('#', StringComparison.Ordinal))
            return "The URL must have no fragment (#…).";
        if (options.AllowPrivateAddresses)
            return null;
        if (uri.Port is not 443 and < FirstFreePort)
            return $"The URL's port must be 443, or {FirstFreePort} and above.";
        return JudgeHost(uri);
    }

    private static string? JudgeHost(Uri uri)
    {
        string host = uri.IdnHost.TrimEnd('.').ToLowerInvariant();
        // The parser has brought unusual spellings of IPv4 (octal, hexadecimal, one number) into the usual one.
        if (IPAddress.TryParse(host.Trim('[', ']'), out IPAddress? address))
        {
            return AddressRules.IsPublic(address)
                ? null
                : "The URL's address is private, reserved or otherwise not on the public Internet.";
        }
        string[] labels = host.Split('.');
        // Digits of other scripts, which some resolver may take for an address.
        bool isOdd = uri.Host.Any(c => !char.IsAscii(c) && !char.IsLetter(c));
        return
            isOdd
            || labels.Length < 2
            || s_privateNames.Contains(labels[^1], StringComparer.Ordinal)
            ? "The URL's host must be a public name, such as hooks.example.com."
            : null;
    }
}
