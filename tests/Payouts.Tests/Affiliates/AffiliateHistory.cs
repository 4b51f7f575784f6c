using System.Text;
using Dapper;
using Npgsql;
using Settlement.Payouts.Auditing;

namespace Settlement.Payouts.Tests.Affiliates;

/// <summary>Steps as one text of SQL: thousands of histories run in seconds, and every step meets every law.</summary>
internal sealed class AffiliateHistory
{
    private const string Everyone = "'ann', 'USD'";

    // After each step every deferred law speaks.
    private const string Laws = "SET CONSTRAINTS ALL IMMEDIATE; SET CONSTRAINTS ALL DEFERRED;";

    // More than was ever earned: whatever is owed is taken off it.
    private const long Plenty = 1_000_000;

    private readonly List<(Guid Id, int Cents)> _earned = [];
    private readonly HashSet<Guid> _reversed = [];
    private readonly List<Guid> _payouts = [];
    private readonly List<Guid> _chain = [];
    private readonly StringBuilder _sql = new();

    public AffiliateHistory(IEnumerable<AffiliateStep> steps)
    {
        foreach (AffiliateStep step in steps)
            Add(step);
    }

    /// <summary>Plays it in a transaction that is rolled back.</summary>
    /// <param name="source">Where.</param>
    /// <param name="plant">A fault to plant before it begins.</param>
    /// <returns>Whether exactly what was earned, and not reversed, rejected or forgiven, was paid.</returns>
    public bool IsPaidExactly(NpgsqlDataSource source, string plant = "")
    {
        using NpgsqlConnection connection = source.OpenConnection();
        using NpgsqlTransaction transaction = connection.BeginTransaction();
        connection.Execute($"{plant}{Laws}{_sql}");
        return Holds(connection) && Outcome(connection);
    }

    // In one question: thousands of histories ask it.
    private static readonly string s_broken = string.Join(
        " OR ",
        AffiliateInvariants
            .All.Concat(MoneyInvariants.All)
            .Select(invariant => $"EXISTS (\n{invariant.Sql}\n)")
    );

    private static bool Holds(NpgsqlConnection connection) =>
        !connection.ExecuteScalar<bool>($"SELECT {s_broken}");

    private void Add(AffiliateStep step)
    {
        var id = Guid.NewGuid();
        string? sql = step switch
        {
            AffiliateStep.Earn e => Earn(id, e),
            AffiliateStep.Reverse r when Commission(r.Nth) is { } c => Reverse(id, c),
            AffiliateStep.Judge j when Commission(j.Nth) is { } c =>
                $"judge_commission('{c}', '{j.Becomes}', NULL, 'system', NULL)",
            AffiliateStep.Gather g => Gather(id, g.Month),
            AffiliateStep.Move m when _payouts.Count > 0 => Move(
                _payouts[m.Nth % _payouts.Count],
                m.Becomes
            ),
            AffiliateStep.Pay p when _payouts.Count > 0 => Pay(
                id,
                _payouts[p.Nth % _payouts.Count]
            ),
            AffiliateStep.End e when _chain.Count > 0 => End(
                _chain[e.Nth % _chain.Count],
                e.Becomes
            ),
            // There is nothing yet to reverse or to decide on.
            _ => null,
        };
        if (sql is not null)
            _sql.Append("SELECT ").Append(sql).Append(';').AppendLine(Laws);
    }

    private Guid? Commission(int nth) =>
        _earned.Count == 0 ? null : _earned[nth % _earned.Count].Id;

    private string Earn(Guid id, AffiliateStep.Earn earn)
    {
        _earned.Add((id, earn.Cents));
        string hold = earn.IsHeld ? "now() + interval '1 day'" : "NULL";
        return $"ingest_commission('{id}', {Everyone}, {earn.Cents}, '{id}', '2026-{earn.Month:00}-05', {hold}, 'system', NULL)";
    }

    private string Reverse(Guid id, Guid commission)
    {
        _reversed.Add(commission);
        return $"reverse_commission('{commission}', '{id}', NULL, 'system', NULL)";
    }

    private string Gather(Guid id, int month)
    {
        _payouts.Add(id);
        return $"create_affiliate_payout('{id}', {Everyone}, '2026-{month:00}-01', '2026-{month + 1:00}-01', 'system', NULL)";
    }

    private string Pay(Guid id, Guid payout)
    {
        _chain.Add(id);
        return $"pay_affiliate_payout('{payout}', '{id}', 'solana', repeat('A', 40), 'mint', 6::smallint, NULL, 'system', NULL)";
    }

    /// <summary>By an operator's word, as FinalizePayout and CancelPayout write it, if it has not ended.</summary>
    private static string End(Guid payout, string becomes) =>
        $"""
            1;
            WITH ended AS (
                UPDATE payouts SET status = '{becomes}', settled_by = 'operator', completed_at = now(),
                                   tx_hash = CASE '{becomes}' WHEN 'sent' THEN 'hash' END,
                                   failure_code = CASE '{becomes}' WHEN 'failed' THEN 'operator_decision' END
                 WHERE id = '{payout}' AND completed_at IS NULL RETURNING id, version, status
            )
            INSERT INTO payout_events (payout_id, version, action, actor) SELECT id, version, status, 'operator' FROM ended
            """;

    private static string Move(Guid payout, string becomes) =>
        $"move_affiliate_payout('{payout}', '{becomes}', {(becomes == "paid" ? "'x'" : "NULL")}, 'system', NULL)";

    /// <summary>Fails what is under way on a chain, lets go of what is held, earns plenty, gathers what is left, and pays everything.</summary>
    private bool Outcome(NpgsqlConnection connection)
    {
        connection.Execute(
            $"""
            {string.Concat(_chain.Select(id => $"SELECT {End(id, "failed")};"))}
            SELECT judge_commission(id, 'approved', NULL, 'system', NULL) FROM commissions WHERE kind = 'commission';
            SELECT ingest_commission(gen_random_uuid(), {Everyone}, {Plenty}, 'plenty', '2026-08-05', NULL, 'system', NULL);
            SELECT create_affiliate_payout(gen_random_uuid(), {Everyone}, '2020-01-01', '2030-01-01', 'system', NULL);
            SELECT move_affiliate_payout(id, 'approved', NULL, 'system', NULL) FROM affiliate_payouts WHERE status = 'pending';
            SELECT move_affiliate_payout(id, 'paid', 'x', 'system', NULL) FROM affiliate_payouts WHERE status = 'approved';
            {Laws}
            """
        );
        (long paid, long forgiven, long owed) = connection.QuerySingle<(long, long, long)>(
            """
            SELECT coalesce(sum(amount_cents) FILTER (WHERE status = 'paid'), 0)::bigint,
                   coalesce(sum(recovery_owed_cents) FILTER (WHERE status = 'written_off'), 0)::bigint,
                   coalesce(sum(recovery_owed_cents) FILTER (WHERE status = 'recovery_owed'), 0)::bigint
              FROM affiliate_payouts
            """
        );
        var rejected = connection
            .Query<Guid>("SELECT id FROM commissions WHERE rejected_at IS NOT NULL")
            .ToHashSet();
        long earned =
            Plenty
            + _earned
                .Where(e => !_reversed.Contains(e.Id) && !rejected.Contains(e.Id))
                .Sum(e => (long)e.Cents);
        return owed == 0 && paid - forgiven == earned;
    }
}
