using Settlement.Chains.Evm.Tests.Scripted;
using Settlement.Chains.Tests;
using static Settlement.Chains.Evm.Tests.Scripted.ScriptedChain;

namespace Settlement.Chains.Evm.Tests.Faults;

/// <summary>Every fault of every method, at one endpoint and at all of them.</summary>
public sealed class EveryFaultSpecs
{
    private const string Send = "eth_sendRawTransaction";
    private const string ReceiptOf = "eth_getTransactionReceipt";
    private const string NoAnswer = "no answer";

    private static readonly CancellationToken None = CancellationToken.None;

    private static readonly string[] Methods =
    [
        "eth_chainId",
        "eth_blockNumber",
        "eth_getBlockByNumber",
        "eth_getTransactionCount",
        "eth_getBalance",
        "eth_getCode",
        "eth_call",
        "eth_estimateGas",
        "eth_feeHistory",
        ReceiptOf,
        Send,
    ];

    private static readonly Dictionary<string, ScriptedReply> Faults = new(
        EveryFault.OfHttp.Select(f =>
            KeyValuePair.Create(
                f.Key,
                (ScriptedReply)new ScriptedReply.Http(f.Value.Status, f.Value.Body)
            )
        ),
        StringComparer.Ordinal
    )
    {
        [NoAnswer] = new ScriptedReply.Silence(),
        ["reset"] = new ScriptedReply.Reset(),
        ["stated error"] = new ScriptedReply.Error("internal error", -32603),
        ["null"] = new ScriptedReply.Result(null),
        ["huge number"] = new ScriptedReply.Result($"0x{new string('f', 80)}"),
        ["bare number"] = new ScriptedReply.Result(17),
        ["list"] = new ScriptedReply.Result(Array.Empty<string>()),
        ["object"] = new ScriptedReply.Result(new { number = "0x", hash = 1 }),
    };

    public static TheoryData<string, string> All => EveryFault.Of(Methods, Faults.Keys);

    [Theory]
    [MemberData(nameof(All))]
    public async Task R1_R4_R5_R6_R19_R25_R29_No_fault_throws_ends_or_loses_anything(
        string method,
        string fault
    )
    {
        await using ScriptedChain chain = await StartAsync(nodes: 2);
        StoredAttempt attempt = chain.Attempt();
        EvmChainAdapter patient = chain.Adapter();
        bool waits = fault == NoAnswer;
        EvmChainAdapter adapter = waits ? Impatient(chain) : patient;

        foreach (Truth truth in waits ? [Truth.Landed] : Enum.GetValues<Truth>())
        {
            foreach (int hit in (int[])[1, 2])
            {
                Make(chain, attempt, truth);
                foreach (ScriptedEvmNode node in chain.Nodes.Take(hit))
                    node.Override(method, Faults[fault]);
                await EveryFault.AskEverythingAsync(adapter, Order, Nonce);
                Observation seen = await ObserveAsync(adapter, attempt);
                // A nonce that is used up while no endpoint has a receipt is what a stranger's transaction looks like: the
                // wallet freezes, and nothing ends.
                bool isStrange = hit == 2 && (method, fault) == (ReceiptOf, "null");
                if (!isStrange || seen is not Observation.Contradiction)
                    ShouldNotDeny(seen, truth);

                foreach (ScriptedEvmNode node in chain.Nodes)
                    node.Heal(method);
                ShouldTell(await ObserveAsync(patient, attempt), truth);
            }
        }
    }

    public static TheoryData<string, bool> Sends
    {
        get
        {
            var all = new TheoryData<string, bool>();
            foreach (string fault in Faults.Keys)
            {
                all.Add(fault, true);
                all.Add(fault, false);
            }
            return all;
        }
    }

    [Theory]
    [MemberData(nameof(Sends))]
    public async Task R2_R3_A_send_without_a_usable_answer_is_sent_again_whether_it_arrived_or_not(
        string fault,
        bool arrived
    )
    {
        await using ScriptedChain chain = await StartAsync(nodes: 2);
        StoredAttempt attempt = chain.Attempt();
        EvmChainAdapter adapter = chain.Adapter();
        foreach (ScriptedEvmNode node in chain.Nodes)
            node.Override(Send, Faults[fault]);

        EvmChainAdapter sender = fault == NoAnswer ? Impatient(chain) : adapter;
        BroadcastOutcome first = await sender.BroadcastAsync(attempt, again: false, None);
        if (arrived)
            Make(chain, attempt, Truth.Landed);
        foreach (ScriptedEvmNode node in chain.Nodes)
        {
            node.Heal(Send);
            if (arrived)
                node.Override(Send, new ScriptedReply.Error("nonce too low"));
        }
        BroadcastOutcome second = await adapter.BroadcastAsync(attempt, again: true, None);

        // Only a node that says no in so many words has refused; it ends nothing either.
        if (fault != "stated error")
            first.ShouldBeOfType<BroadcastOutcome.Unknown>();
        second.ShouldBe(BroadcastOutcome.Taken.Instance);
        ShouldTell(await ObserveAsync(adapter, attempt), arrived ? Truth.Landed : Truth.Absent);
    }

    private static EvmChainAdapter Impatient(ScriptedChain chain)
    {
        TimeSpan patience = chain.Options.RpcTimeout;
        chain.Options.RpcTimeout = TimeSpan.FromMilliseconds(60);
        EvmChainAdapter adapter = chain.Adapter();
        chain.Options.RpcTimeout = patience;
        return adapter;
    }

    private enum Truth
    {
        Absent,
        Landed,
        Reverted,
        Foreign,
    }

    private static void Make(ScriptedChain chain, StoredAttempt attempt, Truth truth)
    {
        foreach (ScriptedEvmNode node in chain.Nodes)
        {
            node.LatestNonce = node.FinalNonce = truth == Truth.Absent ? Nonce : Nonce + 1;
            node.Receipts.Clear();
            if (truth == Truth.Landed)
                node.Receipts[attempt.TransactionId] = Receipt(attempt, 980, 1, Log());
            if (truth == Truth.Reverted)
                node.Receipts[attempt.TransactionId] = Receipt(attempt, 980, status: 0);
        }
    }

    private static void ShouldNotDeny(Observation seen, Truth truth)
    {
        if (truth != Truth.Landed)
            seen.ShouldNotBeOfType<Observation.Landed>();
        if (truth != Truth.Reverted)
            seen.ShouldNotBeOfType<Observation.Never>();
        if (truth != Truth.Foreign)
            seen.ShouldNotBeOfType<Observation.Contradiction>();
    }

    private static void ShouldTell(Observation seen, Truth truth)
    {
        Type expected = truth switch
        {
            Truth.Absent => typeof(Observation.NotSeen),
            Truth.Landed => typeof(Observation.Landed),
            Truth.Reverted => typeof(Observation.Never),
            _ => typeof(Observation.Contradiction),
        };
        seen.ShouldBeOfType(expected, seen.ToString());
    }

    private static async Task<Observation> ObserveAsync(
        EvmChainAdapter adapter,
        StoredAttempt attempt
    ) => (await adapter.ObserveAsync([Open(attempt)], None)).ShouldHaveSingleItem();
}
