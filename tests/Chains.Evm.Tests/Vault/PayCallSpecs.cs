using Settlement.Chains.Evm.Addresses;
using Settlement.Chains.Evm.Encoding;
using Settlement.Chains.Evm.Transactions;
using Settlement.Chains.Evm.Vault;

namespace Settlement.Chains.Evm.Tests.Vault;

public sealed class PayCallSpecs
{
    private const long Base = 4_294_967_299;

    // By ethers 6, with the packing of dev/chains/evm/vault.test.mjs.
    private const string ByEthers =
        "0x068879a8"
        + "0000000000000000000000000000000000000000000000000000000100000003"
        + "0000000000000000000000000000000000000000000000000000000000000040"
        + "0000000000000000000000000000000000000000000000000000000000000003"
        + "3535353535353535353535353535353535353535000000000012d68700000005"
        + "5aaeb6053f3e94c9b9a09f33669435e7ef1beaed7fffffffffffffff00000000"
        + "00000000000000000000000000000000000000ff0000000000000001ffffffff";

    private static readonly PayItem[] Items =
    [
        Item(Base + 5, "0x3535353535353535353535353535353535353535", 1_234_567),
        Item(Base, "0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed", long.MaxValue),
        Item(Base + uint.MaxValue, "0x00000000000000000000000000000000000000ff", 1),
    ];

    [Fact]
    public void A_batch_is_packed_as_the_contract_unpacks_it()
    {
        Hex.Data(PayCall.Encode(Items)).ShouldBe(ByEthers);
    }

    [Fact]
    public void What_was_packed_is_read_back()
    {
        PayCall.Read(PayCall.Encode(Items)).ShouldBe(Items);
    }

    [Fact]
    public void B4_A_batch_has_one_encoding()
    {
        PayCall.Encode(PayCall.Read(PayCall.Encode(Items))!).ShouldBe(PayCall.Encode(Items));
    }

    [Fact]
    public void Numbers_too_far_apart_for_one_base_do_not_ride_together()
    {
        PayCall.Fits(Items).ShouldBe(3);
        PayCall.Fits([.. Items, Item(Base - 1, Text(1), 1)]).ShouldBe(3);
        PayCall.Fits([Item(1, Text(1), 1), Item(uint.MaxValue + 2L, Text(1), 1)]).ShouldBe(1);
        PayCall.Fits([Item(long.MaxValue, Text(1), 1)]).ShouldBe(1);
    }

    [Fact]
    public void Calls_of_another_form_are_not_read()
    {
        byte[] call = PayCall.Encode(Items);

        PayCall.Read([]).ShouldBeNull();
        PayCall.Read(call.AsSpan(0, call.Length - 1)).ShouldBeNull();
        PayCall.Read([.. call, 0]).ShouldBeNull();
        PayCall.Read(Erc20.Transfer(EvmAddress.Parse(Text(1)), 1)).ShouldBeNull();
        foreach (int place in new[] { 0, 4, 36 + 31, 68, 68 + 31 })
        {
            byte[] other = [.. call];
            other[place] ^= 0x40;
            PayCall.Read(other).ShouldBeNull($"byte {place}");
        }
    }

    [Fact]
    public void Stored_bytes_tell_which_contract_they_call_and_with_what()
    {
        var vault = EvmAddress.Parse(Text(7));
        byte[] call = PayCall.Encode([
            .. Enumerable.Range(1, 100).Select(i => Item(i, Text(i), i)),
        ]);
        var transaction = new Eip1559Transaction(137, 9, 1, 2, 3_000_000, vault, call);
        byte[] raw = transaction.ToSignedBytes(
            new EvmSignature(Enumerable.Repeat((byte)7, 32).ToArray(), new byte[32], 1)
        );

        Eip1559Transaction read = StoredTransaction.TryRead(raw).ShouldNotBeNull();

        read.To.ShouldBe(vault);
        read.Data.ToArray().ShouldBe(call);
    }

    private static string Text(int number) => $"0x{number:x40}";

    private static PayItem Item(long number, string to, long micro) =>
        new(number, EvmAddress.Parse(to), micro);
}
