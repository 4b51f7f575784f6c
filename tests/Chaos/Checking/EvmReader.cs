using System.Globalization;
using System.Numerics;
using System.Text.Json.Nodes;
using Settlement.Chaos.Nodes;

namespace Settlement.Chaos.Checking;

/// <summary>Reads what left a wallet on an EVM chain: the token's own log, up to the final block.</summary>
internal sealed class EvmReader(Network network) : IChainReader
{
    // keccak256("Transfer(address,address,uint256)"), EIP-20.
    private const string Transfer =
        "0xddf252ad1be2c89b69c2b068fc378daa952ba7f163c4a11628f55a4df523b3ef";
    private const string BalanceOf = "0x70a08231";
    private const int BlocksAtOnce = 5_000;

    public string Network => network.Name;

    public async Task<long> HeightAsync(bool isFinal)
    {
        JsonNode? block = await Rpc.CallAsync(
            network.Url,
            "eth_getBlockByNumber",
            isFinal ? "finalized" : "latest",
            false
        );
        return (long)Number(block!["number"]);
    }

    public async Task<BigInteger> BalanceAsync()
    {
        var call = new { to = network.Token, data = BalanceOf + Word(network.Wallet) };
        return Number(await Rpc.CallAsync(network.Url, "eth_call", call, "finalized"));
    }

    public async Task<IReadOnlyList<ChainTransfer>> TransfersAsync()
    {
        long last = await HeightAsync(isFinal: true);
        var transfers = new List<ChainTransfer>();
        for (long from = 0; from <= last; from += BlocksAtOnce)
        {
            var filter = new
            {
                address = network.Token,
                fromBlock = Hex(from),
                toBlock = Hex(Math.Min(last, from + BlocksAtOnce - 1)),
                topics = new[] { Transfer, $"0x{Word(network.Wallet)}" },
            };
            JsonNode? logs = await Rpc.CallAsync(network.Url, "eth_getLogs", filter);
            transfers.AddRange(logs!.AsArray().Select(Read));
        }
        return transfers;
    }

    private ChainTransfer Read(JsonNode? log) =>
        new(
            network.Name,
            (string)log!["transactionHash"]!,
            $"0x{((string)log["topics"]![2]!)[26..]}",
            Number(log["data"])
        );

    private static string Word(string address) => address[2..].ToLowerInvariant().PadLeft(64, '0');

    private static string Hex(long number) =>
        string.Create(CultureInfo.InvariantCulture, $"0x{number:x}");

    private static BigInteger Number(JsonNode? hex) =>
        BigInteger.Parse(
            $"0{((string)hex!)[2..]}",
            NumberStyles.HexNumber,
            CultureInfo.InvariantCulture
        );
}
