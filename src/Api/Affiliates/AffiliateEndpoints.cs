using Settlement.Affiliates.Commissions;
using Settlement.Affiliates.Paying;
using Settlement.Api.Http;
using Settlement.Api.OpenApi;
using Settlement.Payouts.Tokens;

namespace Settlement.Api.Affiliates;

/// <summary>Affiliates' routes; <see cref="BearerGate"/> stands before all of them.</summary>
internal static class AffiliateEndpoints
{
    public static void AddAffiliateRoutes(this IServiceCollection services)
    {
        services.AddSingleton<ApiTokens>();
        services.AddSingleton<RunPeriod>();
        services.AddSingleton<AffiliatePayoutQueries>();
        services.AddSingleton<CommissionQueries>();
        services.AddSingleton<ChainPayouts>();
        services.AddSingleton<PayoutExport>();
        services.AddSingleton<VerifyPayouts>();
        services.AddSingleton<OwnAccount>();
        services.AddSingleton<Payees>();
        services.AddSingleton<KeyedCommit>();
        services.AddSingleton<Commissions>();
        services.AddSingleton<ReadCommissions>();
        services.AddSingleton<CreateAffiliatePayouts>();
        services.AddSingleton<MoveAffiliatePayouts>();
        services.AddSingleton<BulkMoves>();
        services.AddSingleton<PayAffiliatePayout>();
        services.AddSingleton<ReadAffiliatePayouts>();
        services.AddSingleton<ExportAffiliatePayouts>();
        services.AddSingleton<VerifyAffiliatePayouts>();
        services.AddSingleton<AffiliatePayees>();
        services.AddSingleton<AffiliateTokens>();
        services.AddSingleton<OwnAffiliateAccount>();
    }

    public static void MapAffiliateEndpoints(this IEndpointRouteBuilder app)
    {
        app.MapCommissions();
        app.MapPaying();
        app.MapReading();
        app.MapOwn();
    }

    private static void MapCommissions(this IEndpointRouteBuilder app)
    {
        Commissions commissions = app.Get<Commissions>();
        app.Post(Routes.Commissions, commissions.RecordAsync, AffiliateOperations.Record);
        app.Post(Routes.ReverseCommission, commissions.ReverseAsync, AffiliateOperations.Reverse);
        Judge(Routes.ApproveCommission, "approved", CommissionOperations.Approve);
        Judge(Routes.HoldCommission, "held", CommissionOperations.Hold);
        Judge(Routes.ReleaseCommission, "released", CommissionOperations.Release);
        Judge(Routes.RejectCommission, "rejected", CommissionOperations.Reject);
        app.Read(
            Routes.Commissions,
            app.Get<ReadCommissions>().ListAsync,
            CommissionOperations.List
        );
        VerifyAffiliatePayouts verify = app.Get<VerifyAffiliatePayouts>();
        app.Post(
            Routes.Verify,
            (context, _) => verify.HandleAsync(context),
            CommissionOperations.Verify
        );

        void Judge(string route, string becomes, Operation told) =>
            app.Post(route, commissions.Judge(route, becomes), told);
    }

    private static void MapPaying(this IEndpointRouteBuilder app)
    {
        CreateAffiliatePayouts create = app.Get<CreateAffiliatePayouts>();
        MoveAffiliatePayouts move = app.Get<MoveAffiliatePayouts>();
        app.Post(Routes.AffiliatePayouts, create.CreateAsync, AffiliateOperations.Create);
        app.Post(Routes.RunMonthly, create.RunAsync, AffiliateOperations.RunMonthly);
        app.Post(Routes.Approve, move.ApproveAsync, AffiliateOperations.Approve);
        app.Post(Routes.Unapprove, move.UnapproveAsync, AffiliateOperations.Unapprove);
        app.Post(Routes.Void, move.VoidAsync, AffiliateOperations.Void);
        app.Post(Routes.MarkPaid, move.MarkPaidAsync, AffiliateOperations.MarkPaid);
        app.Post(Routes.WriteOff, move.WriteOffAsync, PayingOperations.WriteOff);
        app.Post(
            Routes.BulkAffiliatePayouts,
            app.Get<BulkMoves>().HandleAsync,
            PayingOperations.Bulk
        );
        app.Post(Routes.Pay, app.Get<PayAffiliatePayout>().HandleAsync, PayingOperations.Pay);
        app.Post(Routes.Payees, app.Get<AffiliatePayees>().TellAsync, PayingOperations.TellPayee);
        app.Post(
            Routes.AffiliateTokens,
            app.Get<AffiliateTokens>().IssueAsync,
            PayingOperations.IssueToken
        );
    }

    private static void MapReading(this IEndpointRouteBuilder app)
    {
        ReadAffiliatePayouts read = app.Get<ReadAffiliatePayouts>();
        app.Read(Routes.AffiliatePayout, read.GetAsync, AffiliateOperations.Get);
        app.Read(Routes.AdminAffiliatePayout, read.ShowAsync, PayingOperations.Show);
        app.Read(Routes.AdminAffiliatePayouts, read.ListAsync, AffiliateOperations.List);
        app.Read(
            Routes.ExportAffiliatePayouts,
            app.Get<ExportAffiliatePayouts>().HandleAsync,
            PayingOperations.Export
        );
        app.Read(Routes.Payees, app.Get<AffiliatePayees>().GetAsync, PayingOperations.ShowPayee);
    }

    private static void MapOwn(this IEndpointRouteBuilder app)
    {
        OwnAffiliateAccount own = app.Get<OwnAffiliateAccount>();
        ReadOwn(Routes.OwnAccount, own.ShowAsync, PayingOperations.OwnAccount);
        ReadOwn(Routes.OwnAffiliatePayouts, own.ListAsync, PayingOperations.OwnPayouts);

        void ReadOwn(string route, Func<HttpContext, string, Task> handler, Operation told) =>
            app.MapRead(
                    route,
                    BearerGate.Admit(
                        told.Scope!,
                        principal => OwnScope.Read(principal) is not null,
                        (context, principal) => handler(context, OwnScope.Read(principal)!)
                    )
                )
                .Describe(told);
    }

    private static T Get<T>(this IEndpointRouteBuilder app)
        where T : notnull => app.ServiceProvider.GetRequiredService<T>();

    private static void Post(
        this IEndpointRouteBuilder app,
        string route,
        BearerHandler handler,
        Operation told
    ) => app.MapPost(route, BearerGate.Admit(told.Scope!, handler)).Describe(told);

    private static void Read(
        this IEndpointRouteBuilder app,
        string route,
        RequestDelegate handler,
        Operation told
    ) =>
        app.MapRead(route, BearerGate.Admit(told.Scope!, (context, _) => handler(context)))
            .Describe(told);
}
