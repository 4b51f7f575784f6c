using Dapper;
using Npgsql;
using Settlement.Chains;
using Settlement.Payouts.Lifecycle;
using Settlement.Payouts.Limits;

namespace Settlement.Payouts.Settling;

/// <summary>The store over PostgreSQL: each method is one file of the lifecycle.</summary>
public sealed class PostgresSettlementStore(NpgsqlDataSource database, WorkerIdentity worker)
    : ISettlementStore
{
    private const string NoteSql = """
        -- NoteBroadcast
        INSERT INTO broadcast_notes (transaction_id, hash, outcome, reason) VALUES (@TransactionId, @Hash, @Outcome, left(@Reason, 500))
        """;

    private readonly string _actor = $"worker:{worker.Name}";
    private readonly ClaimPayouts _claim = new(database);
    private readonly SpendRoom _room = new(database);
    private readonly ParkPayouts _park = new(database);
    private readonly StoreTransaction _open = new(database);
    private readonly StoreAttempt _replace = new(database);
    private readonly FollowTransactions _follow = new(database);
    private readonly FinalizePayout _finalize = new(database);
    private readonly Wallets _wallets = new(database);

    /// <inheritdoc />
    public Task<IReadOnlyList<ClaimedPayout>> ClaimPayoutsAsync(
        PayoutClaim claim,
        CancellationToken ct
    ) => _claim.ExecuteAsync(claim, ct);

    /// <inheritdoc />
    public Task<TransitionResult> FailBeforeSigningAsync(
        ClaimedPayout payout,
        FailureCode code,
        string message,
        CancellationToken ct
    ) => _finalize.BeforeSigningAsync(payout, code, message, _actor, ct);

    /// <inheritdoc />
    public Task<IReadOnlyList<ParkedPayout>> FindOverLimitAsync(
        IReadOnlyList<ClaimedPayout> payouts,
        CancellationToken ct
    ) => _room.FindOverAsync(payouts, ct);

    /// <inheritdoc />
    public Task ParkAsync(IReadOnlyList<ParkedPayout> payouts, CancellationToken ct) =>
        _park.ExecuteAsync(payouts, ct);

    /// <inheritdoc />
    public Task<WalletState> ReadWalletAsync(
        NetworkId network,
        string sender,
        CancellationToken ct
    ) => _wallets.ReadAsync(network, sender, ct);

    /// <inheritdoc />
    public Task<OpenOutcome> OpenTransactionAsync(
        NewTransaction transaction,
        CancellationToken ct
    ) => _open.ExecuteAsync(transaction, ct);

    /// <inheritdoc />
    public Task<AttemptOutcome> StoreAttemptAsync(NewAttempt attempt, CancellationToken ct) =>
        _replace.ExecuteAsync(attempt, ct);

    /// <inheritdoc />
    public async Task NoteBroadcastAsync(BroadcastNote note, CancellationToken ct)
    {
        (string outcome, string reason) = note.Outcome switch
        {
            BroadcastOutcome.Refused refused => (
                "refused",
                $"{SnakeCase.Of(refused.Reason)}: {refused.NodeText}"
            ),
            BroadcastOutcome.Unknown unknown => ("unknown", unknown.Cause),
            _ => throw new ArgumentException("A send that was taken needs no note.", nameof(note)),
        };
        await using NpgsqlConnection connection = await database.OpenConnectionAsync(ct);
        await connection.ExecuteAsync(
            new CommandDefinition(
                NoteSql,
                new
                {
                    note.TransactionId,
                    note.Hash,
                    Outcome = outcome,
                    Reason = reason,
                },
                cancellationToken: ct
            )
        );
    }

    /// <inheritdoc />
    public Task<IReadOnlyList<ClaimedTransaction>> ClaimTransactionsAsync(
        TransactionClaim claim,
        CancellationToken ct
    ) => _follow.ClaimAsync(claim, ct);

    /// <inheritdoc />
    public Task RescheduleAsync(IReadOnlyList<NextLook> looks, CancellationToken ct) =>
        _follow.RescheduleAsync(looks, ct);

    /// <inheritdoc cref="ISettlementStore.ConcludeAsync" />
    /// <returns>How many were written; the others had been decided or taken up by somebody else.</returns>
    /// <remarks>When the schema refuses one of them, the others are written without it.</remarks>
    public async Task<int> ConcludeAsync(
        IReadOnlyList<Conclusion> conclusions,
        CancellationToken ct
    )
    {
        try
        {
            return await _finalize.FromChainAsync(conclusions, _actor, ct);
        }
        catch (PostgresException e) when (conclusions.Count > 1 && !e.IsTransient)
        {
            return await ConcludeOneByOneAsync(conclusions, ct);
        }
    }

    /// <exception cref="PostgresException">The first refusal, after every other verdict was written.</exception>
    private async Task<int> ConcludeOneByOneAsync(
        IReadOnlyList<Conclusion> conclusions,
        CancellationToken ct
    )
    {
        int written = 0;
        PostgresException? refusal = null;
        foreach (Conclusion conclusion in conclusions)
        {
            try
            {
                written += await _finalize.FromChainAsync([conclusion], _actor, ct);
            }
            catch (PostgresException e) when (!e.IsTransient)
            {
                refusal ??= e;
            }
        }
        return refusal is null ? written : throw refusal;
    }

    Task ISettlementStore.ConcludeAsync(
        IReadOnlyList<Conclusion> conclusions,
        CancellationToken ct
    ) => ConcludeAsync(conclusions, ct);

    /// <inheritdoc />
    public Task FreezeWalletAsync(
        NetworkId network,
        string sender,
        string reason,
        CancellationToken ct
    ) => _wallets.FreezeAsync(network, sender, reason, ct);
}
