using System.Buffers.Binary;
using Settlement.Chains.Solana.Addresses;
using Settlement.Chains.Solana.Tests.Nodes;
using SimpleBase;

namespace Settlement.Chains.Solana.Tests.Adapter;

/// <summary>Whether a transaction, whoever sent it, made a transfer: instructions and balances must say the same.</summary>
public sealed class TransferFindingSpecs : IAsyncLifetime
{
    private const byte Transfer = 3;
    private const byte TransferChecked = 12;
    private static readonly string s_signature = Base58.Bitcoin.Encode(
        Enumerable.Range(1, 64).Select(i => (byte)i).ToArray()
    );

    private readonly TransferOrder _order = Cluster.Order(1, 1_000_000);
    private Cluster _cluster = null!;

    private string Wallet => _order.Destination;

    private string Account => Cluster.Token.AccountOf(PublicKey.Parse(Wallet)).ToString();

    public async Task InitializeAsync()
    {
        _cluster = await Cluster.StartAsync();
        Says(Accounts.Status("finalized", 5_001));
    }

    public async Task DisposeAsync() => await _cluster.DisposeAsync();

    [Theory]
    [InlineData(Transfer)]
    [InlineData(TransferChecked)]
    public async Task A_strangers_transfer_at_finality_is_made(byte kind)
    {
        Landed(received: 1_000_000, top: [Pays(kind, 1_000_000)]);

        TransferSighting.Made made = (await FindAsync()).ShouldBeOfType<TransferSighting.Made>();

        made.TransactionId.ShouldBe(s_signature);
        made.Places.ShouldBe(["instruction 0"]);
        made.Proof.Json.ShouldContain("\"slot\":5001");
        made.Proof.Json.ShouldContain("\"after\":\"1000000\"");
    }

    [Fact]
    public async Task Transfers_that_another_program_called_are_found_too_each_in_its_place()
    {
        Landed(
            received: 2_000_000,
            top: [Pays(TransferChecked, 1_000_000)],
            called: [Pays(Transfer, 1_000_000)]
        );

        (await FindAsync())
            .ShouldBeOfType<TransferSighting.Made>()
            .Places.ShouldBe(["instruction 0", "instruction 4.0"]);
    }

    [Fact]
    public async Task Another_amount_another_destination_and_another_token_are_told_apart()
    {
        Landed(received: 999_999, top: [Pays(Transfer, 999_999)]);
        TransferSighting amount = await FindAsync();
        Landed(received: 0, top: []);
        TransferSighting destination = await FindAsync();
        Landed(received: 5, top: [], mint: Cluster.Key("another mint").ToString());
        TransferSighting asset = await FindAsync();

        Difference(amount).ShouldBe(TransferDifference.Amount);
        Difference(destination).ShouldBe(TransferDifference.Destination);
        Difference(asset).ShouldBe(TransferDifference.Asset);
    }

    [Fact]
    public async Task A_token_account_that_was_given_away_is_another_destination()
    {
        Landed(received: 1_000_000, top: [Pays(Transfer, 1_000_000)], owner: "thief");

        Difference(await FindAsync()).ShouldBe(TransferDifference.Destination);
    }

    [Fact]
    public async Task What_goes_back_in_the_same_transaction_was_not_paid()
    {
        Landed(
            received: 0,
            top: [Pays(Transfer, 1_000_000), Pays(Transfer, 1_000_000, back: true)]
        );

        Difference(await FindAsync()).ShouldBe(TransferDifference.Amount);
    }

    [Fact]
    public async Task Balances_that_the_transfers_do_not_explain_are_no_answer()
    {
        Landed(received: 999_999, top: [Pays(Transfer, 1_000_000)]);

        (await FindAsync()).ShouldBeOfType<TransferSighting.Unknown>();
    }

    [Fact]
    public async Task A_node_that_did_not_record_calls_gives_no_answer()
    {
        Landed(received: 1_000_000, top: [Pays(Transfer, 1_000_000)], isRecorded: false);

        (await FindAsync()).ShouldBeOfType<TransferSighting.Unknown>();
    }

