using System.Globalization;
using System.Security.Cryptography;
using System.Text.Json;
using Microsoft.Extensions.Logging.Abstractions;
using Settlement.Chains.Endpoints;
using Settlement.Chains.Evm.Addresses;
using Settlement.Chains.Evm.Encoding;
using Settlement.Chains.Evm.Signing;
using Settlement.Chains.Evm.Transactions;
using Settlement.Chains.JsonRpc;
using Settlement.Chains.Signing;

namespace Settlement.Chains.Evm.Tests.Chain;

/// <summary>The development chain that ./test starts: its addresses come from the environment.</summary>
public sealed class EthereumChain : IDisposable
{
    private const ulong Gwei = 1_000_000_000;

    private static long s_number = TimeProvider.System.GetUtcNow().ToUnixTimeMilliseconds() * 1_000;

    private readonly HttpClient _http = new();
    private readonly JsonRpcClient _rpc;
    private readonly EvmAddress _token = EvmAddress.Parse(Setting("TOKEN"));

    public EthereumChain()
    {
        _rpc = new JsonRpcClient(_http, new Uri(RpcUrl), TimeSpan.FromSeconds(20));
    }

    public static string RpcUrl => Setting("RPC_URL");

    public static ulong ChainId => ulong.Parse(Setting("CHAIN_ID"), CultureInfo.InvariantCulture);

    public static string Wallet => Setting("WALLET");

    public static string Vault => Setting("VAULT");

    /// <summary>A transfer that no vault of the chain has made yet.</summary>
    public static TransferOrder FreshOrder(long micro = 1_000_000) =>
        new(Interlocked.Increment(ref s_number), FreshAddress(), micro);

    public static string FreshAddress() =>
        new EvmAddress(RandomNumberGenerator.GetBytes(EvmAddress.Length)).ToString();

    /// <summary>Final after a few blocks, as the development chain's finalized tag is.</summary>
    public static EvmOptions Options(ulong depth = 3) =>
        new()
        {
            ChainId = ChainId,
            RpcUrls = [RpcUrl],
            Token = Setting("TOKEN"),
            Wallet = Wallet,
            FinalityDepth = depth,
            MaxFeePerGasWei = 500 * Gwei,
            MinTipWei = Gwei,
            RpcTimeout = TimeSpan.FromSeconds(20),
            Endpoints = new EndpointPolicy { AllowSingle = true },
        };

    /// <summary>The same, paying through the vault.</summary>
    public static EvmOptions VaultOptions(ulong depth = 3)
    {
        EvmOptions options = Options(depth);
        options.Vault = Vault;
        return options;
    }

    public static Secp256k1Signer WalletSigner() =>
        Secp256k1Signer.FromText(KeyFile.Read(Setting("KEY_FILE")));

    public EvmChainAdapter Adapter(EvmOptions options, ISigner? signer = null) =>
        EvmChainAdapter.Create(
            new NetworkId("ethereum"),
            options,
            _http,
            signer ?? WalletSigner(),
            NullLogger.Instance
        );

    public Task<UInt128> BalanceOfAsync(string owner) => BalanceOfAsync(_token, owner);

    public Task MineAsync(int blocks) => CallAsync("anvil_mine", Hex.Quantity((UInt128)blocks));

    /// <summary>The next block's base fee; those after it fall by an eighth while they are empty.</summary>
    public Task SetNextBaseFeeAsync(UInt128 wei) =>
        CallAsync("anvil_setNextBlockBaseFeePerGas", Hex.Quantity(wei));

    public async Task<string> SnapshotAsync() => (await CallAsync("evm_snapshot")).GetString()!;

    /// <summary>Abandons every block since the snapshot.</summary>
    public Task RevertAsync(string snapshot) => CallAsync("evm_revert", snapshot);

    /// <summary>Writes an account's code, as a delegation of it would.</summary>
    public Task SetCodeAsync(string account, string code) =>
        CallAsync("anvil_setCode", account, code);

    /// <summary>Sends something at the wallet's next nonce, as somebody else would who has its key.</summary>
    /// <param name="gwei">Its tip; twice as much at most, base fee included.</param>
    /// <returns>Its hash.</returns>
    public async Task<string> SendAsStrangerAsync(ulong gwei)
    {
        using Secp256k1Signer thief = WalletSigner();
        UInt128 tip = gwei * Gwei;
        var foreign = new Eip1559Transaction(
            ChainId,
            await NonceOfAsync(Wallet),
            tip,
            2 * tip,
            21_000,
            EvmAddress.Parse(FreshAddress()),
            default
        );
        return await SendRawAsync(foreign, thief);
    }

    public Task BlacklistAsync(string account) => AsTokenOwnerAsync("f9f92be4", account);

    public Task UnBlacklistAsync(string account) => AsTokenOwnerAsync("1a895266", account);

