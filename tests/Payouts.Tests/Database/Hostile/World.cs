using System.Text.RegularExpressions;
using Dapper;
using Npgsql;
using Settlement.Chains;
using Settlement.Payouts.Ledger;
using Settlement.Payouts.Lifecycle;
using Settlement.Payouts.Settling;
using Settlement.TestKit;
using Xunit;

namespace Settlement.Payouts.Tests.Database.Hostile;

/// <summary>A database with one payout in each state, all of one user who has 1,000 to spare. Nobody changes it: each hostile
/// write is rolled back.</summary>
public sealed partial class World : IAsyncLifetime
{
    // What affiliates earned, and their payouts.
    private static readonly string[] s_affiliates =
    [
        "ann_january",
        "ann_february",
        "ann_march",
        "ann_dropped",
        "ann_free",
        "ann_rejected",
        "ann_by_hand",
        "ann_young",
        "cid_january",
        "bob_january",
        "bob_february",
        "bob_reversal",
        "paid_to_ann",
        "approved_for_ann",
        "pending_for_ann",
        "paid_to_bob",
        "paid_to_cid",
        "forgiven_to_cid",
        "owed_by_bob",
    ];

    private static readonly string[] s_webhooks = ["hook", "hook_two", "hook_event"];

    private readonly PostgresDatabase _database = new();
    private readonly Dictionary<string, string> _words = new(StringComparer.Ordinal);

    public NpgsqlDataSource Owner => _database.Owner;
    public NpgsqlDataSource App => _database.App;

    /// <summary>Puts what was prepared in the place of {words}.</summary>
    public string Fill(string sql) =>
        Word().Replace(sql, match => _words[match.Groups["word"].Value]);

    public async Task InitializeAsync()
    {
        await _database.InitializeAsync();
        Guid user = await APayout.In(_database).AUserAsync(2_000_000_000);
        APayout Given() => APayout.In(_database).By(user).Of(10_000_000);
        Tell("requested", await Given().RequestedAsync());
        Tell("processing", await Given().ProcessingAsync());
        Tell("parked", await ParkedAsync(Given()));
        Tell("riding", await Given().RidingAsync());
        Tell("evm", await Given().On("ethereum").RidingAsync());
        Tell("evm_free", await Given().On("ethereum").ProcessingAsync());
        Tell("returned", await Given().ReturnedAsync());
        Tell("sent", await Given().SentAsync());
        Tell("failed", await Given().FailedAsync());
        Tell("held", await Given().HeldAsync());
        Tell("cancelled", await Given().CancelledAsync());
        await TellOfChecksAsync(await Given().ProcessingAsync());
        _words["user"] = $"'{user}'";
        await TellTheLedgerAsync();
    }

    public Task DisposeAsync() => _database.DisposeAsync();

    /// <summary>A payout that somebody paid by hand, as the chain has shown, and a question that waits.</summary>
    private async Task TellOfChecksAsync(GivenPayout payout)
    {
        Tell("by_hand", payout);
        var checks = new TransferChecks(App);
        long made = (
            await checks.AskAsync(payout.Id, "by-hand", "operator", null, CancellationToken.None)
        )!.Value;
        long open = (
            await checks.AskAsync(payout.Id, "another", "operator", null, CancellationToken.None)
        )!.Value;
        await checks.AnswerAsync(
            made,
            new TransferSighting.Made("by-hand", ["log 1", "log 2"], new Evidence("{}")),
            "worker",
            CancellationToken.None
        );
        await new FinalizePayout(App).ByOperatorAsync(
            new OperatorWord(payout.Id, "by-hand", null, null, null, false, "operator", null)
            {
                CheckId = made,
            },
            CancellationToken.None
        );
        _words["check_made"] = $"{made}";
        _words["check_open"] = $"{open}";
    }

    private void Tell(string name, GivenPayout payout)
    {
        _words[name] = $"'{payout.Id}'";
        _words[$"{name}_tx"] = $"{payout.TransactionId}";
        _words[$"{name}_hash"] = $"'{payout.Signed?.TransactionId}'";
    }

    private async Task<GivenPayout> ParkedAsync(APayout given)
    {
        GivenPayout payout = await given.ProcessingAsync();
        await new ParkPayouts(App).ExecuteAsync(
            [
                new ParkedPayout(
                    payout.Claim!,
                    ParkReason.FeeAboveCap,
                    "Dear.",
                    TimeSpan.FromHours(1)
                ),
            ],
            CancellationToken.None
        );
        return payout;
    }

