using Settlement.Chains.Endpoints;
using Settlement.Chains.Solana.Addresses;
using Settlement.Chains.Solana.Transactions;

namespace Settlement.Chains.Solana;

/// <summary>One Solana network, as configured under <c>Networks:&lt;name&gt;</c>.</summary>
public sealed class SolanaOptions
{
    /// <summary>The value of <see cref="Kind"/> that means this adapter.</summary>
    public const string SolanaKind = "solana";

    /// <summary>Which adapter serves the network: <c>solana</c>.</summary>
    public string Kind { get; set; } = "";

    /// <summary>Base58 of the cluster's genesis hash. Every endpoint must show it before it is believed.</summary>
    public string GenesisHash { get; set; } = "";

    /// <summary>Two or more endpoints of different providers. Sends go to all; verdicts take two that agree.</summary>
    public string[] RpcUrls { get; set; } = [];

    /// <summary>How far the word of one endpoint goes.</summary>
    /// <remarks>Roots come every 400 ms; two minutes without one are an incident.</remarks>
    public EndpointPolicy Endpoints { get; set; } = new() { StallAfter = TimeSpan.FromMinutes(2) };

    /// <summary>The asset's mint. USDC: <c>EPjFWdd5AufqSSqeM2qN1xzybapC8G4wEGGkZwyTDt1v</c>.</summary>
    public string Token { get; set; } = "";

    /// <summary>The mint's decimals, 6 to 12; compared with the chain at the start.</summary>
    public int Decimals { get; set; } = 6;

    /// <summary>The program that owns the mint: Token, or Token-2022
    /// <c>TokenzQdBNbLqP5VEhdkAS6EPFLC1PHnBqCXEpPxuEb</c>.</summary>
    public string TokenProgram { get; set; } = "TokenkegQfeZyiNwAJbNbGKPFXCWuBvf9Ss623VQ5DA";

    /// <summary>The hot wallet's address.</summary>
    public string Wallet { get; set; } = "";

    /// <summary>Worker only: path of the wallet's key, in the format of the Solana command line.</summary>
    public string? KeyFile { get; set; }

    /// <summary>Worker only, for development: the environment variable that holds the key, in the same
    /// format.</summary>
    public string? KeyVariable { get; set; }

    /// <summary>Most transfers in one transaction, 1 to 8: so many fit 1,232 bytes whatever their recipients and
    /// numbers.</summary>
    public int MaxTransfers { get; set; } = PayoutMemo.MaxTransfers;

    /// <summary>Most open transactions at a time.</summary>
    public int MaxInFlight { get; set; } = 256;

    /// <summary>Lowest priority fee, in micro-lamports for each compute unit. Too low a price costs a minute's wait
    /// for expiry.</summary>
    public long UnitPriceFloor { get; set; } = 1_000;

    /// <summary>Highest priority fee, in micro-lamports for each compute unit. Above it payouts wait.</summary>
    public long UnitPriceCap { get; set; } = 1_000_000;

    /// <summary>Which of the recent slots' lowest landed fees counts, 0 to 100.</summary>
    public int UnitPricePercentile { get; set; } = 75;

    /// <summary>Compute units to reserve for one transfer with a new token account.</summary>
    /// <remarks>Account creation takes up to 25,000 and a few thousand more where the address search is long; a
    /// transfer up to 6,200.</remarks>
    public int UnitsPerTransfer { get; set; } = 45_000;

    /// <summary>Added to the reserved compute units, in percent: programs are upgraded under us.</summary>
    public int UnitMarginPercent { get; set; } = 20;

    /// <summary>Lamports that must stay in the wallet. Below them payouts wait.</summary>
    public long ReserveLamports { get; set; } = 10_000_000;

    /// <summary>Whether each transaction is simulated, without a signature, before it is signed.</summary>
    public bool Simulate { get; set; } = true;

    /// <summary>For one call to a node.</summary>
    public TimeSpan RpcTimeout { get; set; } = TimeSpan.FromSeconds(10);
}

