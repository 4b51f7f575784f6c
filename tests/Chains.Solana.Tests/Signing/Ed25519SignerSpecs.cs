using Settlement.Chains.Signing;
using Settlement.Chains.Solana.Signing;

namespace Settlement.Chains.Solana.Tests.Signing;

public sealed class Ed25519SignerSpecs : IDisposable
{
    private readonly string _path = Path.GetTempFileName();

    public void Dispose() => File.Delete(_path);

    [Fact]
    public void A_key_file_of_the_command_line_gives_its_address()
    {
        Write(KeyJson());

        using var signer = Ed25519Signer.FromKeyFile(_path);

        signer.Address.ShouldBe("AKnL4NNf3DGWZJS6cPknBuEGnVsV4A4m5tgebLHaRSZ9");
    }

    [Fact]
    public void A_public_half_of_another_seed_is_refused()
    {
        byte[] bytes = KeyBytes();
        bytes[63] ^= 1;
        Write($"[{string.Join(',', bytes)}]");

        Should
            .Throw<InvalidOperationException>(() => Ed25519Signer.FromKeyFile(_path))
            .Message.ShouldContain("public half");
    }

    [Theory]
    [InlineData("")]
    [InlineData("[]")]
    [InlineData("[1,2,3]")]
    [InlineData("{\"seed\":1}")]
    [InlineData("5Kd3NBUAdUnhyzenEwVLy9pBKxSwXvE9FMPyR4UKZvpe6E3AgLr")]
    public void Anything_else_is_refused_without_telling_what_it_was(string content)
    {
        Write(content);

        string message = Should
            .Throw<InvalidOperationException>(() => Ed25519Signer.FromKeyFile(_path))
            .Message;

        message.ShouldContain("JSON array of 64 bytes");
        if (content.Length > 10)
            message.ShouldNotContain(content);
    }

    [Fact]
    public void A_number_above_255_is_refused()
    {
        Write($"[{string.Join(',', Enumerable.Repeat(256, 64))}]");

        Should.Throw<InvalidOperationException>(() => Ed25519Signer.FromKeyFile(_path));
    }

    [Fact]
    public void A_variable_holds_the_same_format()
    {
        const string name = "SOLANA_SIGNER_SPECS_KEY";
        Environment.SetEnvironmentVariable(name, KeyJson());

        using var signer = Ed25519Signer.FromVariable(name);

        signer.Address.ShouldBe("AKnL4NNf3DGWZJS6cPknBuEGnVsV4A4m5tgebLHaRSZ9");
        Should.Throw<InvalidOperationException>(() => Ed25519Signer.FromVariable($"{name}_2"));
    }

    [Fact]
    public async Task A_disposed_signer_signs_nothing()
    {
        var signer = Ed25519Signer.FromSeed(new byte[32]);
        signer.Dispose();

        await Should.ThrowAsync<SigningException>(() => signer.SignAsync(new byte[1], default));
    }

    private void Write(string content)
    {
        File.WriteAllText(_path, content);
        if (!OperatingSystem.IsWindows())
            File.SetUnixFileMode(_path, UnixFileMode.UserRead | UnixFileMode.UserWrite);
    }

    private static string KeyJson() => $"[{string.Join(", ", KeyBytes())}]";

    private static byte[] KeyBytes()
    {
        byte[] seed = new byte[32];
        Array.Fill(seed, (byte)1);
        using var signer = Ed25519Signer.FromSeed(seed);
        return [.. seed, .. signer.PublicKey.Bytes];
    }
}
