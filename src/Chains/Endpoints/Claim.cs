using System.Text.Json.Nodes;

namespace Settlement.Chains.Endpoints;

/// <summary>Compares the words of two endpoints: what they say of the chain must be equal, what they say of themselves
/// may differ.</summary>
internal static class Claim
{
    // What an endpoint tells of its own view, and what some clients leave out. All other evidence must be equal, so
    // that a fact nobody has thought of here keeps two endpoints apart instead of slipping through.
    private static readonly string[] s_ofTheWitness =
    [
        "endpoint",
        "finality",
        "look",
        "blockTime",
        "effectiveGasPriceWei",
        "transactionsAtFinalBlock",
    ];

    /// <summary>Whether the observation would end something or freeze a wallet.</summary>
    internal static bool IsWeighty(Observation said) =>
        said is Observation.Landed or Observation.Never or Observation.Contradiction;

    /// <summary>Whether both say the same of the chain.</summary>
    internal static bool IsSame(Observation one, Observation other) =>
        (one, other) switch
        {
            (Observation.Landed a, Observation.Landed b) => a.TransactionId == b.TransactionId
                && IsSame(a.Proof, b.Proof)
                && a.Transfers.Count == b.Transfers.Count
                && a.Transfers.Zip(b.Transfers).All(pair => IsSame(pair.First, pair.Second)),
            (Observation.Never a, Observation.Never b) => a.Reason == b.Reason
                && IsSame(a.Proof, b.Proof),
            // Both accuse; that they found it in other words changes nothing about what follows.
            (Observation.Contradiction, Observation.Contradiction) => true,
            _ => false,
        };

    /// <summary>In one or a few words, for people.</summary>
    internal static string Describe(Observation said) =>
        said switch
        {
            Observation.Landed => "landed",
            Observation.Never never => $"never ({never.Reason})",
            Observation.Contradiction contradiction => $"contradiction ({contradiction.Detail})",
            Observation.Included included => $"included ({included.Detail})",
            Observation.NotSeen notSeen => $"not seen ({notSeen.Detail})",
            Observation.Unknown unknown => $"unknown ({unknown.Cause})",
            _ => throw new InvalidOperationException("The union has six cases."),
        };

    /// <summary>What the second endpoint tells of its own view.</summary>
    internal static JsonObject OfTheWitness(Evidence proof)
    {
        JsonObject facts = Parse(proof);
        return new JsonObject([
            .. facts
                .Where(f => s_ofTheWitness.Contains(f.Key, StringComparer.Ordinal))
                .Select(f => KeyValuePair.Create(f.Key, f.Value?.DeepClone())),
        ]);
    }

    internal static JsonObject Parse(Evidence proof) => JsonNode.Parse(proof.Json)!.AsObject();

    private static bool IsSame(TransferResult one, TransferResult other) =>
        (one with { Proof = other.Proof }) == other && IsSame(one.Proof, other.Proof);

    private static bool IsSame(Evidence one, Evidence other) =>
        JsonNode.DeepEquals(OfTheChain(one), OfTheChain(other));

    private static JsonObject OfTheChain(Evidence proof)
    {
        JsonObject facts = Parse(proof);
        foreach (string name in s_ofTheWitness)
            facts.Remove(name);
        return facts;
    }
}
