using Settlement.Chains.Solana.Addresses;
using Settlement.Chains.Solana.Signing;
using Settlement.Chains.Solana.Transactions;

namespace Settlement.Chains.Solana.Tests.Transactions;

/// <summary>Our bytes against those of @solana/web3.js.</summary>
public sealed class SolanaMessageSpecs
{
    private static readonly string[] Lines = File.ReadAllLines(
        Path.Combine(AppContext.BaseDirectory, "Vectors", "solana.txt")
    );

    private static readonly TokenPair Token = new(
        PublicKey.Parse("EPjFWdd5AufqSSqeM2qN1xzybapC8G4wEGGkZwyTDt1v"),
        Programs.Token,
        6
    );

    private static readonly PublicKey Recipient = PublicKey.Parse(
        "9hSR6S7WPtxmTojgo6GG3k4yDPecgJY292j7xrsUGWBu"
    );

    [Theory]
    [InlineData("## legacy 505", false)]
    [InlineData("## v0 no ALT 507", true)]
    public async Task A_compiled_and_signed_transfer_is_the_reference_library_s(
        string title,
        bool versionZero
    )
    {
        using Ed25519Signer sender = SignerOf(1);
        byte[] message = Compile(
            sender.PublicKey,
            versionZero ? MessageVersion.V0 : MessageVersion.Legacy,
            AccountOrder.FirstSeen
        );
        byte[] signature = await sender.SignAsync(message, default);

        Convert.ToHexStringLower(message).ShouldBe(Vector(title, "msg"));
        Convert.ToHexStringLower(signature).ShouldBe(Vector(title, "sig"));
        Convert
            .ToBase64String(WireTransaction.Join(signature, message)!)
            .ShouldBe(Vector(title, "tx64"));
    }

    [Fact]
    public async Task So_is_one_that_loads_accounts_from_a_lookup_table()
    {
        const string Title = "## v0 with ALT 448";
        using Ed25519Signer sender = SignerOf(1);
        byte[] message = Compile(
            sender.PublicKey,
            MessageVersion.V0,
            AccountOrder.FirstSeen,
            [TableOfTheVectors]
        );
        byte[] signature = await sender.SignAsync(message, default);

        Convert.ToHexStringLower(message).ShouldBe(Vector(Title, "msg"));
        Convert.ToHexStringLower(signature).ShouldBe(Vector(Title, "sig"));
        byte[] transaction = WireTransaction.Join(signature, message)!;
        transaction.Length.ShouldBe(448);
        Convert.ToBase64String(transaction).ShouldBe(Vector(Title, "tx64"));
    }

    [Fact]
    public void A_table_that_has_none_of_the_accounts_leaves_no_trace()
    {
        using Ed25519Signer sender = SignerOf(1);
        AddressLookupTable other = new(SignerOf(9).PublicKey, [SignerOf(8).PublicKey]);

        Compile(sender.PublicKey, MessageVersion.V0, AccountOrder.Bytes, [other])
            .ShouldBe(Compile(sender.PublicKey, MessageVersion.V0, AccountOrder.Bytes));
    }

    [Fact]
    public void Who_signs_and_what_is_called_is_named_even_where_a_table_has_it()
    {
        using Ed25519Signer sender = SignerOf(1);
        AddressLookupTable greedy = new(
            SignerOf(9).PublicKey,
            [sender.PublicKey, Programs.Token, Programs.Memo, Programs.AssociatedToken]
        );

        byte[] message = Compile(sender.PublicKey, MessageVersion.V0, AccountOrder.Bytes, [greedy]);

        // The ATA program reads the token program, which the message also calls: it stays.
        message.ShouldBe(Compile(sender.PublicKey, MessageVersion.V0, AccountOrder.Bytes));
    }

    [Fact]
    public void What_two_tables_have_is_loaded_once_from_the_first()
    {
        using Ed25519Signer sender = SignerOf(1);
        AddressLookupTable second = TableOfTheVectors with { Key = SignerOf(9).PublicKey };

        Compile(
                sender.PublicKey,
                MessageVersion.V0,
                AccountOrder.Bytes,
                [TableOfTheVectors, second]
            )
            .ShouldBe(
                Compile(
                    sender.PublicKey,
                    MessageVersion.V0,
                    AccountOrder.Bytes,
                    [TableOfTheVectors]
                )
            );
    }

