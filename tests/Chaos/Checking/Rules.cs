using System.Numerics;
using Settlement.Chaos.Load;

namespace Settlement.Chaos.Checking;

/// <summary>What must be true after any weather, told apart from how the product sees to it.</summary>
internal static class Rules
{
    /// <summary>Every one of them.</summary>
    public static IReadOnlyList<Rule> All { get; } =
    [
        new("each payout sent by the chain has one final transfer, to the unit", SentIsPaid),
        new("no payout is paid twice", PaidTwice),
        new("nothing was paid for what failed, was cancelled, or was paid by hand", NotPaid),
        new("no transfer left a wallet without a payout", WithoutPayout),
        new("each wallet lost exactly what the ledger settled", WalletsAgree),
        new("what is reserved is what is open", ReservedIsOpen),
        new("each balance is what was earned, less what was paid and spent", BalancesAgree),
        new("each payout's reserve was settled or released, once", LedgerFollows),
        new("nothing is on its way, frozen or stuck", NothingStuck),
        new("what the API said yes to is in the database, once", AnswersKept),
        new("a person's word that was taken stands", WordsStand),
        new("no client got an answer that it should not", facts => facts.Surprises),
        new("the ledger audit finds nothing", facts => facts.AuditViolations),
    ];

    /// <summary>Judges by all of them.</summary>
    public static IReadOnlyList<Verdict> Judge(Facts facts) =>
        [.. All.Select(rule => new Verdict(rule.Name, [.. rule.Find(facts)]))];

    private static IEnumerable<string> SentIsPaid(Facts facts) =>
        new PaidTransfers(facts).Unpaid.Select(p => $"{p} names {p.TxHash}, which does not pay it");

    private static IEnumerable<string> PaidTwice(Facts facts) =>
        LeftOver(facts, p => p.IsPaidByUs).Select(t => $"{t} is more than was asked for");

    private static IEnumerable<string> NotPaid(Facts facts) =>
        LeftOver(facts, p => !p.IsPaidByUs).Select(t => $"{t} pays what is told to be unpaid");

    private static IEnumerable<string> WithoutPayout(Facts facts)
    {
        var known = facts.Payouts.Select(Target).ToHashSet();
        return new PaidTransfers(facts)
            .LeftOver.Where(t => !known.Contains(Target(t)))
            .Select(t => $"{t} belongs to no payout");
    }

    // A transfer that no payout tells of counts against one with its destination and amount; where several have them,
    // one that is unpaid comes first.
    private static IEnumerable<ChainTransfer> LeftOver(
        Facts facts,
        Func<PayoutFact, bool> isAgainst
    )
    {
        ILookup<object, PayoutFact> known = facts.Payouts.ToLookup(p => (object)Target(p));
        return new PaidTransfers(facts).LeftOver.Where(t =>
            known[Target(t)].OrderBy(p => p.IsPaidByUs).FirstOrDefault() is { } payout
            && isAgainst(payout)
        );
    }

    private static IEnumerable<string> WalletsAgree(Facts facts)
    {
        foreach (WalletFact wallet in facts.Wallets)
        {
            BigInteger lost = wallet.Start - wallet.End;
            BigInteger settled = Sum(
                facts
                    .Payouts.Where(p => p.Network == wallet.Network && p.IsPaidByUs)
                    .Select(p => p.Settled)
            );
            BigInteger left = facts
                .Transfers.Where(t => t.Network == wallet.Network)
                .Aggregate(BigInteger.Zero, (sum, t) => sum + t.BaseUnits);
            if (lost != settled || lost != left)
            {
                yield return $"{wallet.Network}: the wallet lost {lost}, the ledger settled {settled}, transfers took {left}";
            }
        }
    }

    private static IEnumerable<string> ReservedIsOpen(Facts facts)
    {
        Dictionary<Guid, BigInteger> open = ByUser(
            facts.Payouts.Where(p => p.IsOpen),
            p => p.UserId,
            p => p.AmountMicro
        );
        return facts
            .Accounts.Where(a => a.ReservedMicro != open.GetValueOrDefault(a.UserId))
            .Select(a =>
                $"user {a.UserId}: {a.ReservedMicro} reserved, {open.GetValueOrDefault(a.UserId)} open"
            );
    }

