using System.Text;

namespace Settlement.Api.Http;

/// <summary>docs/errors.md, from the catalogue. Written by <c>Settlement.Api errors</c>; a test keeps the two equal.</summary>
internal static class ErrorPage
{
    private const string Head = """
        # Errors

        Written by `Settlement.Api errors` from `src/Api/Http/ErrorCatalogue.cs`; edit it there.

        Every error is JSON in one envelope. Branch on `error` alone; `message` is for people and may change.

        ```json
        {"error":"balance_insufficient","message":"…","request_id":"req_…","available_micro":12000000}
        ```

        `request_id` is also in the `X-Request-Id` header and in our logs. Some errors add flat fields: `field`, `reason`,
        `status`, `tx_hash`, `safe_after`, `active_at`, `min_micro`, `max_micro`, `available_micro`, `retry_after`, `reward_id`,
        `commission_id`, `payout_id`, `external_ref`.

        With `Accept: application/problem+json` the same error comes as RFC 9457 has it: `type` (a link to this page), `title`, `status`
        (of HTTP), `detail`, `instance`, `error`, `request_id` and the same fields; the payout's status is `payout_status` there.

        When several apply, the upper one is answered.

        | Status | `error` | When | What became of the payout |
        |---|---|---|---|

        """;

    public static string Write()
    {
        var page = new StringBuilder(Head.ReplaceLineEndings("\n"));
        foreach (ErrorEntry e in ErrorCatalogue.All)
            page.Append($"| {e.Status} | `{e.Tag}` | {e.When} | {e.Payout} |\n");
        page.Append("\n## Messages\n\n");
        foreach (ErrorEntry e in ErrorCatalogue.All)
            page.Append($"* `{e.Tag}`: {e.Message}\n");
        return page.ToString();
    }
}
