using System.Text.Json;

namespace Settlement.Chains.Solana.Rpc;

/// <summary>Why a transaction fails, as nodes state it: a name, or an object around one. Source:
/// solana-transaction-error.</summary>
/// <param name="Name">The variant of TransactionError.</param>
/// <param name="Instruction">For InstructionError: index of the instruction that failed.</param>
/// <param name="Error">For InstructionError: the variant of InstructionError.</param>
/// <param name="CustomCode">For <c>Custom</c>: the program's own code.</param>
/// <param name="Account">For errors about an account: its index.</param>
internal sealed record TransactionFault(
    string Name,
    int? Instruction = null,
    string? Error = null,
    uint? CustomCode = null,
    int? Account = null
)
{
    internal const string InstructionError = "InstructionError";
    internal const string Custom = "Custom";

    /// <summary>Reads the JSON of <c>err</c>; null where there was no error.</summary>
    /// <exception cref="InvalidOperationException">The JSON has a shape that no error has.</exception>
    internal static TransactionFault? Read(JsonElement err)
    {
        if (err.ValueKind == JsonValueKind.Null)
            return null;
        if (err.ValueKind == JsonValueKind.String)
            return new TransactionFault(err.GetString()!);
        JsonProperty variant = err.EnumerateObject().First();
        return variant.Name == InstructionError
            ? ReadInstruction(variant.Value)
            : new TransactionFault(variant.Name, Account: AccountOf(variant.Value));
    }

    /// <summary>The error in the words of the node.</summary>
    public override string ToString()
    {
        string detail = CustomCode is { } code ? $"Custom({code})" : Error ?? "";
        return Instruction is { } index ? $"{Name} at {index}: {detail}" : Name;
    }

    // [index, "Name"] or [index, { "Custom": 17 }]
    private static TransactionFault ReadInstruction(JsonElement value)
    {
        int index = value[0].GetInt32();
        JsonElement error = value[1];
        if (error.ValueKind == JsonValueKind.String)
            return new TransactionFault(InstructionError, index, error.GetString());
        JsonProperty variant = error.EnumerateObject().First();
        uint? code = variant.Name == Custom ? variant.Value.GetUInt32() : null;
        return new TransactionFault(InstructionError, index, variant.Name, code);
    }

    private static int? AccountOf(JsonElement value) =>
        value.ValueKind == JsonValueKind.Object
        && value.TryGetProperty("account_index", out JsonElement index)
            ? index.GetInt32()
            : null;
}
