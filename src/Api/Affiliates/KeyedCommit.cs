using Npgsql;
using Settlement.Api.Http;
using Settlement.Payouts.Tokens;

namespace Settlement.Api.Affiliates;

/// <summary>Carries out one change of the holder of a token in one commit, once for an idempotency key.</summary>
internal sealed class KeyedCommit(KeyedAnswers keys)
{
    /// <summary>Answers from the key, or does the work and answers.</summary>
    /// <param name="context">The request.</param>
    /// <param name="by">Who asks.</param>
    /// <param name="route">The route's pattern.</param>
    /// <param name="asked">What was asked, in one spelling.</param>
    /// <param name="work">Runs in the commit; what it refuses is rolled back.</param>
    public async Task AnswerAsync(
        HttpContext context,
        Principal by,
        string route,
        string?[] asked,
        Func<NpgsqlConnection, Task<Told>> work
    )
    {
        if (!IdempotencyKey.TryRead(context.Request, out string? key))
        {
            await context.ErrorAsync(ErrorCatalogue.IdempotencyKeyInvalid);
            return;
        }
        await keys.ChangeAsync(
            context,
            KeyedAnswers.Of(
                KeyedAnswers.Bearer(by.Name),
                route,
                key,
                ReadOnlyMemory<byte>.Empty,
                asked
            ),
            work,
            told => told
        );
    }
}
