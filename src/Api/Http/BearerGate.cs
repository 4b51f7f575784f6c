using System.Security.Cryptography;
using System.Text;
using Microsoft.Extensions.Primitives;
using Settlement.Api.Configuration;
using Settlement.Payouts.Tokens;

namespace Settlement.Api.Http;

/// <summary>Answers a request in the name of a token's owner.</summary>
internal delegate Task BearerHandler(HttpContext context, Principal principal);

/// <summary>Guards the routes of affiliates before routing, as <see cref="AdminGate"/> guards the operators'.</summary>
internal sealed class BearerGate(
    RequestDelegate next,
    ApiTokens tokens,
    AffiliatesOptions options,
    RateLimits limits
)
{
    private const string Scheme = "Bearer ";
    private const int MaxTokenLength = 512;

    private static readonly object s_key = new();
    private static readonly Principal s_configured = new("operator", Scopes.OfAffiliates);

    // Hashes have one length, whatever was sent: comparing them tells nothing of the token.
    private readonly byte[]? _configured = options.EffectiveToken is { } token ? Hash(token) : null;

    public async Task InvokeAsync(HttpContext context)
    {
        if (!Routes.IsForAffiliates(context.Request.Path))
        {
            await next(context);
            return;
        }
        Principal? principal = await FindAsync(context);
        bool isHeld = principal is null
            ? await limits.HoldFailureAsync(context)
            : await limits.HoldTokenAsync(context, principal.Name);
        if (isHeld)
            return;
        if (principal is null)
        {
            context.Response.Headers.WWWAuthenticate = "Bearer realm=\"settlement\"";
            await context.ErrorAsync(
                ErrorCatalogue.Unauthenticated,
                ErrorCatalogue.Unauthenticated.Body(
                    "There is no valid bearer token on this request; send Authorization: Bearer with one. Nothing was changed."
                )
            );
            return;
        }
        context.Items[s_key] = principal;
        await next(context);
    }

    /// <summary>Lets those through who have the scope.</summary>
    public static RequestDelegate Admit(string scope, BearerHandler handler) =>
        Admit(scope, principal => principal.Scopes.Contains(scope), handler);

    /// <summary>Lets those through whose scopes say so.</summary>
    /// <param name="scope">What they lack, for the answer.</param>
    /// <param name="may">Whether they may.</param>
    /// <param name="handler">Answers them.</param>
    public static RequestDelegate Admit(
        string scope,
        Func<Principal, bool> may,
        BearerHandler handler
    ) =>
        context =>
        {
            var principal = (Principal)context.Items[s_key]!;
            if (may(principal))
                return handler(context, principal);
            // RFC 6750, section 3.1.
            context.Response.Headers.WWWAuthenticate =
                $"Bearer realm=\"settlement\", error=\"insufficient_scope\", scope=\"{scope}\"";
            return context.ErrorAsync(
                ErrorCatalogue.InsufficientScope,
                ErrorCatalogue.InsufficientScope.Body(
                    $"This token lacks the scope {scope}; nothing was changed."
                )
            );
        };

    private async Task<Principal?> FindAsync(HttpContext context)
    {
        StringValues given = context.Request.Headers.Authorization;
        if (
            given is not [{ } header]
            || !header.StartsWith(Scheme, StringComparison.OrdinalIgnoreCase)
        )
        {
            return null;
        }
        string token = header[Scheme.Length..].Trim();
        if (token.Length is 0 or > MaxTokenLength)
            return null;
        bool isConfigured =
            _configured is not null
            && CryptographicOperations.FixedTimeEquals(Hash(token), _configured);
        return isConfigured ? s_configured : await tokens.FindAsync(token, context.RequestAborted);
    }

    private static byte[] Hash(string token) => SHA256.HashData(Encoding.UTF8.GetBytes(token));
}
