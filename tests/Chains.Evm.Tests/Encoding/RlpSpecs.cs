using Settlement.Chains.Evm.Encoding;

namespace Settlement.Chains.Evm.Tests.Encoding;

/// <summary>Source of the vectors: https://github.com/ethereum/tests, RLPTests/rlptest.json.</summary>
public sealed class RlpSpecs
{
    private const string Lorem = "Lorem ipsum dolor sit amet, consectetur adipisicing eli";

    [Theory]
    [InlineData("", "80")]
    [InlineData("00", "00")]
    [InlineData("01", "01")]
    [InlineData("7f", "7f")]
    [InlineData("80", "8180")]
    [InlineData("646f67", "83646f67")]
    public void Strings_are_encoded_as_published(string value, string expected)
    {
        Encoded(Rlp.Bytes(Convert.FromHexString(value))).ShouldBe(expected);
    }

    [Fact]
    public void Fifty_five_bytes_are_the_longest_short_string()
    {
        byte[] longest = System.Text.Encoding.ASCII.GetBytes(Lorem);
        byte[] longer = [.. longest, (byte)'t'];

        Encoded(Rlp.Bytes(longest)).ShouldBe("b7" + Convert.ToHexStringLower(longest));
        Encoded(Rlp.Bytes(longer)).ShouldBe("b838" + Convert.ToHexStringLower(longer));
    }

    [Fact]
    public void Longer_lengths_take_as_many_bytes_as_they_need()
    {
        Encoded(Rlp.Bytes(new byte[1024]))[..6].ShouldBe("b90400");
        Encoded(Rlp.Bytes(new byte[65_536]))[..8].ShouldBe("ba010000");
    }

    [Theory]
    [InlineData("0", "80")]
    [InlineData("1", "01")]
    [InlineData("127", "7f")]
    [InlineData("128", "8180")]
    [InlineData("1000", "8203e8")]
    [InlineData("100000", "830186a0")]
    [InlineData("83729609699884896815286331701780722", "8f102030405060708090a0b0c0d0e0f2")]
    public void Integers_are_encoded_as_published(string value, string expected)
    {
        Encoded(Rlp.Integer(UInt128.Parse(value, provider: null))).ShouldBe(expected);
    }

    [Theory]
    [InlineData("00", "80")]
    [InlineData("0000", "80")]
    [InlineData("007f", "7f")]
    [InlineData("0080", "8180")]
    public void Integers_lose_their_leading_zeros(string bigEndian, string expected)
    {
        Encoded(Rlp.Integer(Convert.FromHexString(bigEndian))).ShouldBe(expected);
    }

    [Fact]
    public void Lists_are_encoded_as_published()
    {
        Encoded(Rlp.List()).ShouldBe("c0");
        Encoded(Rlp.List(Rlp.Bytes("dog"u8), Rlp.Bytes("god"u8), Rlp.Bytes("cat"u8)))
            .ShouldBe("cc83646f6783676f6483636174");
        Encoded(Rlp.List(Rlp.List(Rlp.List(), Rlp.List()), Rlp.List())).ShouldBe("c4c2c0c0c0");
    }

    [Fact]
    public void A_list_of_more_than_55_bytes_states_its_length_in_bytes()
    {
        byte[] item = Rlp.Bytes(new byte[55]);

        Encoded(Rlp.List(item))[..6].ShouldBe("f838b7");
    }

    private static string Encoded(byte[] bytes) => Convert.ToHexStringLower(bytes);
}
