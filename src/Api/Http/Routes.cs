namespace Settlement.Api.Http;

/// <summary>The paths, spelled once.</summary>
internal static class Routes
{
    public const string Admin = "/v1/admin";
    public const string Payouts = "/v1/referrals/payouts";
    public const string Payout = "/v1/referrals/payouts/{id}";
    public const string Cancel = "/v1/referrals/payouts/{id}/cancel";
    public const string Retry = "/v1/referrals/payouts/{id}/retry";
    public const string Events = "/v1/referrals/payouts/{id}/events";
    public const string Options = "/v1/referrals/payouts/options";
    public const string Quote = "/v1/referrals/payouts/quote";
    public const string Stream = "/v1/referrals/payouts/stream";
    public const string Receipt = "/v1/referrals/payouts/{id}/receipt";
    public const string Export = "/v1/referrals/payouts/export.csv";
    public const string OwnRewards = "/v1/referrals/rewards";
    public const string Me = "/v1/referrals/me";
    public const string Spend = "/v1/referrals/spend-on-invoice";
    public const string Addresses = "/v1/referrals/payout-addresses";
    public const string Address = "/v1/referrals/payout-addresses/{id}";
    public const string BlockAddress = "/v1/admin/referrals/payout-addresses/{id}/block";
    public const string UnblockAddress = "/v1/admin/referrals/payout-addresses/{id}/unblock";
    public const string AdminPayouts = "/v1/admin/referrals/payouts";
    public const string AdminPayout = "/v1/admin/referrals/payouts/{id}";
    public const string Sent = "/v1/admin/referrals/payouts/{id}/sent";
    public const string Failed = "/v1/admin/referrals/payouts/{id}/failed";
    public const string AdminCancel = "/v1/admin/referrals/payouts/{id}/cancel";
    public const string Summary = "/v1/admin/referrals/payouts/summary";
    public const string AdminExport = "/v1/admin/referrals/payouts/export.csv";
    public const string Bulk = "/v1/admin/referrals/payouts/bulk";
    public const string Hold = "/v1/admin/referrals/payouts/{id}/hold";
    public const string Release = "/v1/admin/referrals/payouts/{id}/release";
    public const string Requeue = "/v1/admin/referrals/payouts/{id}/requeue";
    public const string ApprovePayout = "/v1/admin/referrals/payouts/{id}/approve";
    public const string Check = "/v1/admin/referrals/payouts/{id}/check";
    public const string SpeedUp = "/v1/admin/referrals/payouts/{id}/speed-up";
    public const string Rewards = "/v1/admin/referrals/rewards";
    public const string AdminInvoices = "/v1/admin/referrals/invoices";
    public const string CloseInvoice = "/v1/admin/referrals/invoices/{id}/close";
    public const string Pause = "/v1/admin/system/pause";
    public const string Resume = "/v1/admin/system/resume";
    public const string Decide = "/v1/admin/chain-transactions/{id}/decide";
    public const string Audit = "/v1/admin/audit";
    public const string Tokens = "/v1/admin/tokens";
    public const string Token = "/v1/admin/tokens/{id}";
    public const string AdminUser = "/v1/admin/referrals/users/{user_id}";
    public const string Treasury = "/v1/admin/treasury";
    public const string AcceptMissing = "/v1/admin/treasury/{network}/accept";
    public const string Reconciliation = "/v1/admin/reconciliation";
    public const string Webhooks = "/v1/admin/webhooks";
    public const string Webhook = "/v1/admin/webhooks/{id}";
    public const string TestWebhook = "/v1/admin/webhooks/{id}/test";
    public const string RotateWebhook = "/v1/admin/webhooks/{id}/rotate";
    public const string WebhookDeliveries = "/v1/admin/webhooks/{id}/deliveries";
    public const string WebhookDelivery = "/v1/admin/webhooks/{id}/deliveries/{delivery}";
    public const string Redeliver = "/v1/admin/webhooks/{id}/deliveries/{delivery}/redeliver";

