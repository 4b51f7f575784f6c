using Settlement.Chaos.Checking;
using Settlement.Chaos.Load;
using Shouldly;
using Xunit;
using static Settlement.Chaos.Tests.GoodFacts;

namespace Settlement.Chaos.Tests;

/// <summary>A checker that finds nothing proves nothing: each rule is seen to be broken by what it is there for.</summary>
public sealed class CheckerSpecs
{
    private static readonly Dictionary<string, (string Rule, Func<Facts, Facts> Break)> s_breaks =
        new(StringComparer.Ordinal)
        {
            ["marked as sent, and never paid"] = (
                "each payout sent by the chain has one final transfer, to the unit",
                facts => facts with { Transfers = [.. facts.Transfers.Skip(1)] }
            ),
            ["paid one unit too little"] = (
                "each payout sent by the chain has one final transfer, to the unit",
                facts =>
                    facts with
                    {
                        Transfers =
                        [
                            facts.Transfers[0] with
                            {
                                BaseUnits = facts.Transfers[0].BaseUnits - 1,
                            },
                            .. facts.Transfers.Skip(1),
                        ],
                    }
            ),
            ["paid to somebody else"] = (
                "each payout sent by the chain has one final transfer, to the unit",
                facts =>
                    facts with
                    {
                        Transfers =
                        [
                            facts.Transfers[0] with
                            {
                                Destination = "thief",
                            },
                            .. facts.Transfers.Skip(1),
                        ],
                    }
            ),
            ["sent under another transaction's hash"] = (
                "each payout sent by the chain has one final transfer, to the unit",
                facts => facts.With(Sent, p => p with { TxHash = "hash-1" })
            ),
            ["failed by force, and the conflict names no transfer"] = (
                "each payout sent by the chain has one final transfer, to the unit",
                facts => facts.With(PaidAllTheSame, p => p with { TxHash = "none" })
            ),
            ["paid again in another transaction"] = (
                "no payout is paid twice",
                facts =>
                    facts.AndPaid(TransferOf(facts.Payouts[SentOnEvm]) with { TxHash = "again" })
            ),
            ["paid twice in one transaction"] = (
                "no payout is paid twice",
                facts => facts.AndPaid(TransferOf(facts.Payouts[Sent]))
            ),
            ["failed, and paid"] = (
                "nothing was paid for what failed, was cancelled, or was paid by hand",
                facts => facts.AndPaid(TransferOf(facts.Payouts[Failed] with { TxHash = "late" }))
            ),
            ["cancelled, and paid"] = (
                "nothing was paid for what failed, was cancelled, or was paid by hand",
                facts =>
                    facts.AndPaid(TransferOf(facts.Payouts[Cancelled] with { TxHash = "late" }))
            ),
            ["paid by hand, and by us"] = (
                "nothing was paid for what failed, was cancelled, or was paid by hand",
                facts => facts.AndPaid(TransferOf(facts.Payouts[SentByHand]))
            ),
            ["failed by force and paid, with no conflict told"] = (
                "nothing was paid for what failed, was cancelled, or was paid by hand",
                facts =>
                    facts.With(PaidAllTheSame, p => p with { HasConflict = false, TxHash = null })
            ),
            ["paid from the wallet by hand"] = (
                "no transfer left a wallet without a payout",
                facts => facts.AndPaid(new ChainTransfer("polygon", "theft", "thief", 5))
            ),
            ["the wallet lacks a unit"] = (
                "each wallet lost exactly what the ledger settled",
                facts =>
                    facts with
                    {
                        Wallets =
                        [
                            facts.Wallets[0] with
                            {
                                End = facts.Wallets[0].End - 1,
                            },
                            facts.Wallets[1],
                        ],
                    }
            ),
            ["a settlement is missing in the ledger"] = (
                "each wallet lost exactly what the ledger settled",
                facts => facts.With(Sent, p => p with { Settled = 0 })
            ),
            ["a reserve was left behind"] = (
                "what is reserved is what is open",
                facts =>
                    facts with
                    {
                        Accounts = [facts.Accounts[0] with { ReservedMicro = 1_000_003 }],
                    }
            ),
            ["an open payout is not reserved"] = (
                "what is reserved is what is open",
                facts =>
                    facts.With(
                        Failed,
                        p => p with { Status = "requested", SettledBy = null, CompletedAt = null }
                    )
            ),
            ["a balance has grown"] = (
                "each balance is what was earned, less what was paid and spent",
                facts =>
                    facts with
                    {
                        Accounts =
                        [
                            facts.Accounts[0] with
                            {
                                PostedMicro = facts.Accounts[0].PostedMicro + 1,
                            },
                        ],
                    }
            ),
            ["a reward was lost"] = (
                "each balance is what was earned, less what was paid and spent",
                facts =>
                    facts with
                    {
                        Earnings = [.. facts.Earnings, new Earned(facts.Accounts[0].UserId, 7)],
                    }
            ),
            ["settled and released"] = (
                "each payout's reserve was settled or released, once",
                facts => facts.With(Sent, p => p with { Released = p.AmountMicro })
            ),
            ["failed, and its reserve kept"] = (
                "each payout's reserve was settled or released, once",
                facts => facts.With(Failed, p => p with { Released = 0 })
            ),
            ["never ended"] = (
                "nothing is on its way, frozen or stuck",
                facts => facts.With(Failed, p => p with { CompletedAt = null })
            ),
            ["a refund held for ever"] = (
                "nothing is on its way, frozen or stuck",
                facts => facts.With(Failed, p => p with { RefundHeld = true })
            ),
            ["a frozen wallet"] = (
                "nothing is on its way, frozen or stuck",
                facts => facts with { Leftovers = ["wallet 0x… on polygon is frozen: why"] }
            ),
            ["accepted, and lost"] = (
                "what the API said yes to is in the database, once",
                facts => facts with { Payouts = [.. facts.Payouts.Skip(1)] }
            ),
            ["accepted for another amount"] = (
                "what the API said yes to is in the database, once",
                facts => facts.With(Sent, p => p with { AmountMicro = 5 })
            ),
            ["made twice for one request"] = (
                "what the API said yes to is in the database, once",
                facts =>
                    facts with
                    {
                        Payouts =
                        [
                            .. facts.Payouts,
                            facts.Payouts[Sent] with
                            {
                                Id = Guid.NewGuid(),
                            },
                        ],
                    }
            ),
            ["cancelled by a person's word, and sent"] = (
                "a person's word that was taken stands",
                facts => facts with { Words = [new Word(facts.Payouts[Sent].Id, "cancelled")] }
            ),
            ["sent by hand under another hash"] = (
                "a person's word that was taken stands",
                facts => facts.With(SentByHand, p => p with { TxHash = "other" })
            ),
            ["an answer that nobody should get"] = (
                "no client got an answer that it should not",
                facts => facts with { Surprises = ["a payout: 418"] }
            ),
            ["an invariant that does not hold"] = (
                "the ledger audit finds nothing",
                facts => facts with { AuditViolations = ["nonces_have_no_gap: …"] }
            ),
        };

    public static TheoryData<string> Breaks => [.. s_breaks.Keys];

    [Fact]
    public void What_is_right_passes() => Rules.Judge(Make()).Where(v => !v.Holds).ShouldBeEmpty();

    [Theory]
    [MemberData(nameof(Breaks))]
    public void What_is_wrong_is_found_by_its_rule(string name)
    {
        (string rule, Func<Facts, Facts> @break) = s_breaks[name];

        Verdict verdict = Rules.Judge(@break(Make())).Single(v => v.Rule == rule);

        verdict.Violations.ShouldNotBeEmpty();
    }

    [Fact]
    public void Each_rule_is_seen_to_be_broken() =>
        Rules.All.Select(r => r.Name).Except(s_breaks.Values.Select(b => b.Rule)).ShouldBeEmpty();
}
