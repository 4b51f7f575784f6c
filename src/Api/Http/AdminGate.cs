using System.Security.Cryptography;
using System.Text;
using Microsoft.Extensions.Primitives;
using Settlement.Api.Configuration;
using Settlement.Payouts.Tokens;

namespace Settlement.Api.Http;

/// <summary>Guards everything below /v1/admin before routing, so that a stranger does not even learn which routes exist.</summary>
/// <remarks>Two kinds of token open it: the one of the configuration, which may do everything, and named ones with scopes. Without
/// the first all is closed, for the others too.</remarks>
internal sealed class AdminGate(
    RequestDelegate next,
    ApiTokens tokens,
    AdminOptions options,
    RateLimits limits
)
{
    public const string Header = "X-Admin-Token";

    private const string Scheme = "Bearer ";

    // Hashes have one length, whatever was sent: comparing them tells nothing of the token.
    private readonly byte[]? _token = options.EffectiveToken is { } token ? Hash(token) : null;

    public async Task InvokeAsync(HttpContext context)
    {
        bool isForOperators = context.Request.Path.StartsWithSegments(
            Routes.Admin,
            StringComparison.OrdinalIgnoreCase
        );
        // Payouts of affiliates are behind the gate of the bearer tokens.
        if (!isForOperators || Routes.IsForAffiliates(context.Request.Path))
        {
            await next(context);
            return;
        }
        if (_token is null)
        {
            await context.ErrorAsync(ErrorCatalogue.AdminTokenUnset);
            return;
        }
        Operator? by = await FindAsync(context);
        bool isHeld = by is null
            ? await limits.HoldFailureAsync(context)
            : await limits.HoldTokenAsync(context, by.Principal);
        if (isHeld)
            return;
        if (by is null)
        {
            await context.ErrorAsync(ErrorCatalogue.AdminTokenInvalid);
            return;
        }
        Operator.Admit(context, by);
        await next(context);
    }

    private async Task<Operator?> FindAsync(HttpContext context)
    {
        StringValues given = context.Request.Headers[Header];
        if (given.Count > 1)
            return null;
        if (given is [{ } token])
        {
            return CryptographicOperations.FixedTimeEquals(Hash(token), _token)
                ? Operator.Configured(context.Request)
                : await NamedAsync(token, context.RequestAborted);
        }
        return
            context.Request.Headers.Authorization is [{ } header]
            && header.StartsWith(Scheme, StringComparison.OrdinalIgnoreCase)
            ? await NamedAsync(header[Scheme.Length..].Trim(), context.RequestAborted)
            : null;
    }

    // What is none of ours by its form is not worth a query. A token of affiliates alone is no operator's.
    private async Task<Operator?> NamedAsync(string token, CancellationToken ct) =>
        token.Length == ApiTokens.Length
        && token.All(char.IsAsciiHexDigitLower)
        && await tokens.FindAsync(token, ct) is { } principal
        && principal.Scopes.Any(Scopes.OfOperators.Contains)
            ? Operator.Named(principal)
            : null;

    private static byte[] Hash(string token) => SHA256.HashData(Encoding.UTF8.GetBytes(token));
}
