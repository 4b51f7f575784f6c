using System.Globalization;
using System.Net.Http.Json;
using System.Numerics;
using System.Security.Cryptography;
using System.Text.Json.Nodes;
using SimpleBase;

namespace Settlement.EndToEnd.Tests.Networks;

/// <summary>The development chains, asked without any of the product's code.</summary>
internal static class DevNetworks
{
    public static readonly string[] Names = ["solana", "ethereum", "polygon"];

    private static readonly HttpClient s_http = new() { Timeout = TimeSpan.FromSeconds(10) };

    public static string Variable(string name) =>
        Environment.GetEnvironmentVariable(name)
        ?? throw new InvalidOperationException(
            $"{name} is not set; run ./test, which starts the chains."
        );

    /// <summary>What both hosts know of the networks.</summary>
    public static IReadOnlyDictionary<string, string> Settings()
    {
        var settings = new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["Networks__solana__Kind"] = "solana",
            ["Networks__solana__GenesisHash"] = Variable("SOLANA_GENESIS_HASH"),
            ["Networks__solana__Token"] = Variable("SOLANA_MINT"),
        };
        foreach (string network in Names)
        {
            string prefix = network.ToUpperInvariant();
            settings[$"Networks__{network}__RpcUrls__0"] = Variable($"{prefix}_RPC_URL");
            settings[$"Networks__{network}__Endpoints__AllowSingle"] = "true";
            settings[$"Networks__{network}__Wallet"] = Variable($"{prefix}_WALLET");
            settings[$"Networks__{network}__Decimals"] = "6";
            settings[$"Networks__{network}__MinPayoutMicro"] = "1000000";
            if (network == "solana")
                continue;
            settings[$"Networks__{network}__Kind"] = "evm";
            settings[$"Networks__{network}__ChainId"] = Variable($"{prefix}_CHAIN_ID");
            settings[$"Networks__{network}__Token"] = Variable($"{prefix}_TOKEN");
            settings[$"Networks__{network}__FinalityDepth"] = "2";
        }
        return settings;
    }

    public static IReadOnlyDictionary<string, string> KeySettings() =>
        Names.ToDictionary(
            network => $"Networks__{network}__KeyFile",
            network => Variable($"{network.ToUpperInvariant()}_KEY_FILE"),
            StringComparer.Ordinal
        );

    /// <summary>An address that has never held anything.</summary>
    public static string FreshAddress(string network) =>
        network == "solana"
            ? Base58.Bitcoin.Encode(RandomNumberGenerator.GetBytes(32))
            : $"0x{Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(20))}";

    /// <summary>What an address holds of the token, in micro-units.</summary>
    public static Task<BigInteger> BalanceAsync(string network, string address) =>
        network == "solana" ? SolanaBalanceAsync(address) : EvmBalanceAsync(network, address);

    /// <summary>The token refuses this address from now on.</summary>
    public static async Task BlacklistAsync(string network, string address)
    {
        string owner = await TokenOwnerAsync(network);
        // blacklist(address)
        string data = $"0xf9f92be4{address[2..].PadLeft(64, '0')}";
        await SendAsync(network, owner, Token(network), data);
    }

    public static string Token(string network) => Variable($"{network.ToUpperInvariant()}_TOKEN");

    /// <summary>Who may mint, and refuse whom he likes.</summary>
    public static async Task<string> TokenOwnerAsync(string network)
    {
        var call = new { to = Token(network), data = "0x8da5cb5b" };
        // owner()
        string word = (string)(await EvmAsync(network, "eth_call", call, "latest"))!;
        return $"0x{word[26..]}";
    }

    /// <summary>Sends a transaction of anybody's, as a development chain allows, and waits for its block.</summary>
    /// <param name="network">The network.</param>
    /// <param name="from">Whose.</param>
    /// <param name="to">The contract; null makes one.</param>
    /// <param name="data">The call.</param>
    /// <returns>The receipt.</returns>
    public static async Task<JsonNode> SendAsync(
        string network,
        string from,
        string? to,
        string data
    )
    {
        await EvmAsync(network, "anvil_impersonateAccount", from);
        await EvmAsync(network, "anvil_setBalance", from, "0x3635c9adc5dea00000");
        object transaction = to is null
            ? new { from, data }
            : new
            {
                from,
                to,
                data,
            };
        string hash = (string)(await EvmAsync(network, "eth_sendTransaction", transaction))!;
        JsonNode? receipt = null;
        await Product.Waiting.UntilAsync(
            $"transaction {hash} is in a block",
            TimeSpan.FromSeconds(20),
            async () =>
            {
                receipt = await EvmAsync(network, "eth_getTransactionReceipt", hash);
                return receipt is not null;
            }
        );
        return (string?)receipt!["status"] == "0x1"
            ? receipt
            : throw new InvalidOperationException($"Transaction {hash} failed: {receipt}");
    }

    /// <summary>Somebody who is not the product gives an address some of the token.</summary>
    /// <returns>The transaction.</returns>
    public static async Task<string> PayByHandAsync(string network, string address, long micro)
    {
        // mint(address,uint256)
        string data =
            $"0x40c10f19{Word(address[2..])}{Word(micro.ToString("x", CultureInfo.InvariantCulture))}";
        JsonNode receipt = await SendAsync(
            network,
            await TokenOwnerAsync(network),
            Token(network),
            data
        );
        return (string)receipt["transactionHash"]!;
    }

    private static string Word(string hex) => hex.PadLeft(64, '0');

    /// <summary>Stops or resumes Solana's blocks.</summary>
    public static async Task PauseSolanaAsync(bool paused)
    {
        using HttpResponseMessage answer = await s_http.PostAsJsonAsync(
            new Uri(new Uri(Variable("SOLANA_RPC_URL")), "/admin/slots"),
            new { paused }
        );
        answer.EnsureSuccessStatusCode();
    }

    private static async Task<BigInteger> EvmBalanceAsync(string network, string address)
    {
        string token = Variable($"{network.ToUpperInvariant()}_TOKEN");
        // balanceOf(address)
        string data = $"0x70a08231{address[2..].PadLeft(64, '0')}";
        string word = (string)
            (await EvmAsync(network, "eth_call", new { to = token, data }, "latest"))!;
        return BigInteger.Parse(
            $"0{word[2..]}",
            NumberStyles.HexNumber,
            CultureInfo.InvariantCulture
        );
    }

    private static async Task<BigInteger> SolanaBalanceAsync(string owner)
    {
        JsonNode? accounts = await CallAsync(
            Variable("SOLANA_RPC_URL"),
            "getTokenAccountsByOwner",
            owner,
            new { mint = Variable("SOLANA_MINT") },
            new { encoding = "base64", commitment = "confirmed" }
        );
        BigInteger sum = 0;
        foreach (JsonNode? account in accounts!["value"]!.AsArray())
        {
            byte[] data = Convert.FromBase64String((string)account!["account"]!["data"]![0]!);
            // SPL token account: the amount is a little-endian u64 at offset 64.
            sum += BitConverter.ToUInt64(data, 64);
        }
        return sum;
    }

    public static Task<JsonNode?> EvmAsync(
        string network,
        string method,
        params object[] parameters
    ) => CallAsync(Variable($"{network.ToUpperInvariant()}_RPC_URL"), method, parameters);

    private static async Task<JsonNode?> CallAsync(
        string url,
        string method,
        params object[] parameters
    )
    {
        using HttpResponseMessage response = await s_http.PostAsJsonAsync(
            new Uri(url),
            new
            {
                jsonrpc = "2.0",
                id = 1,
                method,
                @params = parameters,
            }
        );
        JsonNode body = JsonNode.Parse(await response.Content.ReadAsStringAsync())!;
        return body["error"] is { } error
            ? throw new InvalidOperationException($"{method}: {error}")
            : body["result"];
    }
}
