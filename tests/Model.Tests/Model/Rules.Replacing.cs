using Settlement.Model.Tests.Commands;

namespace Settlement.Model.Tests.Model;

/// <content>Transactions made dearer, or cancelled, at their own nonce.</content>
public static partial class Rules
{
    /// <summary>The id of a dearer attempt.</summary>
    public static string Hash(int tag) => $"{tag:D24}";

    private static Outcome Ask(World now, Command.Ask ask)
    {
        if (At(now, now.Payouts, ask.Payout) is not { } payout)
            return Is(Answers.Nothing, now);
        if (ask.Outdated)
            return Is(Answers.Refused("VersionMismatch"), now);
        Transaction? live = payout.Rides is { } tag ? now.Transaction(tag) : null;
        Asks asks = ask.ToCancel ? Asks.CancelInFlight : Asks.SpeedUp;
        bool may =
            !payout.IsFinal
            && live is { Nonce: not null, Included: false, Contradicts: false }
            && (
                ask.ToCancel ? !IsCalledOff(payout, live) : live is { Asked: null, IsAtCap: false }
            );
        return may
            ? Is(Answers.Applied, now.With(Asked(now, payout, live!, ask.ToCancel)))
            : Is(WhyNot(now, payout, asks), now);
    }

    private static Transaction Asked(World now, Payout payout, Transaction live, bool cancel) =>
        live with
        {
            Asked = cancel ? "cancel" : "speed_up",
            Due = live.Due < now.Clock ? live.Due : now.Clock,
            Riders = cancel
                ? live.Riders.ConvertAll(r =>
                    r.Payout == payout.Tag ? r with { CalledOff = true } : r
                )
                : live.Riders,
        };

    private static bool IsCalledOff(Payout payout, Transaction live) =>
        live.Riders.Exists(r => r.Payout == payout.Tag && r.CalledOff);

    private static string BecauseOfItsPlace(Payout payout, Transaction? live, Asks asks) =>
        live switch
        {
            null => "NothingToCheck",
            { Nonce: null } => "NotReplaceable",
            { Included: true } => "AlreadyIncluded",
            _ when IsCalledOff(payout, live) => "AlreadyAsked",
            { Asked: not null } when asks is Asks.SpeedUp => "AlreadyAsked",
            _ => "FeeCap",
        };

    /// <summary>Under the token of the look, at the same nonce, a tenth dearer; a cancel only where somebody asked for one, and no
    /// payment after it.</summary>
    private static Outcome Replace(World now, Command.Replace replace, int tag)
    {
        if (At(now, now.Looks, replace.Look) is not { } look)
            return Is(Answers.Nothing, now);
        Transaction transaction = now.Transaction(look.Transaction);
        if (transaction.Nonce is null)
            return Is(Answers.Nothing, now);
        bool isCancel = replace.Kind is not Replacing.Payment;
        bool isPaused = now.Networks[transaction.Network].Paused && !isCancel;
        if (!transaction.IsOpen || transaction.Token != look.Token || isPaused)
            return Is("fenced", now);
        if (replace.NonceOff != 0)
            return Is("fenced", now);
        string? asked = transaction.Asked is null or "speed_up"
            ? replace.Kind is Replacing.Filler
                ? "fill"
                : null
            : transaction.Asked;
        bool isUnasked = isCancel && asked is null;
        if (replace.Cheap || isUnasked || (!isCancel && transaction.IsCancelled))
            return Is(Answers.Law, now);
        // The look has stored another one meanwhile.
        if (transaction.Attempts.Count != look.Known)
            return Is("fenced", now);
        var attempt = new Attempt(Hash(tag), isCancel);
        return Is(
            "stored",
            now.With(
                transaction with
                {
                    Asked = asked,
                    Attempts = transaction.Attempts.Add(attempt),
                }
            )
        );
    }
}