    public const string Commissions = "/v1/commissions";
    public const string ReverseCommission = "/v1/commissions/{id}/reverse";
    public const string AffiliatePayouts = "/v1/payouts";
    public const string AffiliatePayout = "/v1/payouts/{id}";
    public const string AdminAffiliatePayouts = "/v1/admin/payouts";
    public const string RunMonthly = "/v1/admin/payouts/run-monthly";
    public const string Approve = "/v1/admin/payouts/{id}/approve";
    public const string Unapprove = "/v1/admin/payouts/{id}/unapprove";
    public const string Void = "/v1/admin/payouts/{id}/void";
    public const string MarkPaid = "/v1/admin/payouts/{id}/mark-paid";
    public const string Pay = "/v1/admin/payouts/{id}/pay";
    public const string WriteOff = "/v1/admin/payouts/{id}/write-off";
    public const string BulkAffiliatePayouts = "/v1/admin/payouts/bulk";
    public const string ExportAffiliatePayouts = "/v1/admin/payouts/export.csv";
    public const string AdminAffiliatePayout = "/v1/admin/payouts/{id}";
    public const string ApproveCommission = "/v1/commissions/{id}/approve";
    public const string HoldCommission = "/v1/commissions/{id}/hold";
    public const string ReleaseCommission = "/v1/commissions/{id}/release";
    public const string RejectCommission = "/v1/commissions/{id}/reject";
    public const string Verify = "/v1/commissions/verify";
    public const string Affiliates = "/v1/affiliates";
    public const string Payees = "/v1/affiliates/payees";
    public const string AffiliateTokens = "/v1/affiliates/tokens";
    public const string OwnAccount = "/v1/affiliates/me";
    public const string OwnAffiliatePayouts = "/v1/affiliates/me/payouts";

    private static readonly string[] s_forAffiliates =
    [
        Commissions,
        AffiliatePayouts,
        AdminAffiliatePayouts,
        Affiliates,
    ];

    /// <summary>Whether a bearer token opens this path, whether or not it is a route.</summary>
    public static bool IsForAffiliates(PathString path) =>
        s_forAffiliates.Any(start =>
            path.StartsWithSegments(start, StringComparison.OrdinalIgnoreCase)
        );

    /// <summary>Where a payout of the caller can be read.</summary>
    public static string LocationOf(Guid payout) => $"{Payouts}/{payout}";

    /// <summary>A POST to an operator's payout without sent or failed: not a wrong method, but half a path.</summary>
    public static bool LacksItsAction(HttpRequest request) =>
        HttpMethods.IsPost(request.Method)
        && request.Path.StartsWithSegments(
            AdminPayouts,
            StringComparison.OrdinalIgnoreCase,
            out PathString rest
        )
        && rest.Value!.Trim('/') is { Length: > 0 } id
        && !id.Contains('/', StringComparison.Ordinal);
}

/// <summary>Mapping.</summary>
internal static class RouteMapping
{
    private static readonly string[] s_read = [HttpMethods.Get, HttpMethods.Head];

    /// <summary>Answers 405 where routing would take a word for an id: a path that is spelled out as a route takes the methods of
    /// that route, and no other's.</summary>
    public static void UseWordsBeforeIds(this WebApplication app)
    {
        // The routes are mapped after this.
        var words = new Lazy<Dictionary<string, string[]>>(() => MethodsOfWords(app));
        app.Use(
            (context, next) =>
            {
                HttpRequest request = context.Request;
                if (
                    !words.Value.TryGetValue(
                        request.Path.Value!.TrimEnd('/'),
                        out string[]? allowed
                    ) || allowed.Contains(request.Method, StringComparer.OrdinalIgnoreCase)
                )
                {
                    return next(context);
                }
                context.Response.Headers.Allow = string.Join(", ", allowed);
                return context.ErrorAsync(ErrorCatalogue.MethodNotAllowed);
            }
        );
    }

    private static Dictionary<string, string[]> MethodsOfWords(IEndpointRouteBuilder app) =>
        app
            .DataSources.SelectMany(source => source.Endpoints)
            .OfType<RouteEndpoint>()
            .Where(endpoint => endpoint.RoutePattern.Parameters.Count == 0)
            .GroupBy(
                endpoint => "/" + endpoint.RoutePattern.RawText!.Trim('/'),
                StringComparer.OrdinalIgnoreCase
            )
            .Where(path => path.All(e => e.Metadata.GetMetadata<IHttpMethodMetadata>() is not null))
            .ToDictionary(
                path => path.Key,
                path =>
                    path.SelectMany(e => e.Metadata.GetMetadata<IHttpMethodMetadata>()!.HttpMethods)
                        .Distinct(StringComparer.Ordinal)
                        .Order(StringComparer.Ordinal)
                        .ToArray(),
                StringComparer.OrdinalIgnoreCase
            );

    /// <summary>HEAD works wherever GET does.</summary>
    public static IEndpointConventionBuilder MapRead(
        this IEndpointRouteBuilder app,
        string pattern,
        RequestDelegate handler
    ) => app.MapMethods(pattern, s_read, handler);
}
