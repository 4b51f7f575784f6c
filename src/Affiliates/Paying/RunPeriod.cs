using Dapper;
using Npgsql;

namespace Settlement.Affiliates.Paying;

/// <summary>Creates the payouts of every affiliate for one period. Running it again creates what is missing and nothing twice.</summary>
public sealed class RunPeriod(NpgsqlDataSource database)
{
    private const string Sql = """
        -- RunPeriod
        SELECT affiliate_id, currency FROM affiliate_accounts ORDER BY affiliate_id, currency
        """;

    /// <summary>Runs it, each payout in a transaction of its own: one that fails keeps nobody else from being paid.</summary>
    /// <param name="isTrial">Changes nothing; tells what would happen.</param>
    public async Task<RunReport> ExecuteAsync(
        Period period,
        bool isTrial,
        (string Actor, string RequestId) by,
        CancellationToken ct
    )
    {
        var report = new RunReport();
        foreach ((string affiliate, string currency) in await AccountsAsync(ct))
        {
            var order = new PayoutOrder(affiliate, currency, period, by.Actor, by.RequestId);
            try
            {
                report = report.With(await CreateAsync(order, isTrial, ct));
            }
            catch (PostgresException e)
            {
                report = report with
                {
                    Errors = [.. report.Errors, new RunError(affiliate, currency, e.SqlState)],
                };
            }
        }
        return report;
    }

    private async Task<CreatedOutcome> CreateAsync(
        PayoutOrder order,
        bool isTrial,
        CancellationToken ct
    )
    {
        await using NpgsqlConnection connection = await database.OpenConnectionAsync(ct);
        await using NpgsqlTransaction transaction = await connection.BeginTransactionAsync(ct);
        CreatedOutcome outcome = await CreateAffiliatePayout.ExecuteAsync(connection, order, ct);
        if (isTrial)
            await transaction.RollbackAsync(ct);
        else
            await transaction.CommitAsync(ct);
        return outcome;
    }

    private async Task<List<(string Affiliate, string Currency)>> AccountsAsync(
        CancellationToken ct
    )
    {
        await using NpgsqlConnection connection = await database.OpenConnectionAsync(ct);
        return (
            await connection.QueryAsync<(string, string)>(
                new CommandDefinition(Sql, cancellationToken: ct)
            )
        ).ToList();
    }
}

/// <summary>What a run did.</summary>
public sealed record RunReport
{
    /// <summary>Payouts that are new.</summary>
    public int Created { get; init; }

    /// <summary>Accounts with nothing to pay or to take off.</summary>
    public int Skipped { get; init; }

    /// <summary>Payouts that were there.</summary>
    public int AlreadyExists { get; init; }

    /// <summary>What the new payouts are to transfer, over all currencies.</summary>
    public long TotalNetCents { get; init; }

    /// <summary>Accounts whose payout could not be created.</summary>
    public IReadOnlyList<RunError> Errors { get; init; } = [];

    /// <summary>Counts one more.</summary>
    public RunReport With(CreatedOutcome outcome) =>
        outcome switch
        {
            CreatedOutcome.Created created => this with
            {
                Created = Created + 1,
                TotalNetCents = checked(TotalNetCents + created.AmountCents),
            },
            CreatedOutcome.Exists => this with { AlreadyExists = AlreadyExists + 1 },
            _ => this with { Skipped = Skipped + 1 },
        };
}

/// <summary>An account whose payout could not be created; a later run tries again.</summary>
/// <param name="SqlState">Why, in the database's words.</param>
public sealed record RunError(string AffiliateId, string Currency, string SqlState);
