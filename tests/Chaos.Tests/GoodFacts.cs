using System.Numerics;
using Settlement.Chaos.Checking;
using Settlement.Chaos.Load;

namespace Settlement.Chaos.Tests;

/// <summary>A small run in which all is right: one payout of each kind that there is, and one user who asked for them all.</summary>
internal static class GoodFacts
{
    public const int Sent = 0;
    public const int SentOnEvm = 1;
    public const int SentByHand = 2;
    public const int Failed = 3;
    public const int Cancelled = 4;
    public const int PaidAllTheSame = 5;

    private const long Earned = 100_000_000;
    private static readonly Guid s_user = new("11111111-1111-1111-1111-111111111111");

    public static Facts Make()
    {
        PayoutFact[] payouts =
        [
            Paid(Sent, "solana", "sent", "chain"),
            Paid(SentOnEvm, "polygon", "sent", "chain"),
            Paid(SentByHand, "solana", "sent", "operator") with
            {
                TxHash = "by-hand",
            },
            Unpaid(Failed, "solana", "failed", "operator"),
            Unpaid(Cancelled, "polygon", "cancelled", "user"),
            Paid(PaidAllTheSame, "solana", "failed", "operator") with
            {
                HasConflict = true,
            },
        ];
        ChainTransfer[] transfers = [.. payouts.Where(p => p.IsPaidByUs).Select(TransferOf)];
        return new Facts
        {
            Payouts = payouts,
            Transfers = transfers,
            Wallets = [WalletOf("solana", transfers), WalletOf("polygon", transfers)],
            Accounts =
            [
                new AccountFact(s_user, Earned - 1 - payouts.Sum(p => p.Settled), ReservedMicro: 0),
            ],
            Accepted = [.. payouts.Select(AskedFor)],
            Words =
            [
                new Word(payouts[SentByHand].Id, "sent", "by-hand"),
                new Word(payouts[Failed].Id, "failed"),
                new Word(payouts[Cancelled].Id, "cancelled"),
            ],
            Earnings = [new Earned(s_user, Earned), new Earned(s_user, -1)],
            Leftovers = [],
            AuditViolations = [],
            Surprises = [],
        };
    }

    /// <summary>The transfer that pays a payout.</summary>
    public static ChainTransfer TransferOf(PayoutFact payout) =>
        new(payout.Network, payout.TxHash!, payout.Address, payout.AmountMicro);

    /// <summary>The same facts, with one payout changed.</summary>
    public static Facts With(this Facts facts, int payout, Func<PayoutFact, PayoutFact> change) =>
        facts with
        {
            Payouts = [.. facts.Payouts.Select((p, i) => i == payout ? change(p) : p)],
        };

    /// <summary>The same facts, and one more transfer that the wallet made.</summary>
    public static Facts AndPaid(this Facts facts, ChainTransfer transfer) =>
        facts with
        {
            Transfers = [.. facts.Transfers, transfer],
        };

    private static PayoutFact Paid(int number, string network, string status, string by) =>
        Unpaid(number, network, status, by) with
        {
            TxHash = $"hash-{number}",
            Settled = Amount(number),
            Released = 0,
        };

    private static PayoutFact Unpaid(int number, string network, string status, string by) =>
        new()
        {
            Id = Guid.NewGuid(),
            Number = number,
            UserId = s_user,
            Network = network,
            Address = $"address-{number}",
            AmountMicro = Amount(number),
            Status = status,
            SettledBy = by,
            CompletedAt = DateTimeOffset.UnixEpoch,
            IdempotencyKey = $"key-{number}",
            Reserved = Amount(number),
            Released = Amount(number),
        };

    private static Asked AskedFor(PayoutFact payout) =>
        new(
            payout.IdempotencyKey!,
            payout.Id,
            payout.UserId,
            payout.Network,
            payout.Address,
            payout.AmountMicro
        );

    private static WalletFact WalletOf(string network, ChainTransfer[] transfers)
    {
        BigInteger left = transfers
            .Where(t => t.Network == network)
            .Aggregate(BigInteger.Zero, (sum, t) => sum + t.BaseUnits);
        return new WalletFact(network, 1_000_000_000, 1_000_000_000 - left);
    }

    private static long Amount(int number) => 1_000_000 + number;
}
