using Dapper;
using Npgsql;
using Settlement.Chaos.Product;

namespace Settlement.Chaos.Load;

/// <summary>People with rights and without a plan. Whatever the product lets them do must leave the books right.</summary>
internal sealed class Operators(Api api, Journal journal, NpgsqlDataSource database, Dice dice)
{
    private const string Payouts = "v1/admin/referrals/payouts";

    private static readonly string[] s_actions =
    [
        "hold",
        "release",
        "requeue",
        "check",
        "cancel",
        "failed",
        "failed by force",
        "sent by hand",
        "sent by another's transfer",
        "speed-up",
        "pause a network",
    ];

    // The likest first. What the payout itself has ridden in may have paid it.
    private const string AnothersSql = """
        SELECT other.tx_hash FROM settlement.payouts p
          JOIN settlement.payouts other ON other.network = p.network AND other.id <> p.id
         WHERE p.id = @id AND other.status = 'sent' AND other.settled_by = 'chain'
           AND NOT EXISTS (SELECT FROM settlement.transaction_payouts mine
                             JOIN settlement.transaction_payouts theirs USING (transaction_id)
                            WHERE mine.payout_id = p.id AND theirs.payout_id = other.id)
         ORDER BY (other.address, other.amount_micro) = (p.address, p.amount_micro) DESC, other.number DESC
         LIMIT 1
        """;

    private readonly List<Task> _afterwards = [];
    private IReadOnlyList<string> _order = s_actions;

    /// <summary>Acts until the time is up: each action in its turn, so that none is left out.</summary>
    public async Task RunAsync(TimeSpan length, TimeSpan pause)
    {
        long began = Environment.TickCount64;
        for (int i = 0; Environment.TickCount64 - began < length.TotalMilliseconds; i++)
        {
            if (i % s_actions.Length == 0)
                _order = dice.Shuffled(s_actions);
            Guid[] recent = [.. journal.Recent];
            if (recent.Length > 0)
                await ActAsync(_order[i % s_actions.Length], Choose(recent));
            await Task.Delay(pause);
        }
        await Task.WhenAll(_afterwards);
    }

    /// <summary>The end of all holds and pauses, and another try for what waits for a person.</summary>
    public async Task TidyAsync()
    {
        foreach (string scope in (string[])["solana", "ethereum", "polygon"])
            await InsistAsync("v1/admin/system/resume", new { scope, reason = "the end" });
        await using NpgsqlConnection connection = await database.OpenConnectionAsync();
        IEnumerable<(Guid Id, bool IsHeld)> waiting = await connection.QueryAsync<(Guid, bool)>(
            """
            SELECT id, held_at IS NOT NULL FROM settlement.payouts
             WHERE completed_at IS NULL AND (held_at IS NOT NULL OR park_reason = 'needs_operator')
            """
        );
        foreach ((Guid id, bool isHeld) in waiting.ToList())
            await InsistAsync($"{Payouts}/{id}/{(isHeld ? "release" : "requeue")}", new { });
    }

    // The newest are not signed yet, those of some seconds ago may be on their way.
    private Guid Choose(Guid[] recent) => dice.Chance(0.5) ? recent[^1] : dice.Of(recent);

    private async Task ActAsync(string action, Guid id)
    {
        switch (action)
        {
            case "hold":
                await HoldAsync(id);
                break;
            case "failed":
                await TellAsync(
                    action,
                    $"{id}/failed",
                    new { reason = "chaos" },
                    new Word(id, "failed")
                );
                break;
            case "failed by force":
                await TellAsync(
                    action,
                    $"{id}/failed",
                    new { reason = "chaos", force = true },
                    new Word(id, "failed")
                );
                break;
            case "sent by hand":
                await SendByHandAsync(id);
                break;
            case "sent by another's transfer":
                // A worker is asked for up to ten seconds; others act meanwhile.
                _afterwards.Add(SendByAnothersAsync(action, id));
                break;
            case "cancel":
                await TellAsync(
                    action,
                    $"{id}/cancel",
                    new { reason = "chaos" },
                    new Word(id, "cancelled")
                );
                break;
            case "pause a network":
                await PauseAsync(dice.Of(["solana", "ethereum", "polygon"]));
                break;
            default:
                await TellAsync(action, $"{id}/{action}", new { }, word: null);
                break;
        }
    }

    private async Task HoldAsync(Guid id)
    {
        Reply reply = await TellAsync("hold", $"{id}/hold", new { reason = "chaos" }, word: null);
        if (reply.IsSuccess)
            _afterwards.Add(ReleaseLaterAsync(id));
    }

    private async Task ReleaseLaterAsync(Guid id)
    {
        await Task.Delay(dice.Seconds(1, 5));
        await TellAsync("release", $"{id}/release", new { }, word: null);
    }

    // Lawful only where nothing of ours can land: held first, as an operator would who pays from elsewhere.
    private async Task SendByHandAsync(Guid id)
    {
        Reply held = await TellAsync(
            "hold",
            $"{id}/hold",
            new { reason = "paid by hand" },
            word: null
        );
        string hash = $"by-hand-{id}";
        var word = new Word(id, "sent", hash);
        Reply sent = await TellAsync("sent by hand", $"{id}/sent", new { tx_hash = hash }, word);
        if (held.IsSuccess && !sent.IsSuccess)
            _afterwards.Add(ReleaseLaterAsync(id));
    }

    // A transfer pays once, even where address and amount are those of a second payout.
    private async Task SendByAnothersAsync(string action, Guid id)
    {
        string? hash = await AnothersAsync(id);
        if (hash is null)
            return;
        var body = new { tx_hash = hash, verify = true };
        Reply reply = await TellAsync(action, $"{id}/sent", body, word: null);
        if (reply.IsSuccess)
            journal.Surprises.Enqueue($"{id} was told sent by {hash}, which pays another");
    }

    private async Task<string?> AnothersAsync(Guid id)
    {
        try
        {
            await using NpgsqlConnection connection = await database.OpenConnectionAsync();
            return await connection.ExecuteScalarAsync<string?>(AnothersSql, new { id });
        }
        catch (NpgsqlException)
        {
            // The weather; there will be another time.
            return null;
        }
    }

    private async Task PauseAsync(string scope)
    {
        Reply reply = await api.AsOperatorAsync(
            "v1/admin/system/pause",
            new { scope, reason = "chaos" }
        );
        journal.Tell("pause a network", reply.Status);
        _afterwards.Add(ResumeLaterAsync(scope));
    }

    private async Task ResumeLaterAsync(string scope)
    {
        await Task.Delay(dice.Seconds(0.5, 2));
        await InsistAsync("v1/admin/system/resume", new { scope, reason = "chaos" });
    }

    private async Task<Reply> TellAsync(string action, string path, object body, Word? word)
    {
        Reply reply = await api.AsOperatorAsync($"{Payouts}/{path}", body);
        journal.Tell(action, reply.Status);
        if (reply.IsDone && word is not null)
            journal.Words.Enqueue(word);
        return reply;
    }

    private async Task InsistAsync(string path, object body)
    {
        for (int i = 0; i < 100; i++)
        {
            if (!(await api.AsOperatorAsync(path, body)).IsUnsettled)
                return;
            await Task.Delay(250);
        }
    }
}
