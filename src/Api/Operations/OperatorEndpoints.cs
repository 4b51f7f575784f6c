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
        SteerPayouts steer = app.ServiceProvider.GetRequiredService<SteerPayouts>();
        CheckPayouts check = app.ServiceProvider.GetRequiredService<CheckPayouts>();
        DecideTransactions decide = app.ServiceProvider.GetRequiredService<DecideTransactions>();
        ReadAudit audit = app.ServiceProvider.GetRequiredService<ReadAudit>();
        AdminTokens tokens = app.ServiceProvider.GetRequiredService<AdminTokens>();

        app.Post(Routes.Sent, end.SentAsync, Operation.Sent);
        app.Post(Routes.Failed, end.FailedAsync, Operation.Failed);
        app.Post(Routes.AdminCancel, cancel.HandleAsync, Operation.AdminCancel);
        app.Post(Routes.Hold, steer.HoldAsync, OperatorOperations.Hold);
        app.Post(Routes.Release, steer.ReleaseAsync, OperatorOperations.Release);
        app.Post(Routes.Requeue, steer.RequeueAsync, OperatorOperations.Requeue);
        app.Post(Routes.ApprovePayout, steer.ApproveAsync, OperatorOperations.Approve);
        app.Post(Routes.Check, check.HandleAsync, OperatorOperations.Check);
        app.Post(Routes.Decide, decide.HandleAsync, OperatorOperations.Decide);
        app.Read(Routes.AdminPayout, show.HandleAsync, Operation.Show);
        app.Post(Routes.Rewards, reward.HandleAsync, Operation.Reward);
        app.Post(Routes.Pause, pauses.PauseAsync, Operation.Pause);
        app.Post(Routes.Resume, pauses.ResumeAsync, Operation.Resume);
        app.Read(Routes.Audit, audit.HandleAsync, OperatorOperations.Audit);
        app.Read(Routes.Tokens, tokens.ListAsync, OperatorOperations.ListTokens);
        app.Post(Routes.Tokens, tokens.CreateAsync, OperatorOperations.CreateToken);
        app.MapDelete(
                Routes.Token,
                AdminGate.Admit(OperatorOperations.RevokeToken.Scope!, tokens.RevokeAsync)
            )
            .Describe(OperatorOperations.RevokeToken);
    }

    private static void Post(
        this IEndpointRouteBuilder app,
        string route,
        RequestDelegate handler,
        Operation told
    ) => app.MapPost(route, AdminGate.Admit(told.Scope!, handler)).Describe(told);

    private static void Read(
        this IEndpointRouteBuilder app,
        string route,
        RequestDelegate handler,
        Operation told
    ) => app.MapRead(route, AdminGate.Admit(told.Scope!, handler)).Describe(told);
}
