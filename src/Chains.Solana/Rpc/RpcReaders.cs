using System.Globalization;
using System.Text.Json;
using Settlement.Chains.Solana.Addresses;

namespace Settlement.Chains.Solana.Rpc;

/// <summary>Reads the results of RPC methods. Amounts are u64 and stay so: they exceed what a double holds.</summary>
/// <remarks>They throw on any other shape than the documented one; <see cref="SolanaRpcClient"/> turns that into
/// silence.</remarks>
internal static class RpcReaders
{
    // Twice the 150 blocks for which a block hash lives.
    private const ulong MaxBlocksAhead = 300;

    internal static RecentBlockhash Blockhash(JsonElement result)
    {
        JsonElement value = result.GetProperty("value");
        ulong slot = SlotOf(result);
        ulong lastValid = value.GetProperty("lastValidBlockHeight").GetUInt64();
        // There are no more blocks than slots: what lies further ahead could not be waited for.
        if (lastValid > slot + MaxBlocksAhead)
            throw new FormatException("A last valid block height that no block hash has.");
        return new RecentBlockhash(
            slot,
            PublicKey.Parse(Text(value.GetProperty("blockhash"))),
            lastValid
        );
    }

    internal static bool Validity(JsonElement result, ulong minContextSlot) =>
        SlotOf(result) >= minContextSlot
            ? result.GetProperty("value").GetBoolean()
            : throw new FormatException("The node answered from an older state.");

    internal static ChainHead Head(JsonElement result) =>
        new(
            result.GetProperty("absoluteSlot").GetUInt64(),
            result.GetProperty("blockHeight").GetUInt64()
        );

    internal static SignatureStatuses Statuses(JsonElement result, int asked) =>
        new(SlotOf(result), All(result.GetProperty("value"), asked, Status));

    internal static AccountStates Accounts(JsonElement result, int asked) =>
        new(SlotOf(result), All(result.GetProperty("value"), asked, Account));

    internal static SimulationResult Simulation(JsonElement result)
    {
        JsonElement value = result.GetProperty("value");
        bool counted =
            value.TryGetProperty("unitsConsumed", out JsonElement units)
            && units.ValueKind == JsonValueKind.Number;
        return new SimulationResult(
            TransactionFault.Read(value.GetProperty("err")),
            counted ? units.GetUInt64() : null
        );
    }

    internal static IReadOnlyList<ulong> Fees(JsonElement result) =>
        [.. result.EnumerateArray().Select(f => f.GetProperty("prioritizationFee").GetUInt64())];

    internal static IReadOnlyList<ListedSignature> Listed(JsonElement result) =>
        [
            .. result
                .EnumerateArray()
                .Select(e => new ListedSignature(
                    Text(e.GetProperty("signature")),
                    e.GetProperty("slot").GetUInt64()
                )),
        ];

    internal static LandedTransaction? Transaction(JsonElement result)
    {
        if (result.ValueKind == JsonValueKind.Null)
            return null;
        RequireKnownVersion(result);
        JsonElement meta = result.GetProperty("meta");
        JsonElement transaction = result.GetProperty("transaction");
        List<string> accounts = AccountsOf(transaction.GetProperty("message"), meta);
        JsonElement time = result.GetProperty("blockTime");
        return new LandedTransaction(
            result.GetProperty("slot").GetUInt64(),
            time.ValueKind == JsonValueKind.Number ? time.GetInt64() : null,
            Text(transaction.GetProperty("signatures")[0]),
            meta.GetProperty("fee").GetUInt64(),
            TransactionFault.Read(meta.GetProperty("err")),
            Balances(meta.GetProperty("preTokenBalances"), accounts),
            Balances(meta.GetProperty("postTokenBalances"), accounts)
        )
        {
            Signers = SignersOf(transaction.GetProperty("message"), accounts),
        };
    }

