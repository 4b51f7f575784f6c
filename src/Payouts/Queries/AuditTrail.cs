using Dapper;
using Npgsql;

namespace Settlement.Payouts.Queries;

/// <summary>What operators did, newest first: to payouts, to rewards, to everything else.</summary>
/// <remarks>Each was written in the commit of what it tells of, in a table that nobody can change. Nothing is copied for the trail.</remarks>
public sealed class AuditTrail(NpgsqlDataSource database)
{
    // Each branch is cut to the page in the order of its own index, before the three are put together.
    private const string Sql = """
        -- AuditTrail
        SELECT t.* FROM (
        (SELECT 'e' AS source, lpad(e.id::text, 20, '0') AS id, e.recorded_at AS at, e.actor, e.action, 'payout' AS target_kind,
                e.payout_id::text AS target, before.action AS from_status,
                CASE WHEN e.action IN ('requested', 'processing', 'sent', 'failed', 'cancelled') THEN e.action ELSE before.action END AS to_status,
                e.reason, e.evidence::text AS detail, e.request_id
           FROM payout_events e
           LEFT JOIN payout_events before
             ON before.payout_id = e.payout_id AND before.action IN ('requested', 'processing', 'sent', 'failed', 'cancelled')
            AND before.version = e.version - (e.action IN ('requested', 'processing', 'sent', 'failed', 'cancelled'))::int
          WHERE e.actor LIKE 'operator%' AND e.recorded_at <= @At AND (e.recorded_at, 'e', lpad(e.id::text, 20, '0')) < (@At, @Source, @Id)
            AND e.recorded_at >= @From AND e.recorded_at < @To
            AND (@Actors::text[] IS NULL OR e.actor = ANY (@Actors)) AND (@Action::text IS NULL OR e.action = @Action)
            AND (@Target::text IS NULL OR e.payout_id = @Payout::uuid) AND (@Request::text IS NULL OR e.request_id = @Request)
          ORDER BY e.recorded_at DESC, e.id DESC LIMIT @Limit)
        UNION ALL
        (SELECT 'a', lpad(a.id::text, 20, '0'), a.recorded_at, a.actor, a.action,
                CASE WHEN a.action IN ('paused', 'resumed') THEN 'scope'
                     WHEN a.action LIKE 'token\_%' THEN 'token'
                     WHEN a.action LIKE 'wallet\_%' OR a.action LIKE 'holdings\_%' THEN 'wallet'
                     WHEN a.action LIKE 'transaction\_%' THEN 'transaction'
                     WHEN a.action LIKE 'payouts\_%' THEN 'network'
                     WHEN a.action LIKE 'commission\_%' THEN 'commission'
                     WHEN a.action LIKE 'affiliate\_payout\_%' THEN 'affiliate_payout'
                     ELSE 'system' END,
                a.target, NULL, NULL, a.reason, a.detail::text, a.request_id
           FROM audit_log a
          WHERE a.recorded_at <= @At AND (a.recorded_at, 'a', lpad(a.id::text, 20, '0')) < (@At, @Source, @Id)
            AND a.recorded_at >= @From AND a.recorded_at < @To
            AND (@Actors::text[] IS NULL OR a.actor = ANY (@Actors)) AND (@Action::text IS NULL OR a.action = @Action)
            AND (@Target::text IS NULL OR a.target = @Target) AND (@Request::text IS NULL OR a.request_id = @Request)
          ORDER BY a.recorded_at DESC, a.id DESC LIMIT @Limit)
        UNION ALL
        (SELECT 'r', r.id::text, r.recorded_at, r.recorded_by, 'reward_recorded', 'user', u.user_id::text, NULL, NULL, r.note,
                jsonb_build_object('reward_id', r.id, 'kind', r.kind, 'amount_micro', r.amount_micro,
                                   'source_event_id', r.source_event_id)::text, r.request_id
           FROM rewards r JOIN accounts u ON u.id = r.account_id
          WHERE r.recorded_by LIKE 'operator%' AND r.recorded_at <= @At AND (r.recorded_at, 'r', r.id::text) < (@At, @Source, @Id)
            AND r.recorded_at >= @From AND r.recorded_at < @To
            AND (@Actors::text[] IS NULL OR r.recorded_by = ANY (@Actors)) AND (@Action::text IS NULL OR @Action = 'reward_recorded')
            AND (@Target::text IS NULL OR u.user_id = @Payout::uuid) AND (@Request::text IS NULL OR r.request_id = @Request)
          ORDER BY r.recorded_at DESC, r.id DESC LIMIT @Limit)
        ) t ORDER BY t.at DESC, t.source DESC, t.id DESC LIMIT @Limit
        """;

    /// <summary>Reads a page.</summary>
    /// <param name="filter">Which entries.</param>
    /// <param name="limit">1 or greater.</param>
    /// <param name="ct">Cancels the read.</param>
    public async Task<IReadOnlyList<AuditRow>> ReadAsync(
        AuditFilter filter,
        int limit,
        CancellationToken ct
    )
    {
        await using NpgsqlConnection connection = await database.OpenConnectionAsync(ct);
        return (
            await connection.QueryAsync<AuditRow>(
                new CommandDefinition(
                    Sql,
                    new
                    {
                        At = filter.After?.At ?? DateTimeOffset.MaxValue,
                        Source = filter.After?.Source ?? "z",
                        Id = filter.After?.Id ?? "",
                        From = filter.From ?? DateTimeOffset.MinValue,
                        To = filter.To ?? DateTimeOffset.MaxValue,
                        Actors = filter.Actors?.ToArray(),
                        filter.Action,
                        filter.Target,
                        // Events and rewards are of a payout or a user: their ids are compared as such.
                        Payout = Guid.TryParseExact(filter.Target, "D", out Guid id)
                            ? id
                            : (Guid?)null,
                        filter.Request,
                        Limit = limit,
                    },
                    cancellationToken: ct
                )
            )
        ).AsList();
    }
}

/// <summary>Which entries of the trail are asked for; what is null does not narrow.</summary>
public sealed record AuditFilter
{
    /// <summary>Any of these.</summary>
    public IReadOnlyList<string>? Actors { get; init; }
    public string? Action { get; init; }

    /// <summary>Id of a payout, a user, a token; a network; or whatever else was acted on.</summary>
    public string? Target { get; init; }
    public string? Request { get; init; }

    /// <summary>At this time or later.</summary>
    public DateTimeOffset? From { get; init; }

    /// <summary>Before this time.</summary>
    public DateTimeOffset? To { get; init; }

    /// <summary>Only what comes after this entry in the order of the trail.</summary>
    public AuditCursor? After { get; init; }
}

/// <summary>A place in the trail.</summary>
public sealed record AuditCursor(DateTimeOffset At, string Source, string Id);

/// <summary>One entry.</summary>
public sealed record AuditRow
{
    /// <summary>Where it stands, for the cursor.</summary>
    public required string Source { get; init; }
    public required string Id { get; init; }
    public required DateTimeOffset At { get; init; }
    public required string Actor { get; init; }
    public required string Action { get; init; }
    public required string TargetKind { get; init; }
    public required string Target { get; init; }

    /// <summary>The payout's status before; null where there is none.</summary>
    public string? FromStatus { get; init; }
    public string? ToStatus { get; init; }
    public string? Reason { get; init; }

    /// <summary>JSON, or null.</summary>
    public string? Detail { get; init; }
    public string? RequestId { get; init; }
}
