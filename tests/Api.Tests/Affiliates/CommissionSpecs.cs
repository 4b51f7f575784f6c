using System.Text.Json.Nodes;
using Shouldly;
using Xunit;

namespace Settlement.Api.Tests.Affiliates;

/// <summary>A commission waits out its hold, or a person says what becomes of it.</summary>
public sealed class CommissionSpecs(ApiFixture api) : IClassFixture<ApiFixture>
{
    private AnAffiliate NewAffiliate() => new(api.Affiliates);

    [Fact]
    public async Task Inside_its_hold_it_is_pending_and_in_no_payout_until_it_is_approved_by_hand()
    {
        AnAffiliate affiliate = NewAffiliate();
        string held = await affiliate.EarnsHeldAsync(1_000, 3);

        (await affiliate.CreateAsync(3)).ShouldBeError(400, "no_commissions");
        (await StatusAsync(affiliate, held)).ShouldBe("pending");
        ApiAnswer approval = await affiliate.JudgeAsync(held, "approve");
        (await StatusAsync(affiliate, held)).ShouldBe("approved");
        string payout = await affiliate.PendingAsync(3);

        approval.Text.ShouldBe($$"""{"ok":true,"commission_id":"{{held}}","status":"approved"}""");
        (await StatusAsync(affiliate, held)).ShouldBe("in_payout");
        await affiliate.MoveAsync(payout, "approve");
        await affiliate.MarkPaidAsync(payout, "x");
        (await StatusAsync(affiliate, held)).ShouldBe("paid");
    }

    [Fact]
    public async Task The_usual_hold_is_counted_from_when_it_was_earned()
    {
        await using ApiServer server = await ApiServer.StartAsync(
            api.Database,
            ("Affiliates:HoldDays", "300")
        );
        var affiliate = new AnAffiliate(
            new ApiClient(server) { BearerToken = ApiServer.AffiliatesToken }
        );

        string commission = await affiliate.EarnsAsync(1_000, 3);

        JsonNode entry = await EntryAsync(affiliate, commission);
        ((string)entry["earned_at"]!).ShouldBe("2026-03-10T00:00:00Z");
        ((string)entry["hold_until"]!).ShouldBe("2027-01-04T00:00:00Z");
    }

    [Fact]
    public async Task Held_it_leaves_a_pending_payout_and_released_it_may_come_back()
    {
        AnAffiliate affiliate = NewAffiliate();
        string first = await affiliate.EarnsAsync(1_000, 3);
        await affiliate.EarnsAsync(500, 3);
        string payout = await affiliate.PendingAsync(3);

        ((int)(await affiliate.JudgeAsync(first, "hold")).Status).ShouldBe(200);
        ((int)(await affiliate.JudgeAsync(first, "hold")).Status).ShouldBe(200);

        ((string)(await affiliate.ReadAsync(payout))["amount_cents"]!).ShouldBe("500");
        (await StatusAsync(affiliate, first)).ShouldBe("held");
        await affiliate.JudgeAsync(first, "release");
        (await StatusAsync(affiliate, first)).ShouldBe("approved");
        await affiliate.EarnsAsync(1, 4);
        string next = await affiliate.PendingAsync(4);
        ((string)(await affiliate.ReadAsync(next))["amount_cents"]!).ShouldBe("1001");
    }

    [Fact]
    public async Task Rejected_it_is_never_paid_and_reversing_it_takes_nothing_off()
    {
        AnAffiliate affiliate = NewAffiliate();
        string commission = await affiliate.EarnsAsync(1_000, 3);

        await affiliate.JudgeAsync(commission, "reject");

        (await affiliate.CreateAsync(3)).ShouldBeError(400, "no_commissions");
        foreach (string word in new[] { "approve", "hold", "release" })
        {
            (await affiliate.JudgeAsync(commission, word)).ShouldBeError(
                409,
                "commission_not_actionable"
            );
        }
        ApiAnswer reversal = await affiliate.ReverseAsync(commission);
        ((int)reversal.Status).ShouldBe(200);
        reversal.Json["reversal_id"].ShouldBeNull();
        (await StatusAsync(affiliate, commission)).ShouldBe("rejected");
    }

