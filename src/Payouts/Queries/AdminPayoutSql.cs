using Dapper;
using Settlement.Payouts.Settling;

namespace Settlement.Payouts.Queries;

/// <summary>Puts together the conditions that a filter asks for, and no others: a condition that is always there, but mostly empty,
/// would cost the planner its index.</summary>
internal sealed class AdminPayoutSql
{
    /// <summary>Due for so long without being touched that no worker can be at work.</summary>
    public const string UntouchedAfter = "interval '2 minutes'";

    /// <summary>What waits for a person's word, and so for no worker.</summary>
    public const string WaitsForAWord =
        "(p.held_at IS NOT NULL OR (p.approved_at IS NULL AND p.amount_micro > approval_threshold(p.network)))";

    /// <summary>Open for too long, or due and untouched.</summary>
    public const string IsStuck =
        $"(p.completed_at IS NULL AND NOT {WaitsForAWord} AND (p.requested_at < now() - @StuckAfter OR p.due_at < now() - {UntouchedAfter}))";

    // The same words, in the same order, as the stages that are shown.
    private const string Stage = $"""
        CASE WHEN p.completed_at IS NOT NULL THEN 'done' ELSE coalesce(
          (SELECT CASE WHEN t.last_observation LIKE '{NextLook.Contradiction}%' THEN 'needs_operator'
                       WHEN t.observations > 0 THEN 'confirming' ELSE 'broadcast' END
             FROM transaction_payouts r JOIN chain_transactions t ON t.id = r.transaction_id
            WHERE r.payout_id = p.id AND r.outcome IS NULL),
          CASE WHEN p.held_at IS NOT NULL THEN 'on_hold'
               WHEN p.approved_at IS NULL AND p.amount_micro > approval_threshold(p.network) THEN 'awaiting_approval'
               WHEN EXISTS (SELECT FROM pauses WHERE scope IN ('all', p.network)) THEN 'on_hold'
               WHEN p.park_reason IN ('wallet_short_of_asset', 'wallet_short_of_gas') THEN 'waiting_for_funds'
               WHEN p.park_reason IN ('wallet_frozen', 'needs_operator') THEN 'needs_operator'
               WHEN p.park_reason IS NOT NULL THEN 'on_hold'
               WHEN p.status = 'requested' THEN 'queued' ELSE 'preparing' END) END
        """;

    // Ours are found by what was signed, those of others by what an operator stated.
    private const string ByHash = """
        SELECT r.payout_id FROM attempts a JOIN transaction_payouts r USING (transaction_id)
         WHERE a.network = ANY (ARRAY(SELECT DISTINCT network FROM wallets)) AND a.hash = ANY (ARRAY[@{0}, lower(@{0})])
        UNION ALL
        SELECT id FROM payouts WHERE settled_by = 'operator' AND tx_hash = ANY (ARRAY[@{0}, lower(@{0})])
        """;

    private const int MaxPrefix = 35;
    private const int MinPrefix = 4;

    private readonly List<string> _conditions = [];

    public DynamicParameters Parameters { get; } = new();

    /// <summary>The conditions after WHERE, on a table called p.</summary>
    public string Where => _conditions.Count == 0 ? "true" : string.Join(" AND ", _conditions);

    public static AdminPayoutSql Of(AdminPayoutFilter filter)
    {
        var sql = new AdminPayoutSql();
        sql.Add("p.status = ANY (@Statuses)", "Statuses", filter.Statuses?.ToArray());
        sql.Add("p.network = ANY (@Networks)", "Networks", filter.Networks?.ToArray());
        sql.Add("p.user_id = @UserId", "UserId", filter.UserId);
        sql.Add("lower(p.address) = lower(@Address)", "Address", filter.Address);
        sql.Add($"p.id IN ({Hash("TxHash")})", "TxHash", filter.TxHash);
        sql.Add("p.amount_micro >= @AmountMin", "AmountMin", filter.AmountMin);
        sql.Add("p.amount_micro <= @AmountMax", "AmountMax", filter.AmountMax);
        sql.Add("p.requested_at >= @From", "From", filter.From);
        sql.Add("p.requested_at < @To", "To", filter.To);
        sql.Add(IsStuck, "StuckAfter", filter.StuckAfter);
        if (filter.IsHeld)
            sql._conditions.Add("p.completed_at IS NULL AND p.held_at IS NOT NULL");
        sql.Add($"({Stage}) = ANY (@Stages)", "Stages", filter.Stages?.ToArray());
        if (filter.Stages?.Contains("done") is false)
            sql._conditions.Add("p.completed_at IS NULL");
        if (filter.Search is { } text)
            sql.Search(text);
        return sql;
    }