    public Task PauseAsync() => AsTokenOwnerAsync("8456cb59");

    public Task UnpauseAsync() => AsTokenOwnerAsync("3f4ba83a");

    /// <summary>A new contract, made by an account that the chain lets anybody use.</summary>
    /// <param name="source">Below the repository.</param>
    /// <param name="arguments">ABI words for its constructor.</param>
    public async Task<EvmAddress> DeployAsync(string source, params byte[][] arguments)
    {
        byte[] bytecode = await Contracts.CompileAsync(source);
        JsonElement receipt = await AsAnybodyAsync(
            null,
            [.. bytecode, .. arguments.SelectMany(a => a)]
        );
        return EvmAddress.Parse(receipt.GetProperty("contractAddress").GetString()!);
    }

    /// <summary>Calls a contract as somebody who has no rights there.</summary>
    public Task CallAsync(EvmAddress contract, byte[] data) => AsAnybodyAsync(contract, data);

    /// <summary>What an address holds of another token.</summary>
    public async Task<UInt128> BalanceOfAsync(EvmAddress token, string owner)
    {
        JsonElement result = await CallAsync(
            "eth_call",
            new
            {
                to = token.ToString(),
                data = Hex.Data(Erc20.BalanceOf(EvmAddress.Parse(owner))),
            },
            "latest"
        );
        Hex.TryData(result.GetString(), out byte[]? word).ShouldBeTrue();
        return Erc20.ReadInteger(word).ShouldNotBeNull();
    }

    public void Dispose() => _http.Dispose();

    private async Task<JsonElement> AsAnybodyAsync(EvmAddress? to, byte[] data)
    {
        const string Anybody = "0x00000000000000000000000000000000000A11CE";
        await CallAsync("anvil_impersonateAccount", Anybody);
        await CallAsync("anvil_setBalance", Anybody, "0xde0b6b3a7640000000");
        JsonElement hash = await CallAsync(
            "eth_sendTransaction",
            new
            {
                from = Anybody,
                to = to?.ToString(),
                data = Hex.Data(data),
            }
        );
        await MineAsync(1);
        JsonElement receipt = await CallAsync("eth_getTransactionReceipt", hash.GetString());
        receipt.GetProperty("status").GetString().ShouldBe("0x1");
        return receipt;
    }

    private async Task AsTokenOwnerAsync(string selector, params string[] accounts)
    {
        using var owner = Secp256k1Signer.FromText(KeyFile.Read(Setting("TOKEN_OWNER_KEY_FILE")));
        byte[] call =
        [
            .. Convert.FromHexString(selector),
            .. accounts.SelectMany(a => Erc20.Word(EvmAddress.Parse(a))),
        ];
        var transaction = new Eip1559Transaction(
            ChainId,
            await NonceOfAsync(owner.Address),
            Gwei,
            500 * Gwei,
            200_000,
            _token,
            call
        );
        string hash = await SendRawAsync(transaction, owner);
        await MineAsync(1);
        JsonElement receipt = await CallAsync("eth_getTransactionReceipt", hash);
        receipt.GetProperty("status").GetString().ShouldBe("0x1");
    }

    private async Task<ulong> NonceOfAsync(string account)
    {
        JsonElement count = await CallAsync("eth_getTransactionCount", account, "latest");
        Hex.TryQuantity(count.GetString(), out UInt128 nonce).ShouldBeTrue();
        return (ulong)nonce;
    }

    private async Task<string> SendRawAsync(Eip1559Transaction transaction, Secp256k1Signer signer)
    {
        byte[] compact = await signer.SignAsync(transaction.SigningHash(), CancellationToken.None);
        byte[] raw = transaction.ToSignedBytes(EvmSignature.FromCompact(compact)!);
        await CallAsync("eth_sendRawTransaction", Hex.Data(raw));
        return Eip1559Transaction.HashOf(raw);
    }

    private async Task<JsonElement> CallAsync(string method, params object?[] parameters)
    {
        JsonRpcReply reply = await _rpc.CallAsync(method, parameters, CancellationToken.None);
        return reply.ShouldBeOfType<JsonRpcReply.Result>(reply.ToString()).Value;
    }

    private static string Setting(string name)
    {
        string variable = $"ETHEREUM_{name}";
        string? value = Environment.GetEnvironmentVariable(variable);
        return string.IsNullOrEmpty(value)
            ? throw new InvalidOperationException(
                $"{variable} is not set: this test needs the development chains. Run ./test."
            )
            : value;
    }
}

/// <summary>One class at a time uses the wallet: nonces are taken in order.</summary>
[CollectionDefinition(Name)]
public sealed class EthereumCollection : ICollectionFixture<EthereumChain>
{
    public const string Name = "ethereum";
}
