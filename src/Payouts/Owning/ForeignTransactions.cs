using Dapper;
using Npgsql;

namespace Settlement.Payouts.Owning;

/// <summary>Transactions of the hot wallets that this database does not know of, and an operator's word on them.</summary>
public sealed class ForeignTransactions(NpgsqlDataSource database)
{
    private const string ListSql = """
        -- ForeignTransactions: not accounted for yet
        SELECT f.id, f.network, f.sender, f.transaction_id, f.nonce::text AS nonce, f.transfers::text AS transfers, f.found_at,
               ARRAY(SELECT p.id FROM probably_paid_by(f.id) p) AS payout_ids
          FROM foreign_transactions f
         WHERE NOT EXISTS (SELECT FROM adoptions a WHERE a.foreign_id = f.id)
           AND (@Network::text IS NULL OR f.network = @Network)
         ORDER BY f.network, f.sender, f.nonce, f.id
        """;

    private const string AdoptSql = """
        -- ForeignTransactions: adopt
        SELECT outcome, payout_ids FROM adopt_transaction(@Id, @Actor, @Reason, @RequestId)
        """;

    /// <summary>Those that nobody has accounted for yet.</summary>
    /// <param name="network">Null for all.</param>
    /// <param name="ct">Cancels the read.</param>
    public async Task<IReadOnlyList<ForeignRow>> ListAsync(string? network, CancellationToken ct)
    {
        await using NpgsqlConnection connection = await database.OpenConnectionAsync(ct);
        return (
            await connection.QueryAsync<ForeignRow>(
                new CommandDefinition(ListSql, new { Network = network }, cancellationToken: ct)
            )
        ).AsList();
    }

    /// <summary>Accounts for one. What it has probably paid goes on hold; on EVM the wallet's next nonce goes on behind it.</summary>
    /// <param name="id">Of the list.</param>
    /// <param name="actor">Who, such as "operator:ann".</param>
    /// <param name="reason">What it was; kept for ever.</param>
    /// <param name="requestId">For the audit log.</param>
    /// <param name="ct">Cancels before the commit.</param>
    public async Task<Adoption> AdoptAsync(
        long id,
        string actor,
        string reason,
        string? requestId,
        CancellationToken ct
    )
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(reason);
        await using NpgsqlConnection connection = await database.OpenConnectionAsync(ct);
        return await connection.QuerySingleAsync<Adoption>(
            new CommandDefinition(
                AdoptSql,
                new
                {
                    Id = id,
                    Actor = actor,
                    Reason = reason,
                    RequestId = requestId,
                },
                cancellationToken: ct
            )
        );
    }
}

/// <summary>A transaction of a hot wallet that this database does not know of.</summary>
public sealed record ForeignRow
{
    /// <summary>For <see cref="ForeignTransactions.AdoptAsync"/>.</summary>
    public required long Id { get; init; }

    /// <summary>The network's name.</summary>
    public required string Network { get; init; }

    /// <summary>The wallet whose key signed it.</summary>
    public required string Sender { get; init; }

    /// <summary>Null where no node could say which transaction used the nonce.</summary>
    public string? TransactionId { get; init; }

    /// <summary>EVM, in decimal.</summary>
    public string? Nonce { get; init; }

    /// <summary>JSON: to whom and how much of the asset, in base units.</summary>
    public required string Transfers { get; init; }

    /// <summary>When a worker found it.</summary>
    public required DateTimeOffset FoundAt { get; init; }

    /// <summary>Payouts without an end that it has probably paid: same destination, same amount. All that were asked for
    /// before it was found, where nobody knows what it did.</summary>
    public required Guid[] PayoutIds { get; init; }
}

/// <summary>What came of an operator's word.</summary>
public sealed record Adoption
{
    /// <summary><c>adopted</c>; <c>not_found</c>; <c>adopted_before</c>; <c>not_frozen</c>; <c>riding</c>: one of the payouts
    /// may still be paid by a transaction of ours, so wait until that is decided.</summary>
    public required string Outcome { get; init; }

    /// <summary>Those that are on hold now.</summary>
    public required Guid[] PayoutIds { get; init; }

    /// <summary>Whether it is accounted for now.</summary>
    public bool IsAdopted => string.Equals(Outcome, "adopted", StringComparison.Ordinal);
}