    private static IEnumerable<string> BalancesAgree(Facts facts)
    {
        Dictionary<Guid, BigInteger> earned = ByUser(
            facts.Earnings,
            e => e.User,
            e => e.AmountMicro
        );
        Dictionary<Guid, BigInteger> paid = ByUser(
            facts.Payouts.Where(p => p.Status == "sent" || p.HasConflict),
            p => p.UserId,
            p => p.AmountMicro
        );
        Dictionary<Guid, long> kept = facts.Accounts.ToDictionary(
            a => a.UserId,
            a => a.PostedMicro
        );
        foreach (Guid user in earned.Keys.Union(kept.Keys))
        {
            BigInteger right = earned.GetValueOrDefault(user) - paid.GetValueOrDefault(user);
            if (right != kept.GetValueOrDefault(user))
                yield return $"user {user}: has {kept.GetValueOrDefault(user)}, should have {right}";
        }
    }

    private static IEnumerable<string> LedgerFollows(Facts facts) =>
        facts
            .Payouts.Where(p =>
            {
                bool settles = p.Status == "sent" || p.HasConflict;
                long settled = settles ? p.AmountMicro : 0;
                long released = settles || p.IsOpen ? 0 : p.AmountMicro;
                return (p.Reserved, p.Settled, p.Released) != (p.AmountMicro, settled, released);
            })
            .Select(p => $"{p}: {p.Reserved} reserved, {p.Settled} settled, {p.Released} released");

    private static IEnumerable<string> NothingStuck(Facts facts) =>
        facts.Leftovers.Concat(facts.Payouts.Where(p => p.IsOpen).Select(p => $"{p} is open"));

    private static IEnumerable<string> AnswersKept(Facts facts)
    {
        Dictionary<Guid, PayoutFact> known = facts.Payouts.ToDictionary(p => p.Id);
        foreach (Asked asked in facts.Accepted)
        {
            if (!known.Remove(asked.Id, out PayoutFact? payout))
                yield return $"{asked} was accepted and is not there";
            else if (!IsWhatWasAsked(payout, asked))
                yield return $"{payout} of user {payout.UserId}, key {payout.IdempotencyKey}, is not {asked}";
        }
        foreach (PayoutFact unasked in known.Values)
            yield return $"{unasked} was never told to its user";
    }

    private static bool IsWhatWasAsked(PayoutFact payout, Asked asked) =>
        (payout.UserId, payout.Network, payout.Address, payout.AmountMicro, payout.IdempotencyKey)
        == (asked.User, asked.Network, asked.Address, asked.AmountMicro, asked.Key);

    private static IEnumerable<string> WordsStand(Facts facts)
    {
        Dictionary<Guid, PayoutFact> known = facts.Payouts.ToDictionary(p => p.Id);
        return facts
            .Words.Where(word =>
                !known.TryGetValue(word.Id, out PayoutFact? p)
                || p.Status != word.Status
                || (word.TxHash is not null && p.TxHash != word.TxHash)
            )
            .Select(word => $"{word} was taken; it is {known.GetValueOrDefault(word.Id)}");
    }

    private static (string, string, BigInteger) Target(PayoutFact p) =>
        (p.Network, p.Address, p.AmountMicro);

    private static (string, string, BigInteger) Target(ChainTransfer t) =>
        (t.Network, t.Destination, t.BaseUnits);

    private static BigInteger Sum(IEnumerable<long> amounts) =>
        amounts.Aggregate(BigInteger.Zero, (sum, amount) => sum + amount);

    private static Dictionary<Guid, BigInteger> ByUser<T>(
        IEnumerable<T> all,
        Func<T, Guid> user,
        Func<T, long> amount
    ) => all.GroupBy(user).ToDictionary(g => g.Key, g => Sum(g.Select(amount)));
}
