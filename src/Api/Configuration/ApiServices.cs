using Settlement.Api.Dispatching;
using Settlement.Api.Endpoints;
using Settlement.Api.Http;
using Settlement.Api.Operations;
using Settlement.Api.Streaming;
using Settlement.Api.Treasury;
using Settlement.Hosting.Messaging;
using Settlement.Hosting.Start;
using Settlement.Payouts.Addresses;
using Settlement.Payouts.Auditing;
using Settlement.Payouts.Ledger;
using Settlement.Payouts.Lifecycle;
using Settlement.Payouts.Operations;
using Settlement.Payouts.Queries;
using Settlement.Payouts.Sessions;
using Settlement.Payouts.Treasury;

namespace Settlement.Api.Configuration;

/// <summary>Registers what the routes need.</summary>
internal static class ApiServices
{
    public static void AddApiOptions(this IServiceCollection services, IConfiguration configuration)
    {
        services.AddSingleton(AdminOptions.Read(configuration));
        services.AddSingleton(UserSessionOptions.Read(configuration));
        services.AddSingleton(OperationsOptions.Read(configuration));
        services.AddSingleton(AddressOptions.Read(configuration));
        services.AddSingleton(StreamOptions.Read(configuration));
        services.AddSingleton(RateLimitOptions.Read(configuration));
        services.AddSingleton<RateLimits>();
        services.AddSingleton(AffiliatesOptions.Read(configuration));
        services.AddSingleton(TimeProvider.System);
    }

    public static void AddUserRoutes(this IServiceCollection services)
    {
        services.AddSingleton<UserSessions>();
        services.AddSingleton<OriginRules>();
        services.AddSingleton<UserGate>();
        services.AddSingleton<StoredAnswers>();
        services.AddSingleton<KeyedAnswers>();
        services.AddSingleton<AcceptPayout>();
        services.AddSingleton<CreatePayoutRules>();
        services.AddSingleton<AcceptAnswers>();
        services.AddSingleton<AddressBook>();
        services.AddSingleton<AddressRules>();
        services.AddSingleton<PayoutAddresses>();
        services.AddSingleton<PayoutRequests>();
        services.AddSingleton<CreatePayout>();
        services.AddSingleton<RetryPayoutRules>();
        services.AddSingleton<RetryPayout>();
        services.AddSingleton<PayoutQueries>();
        services.AddSingleton<ReadBalance>();
        services.AddSingleton<PayoutPresenter>();
        services.AddSingleton<ReadPayouts>();
        services.AddSingleton<CancelPayout>();
        services.AddSingleton<CancelOwnPayout>();
        services.AddSingleton<PayoutTimeline>();
        services.AddSingleton<ReadTimeline>();
        services.AddSingleton<ShowOptions>();
        services.AddSingleton<QuotePayout>();
        services.AddSingleton<ExportPayouts>();
        services.AddSingleton<PayoutChanges>();
        services.AddSingleton<PayoutOutlook>();
        services.AddSingleton<PayoutFeed>();
        services.AddHostedService(provider => provider.GetRequiredService<PayoutFeed>());
        services.AddSingleton<StreamPayouts>();
        services.AddSingleton<ShowReceipt>();
        services.AddSingleton<ListRewards>();
        services.AddSingleton<ReadRewards>();
        services.AddSingleton<SpendOnInvoice>();
    }

    public static void AddOperatorRoutes(this IServiceCollection services)
    {
        services.AddSingleton<FinalizePayout>();
        services.AddSingleton<EndPayoutRules>();
        services.AddSingleton<TransferChecks>();
        services.AddSingleton<VerifySent>();
        services.AddSingleton<EndPayout>();
        services.AddSingleton<CancelAnyPayout>();
        services.AddSingleton<PayoutHistory>();
        services.AddSingleton<ShowPayout>();
        services.AddSingleton<IngestReward>();
        services.AddSingleton<RecordReward>();
        services.AddSingleton<RecordInvoice>();
        services.AddSingleton<BlockAddress>();
        services.AddSingleton<SwitchPauses>();
        services.AddSingleton<AdminPayouts>();
        services.AddSingleton<ListPayouts>();
        services.AddSingleton<ApprovalThresholds>();
        services.AddHostedService<PutThresholds>();
        services.AddSingleton<SteerPayout>();
        services.AddSingleton<AskReplacement>();
        services.AddSingleton<PayoutHints>();
        services.AddSingleton<PayoutActions>();
        services.AddSingleton<SteerPayouts>();
        services.AddSingleton<BulkPayouts>();
        services.AddSingleton<ExportAllPayouts>();
        services.AddSingleton<DecideTransaction>();
        services.AddSingleton<DecideTransactions>();
        services.AddSingleton<PayoutEvidence>();
        services.AddSingleton<CheckPayouts>();
        services.AddSingleton<AuditTrail>();
        services.AddSingleton<ReadAudit>();
        services.AddSingleton<AdminTokens>();
        services.AddSingleton<ShowUser>();
    }

    public static void AddTreasuryRoutes(this IServiceCollection services)
    {
        services.AddSingleton<ReadTreasury>();
        services.AddSingleton<ShowTreasury>();
        services.AddSingleton<AcceptHoldings>();
        services.AddSingleton<AcceptMissing>();
        services.AddSingleton<LedgerAudit>();
        services.AddSingleton<FindDifferences>();
        services.AddSingleton<Reconcile>();
    }

    public static void AddDispatch(
        this IServiceCollection services,
        IConfiguration configuration,
        IReadOnlyList<NetworkSection> networks
    )
    {
        services.AddSingleton<PayoutDispatch>();
        bool hasBroker = services.AddSettlementMessaging(
            configuration,
            networks.Select(n => n.Id.Name).ToList()
        );
        if (hasBroker)
            services.AddHostedService<SettlePayoutPublisher>();
    }
}
