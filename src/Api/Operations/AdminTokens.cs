using System.Text.Json;
using Settlement.Api.Http;
using Settlement.Payouts.Lifecycle;
using Settlement.Payouts.Tokens;

namespace Settlement.Api.Operations;

/// <summary>GET, POST and DELETE /v1/admin/tokens: the named tokens of operators and affiliates.</summary>
internal sealed class AdminTokens(ApiTokens tokens, KeyedAnswers keys)
{
    public async Task ListAsync(HttpContext context)
    {
        var page = Paging.Read(context.Request.Query);
        IReadOnlyList<TokenRow> rows = await tokens.ListAsync(
            page.Limit,
            page.Offset,
            context.RequestAborted
        );
        await context.Response.JsonAsync(
            StatusCodes.Status200OK,
            new TokenList(rows.Select(TokenView.Of).ToList()),
            ApiJson.Default.TokenList
        );
    }

    /// <summary>Makes a token. The secret is in this answer and nowhere else, also not in a repetition of it.</summary>
    public async Task CreateAsync(HttpContext context)
    {
        using JsonBody? body = await BodyReader.ReadAsync(context.Request);
        if (body is null)
        {
            await context.ErrorAsync(ErrorCatalogue.InvalidJson);
            return;
        }
        if (!IdempotencyKey.TryRead(context.Request, out string? key))
        {
            await context.ErrorAsync(ErrorCatalogue.IdempotencyKeyInvalid);
            return;
        }
        Operator by = context.Operator();
        (NewToken? token, ErrorBody? problem) = TokenRules.Read(body, by, context.RequestId());
        if (token is null)
        {
            await context.ErrorAsync(ErrorCatalogue.InvalidArgs, problem!);
            return;
        }
        if (token.Scopes.FirstOrDefault(s => !by.May(s)) is { } lacking)
        {
            await context.ErrorAsync(
                ErrorCatalogue.InsufficientScope,
                ErrorCatalogue.InsufficientScope.Body(
                    $"Nobody gives away what they do not have: your token lacks the scope {lacking}. Nothing was changed."
                )
            );
            return;
        }
        await MakeAsync(context, token with { Key = Keyed(token, by, key) });
    }

    public async Task RevokeAsync(HttpContext context)
    {
        bool isKnown =
            PayoutIds.TryRead(context, out Guid id)
            && await tokens.RevokeAsync(
                id,
                context.Operator().Actor,
                context.RequestId(),
                CancellationToken.None
            );
        await (
            isKnown ? context.Response.OkAsync() : context.ErrorAsync(ErrorCatalogue.TokenNotFound)
        );
    }

    private async Task MakeAsync(HttpContext context, NewToken token)
    {
        if (await keys.ReplayAsync(context, token.Key))
            return;
        string? secret = await tokens.CreateAsync(token, CancellationToken.None);
        if (secret is not null)
        {
            await context.Response.BytesAsync(StatusCodes.Status201Created, Body(token, secret));
            return;
        }
        // A twin with the same key was first.
        await keys.ReplayAsync(context, token.Key);
    }

    private static StoredAnswer? Keyed(NewToken token, Operator by, string? key) =>
        KeyedAnswers.Of(
            by.Principal,
            Routes.Tokens,
            key,
            Body(token, secret: null),
            [token.Name, string.Join(',', token.Scopes), $"{token.Lifetime.TotalDays}"]
        )
            is { } answer
            ? answer with
            {
                StatusCode = StatusCodes.Status201Created,
            }
            : null;

    private static byte[] Body(NewToken token, string? secret) =>
        JsonSerializer.SerializeToUtf8Bytes(
            new NewTokenView(
                token.Id,
                token.Name,
                token.Scopes,
                (int)token.Lifetime.TotalDays,
                secret
            ),
            ApiJson.Default.NewTokenView
        );
}

/// <summary>What the body of a token must hold.</summary>
internal static class TokenRules
{
    private const int MaxNameLength = 64;
    private const int StandardDays = 365;
    private const int MaxDays = 3_650;

