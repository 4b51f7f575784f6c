using System.Text.Json;
using Settlement.Api.Http;
using Settlement.Payouts.Lifecycle;
using Settlement.Payouts.Tokens;

namespace Settlement.Api.Affiliates;

/// <summary>POST /v1/affiliates/tokens: a token with which an affiliate sees itself, and nothing else.</summary>
internal sealed class AffiliateTokens(ApiTokens tokens, KeyedAnswers keys, TimeProvider clock)
{
    private const long UsualDays = 30;
    private const long MaxDays = 366;

    public async Task IssueAsync(HttpContext context, Principal by)
    {
        using JsonBody? body = await BodyReader.ReadAsync(context.Request);
        if (body is null)
        {
            await context.ErrorAsync(ErrorCatalogue.ValidationError);
            return;
        }
        if (!IdempotencyKey.TryRead(context.Request, out string? key))
        {
            await context.ErrorAsync(ErrorCatalogue.IdempotencyKeyInvalid);
            return;
        }
        if (!AffiliateRules.TryReadId(body.Text("affiliate_id"), out string affiliate))
        {
            await context.ErrorAsync(
                ErrorCatalogue.ValidationError,
                AffiliateRules.InvalidId("affiliate_id")
            );
            return;
        }
        Field<long> given = body.Integer("days");
        long days = given.Has(out long asked) ? asked : UsualDays;
        if (given.IsWrong || days is < 1 or > MaxDays)
        {
            await context.ErrorAsync(
                ErrorCatalogue.ValidationError,
                ErrorBodies.Invalid("days", $"days must be a whole number from 1 to {MaxDays}.")
            );
            return;
        }
        var id = Guid.CreateVersion7();
        var lifetime = TimeSpan.FromDays(days);
        var view = new AffiliateTokenView(id, affiliate, null, clock.GetUtcNow() + lifetime);
        StoredAnswer? stored = Keyed(view, by, key, $"{days}");
        if (await keys.ReplayAsync(context, stored))
            return;
        string? token = await tokens.CreateAsync(
            new NewToken(
                id,
                OwnScope.NameOf(affiliate),
                [OwnScope.Of(affiliate)],
                lifetime,
                by.Name,
                context.RequestId()
            )
            {
                Key = stored,
            },
            CancellationToken.None
        );
        if (token is null)
        {
            // A twin with the same key was first.
            await keys.ReplayAsync(context, stored);
            return;
        }
        await context.Response.BytesAsync(
            StatusCodes.Status201Created,
            Body(view with { Token = token })
        );
    }

    private static StoredAnswer? Keyed(
        AffiliateTokenView view,
        Principal by,
        string? key,
        string days
    ) =>
        KeyedAnswers.Of(
            KeyedAnswers.Bearer(by.Name),
            Routes.AffiliateTokens,
            key,
            Body(view),
            [view.AffiliateId, days]
        )
            is { } answer
            ? answer with
            {
                StatusCode = StatusCodes.Status201Created,
            }
            : null;

    private static byte[] Body(AffiliateTokenView view) =>
        JsonSerializer.SerializeToUtf8Bytes(view, AffiliateJson.Default.AffiliateTokenView);
}

/// <summary>A token.</summary>
/// <param name="Id">To revoke it by, with the other tokens.</param>
/// <param name="Token">The secret, here and never again; null in a repetition under an Idempotency-Key.</param>
public sealed record AffiliateTokenView(
    Guid Id,
    string AffiliateId,
    string? Token,
    DateTimeOffset ExpiresAt
);

/// <summary>The scope of an affiliate's own token: it names the affiliate.</summary>
internal static class OwnScope
{
    public const string Described = $"{Start}<id>";

    private const string Start = "affiliate:";
    private const int MaxNameLength = 100;

    public static string Of(string affiliate) => Start + affiliate;

    /// <summary>For the audit trail.</summary>
    public static string NameOf(string affiliate)
    {
        string name = $"affiliate {affiliate}";
        return name.Length <= MaxNameLength ? name : name[..MaxNameLength];
    }

    /// <returns>The one affiliate that a token names; null when it names none, or several.</returns>
    public static string? Read(Principal principal)
    {
        string[] own = principal
            .Scopes.Where(s => s.StartsWith(Start, StringComparison.Ordinal))
            .ToArray();
        return own is [var scope] && scope.Length > Start.Length ? scope[Start.Length..] : null;
    }
}
