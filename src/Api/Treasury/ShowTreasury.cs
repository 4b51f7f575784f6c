using System.Globalization;
using System.Numerics;
using Settlement.Api.Configuration;
using Settlement.Api.Http;
using Settlement.Chains;
using Settlement.Payouts.Treasury;

namespace Settlement.Api.Treasury;

/// <summary>GET /v1/admin/treasury: each hot wallet, what is asked of it and how long it lasts.</summary>
internal sealed class ShowTreasury(ReadTreasury treasury, PayoutNetworks networks)
{
    public async Task HandleAsync(HttpContext context)
    {
        IReadOnlyList<TreasuryRow> rows = await treasury.ExecuteAsync(
            networks.Names,
            context.RequestAborted
        );
        await context.Response.JsonAsync(
            StatusCodes.Status200OK,
            new TreasuryView(rows.Select(View).ToList()),
            ApiJson.Default.TreasuryView
        );
    }

    private WalletView View(TreasuryRow row)
    {
        PayoutNetworkOptions options = networks.TryFind(row.Network, out PayoutNetwork? network)
            ? network.Options
            : throw new InvalidOperationException($"{row.Network} is not configured.");
        // An asset of before a change of configuration may have other decimals; then base units alone are told.
        bool isConfigured =
            row.AssetAddress is null
            || string.Equals(row.AssetAddress, options.Token, StringComparison.OrdinalIgnoreCase);
        long? balance = isConfigured ? Micro(row.AssetBaseUnits, options.Decimals) : null;
        return new WalletView
        {
            Network = row.Network,
            Asset = isConfigured ? options.Asset : null,
            AssetAddress = row.AssetAddress ?? options.Token,
            Sender = row.Sender,
            BalanceMicro = balance,
            BalanceBaseUnits = row.AssetBaseUnits,
            NativeBaseUnits = row.NativeBaseUnits,
            ReadAt = row.ReadAt,
            OpenPayouts = row.OpenPayouts,
            CommittedMicro = row.CommittedMicro,
            ShortfallMicro = balance is { } held ? Math.Max(row.CommittedMicro - held, 0) : null,
            PaidInSevenDaysMicro = row.PaidMicro,
            RunwayDays = RunwayDays(balance, row.PaidMicro),
            NativeFeePerPayout = row.NativePerPayout,
            NativeLastsForPayouts = Quotient(row.NativeBaseUnits, row.NativePerPayout),
            MissingBaseUnits = row.MissingBaseUnits,
            MissingSince = row.MissingSince,
            ComparedAt = row.ComparedAt,
            FrozenReason = row.FrozenReason,
            FrozenAt = row.FrozenAt,
            PausedReason = row.PausedReason,
        };
    }

    // Rounded down: less than a micro-unit pays nobody.
    private static long? Micro(string? baseUnits, int decimals) =>
        baseUnits is null
            ? null
            : (long)
                BigInteger.Min(
                    Number(baseUnits) / BigInteger.Pow(10, decimals - BaseUnits.MicroDecimals),
                    long.MaxValue
                );

    private static double? RunwayDays(long? balance, long paid) =>
        balance is { } held && paid > 0
            ? Math.Round((double)held / paid * ReadTreasury.SpendingDays, 1)
            : null;

    private static long? Quotient(string? held, string? each) =>
        held is not null && each is not null && Number(each) is { IsZero: false } fee
            ? (long)BigInteger.Min(Number(held) / fee, long.MaxValue)
            : null;

    private static BigInteger Number(string text) =>
        BigInteger.Parse(text, CultureInfo.InvariantCulture);
}

/// <summary>Every hot wallet, by network.</summary>
public sealed record TreasuryView(IReadOnlyList<WalletView> Items);

/// <summary>A hot wallet. What is left out is not known: no worker has read it yet, or nothing was paid lately.</summary>
public sealed record WalletView
{
    public required string Network { get; init; }
    public string? Asset { get; init; }
    public required string AssetAddress { get; init; }
    public string? Sender { get; init; }

    /// <summary>Whole micro-units by the newest block.</summary>
    public long? BalanceMicro { get; init; }

    /// <summary>The same in the asset's smallest units, as text.</summary>
    public string? BalanceBaseUnits { get; init; }

    /// <summary>The network's own coin in wei or lamports, as text.</summary>
    public string? NativeBaseUnits { get; init; }
    public DateTimeOffset? ReadAt { get; init; }

    /// <summary>Payouts that have not ended.</summary>
    public required long OpenPayouts { get; init; }

    /// <summary>Their amounts; what is under way may have left the wallet already.</summary>
    public required long CommittedMicro { get; init; }

    /// <summary>What the wallet lacks to pay them all.</summary>
    public long? ShortfallMicro { get; init; }
    public required long PaidInSevenDaysMicro { get; init; }

    /// <summary>For how long the balance lasts at the pace of the last seven days.</summary>
    public double? RunwayDays { get; init; }

    /// <summary>Network fee per payout lately, in wei or lamports; without the rent of new token accounts.</summary>
    public string? NativeFeePerPayout { get; init; }
    public long? NativeLastsForPayouts { get; init; }

    /// <summary>What has left the wallet and no payout took: somebody else may use the key.</summary>
    public string? MissingBaseUnits { get; init; }
    public DateTimeOffset? MissingSince { get; init; }
    public DateTimeOffset? ComparedAt { get; init; }
    public string? FrozenReason { get; init; }
    public DateTimeOffset? FrozenAt { get; init; }
    public string? PausedReason { get; init; }
}
