using System.Globalization;
using Settlement.Chains;
using Settlement.Simulation.Tests.Runtime;

namespace Settlement.Simulation.Tests.Networks;

/// <summary>A Solana chain as far as one wallet sees it: transactions land before their blockhash expires, forks forget them,
/// finality keeps them.</summary>
public sealed class SolanaNetwork(Scheduler clock, Dice dice, Weather weather)
    : SimNetwork(clock, dice, weather)
{
    public override NetworkId Name { get; } = new("solana");

    /// <summary>Blocks for which a blockhash can be used.</summary>
    public required int Window { get; init; }

    /// <summary>For how many blocks nodes answer from memory; then only a look in their history tells.</summary>
    public required int StatusesKept { get; init; }

    /// <summary>What somebody else did with our key; null in most histories.</summary>
    public ChainTransaction? Foreign { get; private set; }

    /// <summary>Somebody else uses the wallet's key at a time.</summary>
    public void PlanForeign(long at) =>
        Clock.At(
            at,
            () =>
                Foreign = new ChainTransaction
                {
                    Id = 0,
                    Hash = "foreign",
                    Bytes = [],
                    Transfers = [],
                    IsForeign = true,
                    IsIncluded = true,
                    Height = HeadAt(Clock.Now),
                }
        );

    public override OwnTransactions ReadOwn(string? cursor, long seen)
    {
        long final = FinalizedAt(seen);
        if (cursor is null)
            return new OwnTransactions.Read([], Text(final));
        long floor = long.Parse(cursor, CultureInfo.InvariantCulture);
        if (final < floor)
            return new OwnTransactions.Unknown("behind");
        return new OwnTransactions.Read(
            [
                .. Own()
                    .Where(t => t.IsIncluded && t.Height > floor && t.Height <= final)
                    .Select(t => new OwnTransaction(t.Hash, Nonce: null)),
            ],
            Text(final)
        );
    }

    public override OwnTransactionFacts Explain(OwnTransaction transaction, long seen) =>
        Own().First(t => t.Hash == transaction.TransactionId) is { IsIncluded: true } known
        && known.Height <= FinalizedAt(seen)
            ? new OwnTransactionFacts.Signed(known.Hash, [], new Evidence("{}"))
            : new OwnTransactionFacts.Unknown("not final there");

    private IEnumerable<ChainTransaction> Own() => Foreign is { } f ? Signed.Append(f) : Signed;

    private static string Text(long height) => height.ToString(CultureInfo.InvariantCulture);

    protected override BroadcastOutcome Take(ChainTransaction transaction)
    {
        long lastValid = (long)transaction.LastValidBlockHeight!.Value;
        if (HeadAt(Clock.Now) > lastValid)
        {
            return new BroadcastOutcome.Refused(
                RefusalReason.BlockhashNotFound,
                "Blockhash not found"
            );
        }
        if (transaction.IsIncluded || transaction.IsPending)
            return BroadcastOutcome.Taken.Instance;
        if (IsFoul && Dice.Chance(Weather.Drop))
            return BroadcastOutcome.Taken.Instance;
        transaction.IsPending = true;
        PlanLanding(transaction, lastValid);
        return BroadcastOutcome.Taken.Instance;
    }

    private void PlanLanding(ChainTransaction transaction, long lastValid)
    {
        long head = HeadAt(Clock.Now);
        long height = head + (IsFoul ? Dice.Skewed(1, Window + 10) : 1);
        // The hardest moment of all: the last block in which it may land.
        if (IsFoul && Dice.Chance(0.1))
            height = lastValid;
        Clock.At(Clock.Now + (height - head) * BlockMs, () => Land(transaction, lastValid));
    }

    private void Land(ChainTransaction transaction, long lastValid)
    {
        transaction.IsPending = false;
        long head = HeadAt(Clock.Now);
        if (transaction.IsIncluded || head > lastValid)
            return;
        transaction.IsIncluded = true;
        transaction.Height = head;
        bool fails = IsFoul && Dice.Chance(Weather.Revert);
        foreach (TransferOrder transfer in transaction.Transfers)
            fails |= IsBlocked(transfer.Destination, Clock.Now);
        transaction.Succeeded = !fails;
        transaction.Paid = new bool[transaction.Transfers.Count];
        if (!fails)
            Array.Fill(transaction.Paid, true);
        Clock.Mix((long)(transaction.Id >> 3));
        if (IsFoul && Dice.Chance(Weather.Fork))
        {
            long after = Dice.Between(1, Math.Max(1, Depth - 1)) * BlockMs;
            Clock.At(Clock.Now + after, () => Forget(transaction, lastValid));
        }
    }

    private void Forget(ChainTransaction transaction, long lastValid)
    {
        if (!transaction.IsIncluded || IsFinal(transaction))
            return;
        transaction.IsIncluded = false;
        transaction.ForgottenAt = transaction.Height;
        Forks++;
        Clock.Mix((long)(transaction.Id >> 2));
        // The fork may win in the end, even after newer blocks than the last valid one were seen without it.
        if (Dice.Chance(0.4))
        {
            long back = Dice.Between(1, Depth) * BlockMs;
            Clock.At(Clock.Now + back, () => Remember(transaction));
            return;
        }
        // Leaders often have it still: it may land on the fork that stays, without a new send.
        if (Dice.Chance(0.5) && HeadAt(Clock.Now) < lastValid)
        {
            transaction.IsPending = true;
            PlanLanding(transaction, lastValid);
        }
    }

    private void Remember(ChainTransaction transaction)
    {
        if (transaction.IsIncluded || transaction.ForgottenAt <= FinalizedAt(Clock.Now))
            return;
        transaction.IsIncluded = true;
        transaction.Height = transaction.ForgottenAt;
        Clock.Mix((long)(transaction.Id >> 4));
    }
}
