using System.Text.Json;
using Settlement.Chains.Solana.Tests.Nodes;

namespace Settlement.Chains.Solana.Tests.Adapter;

/// <summary>"It never landed" releases money to be paid again, so each part of the proof is taken away
/// once.</summary>
public sealed class ExpirySpecs
{
    private const ulong Final = Cluster.LastValid + 1;
    private const ulong FinalSlot = 5_300;

    // The last two show that the node has not gone back meanwhile, and what its head was.
    private static readonly string[] OneLook =
    [
        "getEpochInfo",
        "getSignatureStatuses",
        "getFirstAvailableBlock",
        "getSignaturesForAddress",
        "getTransaction",
        "isBlockhashValid",
        "getEpochInfo",
        "getBlock",
    ];

    [Fact]
    public async Task S2_With_every_part_of_the_proof_it_never_landed()
    {
        await using Cluster cluster = await ExpiredAsync();

        Observation.Never never = (await ObserveAsync(cluster)).ShouldBeOfType<Observation.Never>();

        never.Reason.ShouldBe(NeverReason.Expired);
        using var proof = JsonDocument.Parse(never.Proof.Json);
        proof.RootElement.GetProperty("blockhashSlot").GetUInt64().ShouldBe(Cluster.Slot);
        JsonElement look = proof.RootElement.GetProperty("look");
        look.GetProperty("finalizedSlot").GetUInt64().ShouldBe(FinalSlot);
        look.GetProperty("inHistory").GetBoolean().ShouldBeFalse();
        look.GetProperty("blockhashValid").GetBoolean().ShouldBeFalse();
    }

    [Fact]
    public async Task S3_The_height_is_read_before_the_statuses_in_both_looks()
    {
        await using Cluster cluster = await ExpiredAsync();
        OpenTransaction open = await cluster.OpenAsync(Cluster.Order(1));
        int before = cluster.Node.Calls.Count;

        await cluster.Adapter().ObserveAsync([open], default);

        cluster.Node.Methods.Skip(before).ShouldBe(["getGenesisHash", .. OneLook, .. OneLook]);
        cluster
            .Node.Calls.Where(c => c.Method == "getSignatureStatuses")
            .ShouldAllBe(c => c.Params[1].GetProperty("searchTransactionHistory").GetBoolean());
        cluster
            .Node.Calls.Where(c => c.Method == "getEpochInfo")
            .ShouldAllBe(c => c.Params[0].GetProperty("commitment").GetString() == "finalized");
    }

    [Fact]
    public async Task S3_At_the_last_valid_height_it_may_still_land()
    {
        await using Cluster cluster = await ExpiredAsync();
        cluster.Node.Result("getEpochInfo", Cluster.Head(FinalSlot, Cluster.LastValid));

        (await ObserveAsync(cluster)).ShouldBeOfType<Observation.NotSeen>();
    }

    [Fact]
    public async Task S5_A_status_older_than_the_finalized_slot_proves_nothing()
    {
        await using Cluster cluster = await ExpiredAsync();
        cluster.Node.On("getSignatureStatuses", Accounts.Statuses(FinalSlot - 1, _ => null));

        await ShouldMissAsync(cluster, "fresh status");
    }

    [Fact]
    public async Task S6_History_that_begins_after_the_block_hash_proves_nothing()
    {
        await using Cluster cluster = await ExpiredAsync();
        cluster.Node.Result("getFirstAvailableBlock", Cluster.Slot + 1);

        await ShouldMissAsync(cluster, "history");
    }

    [Fact]
    public async Task History_that_begins_with_the_block_hash_is_enough()
    {
        await using Cluster cluster = await ExpiredAsync();
        cluster.Node.Result("getFirstAvailableBlock", Cluster.Slot);

        (await ObserveAsync(cluster)).ShouldBeOfType<Observation.Never>();
    }

    [Fact]
    public async Task Without_an_answer_about_history_nothing_is_proven()
    {
        await using Cluster cluster = await ExpiredAsync();
        cluster.Node.On("getFirstAvailableBlock", new Answer.Http(503));

        await ShouldMissAsync(cluster, "history goes back");
    }

