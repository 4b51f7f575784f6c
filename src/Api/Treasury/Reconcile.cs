using Settlement.Api.Http;
using Settlement.Payouts.Treasury;

namespace Settlement.Api.Treasury;

/// <summary>GET /v1/admin/reconciliation: where ledger, payouts and chain do not say the same.</summary>
internal sealed class Reconcile(FindDifferences differences, TimeProvider clock)
{
    public async Task HandleAsync(HttpContext context)
    {
        DateTimeOffset asOf = clock.GetUtcNow();
        Differences found = await differences.ExecuteAsync(context.RequestAborted);
        await context.Response.JsonAsync(
            StatusCodes.Status200OK,
            new ReconciliationView(asOf, found.Items.Count == 0, found.Items),
            ApiJson.Default.ReconciliationView
        );
    }
}

/// <summary>Differences only.</summary>
/// <param name="CheckedAt">When the check began.</param>
/// <param name="IsClean">Whether there are none.</param>
/// <param name="Items">At most a hundred of a kind.</param>
public sealed record ReconciliationView(
    DateTimeOffset CheckedAt,
    bool IsClean,
    IReadOnlyList<Difference> Items
);
