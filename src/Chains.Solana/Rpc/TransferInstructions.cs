using System.Buffers.Binary;
using System.Globalization;
using System.Text.Json;
using SimpleBase;

namespace Settlement.Chains.Solana.Rpc;

/// <summary>One transfer that the token program was told to make.</summary>
/// <param name="Place">Where in the transaction: the instruction, and after a dot the one that it called.</param>
/// <param name="From">Token account.</param>
/// <param name="To">Token account.</param>
/// <param name="BaseUnits">In the asset's smallest units.</param>
internal sealed record TransferInstruction(string Place, string From, string To, ulong BaseUnits);

/// <summary>A landed transaction with its transfers.</summary>
/// <param name="Landed">What it did to balances.</param>
/// <param name="Transfers">What the token program was told; null where the node did not record what programs called.</param>
internal sealed record LandedTransfers(
    LandedTransaction Landed,
    IReadOnlyList<TransferInstruction>? Transfers
);

/// <summary>Reads the token program's transfers out of an answer of <c>getTransaction</c>.</summary>
/// <remarks>Source: SPL Token, instructions Transfer (3) and TransferChecked (12). They throw on any other shape than the documented
/// one; <see cref="SolanaRpcClient"/> turns that into silence.</remarks>
internal static class TransferInstructions
{
    private const byte Transfer = 3;
    private const byte TransferChecked = 12;
    private const int AmountAt = 1;
    private const int TransferBytes = 9;

    /// <summary>Reads it; null where the node does not know the transaction.</summary>
    internal static LandedTransfers? Read(JsonElement result, string tokenProgram)
    {
        if (RpcReaders.Transaction(result) is not { } landed)
            return null;
        JsonElement meta = result.GetProperty("meta");
        JsonElement message = result.GetProperty("transaction").GetProperty("message");
        List<string> accounts = RpcReaders.AccountsOf(message, meta);
        bool isRecorded =
            meta.TryGetProperty("innerInstructions", out JsonElement inner)
            && inner.ValueKind == JsonValueKind.Array;
        if (!isRecorded)
            return new LandedTransfers(landed, null);

        List<TransferInstruction> found = [];
        int place = 0;
        foreach (JsonElement instruction in message.GetProperty("instructions").EnumerateArray())
            Add(found, instruction, $"instruction {Text(place++)}");
        foreach (JsonElement called in inner.EnumerateArray())
        {
            int caller = called.GetProperty("index").GetInt32();
            place = 0;
            foreach (JsonElement instruction in called.GetProperty("instructions").EnumerateArray())
                Add(found, instruction, $"instruction {Text(caller)}.{Text(place++)}");
        }
        return new LandedTransfers(landed, found);

        void Add(List<TransferInstruction> all, JsonElement instruction, string at)
        {
            string program = accounts[instruction.GetProperty("programIdIndex").GetInt32()];
            if (program == tokenProgram && Of(instruction, accounts, at) is { } transfer)
                all.Add(transfer);
        }
    }

    private static TransferInstruction? Of(
        JsonElement instruction,
        List<string> accounts,
        string place
    )
    {
        byte[] data = Base58.Bitcoin.Decode(RpcReaders.Text(instruction.GetProperty("data")));
        if (data.Length < TransferBytes || data[0] is not (Transfer or TransferChecked))
            return null;
        List<int> named =
        [
            .. instruction.GetProperty("accounts").EnumerateArray().Select(a => a.GetInt32()),
        ];
        // TransferChecked names the mint between the two accounts.
        int to = data[0] is Transfer ? 1 : 2;
        return new TransferInstruction(
            place,
            accounts[named[0]],
            accounts[named[to]],
            BinaryPrimitives.ReadUInt64LittleEndian(data.AsSpan(AmountAt))
        );
    }

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);
}
