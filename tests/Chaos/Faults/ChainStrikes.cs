using System.Text.Json.Nodes;
using Settlement.Chaos.Nodes;

namespace Settlement.Chaos.Faults;

/// <summary>What the chains do to everybody.</summary>
internal sealed class ChainStrikes(IReadOnlyList<Network> networks, NodeWeather weather)
{
    private const int SlotsToExpiry = 170;
    private const int MaxTries = 10;
    private static readonly TimeSpan s_pause = TimeSpan.FromMilliseconds(400);

    private readonly Network _solana = networks.Single(n => n.IsSolana);

    public IEnumerable<KeyValuePair<string, Strike>> All =>
        [
            new(FaultKinds.EvmFork, ForkEvmAsync),
            new(FaultKinds.SolanaFork, ForkSolanaAsync),
            new(FaultKinds.SolanaExpiry, ExpireAsync),
        ];

    // A block is final two blocks later: no deeper fork is lawful. A fork of empty blocks would harm nobody.
    private async Task<string?> ForkEvmAsync(Dice dice)
    {
        Network network = dice.Of(networks.Where(n => !n.IsSolana).ToList());
        int depth = dice.Next(1, 3);
        int gone = 0;
        for (int i = 0; i < MaxTries && gone == 0; i++)
        {
            if (i > 0)
                await Task.Delay(s_pause);
            JsonNode? block = await Rpc.CallAsync(
                network.Url,
                "eth_getBlockByNumber",
                "latest",
                false
            );
            gone = block!["transactions"]!.AsArray().Count;
        }
        await Rpc.CallAsync(network.Url, "anvil_reorg", depth, new JsonArray());
        return $"{network.Name}, {depth} blocks, {gone} transactions in the newest";
    }

    private async Task<string?> ForkSolanaAsync(Dice dice)
    {
        int depth = dice.Next(3, 8);
        int relandAfter = dice.Chance(0.5) ? dice.Next(1, 10) : 0;
        int gone = 0;
        for (int i = 0; i < MaxTries && gone == 0; i++)
        {
            if (i > 0)
                await Task.Delay(s_pause);
            JsonNode answer = await Rpc.AdminAsync(
                _solana.Url,
                "fork",
                new
                {
                    depth,
                    forget = "all",
                    relandAfter,
                }
            );
            gone = answer["lost"]!.AsArray().Count;
        }
        return $"solana, {depth} slots, {gone} transactions gone{(relandAfter > 0 ? " for a while" : "")}";
    }

    // What is sent meanwhile is dropped, and then it is too late for it.
    private async Task<string?> ExpireAsync(Dice dice)
    {
        var drops = new NodeFault(Trouble.Drops, _solana.Name, node: null);
        TimeSpan length = dice.Seconds(1.5, 3);
        for (int i = 0; i < MaxTries && drops.Hits == 0; i++)
            await weather.LastAsync(drops, length);
        await Rpc.AdminAsync(_solana.Url, "slots", new { advance = SlotsToExpiry });
        return $"solana, {drops.Hits} sends";
    }
}
