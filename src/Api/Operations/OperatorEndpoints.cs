using Settlement.Api.Http;
using Settlement.Api.OpenApi;

namespace Settlement.Api.Operations;

/// <summary>What operators call; <see cref="AdminGate"/> and <see cref="ScopeGate"/> stand before all of it.</summary>
internal static class OperatorEndpoints
{
    public static void MapOperatorEndpoints(this IEndpointRouteBuilder app)
    {
        EndPayout end = app.ServiceProvider.GetRequiredService<EndPayout>();
        CancelAnyPayout cancel = app.ServiceProvider.GetRequiredService<CancelAnyPayout>();
        ShowPayout show = app.ServiceProvider.GetRequiredService<ShowPayout>();
        RecordReward reward = app.ServiceProvider.GetRequiredService<RecordReward>();
        RecordInvoice invoice = app.ServiceProvider.GetRequiredService<RecordInvoice>();
        BlockAddress address = app.ServiceProvider.GetRequiredService<BlockAddress>();
        SwitchPauses pauses = app.ServiceProvider.GetRequiredService<SwitchPauses>();
        ListPayouts list = app.ServiceProvider.GetRequiredService<ListPayouts>();
        ExportAllPayouts export = app.ServiceProvider.GetRequiredService<ExportAllPayouts>();
        BulkPayouts bulk = app.ServiceProvider.GetRequiredService<BulkPayouts>();
        SteerPayouts steer = app.ServiceProvider.GetRequiredService<SteerPayouts>();
        CheckPayouts check = app.ServiceProvider.GetRequiredService<CheckPayouts>();
        DecideTransactions decide = app.ServiceProvider.GetRequiredService<DecideTransactions>();
        ReadAudit audit = app.ServiceProvider.GetRequiredService<ReadAudit>();
        AdminTokens tokens = app.ServiceProvider.GetRequiredService<AdminTokens>();

        app.MapRead(Routes.AdminPayouts, list.ListAsync).Describe(OperatorOperations.List);
        app.MapRead(Routes.Summary, list.SummarizeAsync).Describe(OperatorOperations.Summary);
        app.MapRead(Routes.AdminExport, export.HandleAsync).Describe(OperatorOperations.Export);
        app.MapPost(Routes.Bulk, bulk.HandleAsync).Describe(OperatorOperations.Bulk);
        app.MapPost(Routes.Sent, end.SentAsync).Describe(Operation.Sent);
        app.MapPost(Routes.Failed, end.FailedAsync).Describe(Operation.Failed);
        app.MapPost(Routes.AdminCancel, cancel.HandleAsync).Describe(Operation.AdminCancel);
        app.MapPost(Routes.Hold, steer.HoldAsync).Describe(OperatorOperations.Hold);
        app.MapPost(Routes.Release, steer.ReleaseAsync).Describe(OperatorOperations.Release);
        app.MapPost(Routes.Requeue, steer.RequeueAsync).Describe(OperatorOperations.Requeue);
        app.MapPost(Routes.ApprovePayout, steer.ApproveAsync).Describe(OperatorOperations.Approve);
        app.MapPost(Routes.Check, check.HandleAsync).Describe(OperatorOperations.Check);
        app.MapPost(Routes.SpeedUp, steer.SpeedUpAsync).Describe(OperatorOperations.SpeedUp);
        app.MapPost(Routes.Decide, decide.HandleAsync).Describe(OperatorOperations.Decide);
        app.MapRead(Routes.AdminPayout, show.HandleAsync).Describe(Operation.Show);
        app.MapPost(Routes.Rewards, reward.HandleAsync).Describe(Operation.Reward);
        app.MapPost(Routes.AdminInvoices, invoice.RegisterAsync)
            .Describe(InvoiceOperations.Register);
        app.MapPost(Routes.CloseInvoice, invoice.CloseAsync).Describe(InvoiceOperations.Close);
        app.MapPost(Routes.BlockAddress, address.BlockAsync).Describe(AddressOperations.Block);
        app.MapPost(Routes.UnblockAddress, address.UnblockAsync)
            .Describe(AddressOperations.Unblock);
        app.MapPost(Routes.Pause, pauses.PauseAsync).Describe(Operation.Pause);
        app.MapPost(Routes.Resume, pauses.ResumeAsync).Describe(Operation.Resume);
        app.MapRead(Routes.Audit, audit.HandleAsync).Describe(OperatorOperations.Audit);
        app.MapRead(Routes.Tokens, tokens.ListAsync).Describe(OperatorOperations.ListTokens);
        app.MapPost(Routes.Tokens, tokens.CreateAsync).Describe(OperatorOperations.CreateToken);
        app.MapDelete(Routes.Token, tokens.RevokeAsync).Describe(OperatorOperations.RevokeToken);
        app.MapRead(
                Routes.AdminUser,
                app.ServiceProvider.GetRequiredService<ShowUser>().HandleAsync
            )
            .Describe(TreasuryOperations.User);
    }
}
