using Settlement.Chains.Solana.Addresses;

namespace Settlement.Chains.Solana.Tests.Addresses;

public sealed class SolanaAddressFormatSpecs
{
    private const string Mint = "EPjFWdd5AufqSSqeM2qN1xzybapC8G4wEGGkZwyTDt1v";
    private const string Wallet = "AKnL4NNf3DGWZJS6cPknBuEGnVsV4A4m5tgebLHaRSZ9";
    private const string Example = "9xQeWvG816bUx9EPjHmaT23yvVM2ZWbrrpZb9PusVFin";

    private static readonly SolanaAddressFormat Format = new(
        new NetworkId("solana"),
        PublicKey.Parse(Mint),
        Programs.Token,
        [PublicKey.Parse(Wallet)]
    );

    [Fact]
    public void The_documented_example_is_taken() =>
        Format.Check(Example).ShouldBe(new AddressVerdict.Valid(Example));

    [Fact]
    public void Outer_whitespace_is_ignored() =>
        Format.Check($" {Example}\n").ShouldBe(new AddressVerdict.Valid(Example));

    [Fact]
    public void S20_An_owner_off_the_curve_is_taken_because_multisigs_live_there()
    {
        PublicKey owner = AssociatedTokenAddress.Of(
            PublicKey.Parse(Example),
            PublicKey.Parse(Wallet),
            Programs.Token
        );

        owner.IsOnCurve().ShouldBeFalse();
        Format.Check(owner.ToString()).ShouldBeOfType<AddressVerdict.Valid>();
    }

    [Theory]
    [InlineData("11111111111111111111111111111111", "system program")]
    [InlineData(Mint, "token itself")]
    [InlineData(Wallet, "own wallet")]
    [InlineData("3wvJdyFnGvaMWpbq93NU91SggiVRveULUXL6iX5VZDGP", "own token account")]
    [InlineData("TokenkegQfeZyiNwAJbNbGKPFXCWuBvf9Ss623VQ5DA", "token program")]
    [InlineData("", "empty")]
    [InlineData("   ", "empty")]
    [InlineData("0x9d8A62f656a8d1615C1294fd71e9CFb3E4855A4F", "EVM address")]
    [InlineData("0X9d8A62f656a8d1615C1294fd71e9CFb3E4855A4F", "EVM address")]
    [InlineData("9xQeWvG816bUx9EPjHmaT23yvVM2ZWbrrpZb9PusVFi0", "\"0\" (character 44)")]
    [InlineData("9xQeWvG816bUx9EPjHmaT23yvVM2ZWbrrp b9PusVFin", "\" \" (character 35)")]
    [InlineData("9xQeWvG816bUx9EPjHmaT23yvVM2ZWb", "31")]
    [InlineData("9xQeWvG816bUx9EPjHmaT23yvVM2ZWbrrpZb9Pus", "exactly 32 bytes")]
    [InlineData("zzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzz", "exactly 32 bytes")]
    public void What_cannot_be_paid_is_refused_with_the_reason(string address, string reason) =>
        Format
            .Check(address)
            .ShouldBeOfType<AddressVerdict.Invalid>()
            .Problem.ShouldContain(reason);

    [Fact]
    public void Changing_any_letter_never_throws()
    {
        foreach (char letter in "1z0OIl\u00e9\ud83d \0")
        {
            for (int i = 0; i <= Example.Length; i++)
                Format.Check(Example.Insert(i, letter.ToString())).ShouldNotBeNull();
        }
    }
}
