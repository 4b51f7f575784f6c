using System.Buffers.Binary;
using System.Text.Json;
using Settlement.Chains.Solana.Addresses;

namespace Settlement.Chains.Solana.Tests.Nodes;

/// <summary>Accounts, statuses and transactions in the JSON of nodes.</summary>
internal static class Accounts
{
    internal static object Wallet(ulong lamports, bool executable = false) =>
        Account(lamports, Programs.System, [], executable);

    internal static object Program() => Account(1, Cluster.Key("loader"), new byte[36], true);

    /// <summary>A mint.</summary>
    /// <param name="decimals">Of its token.</param>
    /// <param name="program">Token where it is null.</param>
    /// <param name="extension">Of Token-2022.</param>
    /// <param name="slice">How much of its data the node gives.</param>
    internal static object Mint(
        byte decimals,
        PublicKey? program = null,
        byte[]? extension = null,
        int slice = int.MaxValue
    )
    {
        byte[] data = new byte[extension is null ? 82 : 166 + extension.Length];
        data[44] = decimals;
        data[45] = 1;
        if (extension is not null)
        {
            data[165] = 1;
            extension.CopyTo(data, 166);
        }
        return Account(1_461_600, program ?? Programs.Token, data, slice: slice);
    }

    internal static object Token(
        PublicKey mint,
        PublicKey owner,
        ulong baseUnits,
        bool frozen = false
    )
    {
        byte[] data = new byte[165];
        mint.Bytes.CopyTo(data);
        owner.Bytes.CopyTo(data.AsSpan(32));
        BinaryPrimitives.WriteUInt64LittleEndian(data.AsSpan(64), baseUnits);
        data[108] = (byte)(frozen ? 2 : 1);
        return Account(2_039_280, Programs.Token, data);
    }

    internal static object Account(
        ulong lamports,
        PublicKey owner,
        byte[] data,
        bool executable = false,
        int slice = int.MaxValue
    ) =>
        new
        {
            data = new[]
            {
                Convert.ToBase64String(data, 0, Math.Min(slice, data.Length)),
                "base64",
            },
            executable,
            lamports,
            owner = owner.ToString(),
            // What nodes print; more than a signed 64-bit number or a double holds.
            rentEpoch = ulong.MaxValue,
            space = data.Length,
        };

    /// <summary>An answer to getMultipleAccounts; accounts that are not listed do not exist.</summary>
    internal static Func<JsonElement, Answer> Of(IReadOnlyDictionary<string, object?> accounts) =>
        parameters => new Answer.Result(
            Cluster.InContext(
                Cluster.Slot,
                parameters[0]
                    .EnumerateArray()
                    .Select(a => accounts.GetValueOrDefault(a.GetString()!))
            )
        );

    /// <summary>An answer to getSignatureStatuses.</summary>
    internal static Func<JsonElement, Answer> Statuses(ulong slot, Func<string, object?> status) =>
        parameters => new Answer.Result(
            Cluster.InContext(
                slot,
                parameters[0].EnumerateArray().Select(s => status(s.GetString()!))
            )
        );

    internal static object Status(string level, ulong slot, object? err = null) =>
        new
        {
            slot,
            confirmations = level == "finalized" ? (int?)null : 1,
            err,
            confirmationStatus = level,
        };

    /// <summary>An answer to getTransaction: the first account pays, the others receive.</summary>
    internal static object Transaction(
        string signature,
        ulong slot,
        IReadOnlyList<(string Account, ulong? Before, ulong? After)> balances,
        object? err = null,
        string? owner = null,
        object? version = null
    ) =>
        new
        {
            slot,
            blockTime = 1_790_000_000,
            version = version ?? "legacy",
            transaction = new
            {
                signatures = new[] { signature },
                message = new { accountKeys = balances.Select(b => b.Account) },
            },
            meta = new
            {
                err,
                fee = 5_400,
                preTokenBalances = Rows(balances.Select(b => b.Before), owner),
                postTokenBalances = Rows(balances.Select(b => b.After), owner),
                loadedAddresses = new
                {
                    writable = Array.Empty<string>(),
                    @readonly = Array.Empty<string>(),
                },
            },
        };

    private static IEnumerable<object> Rows(IEnumerable<ulong?> amounts, string? owner) =>
        amounts
            .Select(
                (amount, index) =>
                    new
                    {
                        accountIndex = index,
                        mint = Cluster.Mint.ToString(),
                        owner,
                        uiTokenAmount = new { amount = $"{amount}", decimals = 6 },
                    }
            )
            .Where(row => row.uiTokenAmount.amount.Length > 0);
}
