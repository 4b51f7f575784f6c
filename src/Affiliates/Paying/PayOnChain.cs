using Dapper;
using Npgsql;

namespace Settlement.Affiliates.Paying;

/// <summary>Pays what is approved on a chain: by a payout like every other, which the worker settles. When that ends, in the
/// same commit, the affiliate's payout is marked as paid with the transaction's hash, or is payable again.</summary>
public static class PayOnChain
{
    /// <summary>Micro-units of a dollar's cent.</summary>
    public const long MicroPerCent = 10_000;

    private const string Sql = """
        -- PayOnChain
        SELECT outcome, status, external_ref, chain_payout, version
          FROM pay_affiliate_payout(@PayoutId, @ChainPayoutId, @Network, @Address, @AssetAddress, @AssetDecimals, @Version,
                                    @Actor, @RequestId)
        """;

    /// <summary>Asks for it, in the caller's transaction. While it is under way, asking again changes nothing.</summary>
    public static async Task<PayOutcome> ExecuteAsync(
        NpgsqlConnection connection,
        PayOrder order,
        CancellationToken ct
    )
    {
        (string outcome, string? status, string? reference, Guid? chain, int? version) =
            await connection.QuerySingleAsync<(string, string?, string?, Guid?, int?)>(
                new CommandDefinition(Sql, order, cancellationToken: ct)
            );
        return outcome switch
        {
            "accepted" => new PayOutcome.Accepted(chain!.Value),
            "in_flight" => new PayOutcome.InFlight(chain!.Value),
            "refused" => new PayOutcome.Refused(status!, reference),
            "stale" => new PayOutcome.Stale(status!, version!.Value),
            "currency" => new PayOutcome.NotInDollars(),
            "payable" => new PayOutcome.Payable(),
            "missing" => new PayOutcome.Missing(),
            _ => throw new InvalidOperationException($"pay_affiliate_payout answered {outcome}."),
        };
    }
}

/// <summary>Which payout to pay, and where.</summary>
/// <param name="PayoutId">The affiliate's payout.</param>
/// <param name="ChainPayoutId">The id that the payout on the chain gets.</param>
/// <param name="Network">Lower-case network name; null asks only whether it could be paid.</param>
/// <param name="Address">A valid destination.</param>
/// <param name="AssetAddress">Contract or mint of USDC.</param>
/// <param name="AssetDecimals">USDC's decimals there.</param>
/// <param name="Version">The version it must be at; null: any.</param>
public sealed record PayOrder(
    Guid PayoutId,
    Guid ChainPayoutId,
    string? Network,
    string Address,
    string AssetAddress,
    short AssetDecimals,
    int? Version,
    string Actor,
    string RequestId
);

/// <summary>The answer of <see cref="PayOnChain"/>.</summary>
public abstract record PayOutcome
{
    private PayOutcome() { }

    /// <summary>Asked for, and its amount reserved.</summary>
    public sealed record Accepted(Guid ChainPayoutId) : PayOutcome;

    /// <summary>It was asked for before, and may still pay. Nothing new was written.</summary>
    public sealed record InFlight(Guid ChainPayoutId) : PayOutcome;

    /// <summary>Its status does not allow it, or there is nothing to pay.</summary>
    public sealed record Refused(string Status, string? ExternalRef) : PayOutcome;

    /// <summary>It is no longer at the version that was named.</summary>
    public sealed record Stale(string Status, int Version) : PayOutcome;

    /// <summary>Only dollars are paid in USDC.</summary>
    public sealed record NotInDollars : PayOutcome;

    /// <summary>It could be paid, but no network was named. Nothing was written.</summary>
    public sealed record Payable : PayOutcome;

    /// <summary>There is no such payout.</summary>
    public sealed record Missing : PayOutcome;
}
