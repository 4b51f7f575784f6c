using Settlement.Chains.Evm.Addresses;

namespace Settlement.Chains.Evm.Tests.Addresses;

public sealed class EvmAddressFormatSpecs
{
    private const string Token = "0xA0b86991c6218b36c1d19D4a2e9Eb0cE3606eB48";
    private const string Wallet = "0x9d8A62f656a8d1615C1294fd71e9CFb3E4855A4F";
    private const string Good = "0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed";

    private readonly EvmAddressFormat _format = new(
        new NetworkId("ethereum"),
        EvmAddress.Parse(Token),
        [EvmAddress.Parse(Wallet)]
    );

    [Theory]
    [InlineData(Good)]
    [InlineData("0x5aaeb6053f3e94c9b9a09f33669435e7ef1beaed")]
    [InlineData("0x5AAEB6053F3E94C9B9A09F33669435E7EF1BEAED")]
    [InlineData("  0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed\n")]
    public void Addresses_in_one_case_or_with_the_right_checksum_are_valid(string address)
    {
        AddressVerdict verdict = _format.Check(address);

        verdict.ShouldBe(new AddressVerdict.Valid(address.Trim()));
    }

    [Theory]
    [InlineData("", "empty")]
    [InlineData("   ", "empty")]
    [InlineData("5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed", "must start with 0x")]
    [InlineData("0X5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed", "small x")]
    [InlineData("0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAe", "39 digits")]
    [InlineData("0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAedd", "41 digits")]
    [InlineData("0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAeg", "characters other than")]
    [InlineData("0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAeD", "checksum")]
    [InlineData("AKnL4NNf3DGWZJS6cPknBuEGnVsV4A4m5tgebLHaRSZ9", "Solana")]
    [InlineData("vitalik.eth", "start with 0x")]
    [InlineData("0x0000000000000000000000000000000000000000", "zero address")]
    [InlineData(Token, "token's own contract")]
    [InlineData("0xa0b86991c6218b36c1d19d4a2e9eb0ce3606eb48", "token's own contract")]
    [InlineData(Wallet, "is ours")]
    public void The_problem_sentence_names_what_is_wrong(string address, string expected)
    {
        AddressVerdict verdict = _format.Check(address);

        verdict.ShouldBeOfType<AddressVerdict.Invalid>().Problem.ShouldContain(expected);
    }
}
