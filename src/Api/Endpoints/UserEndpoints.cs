using Settlement.Api.Http;
using Settlement.Api.OpenApi;

namespace Settlement.Api.Endpoints;

/// <summary>What signed-in users call.</summary>
internal static class UserEndpoints
{
    public static void MapUserEndpoints(this IEndpointRouteBuilder app)
    {
        UserGate gate = app.ServiceProvider.GetRequiredService<UserGate>();
        CreatePayout create = app.ServiceProvider.GetRequiredService<CreatePayout>();
        CancelOwnPayout cancel = app.ServiceProvider.GetRequiredService<CancelOwnPayout>();
        ReadPayouts read = app.ServiceProvider.GetRequiredService<ReadPayouts>();

        app.MapPost(Routes.Payouts, gate.Admit(create.HandleAsync)).Describe(Operation.Create);
        app.MapRead(Routes.Payouts, gate.Admit(read.ListAsync)).Describe(Operation.List);
        app.MapRead(Routes.Payout, gate.Admit(read.GetAsync)).Describe(Operation.Get);
        app.MapPost(Routes.Cancel, gate.Admit(cancel.HandleAsync)).Describe(UserOperations.Cancel);
        app.MapRead(Routes.Me, gate.Admit(read.MeAsync)).Describe(Operation.Me);
    }
}
