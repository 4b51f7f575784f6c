using System.Text;
using Npgsql;
using Settlement.Api.Http;
using Settlement.Payouts.Lifecycle;
using Settlement.Payouts.Operations;
using Settlement.Payouts.Tokens;

namespace Settlement.Api.Affiliates;

/// <summary>Carries out one change in one commit. With an idempotency key the answer is part of that commit: whoever asks again
/// with the key is answered alike, and nothing happens twice.</summary>
internal sealed class KeyedCommit(NpgsqlDataSource database, KeyedAnswers keys)
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
        Func<NpgsqlConnection, Task<Reply>> work
    )
    {
        if (!IdempotencyKey.TryRead(context.Request, out string? key))
        {
            await context.ErrorAsync(ErrorCatalogue.IdempotencyKeyInvalid);
            return;
        }
        StoredAnswer? stored = KeyedAnswers.Of(
            KeyedAnswers.Bearer(by.Name),
            route,
            key,
            ReadOnlyMemory<byte>.Empty,
            asked
        );
        if (await keys.ReplayAsync(context, stored))
            return;
        Reply? reply = await CommitAsync(stored, work);
        // Without a reply, or refused: a twin with the same key may have been first.
        if (reply is null or Reply.Refused && await keys.ReplayAsync(context, stored))
            return;
        await reply!.WriteAsync(context);
    }

    // Not cancelled when the client leaves: what was asked is carried out or refused.
    private async Task<Reply?> CommitAsync(
        StoredAnswer? stored,
        Func<NpgsqlConnection, Task<Reply>> work
    )
    {
        await using NpgsqlConnection connection = await database.OpenConnectionAsync();
        await using NpgsqlTransaction transaction = await connection.BeginTransactionAsync();
        Reply reply = await work(connection);
        if (reply is not Reply.Done done)
            return reply;
        bool isFirst =
            stored is null
            || await StoredAnswers.AddAsync(
                connection,
                stored with
                {
                    StatusCode = done.Status,
                    Body = Encoding.UTF8.GetString(done.Body),
                },
                CancellationToken.None
            );
        if (!isFirst)
            return null;
        await transaction.CommitAsync();
        return reply;
    }
}
