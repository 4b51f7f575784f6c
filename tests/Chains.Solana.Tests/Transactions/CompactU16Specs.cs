using Settlement.Chains.Solana.Transactions;

namespace Settlement.Chains.Solana.Tests.Transactions;

public sealed class CompactU16Specs
{
    // Source: solana-short-vec, its own table of lengths.
    [Theory]
    [InlineData(0x0, "00")]
    [InlineData(0x5, "05")]
    [InlineData(0x7f, "7f")]
    [InlineData(0x80, "8001")]
    [InlineData(0xff, "ff01")]
    [InlineData(0x100, "8002")]
    [InlineData(0x3fff, "ff7f")]
    [InlineData(0x4000, "808001")]
    [InlineData(0x7fff, "ffff01")]
    [InlineData(0xffff, "ffff03")]
    public void A_length_has_one_form(int value, string hex)
    {
        byte[] bytes = new byte[CompactU16.MaxBytes];
        int size = CompactU16.Write(bytes, value);

        Convert.ToHexStringLower(bytes.AsSpan(0, size)).ShouldBe(hex);
        CompactU16.SizeOf(value).ShouldBe(size);
        CompactU16.TryRead(bytes, out int read, out int taken).ShouldBeTrue();
        read.ShouldBe(value);
        taken.ShouldBe(size);
    }

    [Theory]
    [InlineData("")]
    [InlineData("80")]
    [InlineData("8000")]
    [InlineData("ff00")]
    [InlineData("808000")]
    [InlineData("ffff04")]
    [InlineData("80808001")]
    public void Any_other_form_is_refused(string hex) =>
        CompactU16.TryRead(Convert.FromHexString(hex), out _, out _).ShouldBeFalse();

    [Fact]
    public void Every_value_comes_back()
    {
        byte[] bytes = new byte[CompactU16.MaxBytes];
        for (int value = 0; value <= ushort.MaxValue; value++)
        {
            CompactU16.Write(bytes, value);
            CompactU16.TryRead(bytes, out int read, out _).ShouldBeTrue();
            read.ShouldBe(value);
        }
    }
}