    [Theory]
    [InlineData("processed")]
    [InlineData("confirmed")]
    [InlineData("finalized")]
    public async Task A_second_look_that_sees_it_refutes_the_first(string level)
    {
        await using Cluster cluster = await ExpiredAsync();
        int looks = 0;
        cluster.Node.On(
            "getSignatureStatuses",
            call =>
                Accounts.Statuses(
                    FinalSlot,
                    _ => looks++ == 0 ? null : Accounts.Status(level, 5_100)
                )(call)
        );

        await ShouldMissAsync(cluster, "no second endpoint");
    }

    [Fact]
    public async Task S5_A_signature_in_the_wallets_list_refutes_both_looks()
    {
        await using Cluster cluster = await ExpiredAsync();
        OpenTransaction open = await cluster.OpenAsync(Cluster.Order(1));
        List(
            cluster.Node,
            1_000,
            "other",
            then: open.Attempts[0].TransactionId,
            olderSlot: Cluster.Slot - 1
        );

        Observation seen = (await cluster.Adapter().ObserveAsync([open], default))[0];

        seen.ShouldBeOfType<Observation.Unknown>().Cause.ShouldContain("lists it");
    }

    [Fact]
    public async Task Without_the_wallets_list_nothing_is_proven()
    {
        await using Cluster cluster = await ExpiredAsync();
        cluster.Node.On("getSignaturesForAddress", new Answer.Error(-32019, "unreachable"));

        await ShouldMissAsync(cluster, "list of the wallet's signatures");
    }

    [Fact]
    public async Task A_list_without_end_proves_nothing()
    {
        await using Cluster cluster = await ExpiredAsync();
        object[] page = [.. Enumerable.Repeat(Row("other", FinalSlot), 1_000)];
        cluster.Node.Result("getSignaturesForAddress", page);

        await ShouldMissAsync(cluster, "more than");
    }

    [Fact]
    public async Task The_list_is_read_back_to_the_block_hash_and_no_further()
    {
        await using Cluster cluster = await ExpiredAsync();
        List(cluster.Node, 1_000, "other", then: "older", olderSlot: Cluster.Slot - 1);

        (await ObserveAsync(cluster)).ShouldBeOfType<Observation.Never>();

        // Two pages for each of the two looks.
        cluster.Node.Methods.Count(m => m == "getSignaturesForAddress").ShouldBe(4);
        JsonElement options = cluster
            .Node.Calls.Last(c => c.Method == "getSignaturesForAddress")
            .Params[1];
        options.GetProperty("minContextSlot").GetUInt64().ShouldBe(FinalSlot);
        options.GetProperty("commitment").GetString().ShouldBe("finalized");
    }

    [Fact]
    public async Task Where_there_are_two_endpoints_both_must_have_looked()
    {
        await using Cluster cluster = await ExpiredAsync(nodes: 2);

        Observation.Never never = (await ObserveAsync(cluster)).ShouldBeOfType<Observation.Never>();

        foreach (ScriptedNode node in cluster.Nodes)
            never.Proof.Json.ShouldContain(new Uri(node.Url).Authority);
    }

    [Fact]
    public async Task A_silent_second_endpoint_leaves_it_unproven()
    {
        await using Cluster cluster = await ExpiredAsync(nodes: 2);
        cluster.Nodes[1].On("getSignatureStatuses", new Answer.Http(502));

        await ShouldMissAsync(cluster, "no second endpoint");
    }

    [Fact]
    public async Task S33_A_second_endpoint_that_lags_leaves_it_unproven()
    {
        await using Cluster cluster = await ExpiredAsync(nodes: 2);
        cluster.Nodes[1].Result("getEpochInfo", Cluster.Head(5_100, Cluster.LastValid));

        await ShouldMissAsync(cluster, "no second endpoint");
    }

    [Fact]
    public async Task S5_A_second_endpoint_that_saw_it_leaves_it_unproven()
    {
        await using Cluster cluster = await ExpiredAsync(nodes: 2);
        object status = Accounts.Status("finalized", 5_100);
        cluster.Nodes[1].On("getSignatureStatuses", Accounts.Statuses(FinalSlot, _ => status));

        await ShouldMissAsync(cluster, "no second endpoint");
    }

