using Settlement.Chains.Evm.Addresses;
using Settlement.Chains.Evm.Tests.Vectors;

namespace Settlement.Chains.Evm.Tests.Addresses;

public sealed class EvmAddressSpecs
{
    // Source: EIP-55, test cases.
    [Theory]
    [InlineData("0x52908400098527886E0F7030069857D2E4169EE7")]
    [InlineData("0x8617E340B3D01FA5F11F306F4090FD50E238070D")]
    [InlineData("0xde709f2102306220921060314715629080e2fb77")]
    [InlineData("0x27b1fdb04752bbc536007a920d24acb045561c26")]
    [InlineData("0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed")]
    [InlineData("0xfB6916095ca1df60bB79Ce92cE3Ea74c37c5d359")]
    [InlineData("0xdbF03B407c01E7cD3CBea99509d93f8DDDC8C6FB")]
    [InlineData("0xD1220A0cf47c7B9Be7A2E6BA89F429762e7b9aDb")]
    public void Published_checksums_are_read_and_written(string text)
    {
        EvmAddress.TryParse(text, out EvmAddress address).ShouldBeTrue();
        EvmAddress.TryParse(text.ToLowerInvariant(), out EvmAddress lower).ShouldBeTrue();

        address.ToString().ShouldBe(text);
        lower.ShouldBe(address);
    }

    [Fact]
    public void A_wrong_case_of_any_letter_is_refused()
    {
        const string Right = "0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed";

        for (int i = 2; i < Right.Length; i++)
        {
            char flipped = char.IsUpper(Right[i])
                ? char.ToLowerInvariant(Right[i])
                : char.ToUpperInvariant(Right[i]);
            string wrong = $"{Right[..i]}{flipped}{Right[(i + 1)..]}";
            EvmAddress.TryParse(wrong, out _).ShouldBe(char.IsDigit(Right[i]), wrong);
        }
    }

    [Fact]
    [Trait("needs", "node")]
    public void Checksums_are_those_of_ethers()
    {
        EthersVectors.Instance.Addresses.Length.ShouldBe(200);
        foreach (string expected in EthersVectors.Instance.Addresses)
            EvmAddress.Parse(expected.ToLowerInvariant()).ToString().ShouldBe(expected);
    }
}
