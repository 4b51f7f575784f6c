using Settlement.Model.Tests.Commands;

namespace Settlement.Model.Tests.Model;

/// <content>Rewards, requests, invoices.</content>
public static partial class Rules
{
    private static Outcome Earn(World now, Command.Earn earn)
    {
        bool locked = earn is { Locked: true, Back: false };
        now = WithAccount(now, earn.User);
        if (now.Events.TryGetValue(earn.Event, out Earned? known))
        {
            bool same =
                (known.User, known.Amount, known.Back) == (earn.User, earn.Amount, earn.Back)
                && (!locked || known is { Locked: true, Unlocked: false });
            return Is(same ? "replay" : "mismatch", now);
        }
        Account account = now.Accounts[earn.User];
        account = earn switch
        {
            _ when locked => account with { Locked = account.Locked + earn.Amount },
            { Back: true } => account with { Owed = account.Owed + earn.Amount },
            _ => account with { Due = account.Due + earn.Amount },
        };
        var earned = new Earned(earn.User, earn.Amount, earn.Back, locked);
        World then = now.With(earn.User, account.Settled());
        return Is("created", then with { Events = then.Events.Add(earn.Event, earned) });
    }

    private static Outcome Accept(World now, Command.Accept accept, int tag)
    {
        var asked = new Keyed(tag, accept.Amount, accept.Network, null);
        return Asked(now, accept.User, asked, accept.Key, tag);
    }

    private static Outcome Retry(World now, Command.Retry retry, int tag)
    {
        if (At(now, now.Payouts, retry.Payout) is not { } failed)
            return Is(Answers.Nothing, now);
        int user = retry.ByOther ? 1 - failed.User : failed.User;
        var asked = new Keyed(tag, failed.Amount, failed.Network, failed.Tag);
        return Asked(now, user, asked, retry.Key, tag);
    }

    private static Outcome Asked(World now, int user, Keyed asked, int? key, int tag)
    {
        (int, bool, int) slot = (user, asked.Again is not null, key ?? -1);
        if (key is not null && now.Keys.TryGetValue(slot, out Keyed? earlier))
        {
            bool same = earlier with { Payout = tag } == asked;
            return Is(same ? $"replay {earlier.Payout}" : "key reused", now);
        }
        // Who never earned anything has no account, and is not told more than that.
        if (!now.Accounts[user].Exists)
            return Is("insufficient 0", now);
        if (asked.Again is { } again && WhyNotAgain(now, user, now.Payout(again)) is { } why)
            return Is($"not retryable {why}", now);
        World then = now.With(user, now.Accounts[user].Settled());
        Account account = then.Accounts[user];
        if (account.Free < asked.Amount)
            return Is($"insufficient {account.Free}", then);
        then = Reserved(then, user, asked, tag);
        if (key is not null)
            then = then with { Keys = then.Keys.Add(slot, asked) };
        bool waits = then.IsAbove(then.Payout(tag));
        return Is(waits ? "accepted, to be approved" : "accepted", then);
    }

    private static World WithAccount(World now, int user) =>
        now.With(user, now.Accounts[user] with { Exists = true });

    private static string? WhyNotAgain(World now, int user, Payout failed)
    {
        if (failed.User != user || failed.Status is not "failed")
            return "not_failed";
        if (failed.Conflict)
            return "paid_after_all";
        if (failed.RefundHeld)
            return "refund_held";
        if (failed.FailureCode!.StartsWith("destination_", StringComparison.Ordinal))
            return "failure_is_final";
        bool isAsked = now.Payouts.Any(p => p.Again == failed.Tag && p.Status is not "cancelled");
        return isAsked ? "retried" : null;
    }

    private static World Reserved(World now, int user, Keyed asked, int tag)
    {
        Account account = now.Accounts[user];
        World then = now.With(
            user,
            account with
            {
                Reserved = checked(account.Reserved + asked.Amount),
            }
        );
        var payout = new Payout(tag, user, asked.Network, asked.Amount, Due: now.Clock)
        {
            Again = asked.Again,
        };
        return then with { Payouts = then.Payouts.Add(payout) };
    }

    private static Outcome Register(World now, Command.Register register)
    {
        now = WithAccount(now, register.User);
        if (now.Invoices.TryGetValue(register.Invoice, out Invoice? known))
        {
            bool same = (known.User, known.Amount) == (register.User, register.Amount);
            return Is(same ? "Replayed" : "Mismatch", now);
        }
        var invoice = new Invoice(register.User, register.Amount);
        return Is("Created", now with { Invoices = now.Invoices.Add(register.Invoice, invoice) });
    }

    private static Outcome Close(World now, Command.Close close)
    {
        if (!now.Invoices.TryGetValue(close.Invoice, out Invoice? invoice))
            return Is("Missing", now);
        if (invoice.Closed)
            return Is("Unchanged", now);
        if (invoice.Covered)
            return Is("Covered", now);
        return Is(
            "Closed",
            now with
            {
                Invoices = now.Invoices.SetItem(close.Invoice, invoice with { Closed = true }),
            }
        );
    }

    private static Outcome Spend(World now, Command.SpendOn spend)
    {
        if (
            !now.Invoices.TryGetValue(spend.Invoice, out Invoice? invoice)
            || invoice.User != spend.User
        )
        {
            return Is("not eligible", now);
        }
        if (invoice.Covered)
            return Is(invoice.Amount == spend.Amount ? "replayed" : "not eligible covered", now);
        if (invoice.Closed)
            return Is("not eligible closed", now);
        if (invoice.Amount != spend.Amount)
            return Is("mismatch", now);
        World then = now.With(spend.User, now.Accounts[spend.User].Settled());
        Account account = then.Accounts[spend.User];
        if (account.Free < spend.Amount)
            return Is($"insufficient {account.Free}", then);
        then = then.With(spend.User, account with { Posted = account.Posted - spend.Amount });
        return Is(
            "spent",
            then with
            {
                Invoices = then.Invoices.SetItem(spend.Invoice, invoice with { Covered = true }),
            }
        );
    }
}
