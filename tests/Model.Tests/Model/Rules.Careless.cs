using Settlement.Model.Tests.Commands;

namespace Settlement.Model.Tests.Model;

/// <content>What careless code would do: the schema refuses it, or it is lawful and the next law must hold.</content>
public static partial class Rules
{
    private static Outcome Careless(World now, Command.Careless careless, int tag) =>
        careless.What switch
        {
            Carelessness.TakeUpAnyway => TakeUpAnyway(now, careless, tag),
            Carelessness.ReserveBlindly => ReserveBlindly(now, careless, tag),
            Carelessness.AcceptUnderTakenKey => AcceptUnderTakenKey(now, careless, tag),
            _ => Is(HasSubject(now, careless) ? Answers.Law : Answers.Nothing, now),
        };

    /// <summary>Whether there is something to do wrong.</summary>
    private static bool HasSubject(World now, Command.Careless careless)
    {
        Payout? payout = At(now, now.Payouts, careless.Subject);
        Transaction? transaction = At(now, now.Transactions, careless.Other);
        return careless.What switch
        {
            Carelessness.EndWithoutEvent => payout is { IsFinal: false },
            Carelessness.HoldWithoutToken => payout is { IsFinal: false, Held: false },
            Carelessness.Reopen => payout is { IsFinal: true },
            Carelessness.RefundWhileRiding => payout is { IsFinal: false, Rides: not null },
            Carelessness.BoardLate => transaction is not null && now.Claims.Count > 0,
            Carelessness.Redecide => transaction is { IsOpen: false },
            Carelessness.SignTwice => transaction is { IsOpen: true, Nonce: null },
            Carelessness.LandWithoutRiders => transaction is { IsOpen: true },
            Carelessness.TakeBackCancel => transaction
                is { IsOpen: true, Asked: "cancel" or "fill" },
            Carelessness.LandByCancel => transaction is { IsOpen: true, IsCancelled: true },
            Carelessness.EditBalance => HasAccount(now, careless.Subject % 2),
            _ => payout is not null,
        };
    }

    private static bool HasAccount(World now, int user) => now.Accounts[user].Exists;

    private static Outcome TakeUpAnyway(World now, Command.Careless careless, int tag)
    {
        if (At(now, now.Payouts, careless.Subject) is not { IsFinal: false } payout)
            return Is(Answers.Nothing, now);
        Payout taken = payout with
        {
            Status = "processing",
            Version = payout.Status is "requested" ? payout.Version + 1 : payout.Version,
            Token = payout.Token + 1,
        };
        var claim = new Claim(tag, taken.Tag, taken.Token);
        return Is(
            $"claimed {taken.Tag}/{taken.Token}",
            now.With(taken) with
            {
                Claims = now.Claims.Add(claim),
            }
        );
    }

    private static Outcome ReserveBlindly(World now, Command.Careless careless, int tag)
    {
        int user = careless.Subject % 2;
        if (!HasAccount(now, user))
            return Is(Answers.Nothing, now);
        var asked = new Keyed(tag, 1 + careless.Other * 10, careless.Subject / 2 % 2, null);
        return now.Accounts[user].Free < asked.Amount
            ? Is(Answers.Law, now)
            : Is("accepted", Reserved(now, user, asked, tag));
    }

    private static Outcome AcceptUnderTakenKey(World now, Command.Careless careless, int tag)
    {
        int user = careless.Subject % 2;
        (int, bool, int) slot = (user, false, careless.Other % 2);
        if (!HasAccount(now, user))
            return Is(Answers.Nothing, now);
        if (now.Accounts[user].Free < 1 || now.Keys.ContainsKey(slot))
            return Is(Answers.Law, now);
        var asked = new Keyed(tag, 1, 0, null);
        World then = Reserved(now, user, asked, tag);
        // It keeps a hash that no other request has.
        return Is("accepted", then with { Keys = then.Keys.Add(slot, asked with { Amount = 0 }) });
    }
}
