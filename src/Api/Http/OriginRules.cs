using System.Security.Cryptography;
using System.Text;
using Microsoft.Extensions.Primitives;
using Settlement.Api.Configuration;

namespace Settlement.Api.Http;

/// <summary>Keeps pages of other sites from using a user's cookie. Clients that are no browsers send neither header and pass.</summary>
internal sealed class OriginRules(UserSessionOptions options)
{
    private const string CsrfHeader = "X-CSRF-Token";

    /// <summary>Judges an unsafe request that carries the session cookie.</summary>
    /// <returns>What stands against it, or null.</returns>
    public ErrorEntry? Judge(HttpRequest request)
    {
        if (!IsFromUs(request))
            return ErrorCatalogue.OriginForbidden;
        return options.RequireCsrfToken && !HasCsrfToken(request)
            ? ErrorCatalogue.CsrfTokenInvalid
            : null;
    }

    private bool IsFromUs(HttpRequest request)
    {
        StringValues site = request.Headers["Sec-Fetch-Site"];
        StringValues origin = request.Headers.Origin;
        if (site.Count > 1 || origin.Count > 1)
            return false;
        bool isListed = origin is [{ } listed] && options.AllowedOrigins.Contains(listed);
        bool isOwn = origin.Count == 0 || origin[0] == $"{request.Scheme}://{request.Host}";
        return site switch
        {
            [] or ["same-origin"] or ["none"] => isListed || isOwn,
            // A listed page of the same site, such as the console's own host name beside the API's.
            ["same-site"] => isListed,
            _ => false,
        };
    }

    private bool HasCsrfToken(HttpRequest request) =>
        request.Headers[CsrfHeader] is [{ Length: > 0 } header]
        && request.Cookies[options.CsrfCookieName] is { Length: > 0 } cookie
        && CryptographicOperations.FixedTimeEquals(
            SHA256.HashData(Encoding.UTF8.GetBytes(header)),
            SHA256.HashData(Encoding.UTF8.GetBytes(cookie))
        );
}
