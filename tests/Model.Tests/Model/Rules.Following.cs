using System.Collections.Immutable;
using Settlement.Model.Tests.Commands;

namespace Settlement.Model.Tests.Model;

/// <content>Transactions: looked at and decided.</content>
public static partial class Rules
{
    private static IEnumerable<Transaction> Due(World now, Command.TakeUpTransactions take) =>
        now
            .Transactions.Where(t => t.Network == take.Network && t.IsOpen && t.Due < now.Clock)
            .OrderBy(t => t.Due)
            .ThenBy(t => t.Tag)
            .Take(take.Limit);

    private static IEnumerable<Outcome> Skipping(
        World now,
        Command.TakeUpTransactions take,
        int tag
    ) =>
        Subsets(Due(now, take with { Limit = int.MaxValue }).ToList())
            .Where(some => some.Count <= take.Limit)
            .Select(some => TakeUp(now, take, tag, some));

    private static Outcome TakeUp(
        World now,
        Command.TakeUpTransactions take,
        int tag,
        IEnumerable<Transaction> due
    )
    {
        World then = now;
        var words = new List<string>();
        foreach (Transaction transaction in due.OrderBy(t => t.Tag).ToList())
        {
            Transaction taken = transaction with
            {
                Token = transaction.Token + 1,
                Due = take.Expires ? now.Clock : Moment.Later,
            };
            var look = new Look(
                tag + words.Count,
                taken.Tag,
                taken.Token,
                taken.Attempts.Count,
                taken.Asked
            );
            then = then.With(taken) with { Looks = then.Looks.Add(look) };
            words.Add($"{taken.Tag}/{taken.Token}/{taken.Observations}/{taken.Riders.Count}");
        }
        return Is($"looks {string.Join(' ', words)}", then);
    }

    /// <summary>The newest look at each transaction that is spoken of.</summary>
    public static List<Look> LooksAt(World now, IEnumerable<int> indexes) =>
        AllAt(now, now.Looks, indexes).DistinctBy(l => l.Transaction).ToList();

    private static Outcome Reschedule(World now, Command.Reschedule reschedule)
    {
        World then = now;
        foreach (Look look in LooksAt(now, reschedule.Looks))
        {
            Transaction transaction = then.Transaction(look.Transaction);
            if (!transaction.IsOpen || transaction.Token != look.Token)
                continue;
            then = then.With(
                transaction with
                {
                    Due = reschedule.Later ? Moment.Later : now.Clock,
                    Observations = transaction.Observations + 1,
                    Seen = Verdicts.Seen(reschedule.Seen),
                    Included = reschedule.Included,
                }
            );
        }
        return Is(Answers.Done, then);
    }

    private static Outcome Conclude(World now, Command.Conclude conclude)
    {
        World then = now;
        int written = 0;
        foreach (Look look in LooksAt(now, conclude.Looks))
        {
            Transaction transaction = then.Transaction(look.Transaction);
            if (!transaction.IsOpen || transaction.Token != look.Token)
                continue;
            written++;
            // A payment that no node took fares no better the next time.
            bool failed = conclude.Landed || conclude.Reverted || look.Asked is "fill";
            int failedRides = failed ? 1 : 0;
            int due = !conclude.Landed && conclude.Later ? Moment.Later : now.Clock;
            then = Decided(
                then,
                transaction,
                conclude.Landed,
                p => conclude.Landed && (conclude.Paid & (1 << p)) != 0,
                "chain",
                transaction.NewestPayment(look.Known),
                p => p with { FailedRides = p.FailedRides + failedRides, Due = due }
            );
        }
        return Is($"concluded {written}", then);
    }

    /// <summary>A verdict reaches the riders and their money.</summary>
    /// <param name="now">Before.</param>
    /// <param name="transaction">Which was open.</param>
    /// <param name="landed">The verdict.</param>
    /// <param name="isPaid">By position.</param>
    /// <param name="by">chain or operator.</param>
    /// <param name="hash">What landed, if anything did.</param>
    /// <param name="back">What becomes of a payout that goes back in the queue.</param>
    private static World Decided(
        World now,
        Transaction transaction,
        bool landed,
        Func<int, bool> isPaid,
        string by,
        string hash,
        Func<Payout, Payout> back
    )
    {
        World then = now.With(
            transaction with
            {
                State = landed ? "landed" : "dead",
                Seen = landed ? "landed" : "dead",
                Observations = transaction.Observations + 1,
                DecidedBy = by is "operator" ? by : null,
                Riders = transaction
                    .Riders.Select((r, i) => r with { Paid = isPaid(i) })
                    .ToImmutableList(),
            }
        );
        for (int i = 0; i < transaction.Riders.Count; i++)
        {
            Rider rider = transaction.Riders[i];
            Payout payout = then.Payout(rider.Payout) with { Rides = null };
            then = (payout, isPaid(i)) switch
            {
                ({ Status: "processing" }, true) => Ended(
                    then,
                    payout with
                    {
                        SettledBy = by,
                        Hash = hash,
                    },
                    "sent"
                ),
                ({ Status: "processing" }, false) when rider.CalledOff => Ended(
                    then,
                    payout with
                    {
                        SettledBy = "operator",
                        Due = now.Clock,
                    },
                    "cancelled"
                ),
                ({ Status: "processing" }, false) => then.With(back(payout)),
                ({ RefundHeld: true }, bool paid) => Resolved(then, payout, paid, hash),
                _ => throw new InvalidOperationException($"{payout} rode after its end."),
            };
        }
        return then;
    }

    /// <summary>A payout that was failed by force: the chain says where the money went.</summary>
    private static World Resolved(World now, Payout payout, bool paid, string hash)
    {
        Payout resolved = payout with
        {
            RefundHeld = false,
            Conflict = paid,
            Hash = paid ? hash : null,
        };
        return Moved(now.With(resolved), resolved, paid);
    }

    /// <summary>A payout ends, and its money moves.</summary>
    private static World Ended(World now, Payout payout, string status)
    {
        Payout ended = payout with
        {
            Status = status,
            Version = payout.Version + 1,
            Park = null,
            Held = false,
        };
        World then = now.With(ended);
        return ended.RefundHeld ? then : Moved(then, ended, status is "sent");
    }

    private static World Moved(World now, Payout payout, bool paid)
    {
        Account account = now.Accounts[payout.User];
        return now.With(
            payout.User,
            account with
            {
                Reserved = account.Reserved - payout.Amount,
                Posted = account.Posted - (paid ? payout.Amount : 0),
            }
        );
    }
}
