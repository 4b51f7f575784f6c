using System.Globalization;
using Settlement.Chains.Solana.Tests.Nodes;

namespace Settlement.Chains.Solana.Tests.Adapter;

/// <summary>Which transactions the wallet has signed: what is not told is unknown, and never "none".</summary>
public sealed class OwnTransactionSpecs
{
    private const ulong Floor = Cluster.Slot - 1_000;

    [Fact]
    public async Task It_begins_at_the_finalized_slot()
    {
        await using Cluster cluster = await Cluster.StartAsync();

        OwnTransactions.Read read = (
            await ReadAsync(cluster, null)
        ).ShouldBeOfType<OwnTransactions.Read>();

        read.Transactions.ShouldBeEmpty();
        read.Cursor.ShouldBe(Text(Cluster.Slot));
    }

    [Fact]
    public async Task P13_It_lists_what_names_the_wallet_since_the_cursor_at_finality()
    {
        await using Cluster cluster = await Cluster.StartAsync();
        cluster.Node.Result(
            "getSignaturesForAddress",
            new[] { Row("newest", Floor + 5), Row("new", Floor + 1), Row("old", Floor) }
        );

        var read = (OwnTransactions.Read)await ReadAsync(cluster, Text(Floor));

        read.Transactions.Select(t => t.TransactionId).ShouldBe(["newest", "new"]);
        // The newest slots are read again: a node's index may come after the block.
        ulong.Parse(read.Cursor, CultureInfo.InvariantCulture)
            .ShouldBeInRange(Floor + 1, Cluster.Slot - 1);
        var asked = cluster.Node.Calls.Single(c => c.Method == "getSignaturesForAddress").Params;
        asked[0].GetString().ShouldBe(cluster.Signer.Address);
        asked[1].GetProperty("commitment").GetString().ShouldBe("finalized");
        asked[1].GetProperty("minContextSlot").GetUInt64().ShouldBe(Cluster.Slot);
    }

    [Fact]
    public async Task C11_A_node_that_is_behind_the_cursor_says_nothing()
    {
        await using Cluster cluster = await Cluster.StartAsync();

        (await ReadAsync(cluster, Text(Cluster.Slot + 1)))
            .ShouldBeOfType<OwnTransactions.Unknown>()
            .Cause.ShouldContain("is final there");
    }

    [Fact]
    public async Task D1_A_node_whose_history_does_not_reach_back_says_nothing()
    {
        await using Cluster cluster = await Cluster.StartAsync();
        cluster.Node.Result("getFirstAvailableBlock", Floor + 1);

        (await ReadAsync(cluster, Text(Floor)))
            .ShouldBeOfType<OwnTransactions.Unknown>()
            .Cause.ShouldContain("its history begins at slot");
    }

    [Fact]
    public async Task C11_Of_several_nodes_two_must_tell_and_what_one_of_them_tells_is_told()
    {
        await using Cluster cluster = await Cluster.StartAsync(nodes: 3);
        cluster.Nodes[0].Result("getFirstAvailableBlock", Floor + 1);
        cluster.Nodes[1].Result("getSignaturesForAddress", new[] { Row("hidden", Floor + 1) });

        var two = (OwnTransactions.Read)await ReadAsync(cluster, Text(Floor));
        cluster.Nodes[2].Result("getFirstAvailableBlock", Floor + 1);
        OwnTransactions one = await ReadAsync(cluster, Text(Floor));

        two.Transactions.ShouldHaveSingleItem().TransactionId.ShouldBe("hidden");
        one.ShouldBeOfType<OwnTransactions.Unknown>();
    }

    [Theory]
    [InlineData("getEpochInfo")]
    [InlineData("getFirstAvailableBlock")]
    [InlineData("getSignaturesForAddress")]
    public async Task R4_Without_one_of_the_answers_nothing_is_known(string method)
    {
        await using Cluster cluster = await Cluster.StartAsync();
        cluster.Node.On(method, new Answer.Error(-32_009, "long-term storage"));

        (await ReadAsync(cluster, Text(Floor))).ShouldBeOfType<OwnTransactions.Unknown>();
    }

    [Fact]
    public async Task A_full_page_is_followed_by_the_next()
    {
        await using Cluster cluster = await Cluster.StartAsync();
        object[] full = Rows(1_000, Floor + 10);
        cluster.Node.On(
            "getSignaturesForAddress",
            p =>
                p[1].TryGetProperty("before", out var before)
                    ? new Answer.Result(
                        before.GetString() == "s999" ? new[] { Row("last", Floor + 1) } : []
                    )
                    : new Answer.Result(full)
        );

        var read = (OwnTransactions.Read)await ReadAsync(cluster, Text(Floor));

        read.Transactions.Count.ShouldBe(1_001);
    }

    [Fact]
    public async Task R4_A_list_that_breaks_off_after_a_full_page_is_no_list()
    {
        await using Cluster cluster = await Cluster.StartAsync();
        object[] full = Rows(1_000, Floor + 10);
        cluster.Node.On(
            "getSignaturesForAddress",
            p => new Answer.Result(
                p[1].TryGetProperty("before", out _) ? Array.Empty<object>() : full
            )
        );

        (await ReadAsync(cluster, Text(Floor)))
            .ShouldBeOfType<OwnTransactions.Unknown>()
            .Cause.ShouldContain("breaks off");
    }

