using Settlement.Chains.Evm.Encoding;
using Settlement.Chains.Evm.Tests.Vectors;

namespace Settlement.Chains.Evm.Tests.Encoding;

public sealed class Keccak256Specs
{
    // Source: https://keccak.team/archives.html, KeccakKAT-3, ShortMsgKAT_256; and the yellow paper's empty hash.
    [Theory]
    [InlineData("", "c5d2460186f7233c927e7db2dcc703c0e500b653ca82273b7bfad8045d85a470")]
    [InlineData("cc", "eead6dbfc7340a56caedc044696a168870549a6a7f6f56961e84a54bd9970b8a")]
    [InlineData("41fb", "a8eaceda4d47b3281a795ad9e1ea2122b407baf9aabcb9e18b5717b7873537d2")]
    [InlineData("1f877c", "627d7bc1491b2ab127282827b8de2d276b13d7d70fb4c5957fdf20655bc7ac30")]
    public void Published_vectors_are_met(string data, string hash)
    {
        Convert.ToHexStringLower(Keccak256.Hash(Convert.FromHexString(data))).ShouldBe(hash);
    }

    [Fact]
    public void The_selector_of_transfer_is_the_known_one()
    {
        byte[] hash = Keccak256.Hash("transfer(address,uint256)"u8);

        Convert.ToHexStringLower(hash.AsSpan(0, 4)).ShouldBe("a9059cbb");
    }

    [Fact]
    public void It_is_not_the_frameworks_SHA3()
    {
        byte[] framework = System.Security.Cryptography.SHA3_256.HashData([]);

        Keccak256.Hash([]).ShouldNotBe(framework);
    }

    [Fact]
    [Trait("needs", "node")]
    public void Every_length_across_three_blocks_hashes_as_ethers_does()
    {
        HashVector[] vectors = EthersVectors.Instance.Hashes;

        vectors.Length.ShouldBe(410);
        foreach (HashVector vector in vectors)
        {
            byte[] data = Convert.FromHexString(vector.Data.AsSpan(2));
            Hex.Data(Keccak256.Hash(data)).ShouldBe(vector.Hash, $"{data.Length} bytes");
        }
    }
}
