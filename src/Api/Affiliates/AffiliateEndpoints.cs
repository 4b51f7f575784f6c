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
        services.AddSingleton<IngestCommission>();
        services.AddSingleton<ReverseCommission>();
        services.AddSingleton<CreateAffiliatePayout>();
        services.AddSingleton<RunPeriod>();
        services.AddSingleton<MoveAffiliatePayout>();
        services.AddSingleton<AffiliatePayoutQueries>();
        services.AddSingleton<Commissions>();
        services.AddSingleton<CreateAffiliatePayouts>();
        services.AddSingleton<MoveAffiliatePayouts>();
        services.AddSingleton<ReadAffiliatePayouts>();
    }

    public static void MapAffiliateEndpoints(this IEndpointRouteBuilder app)
    {
        Commissions commissions = app.ServiceProvider.GetRequiredService<Commissions>();
        CreateAffiliatePayouts create =
            app.ServiceProvider.GetRequiredService<CreateAffiliatePayouts>();
        MoveAffiliatePayouts move = app.ServiceProvider.GetRequiredService<MoveAffiliatePayouts>();
        ReadAffiliatePayouts read = app.ServiceProvider.GetRequiredService<ReadAffiliatePayouts>();

        Post(Routes.Commissions, commissions.RecordAsync, AffiliateOperations.Record);
        Post(Routes.ReverseCommission, commissions.ReverseAsync, AffiliateOperations.Reverse);
        Post(Routes.AffiliatePayouts, create.CreateAsync, AffiliateOperations.Create);
        Post(Routes.RunMonthly, create.RunAsync, AffiliateOperations.RunMonthly);
        Post(Routes.Approve, move.ApproveAsync, AffiliateOperations.Approve);
        Post(Routes.Unapprove, move.UnapproveAsync, AffiliateOperations.Unapprove);
        Post(Routes.Void, move.VoidAsync, AffiliateOperations.Void);
        Post(Routes.MarkPaid, move.MarkPaidAsync, AffiliateOperations.MarkPaid);
        Read(Routes.AffiliatePayout, read.GetAsync, AffiliateOperations.Get);
        Read(Routes.AdminAffiliatePayouts, read.ListAsync, AffiliateOperations.List);

        void Post(string route, BearerHandler handler, Operation told) =>
            app.MapPost(route, BearerGate.Admit(told.Scope!, handler)).Describe(told);
        void Read(string route, RequestDelegate handler, Operation told) =>
            app.MapRead(route, BearerGate.Admit(told.Scope!, (context, _) => handler(context)))
                .Describe(told);
    }
}
