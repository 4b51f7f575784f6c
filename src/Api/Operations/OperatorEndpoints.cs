using Settlement.Api.Http;
using Settlement.Api.OpenApi;

namespace Settlement.Api.Operations;

/// <summary>What operators call; <see cref="AdminGate"/> stands before all of it.</summary>
internal static class OperatorEndpoints
{
    public static void MapOperatorEndpoints(this IEndpointRouteBuilder app)
    {
        EndPayout end = app.ServiceProvider.GetRequiredService<EndPayout>();
        CancelAnyPayout cancel = app.ServiceProvider.GetRequiredService<CancelAnyPayout>();
        ShowPayout show = app.ServiceProvider.GetRequiredService<ShowPayout>();
        RecordReward reward = app.ServiceProvider.GetRequiredService<RecordReward>();
        SwitchPauses pauses = app.ServiceProvider.GetRequiredService<SwitchPauses>();

        app.MapPost(Routes.Sent, end.SentAsync).Describe(Operation.Sent);
        app.MapPost(Routes.Failed, end.FailedAsync).Describe(Operation.Failed);
        app.MapPost(Routes.AdminCancel, cancel.HandleAsync).Describe(Operation.AdminCancel);
        app.MapRead(Routes.AdminPayout, show.HandleAsync).Describe(Operation.Show);
        app.MapPost(Routes.Rewards, reward.HandleAsync).Describe(Operation.Reward);
        app.MapPost(Routes.Pause, pauses.PauseAsync).Describe(Operation.Pause);
        app.MapPost(Routes.Resume, pauses.ResumeAsync).Describe(Operation.Resume);
        app.MapRead(
                Routes.AdminUser,
                app.ServiceProvider.GetRequiredService<ShowUser>().HandleAsync
            )
            .Describe(TreasuryOperations.User);
    }
}
