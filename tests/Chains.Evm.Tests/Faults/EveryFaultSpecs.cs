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
        "eth_call",
        "eth_estimateGas",
        "eth_feeHistory",
        ReceiptOf,
        Send,
    ];

    private static readonly Dictionary<string, ScriptedReply> Faults = new(StringComparer.Ordinal)
    {
        [NoAnswer] = new ScriptedReply.Silence(),
        ["reset"] = new ScriptedReply.Reset(),
        ["HTTP 429"] = new ScriptedReply.Http(429, "slow down"),
        ["HTTP 500"] = new ScriptedReply.Http(500, "oops"),
        ["HTTP 502"] = new ScriptedReply.Http(502, "<html>bad gateway</html>"),
        ["HTML"] = new ScriptedReply.Http(200, "<html>Just a moment...</html>"),
        ["empty body"] = new ScriptedReply.Http(200, ""),
        ["half an answer"] = new ScriptedReply.Http(200, """{"jsonrpc":"2.0","id":CALL_ID,"res"""),
        ["neither result nor error"] = new ScriptedReply.Http(
            200,
            """{"jsonrpc":"2.0","id":CALL_ID}"""
        ),
        ["another id"] = new ScriptedReply.Result("0x1", IdOffset: 5),
        ["stated error"] = new ScriptedReply.Error("internal error", -32603),
        ["null"] = new ScriptedReply.Result(null),
        ["huge number"] = new ScriptedReply.Result($"0x{new string('f', 80)}"),
        ["bare number"] = new ScriptedReply.Result(17),
        ["list"] = new ScriptedReply.Result(Array.Empty<string>()),
        ["object"] = new ScriptedReply.Result(new { number = "0x", hash = 1 }),
        ["half a surrogate pair"] = new ScriptedReply.Http(
            200,
            """{"jsonrpc":"2.0","id":CALL_ID,"result":"\ud800"}"""
        ),
    };

    public static TheoryData<string, string> All
    {
        get
        {
            var all = new TheoryData<string, string>();
            foreach (string method in Methods)
            {
                foreach (string fault in Faults.Keys)
                    all.Add(method, fault);
            }
            return all;
        }
    }

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
                await AskEverythingAsync(adapter);
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

    private static async Task AskEverythingAsync(EvmChainAdapter adapter)
    {
        await adapter.VerifyIdentityAsync(None);
        await adapter.ReadNextNonceAsync(None);
        await adapter.ReadBalancesAsync(None);
        await adapter.InspectAsync(None);
        PreflightAnswer answer = (await adapter.PreflightAsync([Order], None))[0];
        answer.ShouldNotBeOfType<PreflightAnswer.NeverPayable>();
        SigningOutcome signing = await adapter.SignAsync(new SigningOrder([Order], 7), None);
        if (signing is SigningOutcome.Rejected rejected)
            rejected.Answer.ShouldNotBeOfType<PreflightAnswer.NeverPayable>();
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
