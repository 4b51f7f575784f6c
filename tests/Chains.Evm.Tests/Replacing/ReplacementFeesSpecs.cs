using Settlement.Chains.Evm.Paying;
using Settlement.Chains.Evm.Replacing;

namespace Settlement.Chains.Evm.Tests.Replacing;

/// <summary>The price of a replacement.</summary>
public sealed class ReplacementFeesSpecs
{
    private static readonly EvmFees s_quiet = new(1, 1);

    [Theory]
    [InlineData(1_000, 100, 1_100, 110)]
    [InlineData(1_001, 101, 1_102, 112)] // 1101.1 and 111.1: a floor would be refused
    [InlineData(1, 0, 2, 1)] // always more by one wei
    public void V5_V6_Both_fees_rise_by_a_tenth_rounded_up(
        int fee,
        int tip,
        int nextFee,
        int nextTip
    )
    {
        EvmFees? next = ReplacementFees.Next(Fees(fee, tip), s_quiet, 1_000_000, false);

        next.ShouldBe(Fees(nextFee, nextTip));
    }

    [Fact]
    public void V3_What_the_market_asks_is_offered_at_least()
    {
        ReplacementFees
            .Next(Fees(1_000, 100), Fees(5_000, 700), 10_000, false)
            .ShouldBe(Fees(5_000, 700));
    }

    [Fact]
    public void V4_When_fees_have_fallen_the_step_is_still_a_tenth_of_the_old_offer()
    {
        ReplacementFees
            .Next(Fees(1_000, 100), Fees(10, 1), 10_000, false)
            .ShouldBe(Fees(1_100, 110));
    }

    [Theory]
    [InlineData(1_000, 1_099)]
    [InlineData(1_000, 1_000)]
    [InlineData(1_000, 500)]
    public void V3_Where_the_cap_forbids_the_least_step_there_is_none(int fee, int cap)
    {
        ReplacementFees.Next(Fees(fee, 1), s_quiet, (UInt128)cap, false).ShouldBeNull();
    }

    [Fact]
    public void The_cap_itself_may_be_offered()
    {
        ReplacementFees
            .Next(Fees(1_000, 100), Fees(5_000, 100), 1_100, false)
            .ShouldBe(Fees(1_100, 110));
    }

    [Theory]
    [InlineData(10_000, 1_250, 125)]
    [InlineData(1_200, 1_200, 125)]
    public void V24_A_refusal_as_underpriced_makes_the_next_step_larger(int cap, int fee, int tip)
    {
        ReplacementFees
            .Next(Fees(1_000, 100), s_quiet, (UInt128)cap, wasUnderpriced: true)
            .ShouldBe(Fees(fee, tip));
    }

    private static EvmFees Fees(int fee, int tip) => new((UInt128)fee, (UInt128)tip);
}