    // They would be taken for what has no name.
    private static readonly string[] s_reserved = ["operator", "admin", "worker", "system", "user"];

    public static (NewToken? Token, ErrorBody? Problem) Read(
        JsonBody body,
        Operator by,
        string requestId
    )
    {
        if (!body.Text("name").Has(out string name) || !IsName(name.Trim()))
        {
            return Refuse(
                "name",
                $"name must have 1 to {MaxNameLength} letters, digits, spaces and . _ @ -, begin with a letter or digit, "
                    + $"and be none of {string.Join(", ", s_reserved)}."
            );
        }
        if (
            !body.Texts("scopes").Has(out IReadOnlyList<string> scopes)
            || scopes.Count == 0
            || scopes.Any(s => !Scopes.All.Contains(s))
        )
        {
            return Refuse(
                "scopes",
                $"scopes must be a list of some of {string.Join(", ", Scopes.All)}."
            );
        }
        Field<long> days = body.Integer("expires_in_days");
        if (days.IsWrong || (days.Has(out long given) && given is < 1 or > MaxDays))
        {
            return Refuse(
                "expires_in_days",
                $"expires_in_days must be a whole number from 1 to {MaxDays}."
            );
        }
        return (
            new NewToken(
                Guid.CreateVersion7(),
                name.Trim(),
                scopes.Distinct().Order(StringComparer.Ordinal).ToList(),
                TimeSpan.FromDays(days.Has(out long chosen) ? chosen : StandardDays),
                by.Actor,
                requestId
            ),
            null
        );
    }

    private static (NewToken? Token, ErrorBody? Problem) Refuse(string field, string problem) =>
        (null, ErrorBodies.InvalidField(field, problem));

    private static bool IsName(string name) =>
        name.Length is > 0 and <= MaxNameLength
        && char.IsAsciiLetterOrDigit(name[0])
        && name.All(c => char.IsAsciiLetterOrDigit(c) || c is ' ' or '.' or '_' or '@' or '-')
        && !s_reserved.Contains(name, StringComparer.OrdinalIgnoreCase);
}

/// <summary>The body of a token to make.</summary>
public sealed record TokenBody
{
    /// <summary>Who acts with it: 1 to 64 letters, digits, spaces and . _ @ -.</summary>
    public required string Name { get; init; }

    /// <summary>What it may do; nothing that your own token may not.</summary>
    public required IReadOnlyList<string> Scopes { get; init; }

    /// <summary>1 to 3650; 365 when left out.</summary>
    public int? ExpiresInDays { get; init; }
}

/// <summary>A token that was made.</summary>
/// <param name="Id">To revoke it by.</param>
/// <param name="Name">Who acts with it.</param>
/// <param name="Scopes">What it may do.</param>
/// <param name="ExpiresInDays">How long it is valid.</param>
/// <param name="Token">The secret, here and never again; a repetition under an Idempotency-Key leaves it out.</param>
public sealed record NewTokenView(
    Guid Id,
    string Name,
    IReadOnlyList<string> Scopes,
    int ExpiresInDays,
    string? Token
);

/// <summary>Tokens, newest first; never their secrets.</summary>
public sealed record TokenList(IReadOnlyList<TokenView> Items);

/// <summary>A token without its secret.</summary>
public sealed record TokenView
{
    public required Guid Id { get; init; }
    public required string Name { get; init; }
    public required IReadOnlyList<string> Scopes { get; init; }
    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>Who made it.</summary>
    public string? CreatedBy { get; init; }
    public required DateTimeOffset ExpiresAt { get; init; }

    /// <summary>To the minute; left out when it was never used.</summary>
    public DateTimeOffset? LastUsedAt { get; init; }
    public DateTimeOffset? RevokedAt { get; init; }

    internal static TokenView Of(TokenRow row) =>
        new()
        {
            Id = row.Id,
            Name = row.Name,
            Scopes = row.Scopes,
            CreatedAt = row.CreatedAt,
            CreatedBy = row.CreatedBy,
            ExpiresAt = row.ExpiresAt,
            LastUsedAt = row.LastUsedAt,
            RevokedAt = row.RevokedAt,
        };
}