    [Fact]
    public async Task P13_A_transaction_that_the_wallet_signed_is_told_with_what_it_moved()
    {
        await using Cluster cluster = await Cluster.StartAsync();
        string stranger = Cluster.Key("stranger").ToString();
        string account = Cluster.Token.AccountOf(Cluster.Key("stranger")).ToString();
        cluster.Node.Result(
            "getTransaction",
            Landed(
                [cluster.Signer.Address, cluster.Source.ToString(), account],
                signers: 1,
                [Holds(1, cluster.Signer.Address, 100)],
                [Holds(1, cluster.Signer.Address, 40), Holds(2, stranger, 60)]
            )
        );

        var signed = (OwnTransactionFacts.Signed)await ExplainAsync(cluster);

        signed.TransactionId.ShouldBe("sig");
        signed.Transfers.ShouldBe([new OutgoingTransfer(stranger, 60)]);
    }

    [Fact]
    public async Task P13_A_wallet_that_signed_without_paying_the_fee_has_signed()
    {
        await using Cluster cluster = await Cluster.StartAsync();
        string payer = Cluster.Key("payer").ToString();
        cluster.Node.Result(
            "getTransaction",
            Landed([payer, cluster.Signer.Address], signers: 2, [], [])
        );

        (await ExplainAsync(cluster)).ShouldBeOfType<OwnTransactionFacts.Signed>();
    }

    [Fact]
    public async Task To_be_named_is_not_to_have_signed()
    {
        await using Cluster cluster = await Cluster.StartAsync();
        string payer = Cluster.Key("payer").ToString();
        cluster.Node.Result(
            "getTransaction",
            Landed([payer, cluster.Signer.Address], signers: 1, [], [])
        );

        (await ExplainAsync(cluster)).ShouldBe(OwnTransactionFacts.NotSigned.Instance);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    public async Task P13_R23_One_node_that_hides_who_signed_is_not_believed(int liar)
    {
        await using Cluster cluster = await Cluster.StartAsync(nodes: 2);
        string payer = Cluster.Key("payer").ToString();
        object hidden = Landed([payer, cluster.Signer.Address], signers: 1, [], []);
        object honest = Landed([payer, cluster.Signer.Address], signers: 2, [], []);
        cluster.Nodes[liar].Result("getTransaction", hidden);

        cluster.Nodes[1 - liar].Result("getTransaction", honest);
        OwnTransactionFacts contradicted = await ExplainAsync(cluster);
        cluster.Nodes[1 - liar].On("getTransaction", new Answer.Http(503));
        OwnTransactionFacts alone = await ExplainAsync(cluster);
        cluster.Nodes[1 - liar].Result("getTransaction", hidden);
        OwnTransactionFacts agreed = await ExplainAsync(cluster);

        contradicted.ShouldBeOfType<OwnTransactionFacts.Signed>();
        alone.ShouldBeOfType<OwnTransactionFacts.Unknown>();
        agreed.ShouldBe(OwnTransactionFacts.NotSigned.Instance);
    }

    [Theory]
    [InlineData(1, true)]
    [InlineData(0, false)]
    public async Task P13_Who_names_the_wallet_where_one_node_is_a_slot_behind_stops_nothing(
        ulong ahead,
        bool isLater
    )
    {
        await using Cluster cluster = await Cluster.StartAsync(nodes: 2);
        string payer = Cluster.Key("payer").ToString();
        object named = Landed(
            [payer, cluster.Signer.Address],
            signers: 1,
            [],
            [],
            Cluster.Slot + ahead
        );
        cluster.Nodes[0].Result("getTransaction", named);
        cluster.Nodes[1].Result("getTransaction", null);

        OwnTransactionFacts facts = await ExplainAsync(cluster);

        // What is final there, and missing, is another matter.
        (facts is OwnTransactionFacts.Later).ShouldBe(isLater);
        (facts is OwnTransactionFacts.Unknown).ShouldBe(!isLater);
    }

    [Fact]
    public async Task R19_A_transaction_that_the_node_lists_and_does_not_have_is_unknown()
    {
        await using Cluster cluster = await Cluster.StartAsync();
        cluster.Node.Result("getTransaction", null);

        (await ExplainAsync(cluster)).ShouldBeOfType<OwnTransactionFacts.Unknown>();
    }

    private static Task<OwnTransactions> ReadAsync(Cluster cluster, string? cursor) =>
        cluster.Adapter().ReadOwnTransactionsAsync(cursor, default);

    private static Task<OwnTransactionFacts> ExplainAsync(Cluster cluster) =>
        cluster.Adapter().ExplainAsync(new OwnTransaction("sig", Nonce: null), default);

    private static object Row(string signature, ulong slot) => new { signature, slot };

    private static object[] Rows(int count, ulong slot) =>
        [
            .. Enumerable
                .Range(0, count)
                .Select(i => Row(string.Create(CultureInfo.InvariantCulture, $"s{i}"), slot)),
        ];

    private static object Landed(
        string[] keys,
        int signers,
        object[] before,
        object[] after,
        ulong slot = Cluster.Slot
    ) =>
        new
        {
            slot,
            blockTime = 1_700_000_000,
            transaction = new
            {
                signatures = new[] { "sig" },
                message = new
                {
                    accountKeys = keys,
                    header = new { numRequiredSignatures = signers },
                },
            },
            meta = new
            {
                fee = 5_000,
                err = (object?)null,
                preTokenBalances = before,
                postTokenBalances = after,
            },
        };

    private static object Holds(int account, string owner, int units) =>
        new
        {
            accountIndex = account,
            mint = Cluster.Mint.ToString(),
            owner,
            uiTokenAmount = new { amount = units.ToString(CultureInfo.InvariantCulture) },
        };

    private static string Text(ulong slot) => slot.ToString(CultureInfo.InvariantCulture);
}