    [Fact]
    public async Task A_word_on_what_is_approved_or_a_reversal_comes_too_late()
    {
        AnAffiliate affiliate = NewAffiliate();
        string commission = await affiliate.EarnsAsync(1_000, 3);
        await affiliate.PaidAsync(3);
        string reversal = (string)(await affiliate.ReverseAsync(commission)).Json["reversal_id"]!;

        foreach (string id in new[] { commission, reversal })
        {
            (await affiliate.JudgeAsync(id, "reject")).ShouldBeError(
                409,
                "commission_not_actionable"
            );
        }
        (await affiliate.JudgeAsync("nonsense", "hold")).ShouldBeError(404, "commission_not_found");
    }

    [Fact]
    public async Task A_list_is_narrowed_and_read_page_by_page_without_a_gap()
    {
        AnAffiliate affiliate = NewAffiliate();
        var earned = new List<string>();
        for (int n = 0; n < 5; n++)
            earned.Add(await affiliate.EarnsAsync(100 + n, 3));
        await affiliate.JudgeAsync(earned[2], "hold");
        string payout = await affiliate.PendingAsync(3);

        var read = new List<string>();
        string? cursor = null;
        do
        {
            JsonNode page = (
                await api.Affiliates.GetAsync(
                    $"/v1/commissions?affiliate_id={affiliate.Id}&limit=2&cursor={cursor}"
                )
            ).Json;
            read.AddRange(page["data"]!.AsArray().Select(e => (string)e!["id"]!));
            cursor = (string?)page["next_cursor"];
        } while (cursor is not null);

        read.ShouldBe(Enumerable.Reverse(earned));
        (await CountAsync($"affiliate_id={affiliate.Id}&status=held")).ShouldBe(1);
        (await CountAsync($"payout_id={payout}")).ShouldBe(4);
        (await CountAsync($"payout_id={payout}&status=in_payout,paid")).ShouldBe(4);
        (await CountAsync($"affiliate_id={affiliate.Id}&status=nonsense")).ShouldBe(0);
        (await CountAsync("payout_id=nonsense")).ShouldBe(0);
        (await CountAsync("cursor=nonsense")).ShouldBe(0);
    }

    [Fact]
    public async Task A_payout_is_shown_with_its_entries()
    {
        AnAffiliate affiliate = NewAffiliate();
        string march = await affiliate.EarnsAsync(900, 3);
        await affiliate.PaidAsync(3);
        await affiliate.ReverseAsync(march);
        await affiliate.EarnsAsync(400, 4);
        string owed = await affiliate.PendingAsync(4);
        await affiliate.EarnsAsync(800, 5);
        string may = await affiliate.PendingAsync(5);

        ApiAnswer plain = await api.Affiliates.GetAsync($"/v1/admin/payouts/{may}");
        JsonNode shown = (
            await api.Affiliates.GetAsync($"/v1/admin/payouts/{owed}?expand=commissions")
        ).Json;

        plain.Json["commissions"].ShouldBeNull();
        ((string)plain.Json["recovery_applied_cents"]!).ShouldBe("500");
        plain.Header("ETag").ShouldBe($"\"{plain.Json["version"]}\"");
        ((string)shown["recovered_by_payout_id"]!).ShouldBe(may);
        shown["commissions"]!
            .AsArray()
            .Select(e => $"{e!["kind"]} {e["amount_cents"]}")
            .ShouldBe(["commission 400", "reversal 900"], ignoreOrder: true);
    }

    private async Task<int> CountAsync(string query) =>
        (await api.Affiliates.GetAsync($"/v1/commissions?{query}")).Json["data"]!.AsArray().Count;

    private async Task<string> StatusAsync(AnAffiliate affiliate, string commission) =>
        (string)(await EntryAsync(affiliate, commission))["status"]!;

    private async Task<JsonNode> EntryAsync(AnAffiliate affiliate, string commission) =>
        (await api.Affiliates.GetAsync($"/v1/commissions?affiliate_id={affiliate.Id}")).Json[
            "data"
        ]!
            .AsArray()
            .Single(e => (string)e!["id"]! == commission)!;
}
