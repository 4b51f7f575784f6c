using System.Buffers.Binary;
using System.Globalization;
using System.Numerics;
using System.Text.Json.Nodes;
using Settlement.Chaos.Nodes;
using SimpleBase;

namespace Settlement.Chaos.Checking;

/// <summary>Reads what left a wallet on Solana: every final transaction of its token account, instruction by instruction.</summary>
internal sealed class SolanaReader(Network network) : IChainReader
{
    // TransferChecked of the token program: its number, and the amount behind it.
    private const byte TransferChecked = 12;
    private const int Parallelism = 4;
    private const int PerPage = 1_000;

    private string? _account;

    public string Network => network.Name;

    public async Task<long> HeightAsync(bool isFinal) =>
        (long)
            (
                await Rpc.CallAsync(
                    network.Url,
                    "getSlot",
                    new { commitment = isFinal ? "finalized" : "processed" }
                )
            )!;

    public async Task<BigInteger> BalanceAsync()
    {
        JsonNode? balance = await Rpc.CallAsync(
            network.Url,
            "getTokenAccountBalance",
            await AccountAsync(),
            new { commitment = "finalized" }
        );
        return BigInteger.Parse(
            (string)balance!["value"]!["amount"]!,
            CultureInfo.InvariantCulture
        );
    }

    public async Task<IReadOnlyList<ChainTransfer>> TransfersAsync()
    {
        string account = await AccountAsync();
        List<string> signatures = await SignaturesAsync(account);
        var transfers = new List<ChainTransfer>[signatures.Count];
        await Parallel.ForEachAsync(
            Enumerable.Range(0, signatures.Count),
            new ParallelOptions { MaxDegreeOfParallelism = Parallelism },
            async (i, _) => transfers[i] = await ReadAsync(signatures[i], account)
        );
        return [.. transfers.SelectMany(t => t)];
    }

    // Those that failed have moved nothing.
    private async Task<List<string>> SignaturesAsync(string account)
    {
        var signatures = new List<string>();
        string? before = null;
        while (true)
        {
            object options = before is null
                ? new { commitment = "finalized", limit = PerPage }
                : new
                {
                    commitment = "finalized",
                    limit = PerPage,
                    before,
                };
            JsonArray page = (
                await Rpc.CallAsync(network.Url, "getSignaturesForAddress", account, options)
            )!.AsArray();
            signatures.AddRange(
                page.Where(s => s!["err"] is null).Select(s => (string)s!["signature"]!)
            );
            if (page.Count < PerPage)
                return signatures;
            before = (string)page[^1]!["signature"]!;
        }
    }

    private async Task<List<ChainTransfer>> ReadAsync(string signature, string account)
    {
        JsonNode transaction = (
            await Rpc.CallAsync(
                network.Url,
                "getTransaction",
                signature,
                new
                {
                    commitment = "finalized",
                    encoding = "json",
                    maxSupportedTransactionVersion = 0,
                }
            )
        )!;
        JsonNode message = transaction["transaction"]!["message"]!;
        string[] keys = [.. message["accountKeys"]!.AsArray().Select(k => (string)k!)];
        Dictionary<int, string> owners = transaction["meta"]!["postTokenBalances"]!
            .AsArray()
            .ToDictionary(b => (int)b!["accountIndex"]!, b => (string)b!["owner"]!);
        var transfers = new List<ChainTransfer>();
        foreach (JsonNode? instruction in message["instructions"]!.AsArray())
        {
            int[] accounts = [.. instruction!["accounts"]!.AsArray().Select(a => (int)a!)];
            byte[] data = Base58.Bitcoin.Decode((string)instruction["data"]!);
            // Source, mint, destination, authority.
            bool isOurs =
                data is [TransferChecked, ..]
                && accounts.Length >= 4
                && keys[accounts[0]] == account
                && keys[accounts[1]] == network.Token;
            if (!isOurs)
                continue;
            ulong amount = BinaryPrimitives.ReadUInt64LittleEndian(data.AsSpan(1));
            transfers.Add(new ChainTransfer(network.Name, signature, owners[accounts[2]], amount));
        }
        return transfers;
    }

    private async Task<string> AccountAsync() =>
        _account ??= (string)
            (
                await Rpc.CallAsync(
                    network.Url,
                    "getTokenAccountsByOwner",
                    network.Wallet,
                    new { mint = network.Token },
                    new { commitment = "finalized", encoding = "base64" }
                )
            )!["value"]![0]!["pubkey"]!;
}
