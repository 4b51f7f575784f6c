using Settlement.Model.Tests.Commands;

namespace Settlement.Model.Tests.Model;

/// <content>What people do.</content>
public static partial class Rules
{
    private enum Asks
    {
        End,
        Paid,
        Force,
        Hold,
        Release,
        Requeue,
        Approve,
        Check,
        SpeedUp,
        CancelInFlight,
    }

    public static string Operator(int index) => index % 2 == 0 ? "operator:ann" : "operator:bob";

    /// <summary>The hash that an operator states.</summary>
    public static string StatedHash(World now, Payout payout, Word word)
    {
        Transaction? ours = now.Transactions.LastOrDefault(t =>
            t.Tag < now.Step && t.Riders.Any(r => r.Payout == payout.Tag)
        );
        return word is Word.SentByOurs && ours is not null ? ours.Hash : "paid-by-hand-elsewhere";
    }

    private static Outcome Thaw(World now, Command.Thaw thaw)
    {
        Network network = now.Networks[thaw.Network];
        if (
            network.Frozen is null
            || now.Transactions.Any(t => t.Network == thaw.Network && t.Contradicts)
        )
        {
            return Is("not thawed", now);
        }
        return Is("thawed", now.With(thaw.Network, network with { Frozen = null }));
    }

    private static Outcome Pause(World now, Command.Pause pause) =>
        Is(
            Answers.Done,
            now.With(pause.Network, now.Networks[pause.Network] with { Paused = pause.On })
        );

    private static Outcome Say(World now, Command.Say say)
    {
        if (At(now, now.Payouts, say.Payout) is not { } payout)
            return Is(Answers.Nothing, now);
        if (say.Outdated)
            return Is(Answers.Refused("VersionMismatch"), now);
        bool force = say.Word is Word.Forced;
        bool sent = say.Word is Word.Sent or Word.SentByOurs;
        string? hash = sent ? StatedHash(now, payout, say.Word) : null;
        bool mayOverride =
            !(force || sent)
            || !now.IsAbove(payout)
            || (payout.ApprovedBy is { } by && by != Operator(say.Operator));
        bool rides = payout.Rides is not null;
        if (
            payout.IsFinal
            || (rides && !force)
            || !mayOverride
            || (hash is not null && IsProvenUnpaid(now, payout, hash))
        )
        {
            Asks asks =
                force ? Asks.Force
                : sent ? Asks.Paid
                : Asks.End;
            return Is(WhyNot(now, payout, asks, hash), now);
        }
        Payout said = payout with
        {
            SettledBy = "operator",
            Hash = hash,
            FailureCode = sent ? null : "operator_decision",
            RefundHeld = rides,
        };
        return Is(Answers.Applied, Ended(now, said, sent ? "sent" : "failed"));
    }

    private static bool IsProvenUnpaid(World now, Payout payout, string hash) =>
        now.Transactions.Any(t =>
            t.Hash == hash && t.Riders.Any(r => r.Payout == payout.Tag && r.Paid is false)
        );

    private static Outcome Cancel(World now, Command.Cancel cancel)
    {
        if (At(now, now.Payouts, cancel.Payout) is not { } payout)
            return Is(Answers.Nothing, now);
        if (cancel.Caller is Caller.OtherUser)
            return Is("not found", now);
        bool byUser = cancel.Caller is Caller.Owner;
        if (
            payout.IsFinal
            || payout.Rides is not null
            || (byUser && payout.Status is not "requested")
        )
        {
            return Is(WhyNot(now, payout, Asks.End), now);
        }

        Payout called = payout with { SettledBy = byUser ? "user" : "operator" };
        return Is(Answers.Applied, Ended(now, called, "cancelled"));
    }