    [Fact]
    public async Task S34_A_second_endpoint_of_another_cluster_agrees_with_nothing()
    {
        await using Cluster cluster = await ExpiredAsync(nodes: 2);
        cluster.Nodes[1].Result("getGenesisHash", Cluster.Key("another").ToString());

        await ShouldMissAsync(cluster, "genesis hash");
    }

    [Fact]
    public async Task S33_A_node_that_fell_behind_an_earlier_verdict_is_not_believed()
    {
        await using Cluster cluster = await ExpiredAsync();
        OpenTransaction open = await cluster.OpenAsync(Cluster.Order(1));
        IChainAdapter adapter = cluster.Adapter();
        (await adapter.ObserveAsync([open], default))[0].ShouldBeOfType<Observation.Never>();

        cluster.Node.Result("getEpochInfo", Cluster.Head(FinalSlot - 1, Final - 1));
        Observation later = (await adapter.ObserveAsync([open], default))[0];

        later.ShouldBeOfType<Observation.Unknown>().Cause.ShouldContain("behind");
    }

    [Fact]
    public async Task S14_Where_one_endpoint_lags_the_other_is_asked()
    {
        await using Cluster cluster = await ExpiredAsync(nodes: 2);
        OpenTransaction open = await cluster.OpenAsync(Cluster.Order(1));
        IChainAdapter adapter = cluster.Adapter();
        (await adapter.ObserveAsync([open], default))[0].ShouldBeOfType<Observation.Never>();
        object status = Accounts.Status("confirmed", 5_301);

        cluster.Nodes[0].Result("getEpochInfo", Cluster.Head(FinalSlot - 9, Final - 9));
        cluster.Nodes[1].On("getSignatureStatuses", Accounts.Statuses(FinalSlot, _ => status));
        Observation later = (await adapter.ObserveAsync([open], default))[0];

        later.ShouldBeOfType<Observation.Included>();
    }

    [Fact]
    public async Task S30_Without_a_last_valid_height_nothing_is_proven()
    {
        await using Cluster cluster = await ExpiredAsync();
        OpenTransaction open = await cluster.OpenAsync(Cluster.Order(1));

        Observation observation = (
            await cluster
                .Adapter()
                .ObserveAsync([open with { LastValidBlockHeight = null }], default)
        )[0];

        observation.ShouldBeOfType<Observation.Unknown>();
    }

    // Everything about the first transaction says that it expired, unless a test takes a part away.
    private static async Task<Cluster> ExpiredAsync(int nodes = 1)
    {
        Cluster cluster = await Cluster.StartAsync(nodes);
        foreach (ScriptedNode node in cluster.Nodes)
        {
            node.Result("getEpochInfo", Cluster.Head(FinalSlot, Final))
                .On("getSignatureStatuses", Accounts.Statuses(FinalSlot, _ => null));
        }
        return cluster;
    }

    // A full page of one signature, then a full page of another.
    private static void List(
        ScriptedNode node,
        int count,
        string first,
        string then,
        ulong olderSlot = FinalSlot
    ) =>
        node.On(
            "getSignaturesForAddress",
            call => new Answer.Result(
                call[1].TryGetProperty("before", out _)
                    ? Enumerable.Repeat(Row(then, olderSlot), count)
                    : Enumerable.Repeat(Row(first, FinalSlot), count)
            )
        );

    private static object Row(string signature, ulong slot) => new { signature, slot };

    private static async Task<Observation> ObserveAsync(Cluster cluster)
    {
        OpenTransaction open = await cluster.OpenAsync(Cluster.Order(1));
        return (await cluster.Adapter().ObserveAsync([open], default)).ShouldHaveSingleItem();
    }

    private static async Task ShouldMissAsync(Cluster cluster, string part) =>
        (await ObserveAsync(cluster))
            .ShouldBeOfType<Observation.Unknown>()
            .Cause.ShouldContain(part);
}