    [Fact]
    public async Task A_transaction_that_failed_has_failed_only_at_finality()
    {
        object err = new { InstructionError = new object[] { 0, new { Custom = 1 } } };
        Landed(received: 0, top: [Pays(Transfer, 1_000_000)], err: err);
        Says(Accounts.Status("confirmed", 5_001, err));
        TransferSighting early = await FindAsync();
        Says(Accounts.Status("finalized", 5_001, err));
        TransferSighting late = await FindAsync();

        early.ShouldBeOfType<TransferSighting.Pending>();
        late.ShouldBeOfType<TransferSighting.Failed>();
    }

    [Fact]
    public async Task A_signature_that_the_node_does_not_know_is_missing_and_its_contradictions_are_no_answer()
    {
        Says(null);
        TransferSighting missing = await FindAsync();
        Says(Accounts.Status("finalized", 5_001));
        _cluster.Node.Result("getTransaction", null);
        TransferSighting nothing = await FindAsync();
        Landed(received: 1_000_000, top: [Pays(Transfer, 1_000_000)]);
        Says(Accounts.Status("finalized", 5_002));
        TransferSighting another = await FindAsync();

        missing.ShouldBeOfType<TransferSighting.Missing>();
        nothing.ShouldBeOfType<TransferSighting.Unknown>();
        another.ShouldBeOfType<TransferSighting.Unknown>();
    }

    [Theory]
    [InlineData("paid by hand")]
    [InlineData("0x12")]
    [InlineData("9xQeWvG816bUx9EPjHmaT23yvVM2ZWbrrpZb9PusVFin")]
    public async Task What_is_no_signature_is_missing(string text) =>
        (await FindAsync(text)).ShouldBeOfType<TransferSighting.Missing>();

    private void Says(object? status) =>
        _cluster.Node.On(
            "getSignatureStatuses",
            Accounts.Statuses(5_040, s => s == s_signature ? status : null)
        );

    // Accounts: 0 the payer's, 1 the destination's, 2 the token program, 3 the mint, 4 who signs.
    private static object Pays(byte kind, ulong baseUnits, bool back = false)
    {
        byte[] data = new byte[kind is Transfer ? 9 : 10];
        data[0] = kind;
        BinaryPrimitives.WriteUInt64LittleEndian(data.AsSpan(1), baseUnits);
        (int from, int to) = back ? (1, 0) : (0, 1);
        return new
        {
            programIdIndex = 2,
            accounts = kind is Transfer ? new[] { from, to, 4 } : [from, 3, to, 4],
            data = Base58.Bitcoin.Encode(data),
        };
    }

    private void Landed(
        ulong received,
        object[] top,
        object[]? called = null,
        object? err = null,
        string? owner = null,
        string? mint = null,
        bool isRecorded = true
    )
    {
        object inner = new { index = 4, instructions = called ?? [] };
        var row = new
        {
            accountIndex = 1,
            mint = mint ?? Cluster.Mint.ToString(),
            owner = owner is null ? Wallet : Cluster.Key(owner).ToString(),
            uiTokenAmount = new { amount = $"{received}", decimals = 6 },
        };
        _cluster.Node.Result(
            "getTransaction",
            new
            {
                slot = 5_001,
                blockTime = 1_790_000_000,
                version = "legacy",
                transaction = new
                {
                    signatures = new[] { s_signature },
                    message = new
                    {
                        accountKeys = new[]
                        {
                            Cluster.Key("payer").ToString(),
                            Account,
                            Programs.Token.ToString(),
                            Cluster.Mint.ToString(),
                            Cluster.Key("signer").ToString(),
                        },
                        instructions = top,
                    },
                },
                meta = new
                {
                    err,
                    fee = 5_000,
                    preTokenBalances = Array.Empty<object>(),
                    postTokenBalances = received > 0 ? new object[] { row } : [],
                    innerInstructions = isRecorded
                        ? called is null
                            ? Array.Empty<object>()
                            : [inner]
                        : null,
                },
            }
        );
    }

    private Task<TransferSighting> FindAsync(string? signature = null) =>
        _cluster.Adapter().FindTransferAsync(signature ?? s_signature, _order, default);

    private static TransferDifference Difference(TransferSighting seen) =>
        seen.ShouldBeOfType<TransferSighting.Other>(seen.ToString()).Difference;
}
