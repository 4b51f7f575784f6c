using System.Globalization;
using System.Numerics;
using System.Text.Json.Nodes;
using Settlement.EndToEnd.Tests.Product;

namespace Settlement.EndToEnd.Tests.Networks;

/// <summary>A vault of its own on a development chain: nobody has used its numbers. Its operator is the token's owner, whose key
/// nothing else needs.</summary>
internal sealed record DevVault(string Network, string Address, string Operator)
{
    // keccak256("Transfer(address,address,uint256)") and keccak256("Paid(uint256[])").
    private const string Transfer =
        "0xddf252ad1be2c89b69c2b068fc378daa952ba7f163c4a11628f55a4df523b3ef";
    private const string Paid =
        "0x14b9fa6b65496a8d67d470a6619945176ad02cae56bb57a8e5b326fe3f4ec57b";
    private const long Funds = 1_000_000_000_000;

    public static async Task<DevVault> DeployAsync(string network, string? payer = null)
    {
        string token = DevNetworks.Token(network);
        string owner = await DevNetworks.TokenOwnerAsync(network);
        string artifact = Path.Combine(Repository.Root, ".local", "contracts", "PayoutVault.json");
        var bytecode = (string)JsonNode.Parse(await File.ReadAllTextAsync(artifact))!["bytecode"]!;
        // token, decimals, operator, treasury
        string wallet = payer ?? owner;
        string arguments = Word(token) + Number(6) + Word(wallet) + Word(owner);
        string made = (string)
            (await DevNetworks.SendAsync(network, owner, null, bytecode + arguments))![
                "contractAddress"
            ]!;
        // mint(address,uint256)
        await DevNetworks.SendAsync(
            network,
            owner,
            token,
            $"0x40c10f19{Word(made)}{Number(Funds)}"
        );
        return new DevVault(network, made, wallet);
    }

    /// <summary>Settings of a network that pays through it.</summary>
    public Dictionary<string, string> Settings()
    {
        string prefix = Network.ToUpperInvariant();
        return new Dictionary<string, string>(StringComparer.Ordinal)
        {
            [$"Networks__{Network}__Vault"] = Address,
            [$"Networks__{Network}__Wallet"] = Operator,
            [$"Networks__{Network}__KeyFile"] = DevNetworks.Variable(
                $"{prefix}_TOKEN_OWNER_KEY_FILE"
            ),
        };
    }

    /// <summary>What left it, in the order of the chain.</summary>
    public async Task<IReadOnlyList<VaultTransfer>> TransfersAsync()
    {
        JsonNode? logs = await LogsAsync(
            DevNetworks.Token(Network),
            Transfer,
            $"0x{Word(Address)}"
        );
        return
        [
            .. logs!
                .AsArray()
                .Select(log => new VaultTransfer(
                    (string)log!["transactionHash"]!,
                    $"0x{((string)log["topics"]![2]!)[26..]}",
                    Integer(((string)log["data"]!)[2..])
                )),
        ];
    }

    /// <summary>The numbers that it says it has paid, in the order of the chain.</summary>
    public async Task<IReadOnlyList<long>> NumbersAsync()
    {
        JsonNode? logs = await LogsAsync(Address, Paid);
        return
        [
            .. logs!
                .AsArray()
                // Offset word, length word, then the numbers.
                .SelectMany(log => ((string)log!["data"]!)[2..].Chunk(64).Skip(2))
                .Select(word => (long)Integer(new string(word))),
        ];
    }

    /// <summary>How many transactions its operator has sent.</summary>
    public async Task<long> NonceAsync() =>
        (long)Integer(
            (
                (string)
                    (
                        await DevNetworks.EvmAsync(
                            Network,
                            "eth_getTransactionCount",
                            Operator,
                            "latest"
                        )
                    )!
            )[2..]
        );

    private Task<JsonNode?> LogsAsync(string address, params string[] topics) =>
        DevNetworks.EvmAsync(
            Network,
            "eth_getLogs",
            new
            {
                address,
                topics,
                fromBlock = "0x0",
                toBlock = "latest",
            }
        );

    private static string Word(string address) => address[2..].ToLowerInvariant().PadLeft(64, '0');

    private static string Number(long number) =>
        number.ToString("x64", CultureInfo.InvariantCulture);

    private static BigInteger Integer(string digits) =>
        BigInteger.Parse($"0{digits}", NumberStyles.HexNumber, CultureInfo.InvariantCulture);
}

/// <summary>A transfer of the token out of a vault.</summary>
internal sealed record VaultTransfer(string TxHash, string To, BigInteger BaseUnits);