    [Fact]
    public void A_legacy_message_refuses_tables()
    {
        using Ed25519Signer sender = SignerOf(1);

        Should.Throw<ArgumentException>(() =>
            Compile(
                sender.PublicKey,
                MessageVersion.Legacy,
                AccountOrder.Bytes,
                [TableOfTheVectors]
            )
        );
    }

    private static AddressLookupTable TableOfTheVectors =>
        new(
            PublicKey.Parse("J2xccRtuG43drESLYznHhLhQkLTdfepcKYbiQ9BsJVaf"),
            [Recipient, Token.Mint, PublicKey.Parse("ASZ2TDDNJG2n42TxAezqNNzwWipykHrENDKMCoLKgzup")]
        );

    [Fact]
    public void Inside_a_role_our_accounts_are_ordered_by_their_bytes()
    {
        using Ed25519Signer sender = SignerOf(1);
        byte[] message = Compile(sender.PublicKey, MessageVersion.Legacy, AccountOrder.Bytes);

        byte[][] keys = message.AsSpan(4, 10 * 32).ToArray().Chunk(32).ToArray();
        message[..4].ShouldBe([1, 0, 7, 10]);
        keys[0].ShouldBe(sender.PublicKey.Bytes.ToArray());
        AreOrdered(keys[1..3]).ShouldBeTrue();
        AreOrdered(keys[3..]).ShouldBeTrue();
    }

    [Fact]
    public void Equal_orders_give_equal_bytes_whatever_the_order_of_first_use()
    {
        using Ed25519Signer sender = SignerOf(1);
        Instruction a = Instructions.SetComputeUnitLimit(1);
        Instruction b = Instructions.Memo("x");

        byte[] one = SolanaMessage.Compile(sender.PublicKey, Token.Mint, [a, b]);
        byte[] other = SolanaMessage.Compile(sender.PublicKey, Token.Mint, [b, a]);

        one[..(4 + 96)].ShouldBe(other[..(4 + 96)]);
    }

    [Fact]
    public void S27_A_transaction_of_more_than_1232_bytes_does_not_exist()
    {
        byte[] signature = new byte[64];

        WireTransaction.Join(signature, new byte[1_232 - 65])!.Length.ShouldBe(1_232);
        WireTransaction.Join(signature, new byte[1_232 - 64]).ShouldBeNull();
    }

    private static byte[] Compile(
        PublicKey sender,
        MessageVersion version,
        AccountOrder order,
        IReadOnlyList<AddressLookupTable>? tables = null
    )
    {
        byte[] blockhash = [.. Enumerable.Range(0, 32).Select(i => (byte)i)];
        Instruction[] instructions =
        [
            Instructions.SetComputeUnitLimit(30_000),
            Instructions.SetComputeUnitPrice(1_000),
            Instructions.CreateIdempotent(sender, Recipient, Token),
            Instructions.TransferChecked(sender, Recipient, 1_234_567, Token),
            Instructions.Memo($"payout:01J{new string('0', 23)}"),
        ];
        return SolanaMessage.Compile(
            sender,
            new PublicKey(blockhash),
            instructions,
            version,
            order,
            tables
        );
    }

    private static Ed25519Signer SignerOf(byte seed)
    {
        byte[] bytes = new byte[32];
        Array.Fill(bytes, seed);
        return Ed25519Signer.FromSeed(bytes);
    }

    private static string Vector(string title, string name) =>
        Lines
            .SkipWhile(line => line != title)
            .First(line => line.StartsWith($"{name} ", StringComparison.Ordinal))[name.Length..]
            .Trim();

    private static bool AreOrdered(byte[][] keys) =>
        keys.Zip(keys.Skip(1)).All(pair => pair.First.AsSpan().SequenceCompareTo(pair.Second) < 0);
}
