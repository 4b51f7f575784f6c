using Settlement.Api.Http;
using Settlement.Api.OpenApi;
using Settlement.Api.Streaming;

namespace Settlement.Api.Endpoints;

/// <summary>What signed-in users call.</summary>
internal static class UserEndpoints
{
    public static void MapUserEndpoints(this IEndpointRouteBuilder app)
    {
        UserGate gate = app.ServiceProvider.GetRequiredService<UserGate>();
        CreatePayout create = app.ServiceProvider.GetRequiredService<CreatePayout>();
        CancelOwnPayout cancel = app.ServiceProvider.GetRequiredService<CancelOwnPayout>();
        RetryPayout retry = app.ServiceProvider.GetRequiredService<RetryPayout>();
        ReadTimeline timeline = app.ServiceProvider.GetRequiredService<ReadTimeline>();
        ShowOptions options = app.ServiceProvider.GetRequiredService<ShowOptions>();
        QuotePayout quote = app.ServiceProvider.GetRequiredService<QuotePayout>();
        ExportPayouts export = app.ServiceProvider.GetRequiredService<ExportPayouts>();
        ReadRewards rewards = app.ServiceProvider.GetRequiredService<ReadRewards>();
        SpendOnInvoice spend = app.ServiceProvider.GetRequiredService<SpendOnInvoice>();
        PayoutAddresses addresses = app.ServiceProvider.GetRequiredService<PayoutAddresses>();
        StreamPayouts stream = app.ServiceProvider.GetRequiredService<StreamPayouts>();
        ShowReceipt receipt = app.ServiceProvider.GetRequiredService<ShowReceipt>();
        ReadPayouts read = app.ServiceProvider.GetRequiredService<ReadPayouts>();

        app.MapPost(Routes.Payouts, gate.Admit(create.HandleAsync)).Describe(Operation.Create);
        app.MapRead(Routes.Payouts, gate.Admit(read.ListAsync)).Describe(Operation.List);
        app.MapRead(Routes.Payout, gate.Admit(read.GetAsync)).Describe(Operation.Get);
        app.MapPost(Routes.Cancel, gate.Admit(cancel.HandleAsync)).Describe(UserOperations.Cancel);
        app.MapPost(Routes.Retry, gate.Admit(retry.HandleAsync)).Describe(UserOperations.Retry);
        app.MapRead(Routes.Events, gate.Admit(timeline.HandleAsync))
            .Describe(UserOperations.Events);
        app.MapRead(Routes.Options, gate.Admit((context, _) => options.HandleAsync(context)))
            .Describe(UserOperations.Options);
        app.MapPost(Routes.Quote, gate.Admit(quote.HandleAsync)).Describe(UserOperations.Quote);
        app.MapRead(Routes.Export, gate.Admit(export.HandleAsync)).Describe(UserOperations.Export);
        app.MapRead(Routes.Stream, gate.Admit(stream.HandleAsync)).Describe(UserOperations.Stream);
        app.MapRead(Routes.Receipt, gate.Admit(receipt.HandleAsync))
            .Describe(UserOperations.Receipt);
        app.MapRead(Routes.OwnRewards, gate.Admit(rewards.HandleAsync))
            .Describe(UserOperations.Rewards);
        app.MapPost(Routes.Spend, gate.Admit(spend.HandleAsync)).Describe(UserOperations.Spend);
        app.MapRead(Routes.Addresses, gate.Admit(addresses.ListAsync))
            .Describe(AddressOperations.List);
        app.MapPost(Routes.Addresses, gate.Admit(addresses.AddAsync))
            .Describe(AddressOperations.Add);
        app.MapDelete(Routes.Address, gate.Admit(addresses.RemoveAsync))
            .Describe(AddressOperations.Remove);
        app.MapRead(Routes.Me, gate.Admit(read.MeAsync)).Describe(Operation.Me);
    }
}
