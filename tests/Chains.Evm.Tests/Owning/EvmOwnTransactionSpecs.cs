using Settlement.Chains.Evm.Addresses;
using Settlement.Chains.Evm.Encoding;
using Settlement.Chains.Evm.Tests.Scripted;
using Settlement.Chains.Evm.Transactions;
using Settlement.Chains.Tests;

namespace Settlement.Chains.Evm.Tests.Owning;

/// <summary>Which nonces of the wallet are used, and by what.</summary>
public sealed class EvmOwnTransactionSpecs
{
    private const ulong UsedIn = 700;
    private static readonly string s_hash = ScriptedEvmNode.HashOfBlock(4_711);

    [Fact]
    public async Task It_begins_at_the_next_nonce()
    {
        await using ScriptedChain chain = await ScriptedChain.StartAsync();

        var read = (OwnTransactions.Read)await ReadAsync(chain, null);

        read.Transactions.ShouldBeEmpty();
        read.Cursor.ShouldBe("7");
    }

    [Fact]
    public async Task D2_It_tells_every_nonce_that_is_used_from_the_cursor_on()
    {
        await using ScriptedChain chain = await ScriptedChain.StartAsync();

        var read = (OwnTransactions.Read)await ReadAsync(chain, "5");

        read.Transactions.Select(t => t.Nonce).ShouldBe([5ul, 6ul]);
        read.Cursor.ShouldBe("7");
    }

    [Theory]
    [InlineData(null, 0)]
    [InlineData("7", 10_000)]
    [InlineData("18446744073709551615", 0)]
    public async Task A_node_that_names_the_largest_number_breaks_nothing(string? cursor, int count)
    {
        await using ScriptedChain chain = await ScriptedChain.StartAsync();
        chain.Node.LatestNonce = ulong.MaxValue;

        var read = (OwnTransactions.Read)await ReadAsync(chain, cursor);

        read.Transactions.Count.ShouldBe(count);
    }

    [Fact]
    public async Task C11_A_node_that_is_behind_the_cursor_says_nothing()
    {
        await using ScriptedChain chain = await ScriptedChain.StartAsync();

        (await ReadAsync(chain, "8"))
            .ShouldBeOfType<OwnTransactions.Unknown>()
            .Cause.ShouldContain("is behind");
    }

    [Fact]
    public async Task R21_Of_several_nodes_two_must_tell_and_the_cursor_goes_only_as_far_as_all_have_come()
    {
        await using ScriptedChain chain = await ScriptedChain.StartAsync(nodes: 2);
        chain.Nodes[1].LatestNonce = 9;

        var both = (OwnTransactions.Read)await ReadAsync(chain, "6");
        chain.Nodes[1].Override("eth_getTransactionCount", new ScriptedReply.Error("no", -32000));
        OwnTransactions one = await ReadAsync(chain, "6");

        both.Transactions.Select(t => t.Nonce).ShouldBe([6ul, 7ul, 8ul], ignoreOrder: true);
        both.Cursor.ShouldBe("7");
        one.ShouldBeOfType<OwnTransactions.Unknown>();
    }

    [Fact]
    public async Task V23_The_transaction_behind_a_nonce_is_found_with_what_it_moved()
    {
        await using ScriptedChain chain = await ScriptedChain.StartAsync();
        GivenUsed(chain.Node);

        var signed = (OwnTransactionFacts.Signed)await ExplainAsync(chain);

        signed.TransactionId.ShouldBe(s_hash);
        signed.Transfers.ShouldBe([new OutgoingTransfer(ScriptedChain.Destination, 1_234_567)]);
        signed.Proof.Json.ShouldContain("\"block\":700");
    }

    [Fact]
    public async Task Where_a_node_has_dropped_the_old_state_the_nonce_is_used_by_an_unknown_one()
    {
        await using ScriptedChain chain = await ScriptedChain.StartAsync();
        GivenUsed(chain.Node);
        chain.Node.NonceAt = block =>
            block >= 900
                ? new ScriptedReply.Result("0x8")
                : new ScriptedReply.Error("missing trie node", -32000);

        var signed = (OwnTransactionFacts.Signed)await ExplainAsync(chain);

        signed.TransactionId.ShouldBeNull();
        signed.Transfers.ShouldBeEmpty();
    }

    [Fact]
    public async Task A_nonce_that_is_used_in_a_block_that_is_not_final_is_not_explained_yet()
    {
        await using ScriptedChain chain = await ScriptedChain.StartAsync();
        chain.Node.LatestNonce = 8;

        (await ExplainAsync(chain))
            .ShouldBeOfType<OwnTransactionFacts.Unknown>()
            .Cause.ShouldContain("not final");
    }

    // Nonce 7 is used in block 700, by a transfer.
    private static void GivenUsed(ScriptedEvmNode node)
    {
        node.LatestNonce = 8;
        node.FinalNonce = 8;
        node.NonceAt = block => new ScriptedReply.Result(block >= UsedIn ? "0x8" : "0x7");
        node.Sent[UsedIn] =
        [
            new
            {
                hash = s_hash,
                from = ScriptedChain.Wallet,
                nonce = "0x7",
                to = ScriptedChain.Token,
                value = "0x0",
                input = "0xa9059cbb",
            },
        ];
        node.Receipts[s_hash] = new
        {
            transactionHash = s_hash,
            blockNumber = Hex.Quantity(UsedIn),
            blockHash = ScriptedEvmNode.HashOfBlock(UsedIn),
            status = "0x1",
            gasUsed = "0x5208",
            logs = new[]
            {
                new
                {
                    address = ScriptedChain.Token,
                    topics = new[]
                    {
                        Hex.Data(Keccak256.Hash("Transfer(address,address,uint256)"u8)),
                        Word(ScriptedChain.Wallet),
                        Word(ScriptedChain.Destination),
                    },
                    data = Hex.Data(Erc20.Word((UInt128)1_234_567)),
                    logIndex = "0x0",
                },
            },
        };
    }

    private static string Word(string address) => Hex.Data(Erc20.Word(EvmAddress.Parse(address)));

    private static Task<OwnTransactions> ReadAsync(ScriptedChain chain, string? cursor) =>
        chain.Adapter().ReadOwnTransactionsAsync(cursor, default);

    private static Task<OwnTransactionFacts> ExplainAsync(ScriptedChain chain) =>
        chain.Adapter().ExplainAsync(new OwnTransaction(null, ScriptedChain.Nonce), default);
}
