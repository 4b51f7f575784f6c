using System.Security.Cryptography;
using Settlement.Chains.Solana.Addresses;
using Settlement.Chains.Solana.Transactions;

namespace Settlement.Chains.Solana.Tests.Transactions;

public sealed class PayoutMemoSpecs
{
    private static readonly PublicKey Sender = NewKey("sender");
    private static readonly TokenPair Token = new(NewKey("mint"), Programs.Token, 6);

    [Fact]
    public void A_memo_names_its_payouts_and_the_slot_of_its_block_hash() =>
        PayoutMemo
            .FormsOf([12, 13, 50, 49], 452_000_123)
            .ShouldBe(["p:12,13,50,49@452000123", "P:c,d,1e,1d@7h3xiz", "D:c,1,11,-1@7h3xiz"]);

    [Theory]
    [InlineData(0UL)]
    [InlineData(452_000_123UL)]
    [InlineData(99_999_999_999UL)]
    public void The_slot_comes_back_from_every_form(ulong slot)
    {
        string[] forms = [.. PayoutMemo.FormsOf([long.MaxValue, 1, 7], slot)];

        forms.Length.ShouldBe(3);
        forms.ShouldAllBe(memo => PayoutMemo.SlotOf(memo) == slot);
    }

    [Theory]
    [InlineData("")]
    [InlineData("p:1")]
    [InlineData("p:1@")]
    [InlineData("p:1@-1")]
    [InlineData("p:1@x")]
    [InlineData("x:1@1")]
    [InlineData("P:1@")]
    [InlineData("P:1@A")]
    [InlineData("P:1@zzzzzzzzzzzzzzzzzzz")]
    public void Other_texts_have_no_slot(string memo) => PayoutMemo.SlotOf(memo).ShouldBeNull();

    [Fact]
    public void Eight_transfers_to_new_wallets_with_the_largest_numbers_fit()
    {
        long[] numbers = [.. Enumerable.Range(0, 8).Select(i => long.MaxValue - i)];

        string memo = PayoutMemo.FormsOf(numbers, 78_364_164_095).ElementAt(1);

        memo.Length.ShouldBe(121);
        BytesOf(8, memo).ShouldBe(1_230);
    }

    [Fact]
    public void Nine_neighbours_fit_up_to_the_seventy_billionth_payout()
    {
        long[] numbers = [.. Enumerable.Range(0, 9).Select(i => 78_364_164_000 + i)];

        string memo = PayoutMemo.FormsOf(numbers, 2_000_000_000).Last();

        memo.Length.ShouldBe(32);
        BytesOf(9, memo).ShouldBe(WireTransaction.MaxBytes);
    }

    // The figures behind PayoutMemo.MaxTransfers.
    [Theory]
    [InlineData(7, 214)]
    [InlineData(8, 123)]
    [InlineData(9, 32)]
    public void What_is_left_for_the_memo(int transfers, int left) =>
        (WireTransaction.MaxBytes - BytesOf(transfers, "")).ShouldBe(left);

    [Fact]
    public void The_memo_is_read_back_from_the_signed_bytes()
    {
        byte[] bytes = Build(3, "p:1,2,3@77");

        WireTransaction.TryReadMemo(bytes, out string? memo).ShouldBeTrue();
        memo.ShouldBe("p:1,2,3@77");
    }

    [Fact]
    public void No_prefix_of_the_bytes_has_a_memo_and_none_throws()
    {
        byte[] bytes = Build(8, "p:1,2,3@77");
        for (int length = 0; length < bytes.Length; length++)
            WireTransaction.TryReadMemo(bytes.AsSpan(0, length), out _).ShouldBeFalse();
    }

    [Fact]
    public void No_damaged_byte_throws()
    {
        byte[] bytes = Build(8, "p:1,2,3@77");
        for (int i = 0; i < bytes.Length; i++)
        {
            foreach (byte value in (byte[])[0, 0x7f, 0x80, 0xff])
            {
                byte[] damaged = [.. bytes];
                damaged[i] = value;
                WireTransaction.TryReadMemo(damaged, out string? memo).ShouldBe(memo is not null);
            }
        }
    }

    [Fact]
    public void S26_Two_equal_payouts_give_two_messages() =>
        Build(1, PayoutMemo.FormsOf([1], 5).First())
            .ShouldNotBe(Build(1, PayoutMemo.FormsOf([2], 5).First()));

    private static int BytesOf(int transfers, string memo) => Build(transfers, memo).Length;

    private static byte[] Build(int transfers, string memo)
    {
        List<Instruction> instructions =
        [
            Instructions.SetComputeUnitLimit(1_400_000),
            Instructions.SetComputeUnitPrice(ulong.MaxValue),
        ];
        for (int i = 0; i < transfers; i++)
        {
            PublicKey wallet = NewKey($"wallet {i}");
            instructions.Add(Instructions.CreateIdempotent(Sender, wallet, Token));
            instructions.Add(Instructions.TransferChecked(Sender, wallet, ulong.MaxValue, Token));
        }
        instructions.Add(Instructions.Memo(memo));
        return WireTransaction.Unsigned(
            SolanaMessage.Compile(Sender, NewKey("blockhash"), instructions)
        )!;
    }

    private static PublicKey NewKey(string name) =>
        new(SHA256.HashData(System.Text.Encoding.UTF8.GetBytes(name)));
}
