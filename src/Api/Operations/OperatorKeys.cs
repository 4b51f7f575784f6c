using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Settlement.Api.Http;
using Settlement.Payouts.Lifecycle;
using Settlement.Payouts.Operations;

namespace Settlement.Api.Operations;

/// <summary>Idempotency keys of operators: the answer is stored with the change that it tells of.</summary>
internal sealed class OperatorKeys(StoredAnswers answers)
{
    private const string Principal = "operator";

    /// <summary>Adds the key to a word, so that the transition stores the answer with it.</summary>
    public static OperatorWord Stamp(OperatorWord word, string route, string? key) =>
        key is null
            ? word
            : word with
            {
                Key = new StoredAnswer(
                    Principal,
                    $"POST {route}",
                    key,
                    Fingerprint(word),
                    StatusCodes.Status200OK,
                    Encoding.UTF8.GetString(Answer.Ok.Span)
                ),
            };

    /// <summary>Answers again, or refuses a key that was used for something else.</summary>
    /// <returns>Whether it answered.</returns>
    public async Task<bool> ReplayAsync(HttpContext context, StoredAnswer? asked)
    {
        if (asked is null)
            return false;
        StoredAnswer? stored = await answers.FindAsync(
            asked.Principal,
            asked.Route,
            asked.Key,
            context.RequestAborted
        );
        if (stored is null)
            return false;
        if (!stored.RequestHash.AsSpan().SequenceEqual(asked.RequestHash))
        {
            await context.ErrorAsync(ErrorCatalogue.IdempotencyKeyReused);
            return true;
        }
        context.Response.Headers[IdempotencyKey.ReplayedHeader] = "true";
        await context.Response.BytesAsync(stored.StatusCode, Encoding.UTF8.GetBytes(stored.Body));
        return true;
    }

    // What was asked, in one spelling. Who asked and under which request id do not belong to it.
    private static byte[] Fingerprint(OperatorWord word) =>
        SHA256.HashData(
            JsonSerializer.SerializeToUtf8Bytes(
                [
                    word.PayoutId.ToString(),
                    word.TxHash,
                    word.Note,
                    word.InternalNote,
                    word.FailureCode,
                    word.Force ? "force" : null,
                ],
                ApiJson.Default.StringArray
            )
        );
}
