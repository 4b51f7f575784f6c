using System.Text.Json;
using System.Text.Json.Nodes;
using Shouldly;
using Xunit;

namespace Settlement.Api.Tests.Affiliates;

public sealed class MarkPaidSpecs(ApiFixture api) : IClassFixture<ApiFixture>
{
    private static readonly string[] s_fields =
    [
        "id",
        "affiliate_id",
        "currency",
        "gross_amount_cents",
        "reversal_amount_cents",
        "amount_cents",
        "recovery_owed_cents",
        "commission_ids",
        "commission_count",
        "period_start",
        "period_end",
        "status",
        "approved_at",
        "approved_by",
        "paid_at",
        "external_ref",
        "created_at",
    ];

    private AnAffiliate NewAffiliate() => new(api.Affiliates);

    [Fact]
    public async Task An_approved_payout_is_paid_and_answered_whole()
    {
        AnAffiliate affiliate = NewAffiliate();
        string commission = await affiliate.EarnsAsync(1_250, 3);
        string id = await affiliate.ApprovedAsync(3);

        ApiAnswer answer = await affiliate.MarkPaidAsync(id, "  paypal-42 ");

        ((int)answer.Status).ShouldBe(200, answer.Text);
        answer.Names.ShouldBe(s_fields);
        JsonNode payout = answer.Json;
        ((string)payout["id"]!).ShouldBe(id);
        ((string)payout["affiliate_id"]!).ShouldBe(affiliate.Id);
        ((string)payout["gross_amount_cents"]!).ShouldBe("1250");
        ((string)payout["reversal_amount_cents"]!).ShouldBe("0");
        ((string)payout["amount_cents"]!).ShouldBe("1250");
        ((string)payout["recovery_owed_cents"]!).ShouldBe("0");
        payout["commission_ids"]!.AsArray().Select(n => (string)n!).ShouldBe([commission]);
        payout["commission_count"]!.GetValueKind().ShouldBe(JsonValueKind.Number);
        ((int)payout["commission_count"]!).ShouldBe(1);
        ((string)payout["period_start"]!).ShouldBe("2026-03-01T00:00:00Z");
        ((string)payout["period_end"]!).ShouldBe("2026-04-01T00:00:00Z");
        ((string)payout["status"]!).ShouldBe("paid");
        ((string)payout["approved_by"]!).ShouldBe("operator");
        ((string)payout["external_ref"]!).ShouldBe("paypal-42");
        payout["paid_at"]!.GetValue<DateTimeOffset>().Offset.ShouldBe(TimeSpan.Zero);
    }

    [Fact]
    public async Task What_is_empty_is_null_and_not_left_out()
    {
        AnAffiliate affiliate = NewAffiliate();
        await affiliate.EarnsAsync(1_250, 3);

        ApiAnswer answer = await affiliate.CreateAsync(3);

        answer.Names.ShouldBe(s_fields);
        foreach (string name in new[] { "approved_at", "approved_by", "paid_at", "external_ref" })
            answer.Json[name].ShouldBeNull();
        answer.Header("Location").ShouldBe($"/v1/payouts/{answer.Json["id"]}");
    }

    [Fact]
    public async Task The_same_reference_again_answers_the_unchanged_payout()
    {
        AnAffiliate affiliate = NewAffiliate();
        await affiliate.EarnsAsync(1_250, 3);
        string id = await affiliate.ApprovedAsync(3);

        ApiAnswer first = await affiliate.MarkPaidAsync(id, "paypal-42");
        ApiAnswer second = await affiliate.MarkPaidAsync(id, "paypal-42");

        ((int)second.Status).ShouldBe(200);
        second.Text.ShouldBe(first.Text);
    }

    [Fact]
    public async Task Another_reference_is_refused_and_the_stored_one_told()
    {
        AnAffiliate affiliate = NewAffiliate();
        await affiliate.EarnsAsync(1_250, 3);
        string id = await affiliate.PaidAsync(3, "paypal-42");
        JsonNode before = await affiliate.ReadAsync(id);

        ApiAnswer answer = await affiliate.MarkPaidAsync(id, "paypal-43");

        answer.ShouldBeError(409, "payout_already_paid");
        ((string)answer.Json["external_ref"]!).ShouldBe("paypal-42");
        JsonNode.DeepEquals(await affiliate.ReadAsync(id), before).ShouldBeTrue();
    }

