using System.Buffers.Binary;
using System.Net.Http.Json;
using System.Security.Cryptography;
using System.Text.Json;
using Settlement.Chains.Endpoints;
using Settlement.Chains.Solana.Addresses;
using Settlement.Chains.Solana.Signing;

namespace Settlement.Chains.Solana.Tests.Development;

/// <summary>The Solana node for development (dev/chains/solana) and its wallet. Slots stand still while a test holds
/// them.</summary>
public sealed class DevChain : IDisposable
{
    private readonly HttpClient _http = new() { Timeout = Timeout.InfiniteTimeSpan };
    private readonly Ed25519Signer _signer;

    public DevChain()
    {
        Url = Setting("SOLANA_RPC_URL");
        _signer = Ed25519Signer.FromKeyFile(Setting("SOLANA_KEY_FILE"));
        Mint = PublicKey.Parse(Setting("SOLANA_MINT"));
        Wallet = PublicKey.Parse(Setting("SOLANA_WALLET"));
    }

    public string Url { get; }

    public PublicKey Mint { get; }

    public PublicKey Wallet { get; }

    public SolanaOptions Options() =>
        new()
        {
            Kind = SolanaOptions.SolanaKind,
            GenesisHash = Setting("SOLANA_GENESIS_HASH"),
            RpcUrls = [Url],
            Token = Mint.ToString(),
            Wallet = Wallet.ToString(),
            KeyFile = "read by the fixture",
            RpcTimeout = TimeSpan.FromSeconds(20),
            Endpoints = new EndpointPolicy { AllowSingle = true },
        };

    internal IChainAdapter Adapter(SolanaOptions? options = null, Ed25519Signer? signer = null) =>
        new SolanaChainAdapter(
            new NetworkId("solana"),
            options ?? Options(),
            signer ?? _signer,
            _http,
            TimeProvider.System
        );

    public static string FreshWallet() =>
        new PublicKey(RandomNumberGenerator.GetBytes(PublicKey.Length)).ToString();

    public PublicKey AccountOf(string wallet) =>
        AssociatedTokenAddress.Of(PublicKey.Parse(wallet), Mint, Programs.Token);

    /// <summary>Tokens of a wallet at the newest state; zero where there is no account.</summary>
    public async Task<ulong> BalanceAsync(string wallet)
    {
        JsonElement reply = await RpcAsync(
            "getTokenAccountBalance",
            AccountOf(wallet).ToString(),
            new { commitment = "processed" }
        );
        return reply.TryGetProperty("result", out JsonElement result)
            ? ulong.Parse(
                result.GetProperty("value").GetProperty("amount").GetString()!,
                System.Globalization.CultureInfo.InvariantCulture
            )
            : 0;
    }

    public async Task<ulong> FinalHeightAsync() =>
        (await RpcAsync("getBlockHeight", new { commitment = "finalized" }))
            .GetProperty("result")
            .GetUInt64();

    public Task PauseAsync() => AdminAsync("slots", new { paused = true });

    public Task ResumeAsync() => AdminAsync("slots", new { paused = false });

    public Task AdvanceAsync(int slots) => AdminAsync("slots", new { advance = slots });

    public Task FaultAsync(string kind, string method) =>
        AdminAsync("faults", new { kind, method });

    public Task ForgetForkAsync(int depth) => AdminAsync("fork", new { depth, forget = "all" });

    /// <summary>Writes a wallet's token account as if somebody had made it so.</summary>
    public Task SetTokenAccountAsync(string wallet, PublicKey owner, ulong baseUnits, bool frozen)
    {
        byte[] data = new byte[165];
        Mint.Bytes.CopyTo(data);
        owner.Bytes.CopyTo(data.AsSpan(32));
        BinaryPrimitives.WriteUInt64LittleEndian(data.AsSpan(64), baseUnits);
        data[108] = (byte)(frozen ? 2 : 1);
        return AdminAsync(
            "account",
            new
            {
                address = AccountOf(wallet).ToString(),
                lamports = 2_039_280,
                owner = Programs.Token.ToString(),
                data = Convert.ToBase64String(data),
            }
        );
    }

    /// <summary>Takes a wallet's token account away, as its owner may who has emptied it.</summary>
    public Task CloseTokenAccountAsync(string wallet) =>
        AdminAsync("account", new { address = AccountOf(wallet).ToString(), lamports = 0 });

    public void Dispose()
    {
        _signer.Dispose();
        _http.Dispose();
    }

    private async Task<JsonElement> RpcAsync(string method, params object[] parameters)
    {
        var call = new
        {
            jsonrpc = "2.0",
            id = 1,
            method,
            @params = parameters,
        };
        using HttpResponseMessage response = await _http.PostAsJsonAsync(Url, call);
        return await response.Content.ReadFromJsonAsync<JsonElement>();
    }

    private async Task AdminAsync(string endpoint, object body)
    {
        using HttpResponseMessage response = await _http.PostAsJsonAsync(
            new Uri(new Uri(Url), $"/admin/{endpoint}"),
            body
        );
        response.IsSuccessStatusCode.ShouldBeTrue(await response.Content.ReadAsStringAsync());
    }

    private static string Setting(string name) =>
        Environment.GetEnvironmentVariable(name)
        ?? throw new InvalidOperationException(
            $"{name} is not set. Run dev/servers start --instance test, and load .local/test/chains.env into the environment."
        );
}

/// <summary>One wallet and one clock: these tests take turns.</summary>
[CollectionDefinition(Name, DisableParallelization = true)]
public sealed class DevChainCollection : ICollectionFixture<DevChain>
{
    public const string Name = "Solana development chain";
}
