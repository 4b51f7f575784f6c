using Settlement.Api.Tests.Affiliates;
using Shouldly;

namespace Settlement.Api.Tests.BadInput;

/// <summary>Things that exist, so that what is bad about a request is met behind the first "not found".</summary>
public sealed class Targets
{
    private readonly Dictionary<string, string[]> _ids = new(StringComparer.Ordinal);

    /// <summary>A value for a name in the path of a route that leads somewhere; null where nothing of the kind exists.</summary>
    public string? For(Route route, string name, Random random)
    {
        if (name is "delivery")
            return "evt_0190b6a0000070008000000000000000";
        string? known = _ids.Keys.FirstOrDefault(k =>
            route.Path.StartsWith(k, StringComparison.Ordinal)
        );
        return known is null ? null : _ids[known][random.Next(_ids[known].Length)];
    }

    public static async Task<Targets> MakeAsync(ApiServer server, ApiClient user)
    {
        var admin = new ApiClient(server) { AdminToken = ApiServer.AdminToken };
        var targets = new Targets();
        string[] payouts = await PayoutsAsync(server, user);
        targets._ids["/v1/referrals/payouts/{"] = payouts;
        targets._ids["/v1/admin/referrals/payouts/{"] = payouts;
        targets._ids["/v1/admin/referrals/users/{"] = [$"{user.UserId}"];

        var affiliate = new AnAffiliate(
            new ApiClient(server) { BearerToken = ApiServer.AffiliatesToken }
        );
        string commission = await affiliate.EarnsAsync(1_250, month: 3);
        await affiliate.EarnsAsync(1_250, month: 4);
        string[] affiliatePayouts =
        [
            await affiliate.PendingAsync(month: 3),
            await affiliate.ApprovedAsync(month: 4),
        ];
        targets._ids["/v1/commissions/{"] = [commission];
        targets._ids["/v1/payouts/{"] = affiliatePayouts;
        targets._ids["/v1/admin/payouts/{"] = affiliatePayouts;

        targets._ids["/v1/admin/webhooks/{"] =
        [
            await IdAsync(admin, "/v1/admin/webhooks", """{"url":"https://hooks.acme.com/in"}"""),
        ];
        string address = await IdAsync(
            user,
            "/v1/referrals/payout-addresses",
            $$"""{"label":"mine","network":"solana","address":"{{Given.SolanaAddress}}"}"""
        );
        targets._ids["/v1/referrals/payout-addresses/{"] = [address];
        targets._ids["/v1/admin/referrals/payout-addresses/{"] = [address];
        await admin.PostAsync(
            "/v1/admin/referrals/invoices",
            $$"""{"invoice_id":"INV-1","user_id":"{{user.UserId}}","amount_micro":1000000}"""
        );
        targets._ids["/v1/admin/referrals/invoices/{"] = ["INV-1"];
        targets._ids["/v1/admin/treasury/{"] = ["solana"];
        targets._ids["/v1/admin/chain-transactions/{"] = ["1"];
        return targets;
    }

    private static async Task<string[]> PayoutsAsync(ApiServer server, ApiClient user)
    {
        Guid requested = await user.CreatePayoutAsync();
        Guid taken = await user.CreatePayoutAsync();
        await Given.ClaimedAsync(server.Database, taken);
        Guid riding = await user.CreatePayoutAsync();
        await Given.InFlightAsync(server.Database, riding);
        return [$"{requested}", $"{taken}", $"{riding}"];
    }

    private static async Task<string> IdAsync(ApiClient client, string path, string body)
    {
        ApiAnswer answer = await client.PostAsync(path, body);
        ((int)answer.Status).ShouldBe(201, answer.Text);
        return (string)answer.Json["id"]!;
    }
}
