using System.Text.Json.Nodes;

namespace Settlement.Chains;

/// <summary>Why a verdict says what it says, as a JSON object that people and programs can check against the chain.</summary>
/// <param name="Json">One JSON object.</param>
public sealed record Evidence(string Json)
{
    /// <summary>Evidence from a JSON object.</summary>
    public static Evidence Of(JsonObject facts)
    {
        ArgumentNullException.ThrowIfNull(facts);
        return new Evidence(facts.ToJsonString());
    }

    /// <inheritdoc />
    public override string ToString() => Json;
}