    [Fact]
    public async Task One_transfer_may_pay_two_payouts()
    {
        AnAffiliate affiliate = NewAffiliate();
        await affiliate.EarnsAsync(1_250, 3);
        await affiliate.EarnsAsync(1_250, 4);

        await affiliate.PaidAsync(3, "batch-1");
        await affiliate.PaidAsync(4, "batch-1");
    }

    [Fact]
    public async Task A_payout_that_is_pending_owed_or_void_is_not_paid()
    {
        AnAffiliate affiliate = NewAffiliate();
        string march = await affiliate.EarnsAsync(9_000, 3);
        await affiliate.PaidAsync(3);
        await affiliate.ReverseAsync(march);
        await affiliate.EarnsAsync(4_000, 4);
        string owed = await affiliate.PendingAsync(4);
        await affiliate.EarnsAsync(8_000, 5);
        string pending = await affiliate.PendingAsync(5);

        ApiAnswer first = await affiliate.MarkPaidAsync(pending, "x");
        await affiliate.MoveAsync(pending, "void");

        first.ShouldBeError(409, "payout_not_approved");
        (await affiliate.MarkPaidAsync(pending, "x")).ShouldBeError(409, "payout_not_payable");
        (await affiliate.MarkPaidAsync(owed, "x")).ShouldBeError(409, "payout_not_payable");
        (await affiliate.MoveAsync(owed, "approve")).ShouldBeError(409, "payout_not_payable");
        ((string)(await affiliate.ReadAsync(owed))["status"]!).ShouldBe("recovery_owed");
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("{}")]
    [InlineData("[]")]
    [InlineData("nonsense")]
    [InlineData("""{"external_ref":null}""")]
    [InlineData("""{"external_ref":""}""")]
    [InlineData("""{"external_ref":" \t "}""")]
    [InlineData("""{"external_ref":7}""")]
    [InlineData("""{"external_ref":["a"]}""")]
    [InlineData("""{"external_ref":"a\u0000b"}""")]
    [InlineData("""{"external_ref":"a\nb"}""")]
    [InlineData("""{"External_Ref":"a"}""")]
    public async Task A_body_without_a_reference_is_invalid_and_changes_nothing(string? body)
    {
        AnAffiliate affiliate = NewAffiliate();
        await affiliate.EarnsAsync(1_250, 3);
        string id = await affiliate.ApprovedAsync(3);

        ApiAnswer answer = await api.Affiliates.PostAsync(
            $"/v1/admin/payouts/{id}/mark-paid",
            body
        );

        answer.ShouldBeError(400, "validation_error");
        ((string)(await affiliate.ReadAsync(id))["status"]!).ShouldBe("approved");
    }

    [Theory]
    [InlineData("9f1c0b7e-4d2a-4c8e-9b3f-1a2b3c4d5e6f")]
    [InlineData("po_123")]
    [InlineData("7")]
    [InlineData("%20x")]
    [InlineData("'--")]
    public async Task An_unknown_id_of_any_form_is_not_found(string id)
    {
        foreach (string action in new[] { "mark-paid", "approve", "unapprove", "void" })
        {
            ApiAnswer answer = await api.Affiliates.PostAsync(
                $"/v1/admin/payouts/{id}/{action}",
                """{"external_ref":"x"}"""
            );
            answer.ShouldBeError(404, "payout_not_found");
        }
        (await api.Affiliates.GetAsync($"/v1/payouts/{id}")).ShouldBeError(404, "payout_not_found");
    }

    [Fact]
    public async Task Of_two_that_pay_at_once_with_other_references_one_wins()
    {
        AnAffiliate affiliate = NewAffiliate();
        await affiliate.EarnsAsync(1_250, 3);
        string id = await affiliate.ApprovedAsync(3);

        ApiAnswer[] answers = await Task.WhenAll(
            Enumerable.Range(0, 8).Select(n => affiliate.MarkPaidAsync(id, $"transfer-{n}"))
        );

        answers.Count(a => (int)a.Status == 200).ShouldBe(1);
        answers.Count(a => a.Status is System.Net.HttpStatusCode.Conflict).ShouldBe(7);
    }
}