    /// <summary>Also only what comes after a place in the order.</summary>
    public void After(AdminPayoutCursor? cursor, PayoutOrderBy by)
    {
        if (cursor is null)
            return;
        Parameters.Add("AfterId", cursor.Id);
        _conditions.Add(
            by switch
            {
                PayoutOrderBy.Newest => "(p.requested_at, p.id) < (@AfterAt, @AfterId)",
                PayoutOrderBy.Oldest => "(p.requested_at, p.id) > (@AfterAt, @AfterId)",
                PayoutOrderBy.Largest => "(p.amount_micro, p.id) < (@AfterAmount, @AfterId)",
                PayoutOrderBy.Smallest => "(p.amount_micro, p.id) > (@AfterAmount, @AfterId)",
            }
        );
        if (by is PayoutOrderBy.Newest or PayoutOrderBy.Oldest)
            Parameters.Add("AfterAt", cursor.RequestedAt);
        else
            Parameters.Add("AfterAmount", cursor.AmountMicro);
    }

    /// <summary>The columns after ORDER BY.</summary>
    public static string OrderOf(PayoutOrderBy by) =>
        by switch
        {
            PayoutOrderBy.Newest => "p.requested_at DESC, p.id DESC",
            PayoutOrderBy.Oldest => "p.requested_at, p.id",
            PayoutOrderBy.Largest => "p.amount_micro DESC, p.id DESC",
            PayoutOrderBy.Smallest => "p.amount_micro, p.id",
        };

    private static string Hash(string parameter) =>
        ByHash.Replace("{0}", parameter, StringComparison.Ordinal);

    private void Add(string condition, string name, object? value)
    {
        if (value is null)
            return;
        _conditions.Add(condition);
        Parameters.Add(name, value);
    }

    // Each reading of the text is looked up by its own index.
    private void Search(string text)
    {
        List<string> ways =
        [
            "SELECT id FROM payouts WHERE lower(address) = lower(@Search)",
            Hash("Search"),
        ];
        Parameters.Add("Search", text);
        if (long.TryParse(text, out long number) && number > 0)
        {
            ways.Add("SELECT id FROM payouts WHERE number = @Number");
            Parameters.Add("Number", number);
        }
        if (Guid.TryParseExact(text, "D", out Guid id))
        {
            ways.Add("SELECT id FROM payouts WHERE id = @Id");
            ways.Add("SELECT id FROM payouts WHERE user_id = @Id");
            Parameters.Add("Id", id);
        }
        else if (Range(text) is { } range)
        {
            ways.Add("SELECT id FROM payouts WHERE id >= @IdFrom AND id <= @IdTo");
            Parameters.Add("IdFrom", range.From);
            Parameters.Add("IdTo", range.To);
        }
        _conditions.Add($"p.id IN ({string.Join("\nUNION ALL\n", ways)})");
    }

    // The first and the last id that begin so.
    private static (Guid From, Guid To)? Range(string text)
    {
        const string shape = "00000000-0000-0000-0000-000000000000";
        bool isPrefix =
            text.Length is >= MinPrefix and <= MaxPrefix
            && text.Select((c, i) => shape[i] is '-' ? c is '-' : char.IsAsciiHexDigit(c))
                .All(fits => fits);
        string rest = isPrefix ? shape[text.Length..] : "";
        return isPrefix
            ? (
                Guid.ParseExact(text + rest, "D"),
                Guid.ParseExact(text + rest.Replace('0', 'f'), "D")
            )
            : null;
    }
}