    // A newer form may keep accounts and balances elsewhere: what would be read of it may not be all. Old nodes name no version.
    private static void RequireKnownVersion(JsonElement result)
    {
        bool isKnown =
            !result.TryGetProperty("version", out JsonElement version)
            || version.ValueKind == JsonValueKind.Null
            || (version.ValueKind == JsonValueKind.String && version.GetString() == "legacy")
            || (version.ValueKind == JsonValueKind.Number && version.GetInt64() == 0);
        if (!isKnown)
            throw new FormatException("A transaction of a form that is not known here.");
    }

    private static List<string>? SignersOf(JsonElement message, List<string> accounts) =>
        message.TryGetProperty("header", out JsonElement header)
            ? accounts[..header.GetProperty("numRequiredSignatures").GetInt32()]
            : null;

    private static SignatureStatus Status(JsonElement status)
    {
        // Old nodes leave confirmationStatus out; there, "confirmations": null means rooted.
        bool named =
            status.TryGetProperty("confirmationStatus", out JsonElement name)
            && name.ValueKind == JsonValueKind.String;
        bool rooted = status.GetProperty("confirmations").ValueKind == JsonValueKind.Null;
        Commitment commitment = (named ? name.GetString() : null) switch
        {
            "finalized" => Commitment.Finalized,
            "confirmed" => Commitment.Confirmed,
            "processed" => Commitment.Processed,
            null => rooted ? Commitment.Finalized : Commitment.Processed,
            _ => throw new FormatException("An unknown confirmation status."),
        };
        return new SignatureStatus(
            status.GetProperty("slot").GetUInt64(),
            commitment,
            TransactionFault.Read(status.GetProperty("err"))
        );
    }

    private static AccountState Account(JsonElement account)
    {
        byte[] data = account.GetProperty("data")[0].GetBytesFromBase64();
        // Old nodes leave the space out; then the slice tells at least whether there is more than it.
        bool sized = account.TryGetProperty("space", out JsonElement space);
        return new AccountState(
            account.GetProperty("lamports").GetUInt64(),
            PublicKey.Parse(Text(account.GetProperty("owner"))),
            account.GetProperty("executable").GetBoolean(),
            sized ? space.GetUInt64() : (ulong)data.Length,
            data
        );
    }

    // Indexes count the static accounts first, then those that lookup tables load: written ones before read ones.
    internal static List<string> AccountsOf(JsonElement message, JsonElement meta)
    {
        List<string> accounts = [.. Strings(message.GetProperty("accountKeys"))];
        if (
            meta.TryGetProperty("loadedAddresses", out JsonElement loaded)
            && loaded.ValueKind == JsonValueKind.Object
        )
        {
            accounts.AddRange(Strings(loaded.GetProperty("writable")));
            accounts.AddRange(Strings(loaded.GetProperty("readonly")));
        }
        return accounts;
    }

    private static IEnumerable<string> Strings(JsonElement array) =>
        array.EnumerateArray().Select(Text);

    private static List<TokenBalance> Balances(JsonElement rows, List<string> accounts) =>
        [.. rows.EnumerateArray().Select(row => Balance(row, accounts))];

    private static TokenBalance Balance(JsonElement row, List<string> accounts)
    {
        string amount = Text(row.GetProperty("uiTokenAmount").GetProperty("amount"));
        bool owned = row.TryGetProperty("owner", out JsonElement owner);
        return new TokenBalance(
            accounts[row.GetProperty("accountIndex").GetInt32()],
            Text(row.GetProperty("mint")),
            owned ? owner.GetString() : null,
            ulong.Parse(amount, NumberStyles.None, CultureInfo.InvariantCulture)
        );
    }

    private static List<T?> All<T>(JsonElement array, int asked, Func<JsonElement, T> read)
        where T : class
    {
        List<T?> all =
        [
            .. array
                .EnumerateArray()
                .Select(e => e.ValueKind == JsonValueKind.Null ? null : read(e)),
        ];
        return all.Count == asked
            ? all
            : throw new FormatException("The node answered another number of questions.");
    }

    internal static string Text(JsonElement value) =>
        value.GetString() ?? throw new FormatException("A text is missing.");

    private static ulong SlotOf(JsonElement result) =>
        result.GetProperty("context").GetProperty("slot").GetUInt64();
}
