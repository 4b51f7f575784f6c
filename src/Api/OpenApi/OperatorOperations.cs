using Settlement.Api.Http;
using Settlement.Api.Operations;
using Settlement.Payouts.Tokens;

namespace Settlement.Api.OpenApi;

/// <summary>What the description says of operators' routes that concern no single payout's end.</summary>
internal static class OperatorOperations
{
    private const string FilterRule =
        "A filter never is an error: what is unknown or cannot be read matches nothing.";

    private static readonly (string, string) s_cursor = (
        "cursor",
        "The next_cursor of the page before."
    );

    public static readonly Operation Audit = new(
        "readAudit",
        "What operators did, newest first",
        Caller.Operator,
        [(200, typeof(AuditList))]
    )
    {
        Text = $"Written in the commit of what it tells of, and never changed. {FilterRule}",
        Filters =
        [
            ("actor", "A token's name, or the whole of what actor says."),
            ("action", "Such as failed, held, paused or token_created."),
            ("payout", "A payout's id."),
            ("target", "The id of what was acted on, or a network."),
            ("request_id", "The X-Request-Id of the request that did it."),
            ("from", "At this time or later: RFC 3339, or a date in UTC."),
            ("to", "Before this time: RFC 3339, or a date in UTC."),
            ("limit", "Brought into 1 to 200; 50 when left out."),
            s_cursor,
        ],
        Scope = Scopes.ReadAudit,
    };

    public static readonly Operation ListTokens = new(
        "listTokens",
        "Named tokens, newest first",
        Caller.Operator,
        [(200, typeof(TokenList))]
    )
    {
        Text = "Never their secrets.",
        IsPaged = true,
        Scope = Scopes.Tokens,
    };

    public static readonly Operation CreateToken = new(
        "createToken",
        "Make a named token",
        Caller.Operator,
        [(201, typeof(NewTokenView))],
        ErrorCatalogue.InvalidJson,
        ErrorCatalogue.IdempotencyKeyInvalid,
        ErrorCatalogue.InvalidArgs,
        ErrorCatalogue.IdempotencyKeyReused
    )
    {
        Text =
            "Its name is the actor of everything that is done with it. The secret is in this answer and never again. A token gives no scope that it lacks. For example `{\"name\":\"ann\",\"scopes\":[\"referrals:read\",\"referrals:operate\"]}`.",
        Body = typeof(TokenBody),
        TakesIdempotencyKey = true,
        Scope = Scopes.Tokens,
    };

    public static readonly Operation RevokeToken = new(
        "revokeToken",
        "End a token at once",
        Caller.Operator,
        [(200, typeof(OkView))],
        ErrorCatalogue.TokenNotFound
    )
    {
        Text = "A token that has ended stays so, and the answer is the same.",
        PathId = "The token's id; one of any other form is not found.",
        Scope = Scopes.Tokens,
    };
}
