using System.Collections.Immutable;
using Settlement.Model.Tests.Commands;

namespace Settlement.Model.Tests.Model;

/// <content>What workers do.</content>
public static partial class Rules
{
    private static IEnumerable<Payout> Due(World now, Command.TakeUp take)
    {
        if (now.Networks[take.Network].Paused)
            return [];
        List<Payout>? named = take.Named is null ? null : AllAt(now, now.Payouts, take.Named);
        IEnumerable<Payout> due = now.Payouts.Where(p =>
            p.Network == take.Network
            && !p.IsFinal
            && p.Due < now.Clock
            && !p.Held
            && (p.ApprovedBy is not null || !now.IsAbove(p))
            && (named is null || named.Contains(p))
        );
        return due.OrderBy(p => p.Due).ThenBy(p => p.Tag);
    }

    /// <summary>What another command has locked is left for the next time.</summary>
    private static IEnumerable<Outcome> Skipping(World now, Command.TakeUp take, int tag) =>
        Subsets(Due(now, take).ToList())
            .Where(some => some.Count <= take.Limit)
            .Select(some => TakeUp(now, take, tag, some));

    private static Outcome TakeUp(World now, Command.TakeUp take, int tag, IEnumerable<Payout> due)
    {
        World then = now;
        var words = new List<string>();
        foreach (Payout payout in due.OrderBy(p => p.Tag).ToList())
        {
            Payout taken = payout with
            {
                Status = "processing",
                Version = payout.Status is "requested" ? payout.Version + 1 : payout.Version,
                Token = payout.Token + 1,
                Due = take.Expires ? now.Clock : Moment.Later,
            };
            var claim = new Claim(tag + words.Count, taken.Tag, taken.Token);
            then = then.With(taken) with { Claims = then.Claims.Add(claim) };
            words.Add($"{taken.Tag}/{taken.Token}/{taken.FailedRides}/{taken.Amount}");
        }
        return Is($"claimed {string.Join(' ', words)}", then);
    }

    private static Outcome Park(World now, Command.Park park)
    {
        World then = now;
        // Of two claims of one payout only the newer token counts.
        foreach (Claim claim in AllAt(now, now.Claims, park.Claims))
        {
            Payout payout = then.Payout(claim.Payout);
            if (payout.Token != claim.Token || payout.Status is not "processing")
                continue;
            if (payout.Due == Moment.Never)
                continue;
            then = then.With(
                payout with
                {
                    Due = park.Later ? Moment.Later : now.Clock,
                    Park = park.Reason,
                }
            );
        }
        return Is(Answers.Done, then);
    }

    private static Outcome FailUnsigned(World now, Command.FailUnsigned fail)
    {
        if (At(now, now.Claims, fail.Claim) is not { } claim)
            return Is(Answers.Nothing, now);
        Payout payout = now.Payout(claim.Payout);
        if (payout.Status is not "processing" || payout.Token != claim.Token)
            return Is(WhyNot(now, payout, Asks.End), now);
        if (payout.Rides is not null)
            return Is(WhyNot(now, payout, Asks.End), now);
        // Whoever took up what is held took it carelessly.
        if (payout.Held)
            return Is(Answers.Law, now);
        string code = fail.ForGood ? "destination_blocked" : "operator_decision";
        Payout failed = payout with { SettledBy = "chain", FailureCode = code };
        return Is(Answers.Applied, Ended(now, failed, "failed"));
    }

    private static Outcome Open(World now, Command.Open open, int tag)
    {
        List<Claim> claims = AllAt(now, now.Claims, open.Claims).OrderBy(c => c.Payout).ToList();
        if (claims.Count == 0)
            return Is(Answers.Nothing, now);
        Network network = now.Networks[open.Network];
        if (network.Paused)
            return Is("fenced", now);
        if (network.Frozen is not null || network.NextNonce != Nonce(now, open))
            return Is("nonce taken", now);
        bool all = claims.TrueForAll(c => MayBoard(now, open.Network, now.Payout(c.Payout), c));
        if (!all || claims.DistinctBy(c => c.Payout).Count() < claims.Count)
            return Is("fenced", now);
        string hash = Hash(now, open, tag);
        if (
            now.Transactions.Any(t =>
                t.Network == open.Network && t.Attempts.Exists(a => a.Hash == hash)
            )
        )
        {
            return Is("fenced", now);
        }
        return Is($"opened {tag}", Opened(now, open, claims, hash, tag));
    }

    /// <summary>The id of what is signed.</summary>
    public static string Hash(World now, Command.Open open, int tag) =>
        $"{(open.SameBytes ? At(now, now.Transactions, 0)?.Tag ?? tag : tag):D24}";

    /// <summary>The nonce that is signed; null where there are none.</summary>
    public static long? Nonce(World now, Command.Open open) =>
        now.NoncesRead[open.Network] + open.NonceOff;

    private static bool MayBoard(World now, int network, Payout payout, Claim claim) =>
        payout.Network == network
        && payout.Status is "processing"
        && payout.Token == claim.Token
        && payout.Rides is null
        && !payout.Held
        && (payout.ApprovedBy is not null || !now.IsAbove(payout));

    private static World Opened(
        World now,
        Command.Open open,
        List<Claim> claims,
        string hash,
        int tag
    )
    {
        Network network = now.Networks[open.Network];
        ImmutableList<Rider> riders = [.. claims.Select(c => new Rider(c.Payout))];
        int due = open.Later ? Moment.Later : now.Clock;
        var transaction = new Transaction(
            tag,
            open.Network,
            network.NextNonce,
            [new Attempt(hash, IsCancel: false)],
            riders,
            due
        );
        World then = now with { Transactions = now.Transactions.Add(transaction) };
        then = then.With(open.Network, network with { NextNonce = network.NextNonce + 1 });
        foreach (Claim claim in claims)
        {
            Payout payout = now.Payout(claim.Payout);
            then = then.With(payout with { Rides = tag, Due = Moment.Never, Park = null });
        }
        return then;
    }

    private static Outcome ReadWallet(World now, Command.ReadWallet read)
    {
        Network network = now.Networks[read.Network];
        int inFlight = now.Transactions.Count(t =>
            t.Network == read.Network && t is { IsOpen: true, Included: false }
        );
        return Is($"{network.NextNonce} {inFlight} {network.Frozen}", now);
    }

    private static Outcome Freeze(World now, Command.Freeze freeze)
    {
        Network network = now.Networks[freeze.Network];
        return Is(
            Answers.Done,
            now.With(freeze.Network, network with { Frozen = network.Frozen ?? "why" })
        );
    }

    private static IEnumerable<List<T>> Subsets<T>(List<T> items)
    {
        for (int mask = 0; mask < 1 << Math.Min(items.Count, 10); mask++)
            yield return items.Where((_, i) => (mask & (1 << i)) != 0).ToList();
    }
}
