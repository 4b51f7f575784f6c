namespace Settlement.Chains.Tests;

/// <summary>What specs of faults share, whatever the network.</summary>
public static class EveryFault
{
    /// <summary>Stands for the call's id in a body.</summary>
    private const string Id = ScriptedReply.Http.Id;

    /// <summary>Answers outside JSON-RPC, or beside it: status and body.</summary>
    public static IReadOnlyDictionary<string, (int Status, string Body)> OfHttp { get; } =
        new Dictionary<string, (int, string)>(StringComparer.Ordinal)
        {
            ["HTTP 429"] = (429, "slow down"),
            ["HTTP 500"] = (500, "oops"),
            ["HTTP 502"] = (502, "<html>bad gateway</html>"),
            ["HTML"] = (200, "<html>Just a moment...</html>"),
            ["empty body"] = (200, ""),
            ["half an answer"] = (200, $$"""{"jsonrpc":"2.0","id":{{Id}},"res"""),
            ["neither result nor error"] = (200, $$"""{"jsonrpc":"2.0","id":{{Id}}}"""),
            ["another id"] = (200, """{"jsonrpc":"2.0","id":99999,"result":"0x1"}"""),
            ["half a surrogate pair"] = (
                200,
                $$"""{"jsonrpc":"2.0","id":{{Id}},"result":"\ud800"}"""
            ),
        };

    /// <summary>Each fault of each method.</summary>
    public static TheoryData<string, string> Of(
        IEnumerable<string> methods,
        IReadOnlyCollection<string> faults
    )
    {
        var all = new TheoryData<string, string>();
        foreach (string method in methods)
        {
            foreach (string fault in faults)
                all.Add(method, fault);
        }
        return all;
    }

    /// <summary>Asks what is asked before anything is sent: nobody fails by it.</summary>
    public static async Task AskEverythingAsync(
        IChainAdapter adapter,
        TransferOrder order,
        ulong? nonce
    )
    {
        ArgumentNullException.ThrowIfNull(adapter);
        await adapter.VerifyIdentityAsync(default);
        await adapter.ReadNextNonceAsync(default);
        await adapter.ReadBalancesAsync(default);
        await adapter.InspectAsync(default);
        PreflightAnswer answer = (await adapter.PreflightAsync([order], default))[0];
        answer.ShouldNotBeOfType<PreflightAnswer.NeverPayable>();
        SigningOutcome signing = await adapter.SignAsync(new SigningOrder([order], nonce), default);
        if (signing is SigningOutcome.Rejected rejected)
            rejected.Answer.ShouldNotBeOfType<PreflightAnswer.NeverPayable>();
    }
}
