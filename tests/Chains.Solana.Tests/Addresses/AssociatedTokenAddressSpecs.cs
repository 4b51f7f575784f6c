using Settlement.Chains.Solana.Addresses;

namespace Settlement.Chains.Solana.Tests.Addresses;

public sealed class AssociatedTokenAddressSpecs
{
    private static readonly PublicKey Mint = PublicKey.Parse(
        "EPjFWdd5AufqSSqeM2qN1xzybapC8G4wEGGkZwyTDt1v"
    );

    [Theory]
    [InlineData(
        "AKnL4NNf3DGWZJS6cPknBuEGnVsV4A4m5tgebLHaRSZ9",
        "3wvJdyFnGvaMWpbq93NU91SggiVRveULUXL6iX5VZDGP"
    )]
    [InlineData(
        "9hSR6S7WPtxmTojgo6GG3k4yDPecgJY292j7xrsUGWBu",
        "ASZ2TDDNJG2n42TxAezqNNzwWipykHrENDKMCoLKgzup"
    )]
    public void The_token_account_of_a_wallet_is_the_reference_library_s(
        string wallet,
        string expected
    ) =>
        AssociatedTokenAddress
            .Of(PublicKey.Parse(wallet), Mint, Programs.Token)
            .ToString()
            .ShouldBe(expected);

    [Fact]
    public void S21_Token_2022_gives_another_account() =>
        AssociatedTokenAddress
            .Of(
                PublicKey.Parse("9hSR6S7WPtxmTojgo6GG3k4yDPecgJY292j7xrsUGWBu"),
                Mint,
                Programs.Token2022
            )
            .ToString()
            .ShouldBe("DvPz9DgjQmJ4veFXJx2Wkwn1UQLN37kY9WUD2G4ekXC");

    [Fact]
    public void No_token_account_has_a_private_key()
    {
        for (int i = 0; i < 200; i++)
        {
            byte[] wallet = System.Security.Cryptography.SHA256.HashData(BitConverter.GetBytes(i));

            AssociatedTokenAddress
                .Of(new PublicKey(wallet), Mint, Programs.Token)
                .IsOnCurve()
                .ShouldBeFalse();
        }
    }

    // A point of small order decompresses, although it lies outside the prime-order subgroup.
    [Fact]
    public void A_point_outside_the_prime_order_subgroup_is_on_the_curve_all_the_same()
    {
        byte[] orderTwo = new byte[32];
        Array.Fill(orderTwo, (byte)0xff);
        orderTwo[0] = 0xec;
        orderTwo[31] = 0x7f;

        new PublicKey(orderTwo).IsOnCurve().ShouldBeTrue();
    }
}
