using Dapper;
using Npgsql;

namespace Settlement.Payouts.Ledger;

/// <summary>What a user has, and what became of the rest. Reads only: rewards that are due count although they are posted at
/// the next request.</summary>
public sealed class ReadBalance(NpgsqlDataSource database)
{
    // The same arithmetic as settle_account(): due rewards first, then what is owed.
    private const string Sql = """
        -- ReadBalance
        WITH account AS (
            SELECT id, posted_micro, reserved_micro FROM accounts WHERE user_id = @UserId AND asset = @Asset AND kind = 'user'
        ), unposted AS (
            SELECT coalesce(sum(amount_micro) FILTER (WHERE kind <> 'reversal' AND unlock_at <= now()), 0) AS due,
                   coalesce(sum(amount_micro) FILTER (WHERE kind <> 'reversal' AND unlock_at >  now()), 0) AS pending,
                   coalesce(sum(amount_micro - recovered_micro) FILTER (WHERE kind = 'reversal' AND unlock_at <= now()), 0) AS owed
              FROM rewards WHERE account_id = (SELECT id FROM account) AND posted_at IS NULL
        ), moved AS (
            SELECT coalesce(sum(amount_micro) FILTER (WHERE kind = 'settle'), 0)   AS paid,
                   coalesce(sum(amount_micro) FILTER (WHERE kind = 'spend'), 0)    AS spent,
                   coalesce(sum(amount_micro) FILTER (WHERE kind = 'reversal'), 0) AS reversed
              FROM ledger_transfers WHERE debit_account_id = (SELECT id FROM account) AND kind IN ('settle', 'spend', 'reversal')
        ), earned AS (
            SELECT coalesce(sum(amount_micro), 0) AS posted
              FROM ledger_transfers WHERE credit_account_id = (SELECT id FROM account) AND kind = 'reward'
        )
        SELECT u.pending::bigint                                                              AS pending_micro,
               greatest(a.posted_micro + u.due - a.reserved_micro - u.owed, 0)::bigint        AS available_micro,
               (e.posted + u.due)::bigint                                                     AS lifetime_micro,
               a.reserved_micro                                                               AS reserved_micro,
               m.paid::bigint AS paid_micro, m.spent::bigint AS spent_micro,
               m.reversed::bigint AS reversed_micro,
               greatest(u.owed - (a.posted_micro + u.due - a.reserved_micro), 0)::bigint      AS owed_micro
          FROM account a, unposted u, moved m, earned e
        """;

    /// <summary>Reads a user's balance.</summary>
    /// <param name="userId">The user; one without rewards has a balance of zeros.</param>
    /// <param name="asset">Asset code, such as USDC.</param>
    /// <param name="ct">Cancels the read.</param>
    public async Task<Balance> ExecuteAsync(Guid userId, string asset, CancellationToken ct)
    {
        await using NpgsqlConnection connection = await database.OpenConnectionAsync(ct);
        return await connection.QuerySingleOrDefaultAsync<Balance>(
                new CommandDefinition(
                    Sql,
                    new { UserId = userId, Asset = asset },
                    cancellationToken: ct
                )
            ) ?? new Balance();
    }
}

/// <summary>A user's money in micro-units, each zero or greater.</summary>
public sealed record Balance
{
    /// <summary>Earned, not unlocked yet.</summary>
    public long PendingMicro { get; init; }

    /// <summary>What a payout may ask for now.</summary>
    public long AvailableMicro { get; init; }

    /// <summary>All that was ever unlocked, reversals not deducted.</summary>
    public long LifetimeMicro { get; init; }

    /// <summary>Held for payouts that have not ended.</summary>
    public long ReservedMicro { get; init; }

    /// <summary>Paid out.</summary>
    public long PaidMicro { get; init; }

    /// <summary>Spent on invoices.</summary>
    public long SpentMicro { get; init; }

    /// <summary>Taken back.</summary>
    public long ReversedMicro { get; init; }

    /// <summary>To be taken back from the next rewards: more was reversed than the free balance covered.</summary>
    public long OwedMicro { get; init; }
}
