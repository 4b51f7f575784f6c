using System.Text.Json.Nodes;
using Dapper;
using Npgsql;
using Settlement.Chains;
using Settlement.Payouts.Database;
using Settlement.Payouts.Settling;

namespace Settlement.Payouts.Lifecycle;

/// <summary>A person's verdict on a transaction that the chain contradicts, where no later look can bring a proof. The word stands in
/// the proof's place, with what the chain showed; whatever is said to be unpaid is held until the next word.</summary>
public sealed class DecideTransaction(NpgsqlDataSource database)
{
    private const string ReadRiders = """
        -- DecideTransaction: riders, which never change
        SELECT payout_id FROM transaction_payouts WHERE transaction_id = @Id ORDER BY position
        """;

    private const string Lock = $"""
        -- DecideTransaction: one at a time
        SELECT t.network, t.sender, t.state, t.lease_token, t.last_observation, t.observed_at,
               t.last_observation LIKE '{NextLook.Contradiction}%' AS contradicts,
               ARRAY(SELECT a.hash FROM attempts a
                      WHERE a.transaction_id = t.id AND a.kind = 'payment' ORDER BY a.sequence DESC) AS hashes
          FROM chain_transactions t WHERE t.id = @Id FOR NO KEY UPDATE
        """;

    // Who approved a rider above the threshold does not decide it too.
    private const string Approvals = """
        -- DecideTransaction: riders above the threshold
        SELECT coalesce(bool_or(p.approved_by IS NULL), false) AS is_unapproved,
               coalesce(bool_or(p.approved_by = principal_of(@Actor)), false) AS is_own
          FROM transaction_payouts r JOIN payouts p ON p.id = r.payout_id
         WHERE r.transaction_id = @Id AND p.amount_micro > approval_threshold(p.network)
        """;

    // Nothing proves that they are unpaid: a person's word must not pay them again by itself.
    private const string HoldUnpaid = """
        -- DecideTransaction: the unpaid
        WITH changed AS (
            UPDATE payouts p
               SET held_at = now(), held_by = principal_of(@Actor), hold_reason = @Hold, lease_token = p.lease_token + 1
              FROM transaction_payouts r
             WHERE r.transaction_id = @Id AND r.outcome = 'not_paid' AND p.id = r.payout_id AND p.status = 'processing'
            RETURNING p.id, p.version
        )
        INSERT INTO payout_events (payout_id, version, action, actor, reason, request_id)
        SELECT id, version, 'held', @Actor, @Reason, @RequestId FROM changed
        """;

    private const string Record = """
        -- DecideTransaction: who, what, why
        WITH keyed AS (
            INSERT INTO idempotency_keys (principal, route, key, request_hash, status_code, body)
            SELECT @KeyPrincipal, @KeyRoute, @Key, @KeyHash, @KeyStatusCode, @KeyBody WHERE @Key::text IS NOT NULL
        )
        INSERT INTO audit_log (actor, action, target, reason, detail, request_id)
        VALUES (@Actor, 'transaction_decided', @Id::text, @Reason, @Proof::jsonb, @RequestId)
        """;

    /// <summary>Decides it, or says why not.</summary>
    /// <param name="verdict">Who says what.</param>
    /// <param name="ct">Cancels before the commit.</param>
    public Task<DecideOutcome> ExecuteAsync(Verdict verdict, CancellationToken ct) =>
        Retry.OnConflictAsync(() => TryAsync(verdict, ct), ct);

    private async Task<DecideOutcome> TryAsync(Verdict verdict, CancellationToken ct)
    {
        await using NpgsqlConnection connection = await database.OpenConnectionAsync(ct);
        await using NpgsqlTransaction commit = await connection.BeginTransactionAsync(ct);
        var id = new { Id = verdict.TransactionId, verdict.Actor };
        Guid[] riders = (await connection.QueryAsync<Guid>(ReadRiders, id)).ToArray();
        await OnePayout.LockAccountsAsync(connection, riders, ct);
        TransactionRow? row = await connection.QuerySingleOrDefaultAsync<TransactionRow>(Lock, id);
        if (row is null)
            return DecideOutcome.NotFound.Instance;
        ApprovalRow approval = await connection.QuerySingleAsync<ApprovalRow>(Approvals, id);
        if (Obstacle(row, verdict, riders, approval) is { } because)
            return new DecideOutcome.Refused(because, row.State);

        Evidence proof = Proof(row, verdict);
        try
        {
            var rows = ConclusionRows.From([Conclude(row, verdict, riders, proof)]);
            await FinalizePayout.WriteAsync(connection, rows, verdict.Actor, verdict.Actor);
            await connection.ExecuteAsync($"{HoldUnpaid};\n{Record}", Parameters(verdict, proof));
            await commit.CommitAsync(ct);
        }
        catch (PostgresException e) when (StoredAnswer.IsTaken(e))
        {
            return DecideOutcome.KeyTaken.Instance;
        }
        return DecideOutcome.Decided.Instance;
    }

