using Settlement.Api.Http;
using Settlement.Payouts.Tokens;

namespace Settlement.Api.Affiliates;

/// <summary>POST /v1/affiliates/tokens: a token with which an affiliate sees itself, and nothing else.</summary>
internal sealed class AffiliateTokens(ApiTokens tokens, TimeProvider clock)
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
        string? token = await tokens.CreateAsync(
            new NewToken(
                id,
                OwnScope.NameOf(affiliate),
                [OwnScope.Of(affiliate)],
                lifetime,
                by.Name,
                context.RequestId()
            ),
            CancellationToken.None
        );
        await context.Response.JsonAsync(
            StatusCodes.Status201Created,
            new AffiliateTokenView(id, affiliate, token!, clock.GetUtcNow() + lifetime),
            AffiliateJson.Default.AffiliateTokenView
        );
    }
}

/// <summary>A token. It is shown this once.</summary>
/// <param name="Id">To revoke it by, with the other tokens.</param>
public sealed record AffiliateTokenView(
    Guid Id,
    string AffiliateId,
    string Token,
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
