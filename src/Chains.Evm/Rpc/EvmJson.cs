using System.Diagnostics.CodeAnalysis;
using System.Text.Json;
using Settlement.Chains.Evm.Addresses;
using Settlement.Chains.Evm.Encoding;

namespace Settlement.Chains.Evm.Rpc;

/// <summary>Reads what nodes write. Whatever lacks its prescribed form throws <see cref="JsonException"/>.</summary>
internal static class EvmJson
{
    private const int HashBytes = 32;

    internal static UInt128 Quantity(JsonElement value) =>
        value.ValueKind == JsonValueKind.String
        && Hex.TryQuantity(value.GetString(), out UInt128 quantity)
            ? quantity
            : throw new JsonException("not a quantity");

    internal static ulong Number(JsonElement value)
    {
        UInt128 quantity = Quantity(value);
        return quantity <= ulong.MaxValue
            ? (ulong)quantity
            : throw new JsonException("a number beyond 64 bits");
    }

    internal static byte[] Data(JsonElement value) =>
        value.ValueKind == JsonValueKind.String && Hex.TryData(value.GetString(), out byte[]? data)
            ? data
            : throw new JsonException("not data");

    internal static string Hash(JsonElement value)
    {
        byte[] hash = Data(value);
        return hash.Length == HashBytes ? Hex.Data(hash) : throw new JsonException("not a hash");
    }

    /// <summary>A block; null where the node knows none.</summary>
    internal static EvmBlock? Block(JsonElement value) =>
        value.ValueKind == JsonValueKind.Null
            ? null
            : new EvmBlock(Number(Field(value, "number")), Hash(Field(value, "hash")));

    /// <summary>A receipt; null where the node knows none.</summary>
    internal static EvmReceipt? Receipt(JsonElement value)
    {
        if (value.ValueKind == JsonValueKind.Null)
            return null;
        return new EvmReceipt(
            Hash(Field(value, "transactionHash")),
            Number(Field(value, "blockNumber")),
            Hash(Field(value, "blockHash")),
            Number(Field(value, "status")) switch
            {
                0 => false,
                1 => true,
                _ => throw new JsonException("a status other than 0 and 1"),
            },
            Number(Field(value, "gasUsed")),
            Has(value, "effectiveGasPrice", out JsonElement price) ? Quantity(price) : null,
            [.. Items(Field(value, "logs")).Select(Log)]
        );
    }

    /// <summary>Logs that were found; one that is not in a block yet has no form to read.</summary>
    internal static IReadOnlyList<EvmFoundLog> FoundLogs(JsonElement value) =>
        [
            .. Items(value)
                .Select(log => new EvmFoundLog(
                    Hash(Field(log, "transactionHash")),
                    Number(Field(log, "blockNumber")),
                    Log(log)
                )),
        ];

    /// <summary>The transactions of a block that was asked for with them.</summary>
    internal static IReadOnlyList<EvmSent> Sent(JsonElement value, ulong number)
    {
        if (value.ValueKind == JsonValueKind.Null)
            return [];
        if (Number(Field(value, "number")) != number)
            throw new JsonException("another block's number");
        return
        [
            .. Items(Field(value, "transactions"))
                .Select(t => new EvmSent(
                    Hash(Field(t, "hash")),
                    Address(Field(t, "from")),
                    Number(Field(t, "nonce")),
                    Has(t, "to", out JsonElement to) ? Address(to) : null,
                    Quantity(Field(t, "value")),
                    Data(Field(t, "input"))
                )),
        ];
    }

    private static EvmAddress Address(JsonElement value) =>
        new(Sized(Data(value), EvmAddress.Length));

    internal static EvmFeeHistory FeeHistory(JsonElement value)
    {
        JsonElement[] baseFees = Items(Field(value, "baseFeePerGas"));
        if (baseFees.Length == 0)
            throw new JsonException("no base fee");
        JsonElement[] rewards = Has(value, "reward", out JsonElement reward) ? Items(reward) : [];
        return new EvmFeeHistory(
            Quantity(baseFees[^1]),
            [.. rewards.Select(Items).Where(r => r.Length > 0).Select(r => Quantity(r[0]))]
        );
    }

    private static EvmLog Log(JsonElement value) =>
        new(
            new EvmAddress(Sized(Data(Field(value, "address")), EvmAddress.Length)),
            [.. Items(Field(value, "topics")).Select(t => Sized(Data(t), HashBytes))],
            Data(Field(value, "data")),
            Number(Field(value, "logIndex")),
            Has(value, "removed", out JsonElement removed)
                && removed.ValueKind != JsonValueKind.False
        );

    private static byte[] Sized(byte[] bytes, int length) =>
        bytes.Length == length ? bytes : throw new JsonException($"not {length} bytes");

    private static JsonElement[] Items(JsonElement value) =>
        value.ValueKind == JsonValueKind.Array
            ? [.. value.EnumerateArray()]
            : throw new JsonException("not an array");

    private static JsonElement Field(JsonElement value, string name) =>
        Has(value, name, out JsonElement field) ? field : throw new JsonException($"no {name}");

    private static bool Has(
        JsonElement value,
        string name,
        [NotNullWhen(true)] out JsonElement field
    )
    {
        if (value.ValueKind != JsonValueKind.Object)
            throw new JsonException("not an object");
        return value.TryGetProperty(name, out field) && field.ValueKind != JsonValueKind.Null;
    }
}
