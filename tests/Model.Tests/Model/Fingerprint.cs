using System.Collections.Immutable;
using System.Globalization;

namespace Settlement.Model.Tests.Model;

/// <summary>A world in words.</summary>
public static class Fingerprint
{
    private static readonly ImmutableList<Attempt> s_none = [new("", IsCancel: false)];

    /// <summary>Equal for worlds that no command can tell apart.</summary>
    public static string Of(World world)
    {
        // Of what is due only the order counts.
        List<int> moments = world
            .Payouts.Select(p => p.Due)
            .Concat(world.Transactions.Select(t => t.Due))
            .Distinct()
            .Order()
            .ToList();
        IEnumerable<object> all =
        [
            .. world.Accounts,
            .. world.Networks,
            .. world.Payouts.Select(p => (p with { Due = 0 }, Place(p.Due))),
            .. world.Claims,
            .. world.Transactions.Select(t =>
                (
                    t with
                    {
                        Due = 0,
                        Attempts = s_none,
                        Riders = [],
                    },
                    Place(t.Due),
                    string.Join(' ', t.Attempts),
                    string.Join(' ', t.Riders)
                )
            ),
            .. world.Looks,
            .. world.Events.OrderBy(e => e.Key).Select(e => e.ToString()),
            .. world.Invoices.OrderBy(i => i.Key).Select(i => i.ToString()),
            .. world.Keys.OrderBy(k => k.Key).Select(k => k.ToString()),
        ];
        return string.Join('\n', all);

        int Place(int due) => due >= Moment.Later ? due : moments.IndexOf(due);
    }

    /// <summary>Every row that a store keeps of it, one on each line.</summary>
    /// <param name="world">The world.</param>
    /// <param name="isFull">With what only PostgreSQL keeps.</param>
    public static string Rows(World world, bool isFull)
    {
        IEnumerable<string> rows =
        [
            .. world.Accounts.Select(
                (a, i) => Words("account", i, a.Posted, a.Reserved, isFull ? a.Owed : null)
            ),
            .. world.Networks.Select((n, i) => Words("wallet", i, n.NextNonce, n.Frozen)),
            .. world.Payouts.Select(p => Row(world, p, isFull)),
            .. world.Transactions.Select(t => Row(t, isFull)),
        ];
        return string.Join('\n', rows);
    }

    private static string Row(World world, Payout p, bool isFull) =>
        Words(
            "payout",
            p.Tag,
            p.Amount,
            p.Status,
            p.SettledBy,
            p.Hash,
            p.RefundHeld ? "refund-held" : null,
            p.Conflict ? "conflict" : null,
            p.Token,
            p.FailedRides,
            p.Park,
            p.IsFinal ? null : Moment.Word(p.Due),
            p.Held ? "held" : null,
            p.ApprovedBy,
            p.Rides is { } ride ? $"rides-{ride}" : null,
            isFull ? $"v{p.Version}" : null,
            isFull ? p.FailureCode : null,
            isFull && world.IsAbove(p) ? "above" : null
        );

    private static string Row(Transaction t, bool isFull) =>
        Words(
            "transaction",
            t.Tag,
            t.State,
            t.Token,
            t.Observations,
            t.Nonce,
            isFull ? t.Seen?.Replace(' ', '_') : null,
            isFull && t is { IsOpen: true, Included: true } ? "included" : null,
            t.IsOpen ? Moment.Word(t.Due) : null,
            t.Asked,
            string.Concat(t.Attempts.Select(a => a.IsCancel ? 'c' : 'p')),
            string.Join(',', t.Riders.Select(r => $"{r.Payout}{Fate(r)}"))
        );

    private static string Fate(Rider rider) =>
        rider switch
        {
            { Paid: true } => "+",
            { Paid: false } => "-",
            { CalledOff: true } => "!",
            _ => "?",
        };

    public static string Words(params object?[] words) =>
        string.Join(
            ' ',
            words
                .Where(w => w is not null)
                .Select(w => Convert.ToString(w, CultureInfo.InvariantCulture))
        );
}
