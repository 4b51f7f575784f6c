using System.Security.Cryptography;
using System.Text;
using Microsoft.Extensions.Primitives;
using Settlement.Api.Configuration;

namespace Settlement.Api.Http;

/// <summary>Guards everything below /v1/admin before routing, so that a stranger does not even learn which routes exist.</summary>
internal sealed class AdminGate(RequestDelegate next, AdminOptions options, RateLimits limits)
{
    public const string Header = "X-Admin-Token";

    private const string LabelHeader = "X-Operator";
    private const int MaxLabelLength = 64;

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
        StringValues given = context.Request.Headers[Header];
        bool isValid =
            given is [{ } token] && CryptographicOperations.FixedTimeEquals(Hash(token), _token);
        bool isHeld = isValid
            ? await limits.HoldTokenAsync(context, KeyedAnswers.Operator)
            : await limits.HoldFailureAsync(context);
        if (isHeld)
            return;
        await (isValid ? next(context) : context.ErrorAsync(ErrorCatalogue.AdminTokenInvalid));
    }

    /// <summary>Who acts, for the audit trail. One shared token has no identity, so a label is only what the caller says.</summary>
    public static string ActorOf(HttpRequest request)
    {
        string label = new(
            request
                .Headers[LabelHeader]
                .ToString()
                .Where(c => !char.IsControl(c))
                .Take(MaxLabelLength)
                .ToArray()
        );
        label = label.Trim();
        return label.Length == 0 ? "operator" : $"operator:{label} (unverified)";
    }

    private static byte[] Hash(string token) => SHA256.HashData(Encoding.UTF8.GetBytes(token));
}
