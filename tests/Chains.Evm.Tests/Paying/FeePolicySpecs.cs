using Settlement.Chains.Evm.Paying;
using Settlement.Chains.Evm.Rpc;

namespace Settlement.Chains.Evm.Tests.Paying;

public sealed class FeePolicySpecs
{
    private readonly EvmOptions _options = new() { MaxFeePerGasWei = 100, MinTipWei = 5 };

    [Theory]
    // base, rewards → cap, tip
    [InlineData(10, new long[] { 7 }, 27, 7)]
    [InlineData(10, new long[] { 0, 0, 9, 8, 7 }, 28, 8)] // empty blocks say nothing
    [InlineData(10, new long[] { 1, 2, 3 }, 25, 5)] // the floor
    [InlineData(10, new long[0], 25, 5)] // the node tells no tips
    [InlineData(0, new long[] { 6 }, 6, 6)]
    [InlineData(48, new long[] { 6 }, 100, 6)] // clamped to the cap
    [InlineData(80, new long[] { 60 }, 100, 20)] // the tip gives way down to the floor
    [InlineData(95, new long[] { 5 }, 100, 5)]
    public void R25_Fees_follow_the_median_within_floor_and_cap(
        long nextBaseFee,
        long[] rewards,
        long cap,
        long tip
    )
    {
        EvmFees? fees = FeePolicy.Choose(History((UInt128)nextBaseFee, rewards), _options);

        fees.ShouldBe(new EvmFees((UInt128)cap, (UInt128)tip));
    }

    [Theory]
    [InlineData(96)]
    [InlineData(101)]
    public void A_base_fee_that_leaves_no_room_for_the_least_tip_is_above_the_cap(long nextBaseFee)
    {
        FeePolicy.Choose(History((UInt128)nextBaseFee, [5]), _options).ShouldBeNull();
    }

    [Fact]
    public void Absurd_numbers_do_not_overflow()
    {
        var absurd = new EvmFeeHistory(UInt128.MaxValue, [UInt128.MaxValue]);

        FeePolicy.Choose(absurd, _options).ShouldBeNull();
        FeePolicy.Choose(absurd with { NextBaseFee = 1 }, _options).ShouldBe(new EvmFees(100, 99));
    }

    private static EvmFeeHistory History(UInt128 nextBaseFee, long[] rewards) =>
        new(nextBaseFee, [.. rewards.Select(r => (UInt128)r)]);
}
