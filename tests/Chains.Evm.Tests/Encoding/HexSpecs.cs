using Settlement.Chains.Evm.Encoding;

namespace Settlement.Chains.Evm.Tests.Encoding;

public sealed class HexSpecs
{
    [Theory]
    [InlineData("0x0", "0")]
    [InlineData("0x41", "65")]
    [InlineData("0x400", "1024")]
    [InlineData("0xffffffffffffffffffffffffffffffff", "340282366920938463463374607431768211455")]
    public void Quantities_are_read_and_written_alike(string text, string value)
    {
        UInt128 number = UInt128.Parse(value, provider: null);

        Hex.TryQuantity(text, out UInt128 read).ShouldBeTrue();

        read.ShouldBe(number);
        Hex.Quantity(number).ShouldBe(text);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("0")]
    [InlineData("0x")]
    [InlineData("0x00")]
    [InlineData("0x0400")]
    [InlineData("ff")]
    [InlineData("0X1")]
    [InlineData("0xfg")]
    [InlineData("0x 1")]
    [InlineData("0x-1")]
    [InlineData("0x100000000000000000000000000000000")]
    public void Other_forms_are_no_quantities(string? text)
    {
        Hex.TryQuantity(text, out UInt128 value).ShouldBeFalse();
        value.ShouldBe(UInt128.Zero);
    }

    [Theory]
    [InlineData("0x", 0)]
    [InlineData("0x00", 1)]
    [InlineData("0x004200", 3)]
    public void Data_is_read_with_its_leading_zeros(string text, int length)
    {
        Hex.TryData(text, out byte[]? bytes).ShouldBeTrue();
        bytes.Length.ShouldBe(length);
        Hex.Data(bytes).ShouldBe(text);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("0x0")]
    [InlineData("0xf0f0f")]
    [InlineData("0xzz")]
    [InlineData("004200")]
    public void Other_forms_are_no_data(string? text)
    {
        Hex.TryData(text, out _).ShouldBeFalse();
    }
}
