using Settlement.Api.Http;
using Settlement.Api.OpenApi;

namespace Settlement.Api.Treasury;

/// <summary>What operators read of the hot wallets and of the books as a whole.</summary>
internal static class TreasuryEndpoints
{
    public static void MapTreasuryEndpoints(this IEndpointRouteBuilder app)
    {
        ShowTreasury show = app.ServiceProvider.GetRequiredService<ShowTreasury>();
        AcceptMissing accept = app.ServiceProvider.GetRequiredService<AcceptMissing>();
        Reconcile reconcile = app.ServiceProvider.GetRequiredService<Reconcile>();

        app.MapRead(Routes.Treasury, show.HandleAsync).Describe(TreasuryOperations.Show);
        app.MapPost(Routes.AcceptMissing, accept.HandleAsync).Describe(TreasuryOperations.Accept);
        app.MapRead(Routes.Reconciliation, reconcile.HandleAsync)
            .Describe(TreasuryOperations.Reconcile);
    }
}