    private async Task TellTheLedgerAsync()
    {
        await new Wallets(App).RegisterAsync(
            new NetworkId("solana"),
            "frozen-wallet",
            null,
            default
        );
        await new Wallets(App).FreezeAsync(
            new NetworkId("solana"),
            "frozen-wallet",
            "A test.",
            default
        );
        await RewardAsync(
            "locked",
            Guid.NewGuid(),
            5_000_000,
            RewardKind.Reward,
            TimeProvider.System.GetUtcNow().AddYears(50)
        );
        Guid other = await APayout.In(_database).AUserAsync(5_000_000);
        Guid debtor = Guid.NewGuid();
        await RewardAsync("earned", debtor, 5_000_000, RewardKind.Reward, null);
        await RewardAsync("debt", debtor, 7_000_000, RewardKind.Reversal, null);
        await using NpgsqlConnection connection = await Owner.OpenConnectionAsync();
        foreach (string kind in new[] { "rewards", "paid", "spent" })
        {
            string sql = $"SELECT id FROM accounts WHERE kind = '{kind}'";
            _words[kind] = await IdAsync(connection, sql);
        }
        _words["account"] = await IdAsync(
            connection,
            Fill("SELECT id FROM accounts WHERE user_id = {user}")
        );
        _words["other"] = await IdAsync(
            connection,
            $"SELECT id FROM accounts WHERE user_id = '{other}'"
        );
        _words["debtor"] = await IdAsync(
            connection,
            Fill("SELECT account_id FROM rewards WHERE id = {debt}")
        );
        _words["reward"] = await IdAsync(
            connection,
            Fill("SELECT quote_literal(id) FROM rewards WHERE account_id = {account}")
        );
        await TellOfAffiliatesAsync(connection);
        foreach (string word in s_affiliates.Concat(s_webhooks))
            _words[word] = $"'{Guid.NewGuid()}'";
        await connection.ExecuteAsync(Fill(Paragraph.Read("given.sql")));
        await connection.ExecuteAsync(
            Fill(
                """
                INSERT INTO idempotency_keys (principal, route, key, request_hash, payout_id)
                VALUES ('user:1', '/', 'k', decode(repeat('ab', 32), 'hex'), {requested});
                INSERT INTO sessions (token_hash, user_id, expires_at)
                VALUES (decode(repeat('ab', 32), 'hex'), {user}, now() + interval '1 day');
                INSERT INTO pauses (scope, cause, reason, paused_by) VALUES ('polygon', 'audit', 'A test.', 'system');
                INSERT INTO audit_log (actor, action, target) VALUES ('system', 'test', 'none');
                INSERT INTO broadcast_notes (transaction_id, hash, outcome, reason) VALUES ({riding_tx}, {riding_hash}, 'unknown', 'A test.');
                """
            )
        );
    }

    /// <summary>Payouts of affiliates that are paid on a chain: one under way, one sent, one that failed and can be paid again.</summary>
    private async Task TellOfAffiliatesAsync(NpgsqlConnection connection)
    {
        AnAffiliatePayout affiliates = AnAffiliatePayout.In(_database);
        var chain = new Dictionary<string, GivenPayout>(StringComparer.Ordinal);
        foreach (string state in new[] { "live", "sent", "failed" })
        {
            Guid payout = await affiliates.ApprovedAsync();
            chain[state] = (await affiliates.PayAsync(payout)).Chain;
            _words[$"usd_{state}"] = $"'{payout}'";
            _words[$"chain_{state}"] = $"'{chain[state].Id}'";
            _words[$"affiliate_{state}"] = await IdAsync(
                connection,
                $"SELECT account_id FROM payouts WHERE id = '{chain[state].Id}'"
            );
        }
        _words["usd_approved"] = _words["usd_failed"];
        _words["affiliate_account"] = _words["affiliate_failed"];
        _words["usd_other"] = $"'{await affiliates.ApprovedAsync()}'";
        foreach ((string state, string? hash) in new[] { ("sent", "hash"), ("failed", null) })
        {
            await new FinalizePayout(App).ByOperatorAsync(
                new OperatorWord(
                    chain[state].Id,
                    hash,
                    "Ended.",
                    null,
                    null,
                    false,
                    "operator",
                    null
                ),
                CancellationToken.None
            );
        }
    }

    private async Task RewardAsync(
        string word,
        Guid user,
        long micro,
        RewardKind kind,
        DateTimeOffset? unlock
    )
    {
        IngestOutcome outcome = await new IngestReward(App).ExecuteAsync(
            new NewReward(user, micro, kind, word, unlock, null, "system", null),
            CancellationToken.None
        );
        _words[word] = $"'{((IngestOutcome.Created)outcome).RewardId}'";
    }

    private static async Task<string> IdAsync(NpgsqlConnection connection, string sql) =>
        $"{await connection.ExecuteScalarAsync(sql)}";

    [GeneratedRegex(@"\{(?<word>[a-z_]+)\}", RegexOptions.None, 1_000)]
    private static partial Regex Word();
}
