using Settlement.Api.Configuration;
using Settlement.Api.Http;
using Settlement.Payouts.Operations;

namespace Settlement.Api.Endpoints;

/// <summary>GET /v1/referrals/payouts/options: where payouts may go, and on what terms.</summary>
internal sealed class ShowOptions(PayoutNetworks networks, Pauses pauses, AddressOptions addresses)
{
    private const string Asset = "USDC";

    // The operators' own reason is not for users.
    private const string Paused =
        "Payouts are paused for the moment. A request is accepted and goes out by itself when they resume.";

    public async Task HandleAsync(HttpContext context)
    {
        IReadOnlyList<Pause> standing = await pauses.ReadAsync(context.RequestAborted);
        var scopes = standing.Select(p => p.Scope).ToHashSet(StringComparer.Ordinal);
        await context.Response.JsonAsync(
            StatusCodes.Status200OK,
            new OptionsView(
                Asset,
                networks
                    .All.Select(n =>
                        View(n, scopes.Contains(Pauses.Everything) || scopes.Contains(n.Name))
                    )
                    .ToList(),
                addresses.OnlyKnown ? (long)addresses.Delay.TotalSeconds : null
            ),
            ApiJson.Default.OptionsView
        );
    }

    private static NetworkOptionView View(PayoutNetwork network, bool isPaused) =>
        new()
        {
            Network = network.Name,
            Enabled = !isPaused,
            MinMicro = network.Options.MinPayoutMicro,
            MaxMicro = network.Options.MaxPayoutMicro,
            FeeMicro = 0,
            TypicalSeconds = network.Options.TypicalSeconds,
            AddressHint = network.AddressHint,
            ExplorerTxUrl =
                network.Options.ExplorerUrl.Length == 0 ? null : network.Options.ExplorerUrl,
            PausedReason = isPaused ? Paused : null,
        };
}

/// <summary>Where payouts may go.</summary>
/// <param name="Asset">Asset code.</param>
/// <param name="Networks">By name.</param>
/// <param name="AddressDelaySeconds">How long a new address of your book waits; only where no other address may be paid.</param>
public sealed record OptionsView(
    string Asset,
    IReadOnlyList<NetworkOptionView> Networks,
    long? AddressDelaySeconds = null
);

/// <summary>One network's terms.</summary>
public sealed record NetworkOptionView
{
    /// <summary>Lower-case network name.</summary>
    public required string Network { get; init; }

    /// <summary>Whether payouts go out now; a request is accepted either way, and waits.</summary>
    public required bool Enabled { get; init; }

    /// <summary>Least amount in micro-units.</summary>
    public required long MinMicro { get; init; }

    /// <summary>Greatest amount in micro-units; left out when there is none.</summary>
    public long? MaxMicro { get; init; }

    /// <summary>What a payout costs its user; the operator pays the network.</summary>
    public required long FeeMicro { get; init; }

    /// <summary>How long a payout usually takes.</summary>
    public required int TypicalSeconds { get; init; }

    /// <summary>What an address looks like there, for people.</summary>
    public required string AddressHint { get; init; }

    /// <summary>A transaction's page; {tx_hash} stands for its hash.</summary>
    public string? ExplorerTxUrl { get; init; }

    /// <summary>Why no payouts go out, for people; only while enabled is false.</summary>
    public string? PausedReason { get; init; }
}
