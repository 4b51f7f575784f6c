using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Npgsql;
using Settlement.Payouts.Lifecycle;
using Settlement.Payouts.Operations;

namespace Settlement.Api.Http;

/// <summary>Idempotency keys: the answer is stored with the change that it tells of, and given again.</summary>
internal sealed class KeyedAnswers(StoredAnswers answers)
{
    /// <summary>The principal of a user.</summary>
    public static string User(Guid user) => $"user:{user}";

    /// <summary>The principal of whoever holds a bearer token.</summary>
    public static string Bearer(string name) => $"bearer:{name}";

    /// <summary>What is stored with a change that answers 200.</summary>
    /// <param name="principal">Who asks: two may use the same key.</param>
    /// <param name="route">The route's pattern; all its requests are POST.</param>
    /// <param name="key">As the client sent it; without one there is nothing to store.</param>
    /// <param name="body">The answer; empty when it is read anew from what can no longer change.</param>
    /// <param name="asked">What was asked, in one spelling. Who asked and under which request id do not belong to it.</param>
    public static StoredAnswer? Of(
        string principal,
        string route,
        string? key,
        ReadOnlyMemory<byte> body,
        string?[] asked
    ) =>
        key is null
            ? null
            : new StoredAnswer(
                principal,
                $"POST {route}",
                key,
                SHA256.HashData(
                    JsonSerializer.SerializeToUtf8Bytes(asked, ApiJson.Default.StringArray!)
                ),
                StatusCodes.Status200OK,
                Encoding.UTF8.GetString(body.Span)
            );

    /// <summary>Changes something once for a key, and answers: with what an equal request was told before, or with
    /// what comes of it.</summary>
    /// <param name="context">The request.</param>
    /// <param name="asked">Null without a key.</param>
    /// <param name="change">Writes by the connection, which has a transaction open. Not cancelled when the client leaves.</param>
    /// <param name="tell">What the client is told of it: a success is stored with the change, a refusal takes it back.</param>
    public async Task ChangeAsync<T>(
        HttpContext context,
        StoredAnswer? asked,
        Func<NpgsqlConnection, Task<T>> change,
        Func<T, Told> tell
    )
    {
        if (await ReplayAsync(context, asked))
            return;
        Told? told = await answers.ChangeAsync(
            async connection => tell(await change(connection)),
            said => said.Error is null ? Answered(asked, said) : null,
            CancellationToken.None,
            said => said.Error is null
        );
        // A twin with the same key may have been first: it kept our answer from being stored, or what it did is why we were refused.
        if (told is not { Error: null })
        {
            if (!await ReplayAsync(context, asked))
                await context.ErrorAsync(told!.Error!, told.ErrorBody!);
            return;
        }
        if (told.IsReplay)
            context.Response.Headers[IdempotencyKey.ReplayedHeader] = "true";
        if (told.Location is not null)
            context.Response.Headers.Location = told.Location;
        if (told.Tag is not null)
            context.Response.Headers.ETag = told.Tag;
        await context.Response.BytesAsync(told.Status, told.Body);
    }

    private static StoredAnswer? Answered(StoredAnswer? asked, Told told) =>
        asked is null
            ? null
            : asked with
            {
                StatusCode = told.Status,
                Body = Encoding.UTF8.GetString(told.Body.Span),
            };

    /// <summary>Answers again, or refuses a key that was used for something else.</summary>
    /// <param name="context">The request.</param>
    /// <param name="asked">Null without a key.</param>
    /// <param name="readAnew">Answers where the stored body is empty.</param>
    /// <returns>Whether it answered.</returns>
    public async Task<bool> ReplayAsync(
        HttpContext context,
        StoredAnswer? asked,
        Func<Task>? readAnew = null
    )
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
        await (
            readAnew is not null
                ? readAnew()
                : context.Response.BytesAsync(
                    stored.StatusCode,
                    Encoding.UTF8.GetBytes(stored.Body)
                )
        );
        return true;
    }
}
