using System.Text.Json;
using Settlement.Chains.Solana.Tests.Nodes;
using Settlement.Chains.Tests;

namespace Settlement.Chains.Solana.Tests.Faults;

/// <summary>Every fault of every method, at one endpoint and at all of them.</summary>
public sealed class EveryFaultSpecs
{
    private const string Send = "sendTransaction";
    private const string NoAnswer = "no answer";

    private static readonly string[] Methods =
    [
        "getGenesisHash",
        "getEpochInfo",
        "getSignatureStatuses",
        "getTransaction",
        "getFirstAvailableBlock",
        "getSignaturesForAddress",
        "isBlockhashValid",
        "getBlock",
        "getLatestBlockhash",
        "getRecentPrioritizationFees",
        "simulateTransaction",
        "getMultipleAccounts",
        "getMinimumBalanceForRentExemption",
        Send,
    ];

    private static readonly Dictionary<string, Answer> Faults = new(
        EveryFault.OfHttp.Select(f =>
            KeyValuePair.Create(f.Key, (Answer)new Answer.Http(f.Value.Status, f.Value.Body))
        ),
        StringComparer.Ordinal
    )
    {
        [NoAnswer] = new Answer.Hang(),
        ["reset"] = new Answer.Reset(),
        ["stated error"] = new Answer.Error(-32603, "Internal error"),
        ["node behind"] = new Answer.Error(-32005, "Node is behind by 42 slots"),
        ["slot not reached"] = new Answer.Error(
            -32016,
            "Minimum context slot has not been reached"
        ),
        ["null"] = new Answer.Result(null),
        ["huge number"] = new Answer.Result(JsonElement.Parse(new string('9', 60))),
        ["huge numbers inside"] = new Answer.Http(
            200,
            """
            {"jsonrpc":"2.0","id":CALL_ID,"result":{"context":{"slot":1e99},"value":1e99,"absoluteSlot":1e99,
            "blockHeight":1e99,"slot":1e99,"blockhash":1e99,"meta":1e99,"transaction":1e99}}
            """
        ),
        ["text"] = new Answer.Result("odd"),
        ["list"] = new Answer.Result(new object?[] { 1, "2", null }),
        ["object"] = new Answer.Result(new { context = 1, value = "x" }),
    };

    public static TheoryData<string, string> All => EveryFault.Of(Methods, Faults.Keys);

    [Theory]
    [MemberData(nameof(All))]
    public async Task R1_R4_R5_R6_R19_R29_No_fault_throws_ends_or_loses_anything(
        string method,
        string fault
    )
    {
        await using Cluster cluster = await Cluster.StartAsync(nodes: 2);
        Fate fate = await Fate.OfAsync(cluster);
        IChainAdapter patient = cluster.Adapter();
        bool waits = fault == NoAnswer;
        IChainAdapter adapter = waits ? Impatient(cluster) : patient;

        foreach (Truth truth in waits ? [Truth.Landed] : Enum.GetValues<Truth>())
        {
            foreach (int hit in (int[])[1, 2])
            {
                // Finality never goes back, so a transaction that waits is looked at by a new adapter.
                IChainAdapter asked = truth == Truth.Waits ? cluster.Adapter() : adapter;
                Make(fate, truth);
                foreach (ScriptedNode node in cluster.Nodes.Take(hit))
                    node.On(method, Faults[fault]);
                await EveryFault.AskEverythingAsync(asked, Cluster.Order(2), nonce: null);
                ShouldNotDeny(await ObserveAsync(asked, fate), truth);

                cluster.Heal();
                Make(fate, truth);
                ShouldTell(await ObserveAsync(truth == Truth.Waits ? asked : patient, fate), truth);
            }
        }
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task R2_R3_A_send_without_a_usable_answer_is_sent_again_whether_it_arrived_or_not(
        bool arrived
    )
    {
        foreach (string fault in Faults.Keys)
        {
            await using Cluster cluster = await Cluster.StartAsync(nodes: 2);
            Fate fate = await Fate.OfAsync(cluster);
            IChainAdapter adapter = fault == NoAnswer ? Impatient(cluster) : cluster.Adapter();
            foreach (ScriptedNode node in cluster.Nodes)
                node.On(Send, Faults[fault]);

            BroadcastOutcome first = await adapter.BroadcastAsync(
                fate.Open.Attempts[0],
                again: false,
                default
            );
            cluster.Heal();
            Make(fate, arrived ? Truth.Landed : Truth.Waits);
            IChainAdapter later = cluster.Adapter();
            BroadcastOutcome second = await later.BroadcastAsync(
                fate.Open.Attempts[0],
                again: true,
                default
            );

            first.ShouldNotBeOfType<BroadcastOutcome.Taken>(fault);
            second.ShouldBe(BroadcastOutcome.Taken.Instance, fault);
            ShouldTell(await ObserveAsync(later, fate), arrived ? Truth.Landed : Truth.Waits);
        }
    }

    private enum Truth
    {
        Waits,
        Expired,
        Landed,
        Failed,
    }

    private static IChainAdapter Impatient(Cluster cluster)
    {
        TimeSpan patience = cluster.Options.RpcTimeout;
        cluster.Options.RpcTimeout = TimeSpan.FromMilliseconds(60);
        IChainAdapter adapter = cluster.Adapter();
        cluster.Options.RpcTimeout = patience;
        return adapter;
    }

    private static void Make(Fate fate, Truth truth)
    {
        foreach (ScriptedNode node in fate.Cluster.Nodes)
        {
            switch (truth)
            {
                case Truth.Waits:
                    Fate.Waits(node);
                    break;
                case Truth.Expired:
                    Fate.Expired(node);
                    break;
                case Truth.Landed:
                    fate.Landed(node);
                    break;
                case Truth.Failed:
                    fate.Failed(node);
                    break;
                default:
                    throw new ArgumentOutOfRangeException(nameof(truth));
            }
        }
    }

    private static void ShouldNotDeny(Observation seen, Truth truth)
    {
        if (truth != Truth.Landed)
            seen.ShouldNotBeOfType<Observation.Landed>();
        if (truth is Truth.Waits or Truth.Landed)
            seen.ShouldNotBeOfType<Observation.Never>();
        if (seen is Observation.Never never)
        {
            never.Reason.ShouldBe(
                truth == Truth.Expired ? NeverReason.Expired : NeverReason.Reverted
            );
        }
        seen.ShouldNotBeOfType<Observation.Contradiction>();
    }

    private static void ShouldTell(Observation seen, Truth truth)
    {
        Type expected = truth switch
        {
            Truth.Waits => typeof(Observation.NotSeen),
            Truth.Landed => typeof(Observation.Landed),
            _ => typeof(Observation.Never),
        };
        seen.ShouldBeOfType(expected, seen.ToString());
    }

    private static async Task<Observation> ObserveAsync(IChainAdapter adapter, Fate fate) =>
        (await adapter.ObserveAsync([fate.Open], default)).ShouldHaveSingleItem();
}
