using System.Text.Json.Nodes;

namespace Settlement.Chaos.Nodes;

/// <summary>Answers of a node that denies what exists. Whole and well formed: only another node can show that they are lies.</summary>
internal static class Lie
{
    /// <summary>Whether there is one for this method.</summary>
    public static bool Exists(string method) =>
        method
            is "eth_getTransactionReceipt"
                or "getSignatureStatuses"
                or "getTransaction"
                or "getSignaturesForAddress";

    /// <summary>Turns a true answer into one.</summary>
    public static string Of(string method, string truth)
    {
        JsonObject answer = JsonNode.Parse(truth)!.AsObject();
        if (!answer.ContainsKey("result"))
            return truth;
        if (method == "getSignatureStatuses")
        {
            JsonArray seen = answer["result"]!["value"]!.AsArray();
            for (int i = 0; i < seen.Count; i++)
                seen[i] = null;
        }
        else
        {
            answer["result"] = method == "getSignaturesForAddress" ? new JsonArray() : null;
        }
        return answer.ToJsonString();
    }
}