    private static RefusedBecause? Obstacle(
        TransactionRow row,
        Verdict verdict,
        Guid[] riders,
        ApprovalRow approval
    ) =>
        row switch
        {
            { State: not "open" } => RefusedBecause.AlreadyDecided,
            { Contradicts: false } => RefusedBecause.NotContradicted,
            _ when approval.IsUnapproved => RefusedBecause.AwaitingApproval,
            _ when approval.IsOwn => RefusedBecause.SelfApproval,
            _ when verdict.TxHash is { } hash && !row.Hashes.Contains(hash) =>
                RefusedBecause.NotOurTransaction,
            _ when verdict.Paid?.Except(riders).Any() is true => RefusedBecause.NotARider,
            _ => null,
        };

    private static Conclusion Conclude(
        TransactionRow row,
        Verdict verdict,
        Guid[] riders,
        Evidence proof
    )
    {
        // Bytes and orders are for adapters; none is asked here.
        var transaction = new ClaimedTransaction(
            verdict.TransactionId,
            row.LeaseToken,
            0,
            riders,
            new OpenTransaction(row.Sender, null, null, [], [])
        );
        return verdict.HasLanded
            ? new Conclusion.Landed(
                transaction,
                new Observation.Landed(
                    verdict.TxHash ?? row.Hashes[0],
                    riders
                        .Select(r => new TransferResult(
                            verdict.Paid?.Contains(r) is not false,
                            proof
                        ))
                        .ToList(),
                    proof
                )
            )
            : new Conclusion.Dead(
                transaction,
                new Observation.Never(NeverReason.Replaced, proof),
                TimeSpan.Zero
            );
    }

    private static Evidence Proof(TransactionRow row, Verdict verdict) =>
        Evidence.Of(
            new JsonObject
            {
                ["verdict"] = verdict.HasLanded ? "landed" : "dead",
                ["decided_by"] = verdict.Actor,
                ["reason"] = verdict.Reason,
                ["tx_hash"] = verdict.HasLanded ? verdict.TxHash ?? row.Hashes[0] : null,
                ["chain_showed"] = row.LastObservation,
                ["observed_at"] = row.ObservedAt,
            }
        );

    private static DynamicParameters Parameters(Verdict verdict, Evidence proof)
    {
        var values = new DynamicParameters(
            new
            {
                Id = verdict.TransactionId,
                verdict.Actor,
                verdict.Reason,
                verdict.RequestId,
                Proof = proof.Json,
                Hold = $"Its transaction {verdict.TransactionId} was decided by a person: {verdict.Reason}",
            }
        );
        verdict.Key.AddTo(values);
        return values;
    }

    private sealed record TransactionRow
    {
        public required string Network { get; init; }
        public required string Sender { get; init; }
        public required string State { get; init; }
        public long LeaseToken { get; init; }
        public string? LastObservation { get; init; }
        public DateTimeOffset? ObservedAt { get; init; }
        public bool Contradicts { get; init; }
        public required string[] Hashes { get; init; }
    }

    private sealed record ApprovalRow
    {
        public bool IsUnapproved { get; init; }
        public bool IsOwn { get; init; }
    }
}

/// <summary>What a person says of a transaction that the chain contradicts.</summary>
/// <param name="TransactionId">Ours.</param>
/// <param name="HasLanded">It is on the chain and paid; otherwise it never will be.</param>
/// <param name="TxHash">Which of its payments landed; null: the newest. A cancel pays nobody.</param>
/// <param name="Paid">The payouts that it paid; null: all of them.</param>
/// <param name="Reason">What was found; kept for ever.</param>
/// <param name="Actor">"operator:name".</param>
/// <param name="RequestId">For the audit trail.</param>
/// <param name="Key">Stored with the verdict; null without a key.</param>
public sealed record Verdict(
    long TransactionId,
    bool HasLanded,
    string? TxHash,
    IReadOnlyList<Guid>? Paid,
    string Reason,
    string Actor,
    string? RequestId,
    StoredAnswer? Key = null
);

/// <summary>What came of a verdict.</summary>
public abstract record DecideOutcome
{
    private DecideOutcome() { }

    /// <summary>The transaction is decided, and with it its payouts.</summary>
    public sealed record Decided : DecideOutcome
    {
        /// <summary>The only value.</summary>
        public static readonly Decided Instance = new();
    }

    /// <summary>No transaction has this id.</summary>
    public sealed record NotFound : DecideOutcome
    {
        /// <summary>The only value.</summary>
        public static readonly NotFound Instance = new();
    }

    /// <summary>The idempotency key was used by another request at the same time. Nothing changed.</summary>
    public sealed record KeyTaken : DecideOutcome
    {
        /// <summary>The only value.</summary>
        public static readonly KeyTaken Instance = new();
    }

    /// <summary>Nothing changed.</summary>
    /// <param name="Because">Why.</param>
    /// <param name="State"><c>open</c>, <c>landed</c> or <c>dead</c>.</param>
    public sealed record Refused(RefusedBecause Because, string State) : DecideOutcome;
}
