using Npgsql;
using Settlement.Model.Tests.Model;

namespace Settlement.Model.Tests.Postgres;

/// <content>What is stored.</content>
public sealed partial class PostgresStore
{
    private const string RowsSql = """
        SELECT concat_ws(' ', 'account', v.place - 1, coalesce(a.posted_micro, 0), coalesce(a.reserved_micro, 0),
                         (SELECT coalesce(sum(r.amount_micro - r.recovered_micro), 0) FROM rewards r
                           WHERE r.account_id = a.id AND r.kind = 'reversal'))
          FROM unnest($1) WITH ORDINALITY AS v (id, place) LEFT JOIN accounts a ON a.user_id = v.id ORDER BY v.place;
        SELECT concat_ws(' ', 'wallet', v.place - 1, w.next_nonce, w.frozen_reason)
          FROM unnest($2) WITH ORDINALITY AS v (network, place) JOIN wallets w ON w.network = v.network ORDER BY v.place;
        SELECT p.id, p.amount_micro,
               concat_ws(' ', p.status, p.settled_by, p.tx_hash, CASE WHEN p.refund_held THEN 'refund-held' END,
                         CASE WHEN p.conflict_at IS NOT NULL THEN 'conflict' END, p.lease_token, p.failed_rides, p.park_reason,
                         CASE WHEN p.completed_at IS NOT NULL THEN NULL WHEN p.due_at = 'infinity' THEN 'never'
                              WHEN p.due_at > now() THEN 'later' ELSE 'due' END,
                         CASE WHEN p.held_at IS NOT NULL THEN 'held' END, p.approved_by),
               (SELECT r.transaction_id FROM transaction_payouts r WHERE r.payout_id = p.id AND r.outcome IS NULL),
               concat_ws(' ', 'v' || p.version, p.failure_code, CASE WHEN p.amount_micro > approval_threshold(p.network) THEN 'above' END)
          FROM payouts p WHERE p.user_id = ANY ($1);
        SELECT t.id, concat_ws(' ', t.state, t.lease_token, t.observations, t.nonce, replace(t.last_observation, ' ', '_'),
                               CASE WHEN t.state = 'open' AND t.included THEN 'included' END,
                               CASE WHEN t.state <> 'open' THEN NULL WHEN t.due_at > now() THEN 'later' ELSE 'due' END, t.asked,
                               (SELECT string_agg(left(a.kind, 1), '' ORDER BY a.sequence) FROM attempts a WHERE a.transaction_id = t.id)),
               ARRAY(SELECT r.payout_id FROM transaction_payouts r WHERE r.transaction_id = t.id ORDER BY r.position),
               ARRAY(SELECT CASE WHEN r.outcome = 'paid' THEN '+' WHEN r.outcome = 'not_paid' THEN '-'
                                 WHEN r.cancel_asked_by IS NOT NULL THEN '!' ELSE '?' END
                       FROM transaction_payouts r WHERE r.transaction_id = t.id ORDER BY r.position)
          FROM chain_transactions t WHERE t.id = ANY ($3)
        """;

    public async Task<string> RowsAsync()
    {
        try
        {
            return await ReadRowsAsync();
        }
        catch (PostgresException e)
        {
            return $"unreadable: {e.MessageText}";
        }
    }

    private async Task<string> ReadRowsAsync()
    {
        await using NpgsqlConnection connection = await database.Owner.OpenConnectionAsync();
        await using var batch = new NpgsqlBatch(connection);
        string[] statements = RowsSql.Split(';');
        Add(statements[0], Value(Users));
        Add(statements[1], Value(new[] { NetworkOf(0).Name, NetworkOf(1).Name }));
        Add(statements[2], Value(Users));
        Add(statements[3], Value(_transactions.Values.ToArray()));
        await using NpgsqlDataReader reader = await batch.ExecuteReaderAsync();
        return await ReadAsync(reader);

        void Add(string sql, NpgsqlParameter value) =>
            batch.BatchCommands.Add(
                new NpgsqlBatchCommand(sql.Replace("$2", "$1").Replace("$3", "$1"))
                {
                    Parameters = { value },
                }
            );
    }

    private async Task<string> ReadAsync(NpgsqlDataReader reader)
    {
        var rows = new List<string>();
        while (await reader.ReadAsync())
            rows.Add(reader.GetString(0));
        await reader.NextResultAsync();
        while (await reader.ReadAsync())
            rows.Add(reader.GetString(0));
        await reader.NextResultAsync();
        var payouts = new List<(int Tag, string Row)>();
        while (await reader.ReadAsync())
            payouts.Add(PayoutRow(reader));
        await reader.NextResultAsync();
        var transactions = new List<(int Tag, string Row)>();
        while (await reader.ReadAsync())
            transactions.Add(TransactionRow(reader));
        rows.AddRange(payouts.OrderBy(p => p.Tag).Select(p => p.Row));
        rows.AddRange(transactions.OrderBy(t => t.Tag).Select(t => t.Row));
        return string.Join('\n', rows);
    }

    private (int Tag, string Row) PayoutRow(NpgsqlDataReader reader)
    {
        int tag = _tags.GetValueOrDefault(reader.GetGuid(0), -1);
        string? rides = reader.IsDBNull(3)
            ? null
            : $"rides-{_transactionTags.GetValueOrDefault(reader.GetInt64(3), -1)}";
        return (
            tag,
            Fingerprint.Words(
                "payout",
                tag,
                reader.GetInt64(1),
                reader.GetString(2),
                rides,
                reader.GetString(4)
            )
        );
    }

    private (int Tag, string Row) TransactionRow(NpgsqlDataReader reader)
    {
        int tag = _transactionTags[reader.GetInt64(0)];
        IEnumerable<string> riders = reader
            .GetFieldValue<Guid[]>(2)
            .Zip(
                reader.GetFieldValue<string[]>(3),
                (id, how) => $"{_tags.GetValueOrDefault(id, -1)}{how}"
            );
        return (
            tag,
            Fingerprint.Words("transaction", tag, reader.GetString(1), string.Join(',', riders))
        );
    }

    private static NpgsqlParameter<T[]> Value<T>(T[] value) =>
        new NpgsqlParameter<T[]> { TypedValue = value };
}