    private static Outcome Steer(World now, Command.Steer steer)
    {
        if (At(now, now.Payouts, steer.Payout) is not { } payout)
            return Is(Answers.Nothing, now);
        if (steer.Outdated)
            return Is(Answers.Refused("VersionMismatch"), now);
        bool open = !payout.IsFinal;
        bool rides = payout.Rides is not null;
        bool waits = now.IsAbove(payout) && payout.ApprovedBy is null;
        (bool may, Asks asks) = steer.How switch
        {
            Steering.Hold => (open && !payout.Held && !rides, Asks.Hold),
            Steering.Release => (open && payout.Held, Asks.Release),
            Steering.Requeue => (open && !payout.Held && !rides && !waits, Asks.Requeue),
            Steering.Approve => (open && waits, Asks.Approve),
            _ => (rides, Asks.Check),
        };
        return may
            ? Is(Answers.Applied, Steered(now, payout, steer))
            : Is(WhyNot(now, payout, asks), now);
    }

    private static World Steered(World now, Payout payout, Command.Steer steer)
    {
        if (steer.How is Steering.Check)
        {
            Transaction transaction = now.Transaction(payout.Rides!.Value);
            return transaction.Due < now.Clock
                ? now
                : now.With(transaction with { Due = now.Clock });
        }
        return now.With(
            steer.How switch
            {
                Steering.Hold => payout with { Held = true, Token = payout.Token + 1 },
                Steering.Release => payout with { Held = false, Due = now.Clock },
                Steering.Requeue => payout with { Due = now.Clock, FailedRides = 0, Park = null },
                _ => payout with { ApprovedBy = Operator(steer.Operator) },
            }
        );
    }

    private static Outcome Decide(World now, Command.Decide decide)
    {
        if (At(now, now.Transactions, decide.Transaction) is not { } transaction)
            return Is(Answers.Nothing, now);
        if (!transaction.IsOpen)
            return Is(Answers.Refused("AlreadyDecided"), now);
        if (!transaction.Contradicts)
            return Is(Answers.Refused("NotContradicted"), now);
        string who = Operator(decide.Operator);
        if (
            transaction.Riders.Any(r =>
                now.Payout(r.Payout) is { } p && now.IsAbove(p) && p.ApprovedBy == who
            )
        )
        {
            return Is(Answers.Refused("SelfApproval"), now);
        }
        int failedRides = decide.Landed ? 1 : 0;
        World then = Decided(
            now,
            transaction,
            decide.Landed,
            i => decide.Landed && (decide.Paid & (1 << i)) != 0,
            "operator",
            transaction.NewestPayment(transaction.Attempts.Count),
            // Nothing proves it unpaid: it is held.
            p =>
                p with
                {
                    Due = now.Clock,
                    FailedRides = p.FailedRides + failedRides,
                    Held = true,
                    Token = p.Token + 1,
                }
        );
        return Is("decided", then);
    }

    /// <summary>What a caller is told first, where more than one thing stands in the way.</summary>
    private static string WhyNot(World now, Payout payout, Asks asks, string? hash = null)
    {
        Transaction? live = payout.Rides is { } tag ? now.Transaction(tag) : null;
        bool above = now.IsAbove(payout);
        bool waits = above && payout.ApprovedBy is null;
        return Answers.Refused(
            payout.IsFinal ? "Final"
            : asks is Asks.Approve ? "ApprovalNotRequired"
            : asks is Asks.Release ? "NotOnHold"
            : payout.Held && asks is (Asks.Hold or Asks.Requeue) ? "OnHold"
            : asks is Asks.Force && waits ? "AwaitingApproval"
            : asks is Asks.Force && above ? "SelfApproval"
            : live is { Contradicts: true } ? "ChainContradicts"
            : asks is (Asks.SpeedUp or Asks.CancelInFlight) ? BecauseOfItsPlace(payout, live, asks)
            : live is not null && live.Hash == hash ? "AwaitingFinality"
            : live is not null ? "TransactionInFlight"
            : hash is not null && IsProvenUnpaid(now, payout, hash) ? "ProvenUnpaid"
            : waits && asks is (Asks.Requeue or Asks.Paid) ? "AwaitingApproval"
            : above && asks is Asks.Paid ? "SelfApproval"
            : asks is Asks.Check ? "NothingToCheck"
            : "TakenUp"
        );
    }
}