/// <summary>Checks a configuration once, at the start.</summary>
public static class SolanaOptionsValidator
{
    private static readonly TimeSpan LongestTimeout = TimeSpan.FromMinutes(2);

    /// <summary>What the API needs: the rules for addresses.</summary>
    /// <returns>One sentence for each mistake; empty where there is none.</returns>
    public static IReadOnlyList<string> CheckAddresses(SolanaOptions options) =>
        [
            .. Sentences(
                (options.Kind == SolanaOptions.SolanaKind, "Kind must be \"solana\"."),
                (IsKey(options.Token), "Token must be the mint's address in base58."),
                (IsKey(options.Wallet), "Wallet must be the hot wallet's address in base58."),
                (
                    PublicKey.TryParse(options.TokenProgram, out PublicKey? program)
                        && Programs.IsToken(program),
                    "TokenProgram must be the Token or the Token-2022 program."
                )
            ),
        ];

    /// <summary>What the worker needs, the key apart.</summary>
    /// <returns>One sentence for each mistake; empty where there is none.</returns>
    public static IReadOnlyList<string> Check(SolanaOptions options) =>
        [
            .. CheckAddresses(options),
            .. Sentences(
                (IsKey(options.GenesisHash), "GenesisHash must be 32 bytes in base58."),
                (options.RpcUrls.Length > 0, "RpcUrls must name at least one endpoint."),
                (options.RpcUrls.All(IsUrl), "RpcUrls must be http or https URLs."),
                // u64 must hold what a payout can be worth; 12 decimals leave room for 18 million.
                (options.Decimals is >= BaseUnits.MicroDecimals and <= 12, "Decimals: 6 to 12."),
                (
                    options.MaxTransfers is >= 1 and <= PayoutMemo.MaxTransfers,
                    $"MaxTransfers: 1 to {PayoutMemo.MaxTransfers}, the most that fit a transaction."
                ),
                (options.MaxInFlight is >= 1 and <= 10_000, "MaxInFlight: 1 to 10,000."),
                (options.UnitPriceFloor >= 0, "UnitPriceFloor must not be negative."),
                (
                    options.UnitPriceCap >= options.UnitPriceFloor,
                    "UnitPriceCap must not be below UnitPriceFloor."
                ),
                (options.UnitPricePercentile is >= 0 and <= 100, "UnitPricePercentile: 0 to 100."),
                (
                    options.UnitsPerTransfer is >= 1_000 and <= 1_400_000,
                    "UnitsPerTransfer: 1,000 to 1,400,000."
                ),
                (options.UnitMarginPercent is >= 0 and <= 200, "UnitMarginPercent: 0 to 200."),
                (options.ReserveLamports >= 0, "ReserveLamports must not be negative."),
                (
                    options.RpcTimeout > TimeSpan.Zero && options.RpcTimeout <= LongestTimeout,
                    "RpcTimeout: more than 0, at most 2 minutes."
                )
            ),
            .. options.Endpoints.Problems(options.RpcUrls).Select(problem => $"{problem}."),
        ];

    /// <summary>Where the key is, for a host that brings no signer of its own.</summary>
    /// <returns>One sentence for each mistake; empty where there is none.</returns>
    public static IReadOnlyList<string> CheckKey(SolanaOptions options) =>
        [
            .. Sentences(
                (
                    string.IsNullOrWhiteSpace(options.KeyFile)
                        != string.IsNullOrWhiteSpace(options.KeyVariable),
                    "Exactly one of KeyFile and KeyVariable must be set."
                )
            ),
        ];

    private static IEnumerable<string> Sentences(params (bool Fine, string Problem)[] checks) =>
        checks.Where(check => !check.Fine).Select(check => check.Problem);

    private static bool IsKey(string? text) => PublicKey.TryParse(text, out _);

    private static bool IsUrl(string text) =>
        Uri.TryCreate(text, UriKind.Absolute, out Uri? url)
        && (url.Scheme == Uri.UriSchemeHttp || url.Scheme == Uri.UriSchemeHttps);
}
