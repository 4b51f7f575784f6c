using Settlement.Chains.Evm.Signing;
using Settlement.Chains.Evm.Transactions;
using Settlement.Chains.Signing;

namespace Settlement.Chains.Evm.Tests.Signing;

public sealed class Secp256k1SignerSpecs
{
    private const string Key = "0x4646464646464646464646464646464646464646464646464646464646464646";

    [Fact]
    public async Task Signatures_are_deterministic_low_and_the_keys_own()
    {
        using var signer = Secp256k1Signer.FromText($" {Key}\n");
        for (byte i = 0; i < 200; i++)
        {
            byte[] hash = [.. Enumerable.Repeat(i, 32)];

            byte[] first = await signer.SignAsync(hash, default);
            byte[] second = await signer.SignAsync(hash, default);

            second.ShouldBe(first);
            EvmSignature signature = EvmSignature.FromCompact(first).ShouldNotBeNull();
            signature.HasLowS.ShouldBeTrue();
            Secp256k1.Recover(hash, signature)?.ToString().ShouldBe(signer.Address);
        }
    }

    [Theory]
    [InlineData("")]
    [InlineData("0x")]
    [InlineData("4646464646464646464646464646464646464646464646464646464646464646")]
    [InlineData("0x46464646464646464646464646464646464646464646464646464646464646")]
    [InlineData("0x464646464646464646464646464646464646464646464646464646464646464g")]
    [InlineData("0x0000000000000000000000000000000000000000000000000000000000000000")]
    [InlineData("0xfffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141")]
    public void What_is_not_a_key_is_refused_without_being_repeated(string text)
    {
        string message = Should
            .Throw<SigningException>(() => Secp256k1Signer.FromText(text))
            .Message;

        if (text.Length > 2)
            message.ShouldNotContain(text);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(31)]
    [InlineData(33)]
    public async Task Only_a_hash_is_signed(int length)
    {
        using var signer = Secp256k1Signer.FromText(Key);

        await Should.ThrowAsync<SigningException>(() =>
            signer.SignAsync(new byte[length], default)
        );
    }

    [Fact]
    public async Task A_disposed_signer_signs_nothing()
    {
        var signer = Secp256k1Signer.FromText(Key);
        signer.Dispose();
        signer.Dispose();

        await Should.ThrowAsync<ObjectDisposedException>(() =>
            signer.SignAsync(new byte[32], default)
        );
    }

    [Theory]
    // n / 2 rounded down is the last low s.
    [InlineData("7fffffffffffffffffffffffffffffff5d576e7357a4501ddfe92f46681b20a0", true)]
    [InlineData("7fffffffffffffffffffffffffffffff5d576e7357a4501ddfe92f46681b20a1", false)]
    public void G3_The_limit_of_low_s_is_exact(string s, bool low)
    {
        var signature = new EvmSignature(new byte[32], Convert.FromHexString(s), 0);

        signature.HasLowS.ShouldBe(low);
    }
}
