using System.Globalization;
using Dapper;
using Npgsql;
using Settlement.Chains;
using Settlement.Payouts.Settling;

namespace Settlement.Payouts.Lifecycle;

/// <summary>Takes up open transactions for a look, and says when to look next.</summary>
public sealed class FollowTransactions(NpgsqlDataSource database)
{
    private const string Claim = """
        -- FollowTransactions: take up
        UPDATE chain_transactions t
           SET lease_token = t.lease_token + 1, lease_owner = @Owner, due_at = now() + @Lease
         WHERE t.id = ANY (ARRAY(
               SELECT d.id FROM chain_transactions d
                WHERE d.network = @Network AND d.decided_at IS NULL AND d.due_at <= now()
                ORDER BY d.due_at, d.id LIMIT @Limit
               FOR NO KEY UPDATE SKIP LOCKED))
        RETURNING t.id, t.lease_token, t.sender, t.nonce::text, t.last_valid_block_height, t.observations, t.asked
        """;

    private const string Contents = """
        -- FollowTransactions: bytes and riders
        SELECT a.transaction_id, a.hash, a.bytes, a.kind, now() - a.stored_at AS age,
               CASE WHEN a.nonce IS NOT NULL THEN
                 (SELECT split_part(n.reason, ':', 1) FROM broadcast_notes n
                   WHERE n.transaction_id = a.transaction_id AND n.hash = a.hash AND n.outcome = 'refused' ORDER BY n.id DESC LIMIT 1) END AS refused
          FROM attempts a WHERE a.transaction_id = ANY (@Ids) ORDER BY a.transaction_id, a.sequence;
        SELECT r.transaction_id, p.id, p.number, p.address, p.amount_micro
          FROM transaction_payouts r JOIN payouts p ON p.id = r.payout_id
         WHERE r.transaction_id = ANY (@Ids) ORDER BY r.transaction_id, r.position
        """;

    private const string Next = """
        -- FollowTransactions: when to look next
        UPDATE chain_transactions t
           SET due_at = now() + v.after, observations = t.observations + 1, last_observation = left(v.seen, 500),
               included = v.included, observed_at = now()
          FROM unnest(@Ids, @Tokens, @Afters, @Seens, @Includeds) AS v (id, token, after, seen, included)
         WHERE t.id = v.id AND t.lease_token = v.token AND t.state = 'open'
        """;

    /// <summary>Takes up transactions that are due.</summary>
    public async Task<IReadOnlyList<ClaimedTransaction>> ClaimAsync(
        TransactionClaim claim,
        CancellationToken ct
    )
    {
        await using NpgsqlConnection connection = await database.OpenConnectionAsync(ct);
        List<TransactionRow> transactions = (
            await connection.QueryAsync<TransactionRow>(
                new CommandDefinition(
                    Claim,
                    new
                    {
                        Network = claim.Network.Name,
                        claim.Limit,
                        claim.Owner,
                        claim.Lease,
                    },
                    cancellationToken: ct
                )
            )
        ).ToList();
        if (transactions.Count == 0)
            return [];
        SqlMapper.GridReader contents = await connection.QueryMultipleAsync(
            new CommandDefinition(
                Contents,
                new { Ids = transactions.Select(t => t.Id).ToArray() },
                cancellationToken: ct
            )
        );
        ILookup<long, AttemptRow> attempts = (await contents.ReadAsync<AttemptRow>()).ToLookup(a =>
            a.TransactionId
        );
        ILookup<long, RiderRow> riders = (await contents.ReadAsync<RiderRow>()).ToLookup(r =>
            r.TransactionId
        );
        return transactions.Select(t => t.Claimed(attempts[t.Id], riders[t.Id])).ToList();
    }

    /// <summary>Says when to look next, each fenced by its token.</summary>
    public async Task RescheduleAsync(IReadOnlyList<NextLook> looks, CancellationToken ct)
    {
        await using NpgsqlConnection connection = await database.OpenConnectionAsync(ct);
        await connection.ExecuteAsync(
            new CommandDefinition(
                Next,
                new
                {
                    Ids = looks.Select(l => l.Transaction.Id).ToArray(),
                    Tokens = looks.Select(l => l.Transaction.Token).ToArray(),
                    Afters = looks.Select(l => l.After).ToArray(),
                    Seens = looks.Select(l => l.Seen).ToArray(),
                    Includeds = looks.Select(l => l.Included).ToArray(),
                },
                cancellationToken: ct
            )
        );
    }

    private sealed record TransactionRow
    {
        public long Id { get; init; }
        public long LeaseToken { get; init; }
        public required string Sender { get; init; }

        /// <summary>As text: numeric(20,0) holds every ulong, decimal reading of it is one more thing to trust.</summary>
        public string? Nonce { get; init; }
        public long? LastValidBlockHeight { get; init; }
        public int Observations { get; init; }
        public string? Asked { get; init; }

        public ClaimedTransaction Claimed(
            IEnumerable<AttemptRow> attempts,
            IEnumerable<RiderRow> riders
        )
        {
            List<RiderRow> aboard = riders.ToList();
            List<AttemptRow> signed = attempts.ToList();
            return new ClaimedTransaction(
                Id,
                LeaseToken,
                Observations,
                aboard.ConvertAll(r => r.Id),
                new OpenTransaction(
                    Sender,
                    Nonce is null ? null : ulong.Parse(Nonce, CultureInfo.InvariantCulture),
                    LastValidBlockHeight is { } height ? (ulong)height : null,
                    signed.ConvertAll(a => a.Stored()),
                    aboard.ConvertAll(r => new TransferOrder(r.Number, r.Address, r.AmountMicro))
                )
            )
            {
                Asked = Asked is null ? null : SnakeCase.TryParse<Ask>(Asked),
                NewestAge = signed[^1].Age,
                Refused = signed[^1].Refused is { } word
                    ? SnakeCase.TryParse<RefusalReason>(word)
                    : null,
            };
        }
    }

    private sealed record AttemptRow
    {
        public long TransactionId { get; init; }
        public required string Hash { get; init; }
        public required byte[] Bytes { get; init; }
        public required string Kind { get; init; }
        public TimeSpan Age { get; init; }
        public string? Refused { get; init; }

        public StoredAttempt Stored() =>
            new(Hash, Bytes) { Kind = SnakeCase.TryParse<AttemptKind>(Kind)!.Value };
    }

    private sealed record RiderRow
    {
        public long TransactionId { get; init; }
        public Guid Id { get; init; }
        public long Number { get; init; }
        public required string Address { get; init; }
        public long AmountMicro { get; init; }
    }
}
