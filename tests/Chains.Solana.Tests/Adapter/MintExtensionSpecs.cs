using System.Buffers.Binary;
using Settlement.Chains.Solana.Addresses;
using Settlement.Chains.Solana.Tests.Nodes;

namespace Settlement.Chains.Solana.Tests.Adapter;

/// <summary>Which extensions of a Token-2022 mint the network starts with. Layout: u16 type, u16 length, value; lengths are those of
/// the program.</summary>
public sealed class MintExtensionSpecs : IAsyncLifetime
{
    private const int SliceBytes = 1_024;

    private Cluster _cluster = null!;

    public async Task InitializeAsync()
    {
        _cluster = await Cluster.StartAsync();
        _cluster.Options.TokenProgram = Programs.Token2022.ToString();
    }

    public async Task DisposeAsync() => await _cluster.DisposeAsync();

    [Theory]
    [InlineData(1, 108, "TransferFeeConfig")]
    [InlineData(4, 65, "ConfidentialTransferMint")]
    [InlineData(9, 0, "NonTransferable")]
    [InlineData(10, 52, "InterestBearingConfig")]
    [InlineData(12, 32, "PermanentDelegate")]
    [InlineData(14, 64, "TransferHook")]
    [InlineData(16, 129, "ConfidentialTransferFeeConfig")]
    [InlineData(24, 196, "ConfidentialMintBurn")]
    [InlineData(25, 56, "ScaledUiAmount")]
    [InlineData(28, 32, "of type 28")]
    [InlineData(900, 5, "of type 900")]
    public async Task S22_A_mint_whose_transfers_are_no_plain_transfers_stops_the_network(
        int type,
        int length,
        string name
    )
    {
        byte[] extension = Extension(type, new byte[length]);
        await ShouldMismatchAsync(name, extension);
        // Behind what is harmless, and before it.
        await ShouldMismatchAsync(name, [.. Pointer(), .. extension]);
        await ShouldMismatchAsync(name, [.. extension, .. Pointer()]);
    }

    [Fact]
    public async Task S22_A_mint_whose_new_accounts_are_frozen_stops_the_network()
    {
        await ShouldMismatchAsync("DefaultAccountState", Extension(6, [2]));
        await ShouldMismatchAsync("DefaultAccountState", Extension(6, []));

        (await CheckAsync(Extension(6, [1]))).ShouldBeOfType<IdentityCheck.Confirmed>();
    }

    [Theory]
    [InlineData(3, 32)]
    [InlineData(18, 64)]
    [InlineData(19, 300)]
    [InlineData(20, 64)]
    [InlineData(21, 80)]
    [InlineData(22, 64)]
    [InlineData(23, 72)]
    [InlineData(26, 33)]
    public async Task What_says_nothing_about_transfers_is_confirmed(int type, int length) =>
        (
            await CheckAsync(Extension(type, new byte[length]))
        ).ShouldBeOfType<IdentityCheck.Confirmed>();

    [Fact]
    public async Task S22_What_cannot_be_read_to_its_end_stops_the_network()
    {
        // The value ends before its length does.
        await ShouldMismatchAsync("too long", [19, 0, 200, 0, 1, 2, 3]);
        // The node cuts the data off between two extensions; the next one is a hook.
        int metadata = SliceBytes - 166 - 4;
        await ShouldMismatchAsync(
            "too long",
            [.. Extension(19, new byte[metadata]), .. Extension(14, new byte[64])]
        );
    }

    [Fact]
    public async Task What_follows_the_last_extension_is_padding() =>
        (
            await CheckAsync([.. Pointer(), 0, 0, 14, 0, 64, 0])
        ).ShouldBeOfType<IdentityCheck.Confirmed>();

    private static byte[] Pointer() => Extension(18, new byte[64]);

    private static byte[] Extension(int type, byte[] value)
    {
        byte[] head = new byte[4];
        BinaryPrimitives.WriteUInt16LittleEndian(head, (ushort)type);
        BinaryPrimitives.WriteUInt16LittleEndian(head.AsSpan(2), (ushort)value.Length);
        return [.. head, .. value];
    }

    private async Task ShouldMismatchAsync(string problem, byte[] extensions) =>
        (await CheckAsync(extensions))
            .ShouldBeOfType<IdentityCheck.Mismatch>()
            .Problem.ShouldContain(problem);

    private Task<IdentityCheck> CheckAsync(byte[] extensions)
    {
        Dictionary<string, object?> accounts = _cluster.Healthy();
        accounts[Cluster.Mint.ToString()] = Accounts.Mint(
            6,
            Programs.Token2022,
            extensions,
            slice: SliceBytes
        );
        _cluster.Node.On("getMultipleAccounts", Accounts.Of(accounts));
        return _cluster.Adapter().VerifyIdentityAsync(default);
    }
}
