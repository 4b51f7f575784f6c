using System.Text.Json.Nodes;
using Shouldly;
using Xunit;

namespace Settlement.Api.Tests.Affiliates;

/// <summary>Asked twice, asked about what has changed, asked for many at once.</summary>
public sealed class RepeatedMoveSpecs(ApiFixture api) : IClassFixture<ApiFixture>
{
    private const string Key = "Idempotency-Key";

    private AnAffiliate NewAffiliate() => new(api.Affiliates);

    [Fact]
    public async Task The_same_key_is_answered_alike_although_the_payout_has_moved_on()
    {
        AnAffiliate affiliate = NewAffiliate();
        await affiliate.EarnsAsync(1_250, 3);
        string id = await affiliate.PendingAsync(3);
        string key = $"{Guid.NewGuid()}";

        ApiAnswer first = await AskAsync(id, "approve", null, (Key, key));
        await affiliate.MoveAsync(id, "unapprove");
        ApiAnswer second = await AskAsync(id, "approve", null, (Key, $"\"{key}\""));

        second.Text.ShouldBe(first.Text);
        ((int)second.Status).ShouldBe(200);
        second.Header("Idempotent-Replayed").ShouldBe("true");
        ((string)(await affiliate.ReadAsync(id))["status"]!).ShouldBe("pending");
    }

    [Fact]
    public async Task The_same_key_for_something_else_is_refused()
    {
        AnAffiliate affiliate = NewAffiliate();
        await affiliate.EarnsAsync(1_250, 3);
        string id = await affiliate.ApprovedAsync(3);
        string key = $"{Guid.NewGuid()}";
        (string, string) header = (Key, key);

        ApiAnswer first = await PayAsync(id, "one", header);
        ApiAnswer same = await PayAsync(id, " one ", header);
        ApiAnswer other = await PayAsync(id, "two", header);

        ((int)first.Status).ShouldBe(200);
        same.Text.ShouldBe(first.Text);
        other.ShouldBeError(422, "idempotency_key_reused");
        (await PayAsync(id, "one", (Key, ""))).ShouldBeError(400, "idempotency_key_invalid");
    }

    [Fact]
    public async Task What_was_refused_keeps_no_key()
    {
        AnAffiliate affiliate = NewAffiliate();
        await affiliate.EarnsAsync(1_250, 3);
        string id = await affiliate.PendingAsync(3);
        (string, string) header = (Key, $"{Guid.NewGuid()}");

        (await PayAsync(id, "one", header)).ShouldBeError(409, "payout_not_approved");
        await affiliate.MoveAsync(id, "approve");

        ((int)(await PayAsync(id, "one", header)).Status).ShouldBe(200);
    }

    [Fact]
    public async Task Many_with_one_key_at_once_create_one_payout_and_are_answered_alike()
    {
        AnAffiliate affiliate = NewAffiliate();
        await affiliate.EarnsAsync(1_250, 3);
        string body = AnAffiliate.Json(
            ("affiliate_id", affiliate.Id),
            ("period_start", "2026-03-01T00:00:00Z"),
            ("period_end", "2026-04-01T00:00:00Z")
        );
        (string, string) header = (Key, $"{Guid.NewGuid()}");

        ApiAnswer[] answers = await Task.WhenAll(
            Enumerable
                .Range(0, 8)
                .Select(_ => api.Affiliates.PostAsync("/v1/payouts", body, header))
        );

        answers.ShouldAllBe(a => (int)a.Status == 201);
        answers.Select(a => a.Text).Distinct().Count().ShouldBe(1);
        answers.Count(a => a.Header("Idempotent-Replayed") is null).ShouldBe(1);
    }

    [Fact]
    public async Task Another_version_than_the_one_that_was_read_is_refused()
    {
        AnAffiliate affiliate = NewAffiliate();
        await affiliate.EarnsAsync(1_250, 3);
        string late = await affiliate.EarnsAsync(50, 3);
        string id = await affiliate.PendingAsync(3);
        string read = (await api.Affiliates.GetAsync($"/v1/payouts/{id}")).Header("ETag")!;

        await affiliate.ReverseAsync(late);
        ApiAnswer stale = await AskAsync(id, "approve", null, ("If-Match", read));
        string now = (await api.Affiliates.GetAsync($"/v1/payouts/{id}")).Header("ETag")!;
        ApiAnswer fresh = await AskAsync(id, "approve", null, ("If-Match", now));

        stale.ShouldBeError(412, "version_mismatch");
        ((int)fresh.Status).ShouldBe(200);
        fresh.Header("ETag").ShouldNotBe(now);
        // Whoever repeats what succeeded names the version before it.
        ((int)(await AskAsync(id, "approve", null, ("If-Match", now))).Status).ShouldBe(200);
        (await PayAsync(id, "x", ("If-Match", "\"999\""))).ShouldBeError(412, "version_mismatch");
        (await PayAsync(id, "x", ("If-Match", "nonsense"))).ShouldBeError(412, "version_mismatch");
        ((int)(await PayAsync(id, "x", ("If-Match", "*"))).Status).ShouldBe(200);
    }

    [Fact]
    public async Task Approved_and_paid_in_one_call()
    {
        AnAffiliate affiliate = NewAffiliate();
        await affiliate.EarnsAsync(1_250, 3);
        string id = await affiliate.PendingAsync(3);
        string read = (await api.Affiliates.GetAsync($"/v1/payouts/{id}")).Header("ETag")!;

        ApiAnswer answer = await AskAsync(
            id,
            "mark-paid",
            """{"external_ref":"x","approve":true}""",
            ("If-Match", read)
        );
        ApiAnswer again = await AskAsync(
            id,
            "mark-paid",
            """{"external_ref":"x","approve":true}"""
        );

        ((string)answer.Json["status"]!).ShouldBe("paid", answer.Text);
        ((string)answer.Json["approved_by"]!).ShouldBe("operator");
        again.Text.ShouldBe(answer.Text);
        (await AskAsync(id, "mark-paid", """{"external_ref":"y","approve":true}""")).ShouldBeError(
            409,
            "payout_already_paid"
        );
        (await AskAsync(id, "mark-paid", """{"external_ref":"x","approve":1}""")).ShouldBeError(
            400,
            "validation_error"
        );
    }

    [Fact]
    public async Task Many_are_marked_in_one_call_and_each_says_what_became_of_it()
    {
        AnAffiliate affiliate = NewAffiliate();
        await affiliate.EarnsAsync(100, 1);
        await affiliate.EarnsAsync(200, 2);
        await affiliate.EarnsAsync(300, 3);
        string approved = await affiliate.ApprovedAsync(1);
        string pending = await affiliate.PendingAsync(2);
        string paid = await affiliate.PaidAsync(3, "other");

        JsonNode answer = (
            await BulkAsync("mark-paid", "batch-7", approved, pending, paid, "nonsense")
        ).Json;
        JsonNode approval = (await BulkAsync("approve", null, pending, approved)).Json;

        answer.ToJsonString().ShouldStartWith("""{"done":1,"refused":3,"results":[""");
        answer["results"]!
            .AsArray()
            .Select(r => $"{r!["id"]} {r["ok"]} {r["error"]}")
            .ShouldBe([
                $"{approved} true ",
                $"{pending} false payout_not_approved",
                $"{paid} false payout_already_paid",
                "nonsense false payout_not_found",
            ]);
        ((string)(await affiliate.ReadAsync(approved))["external_ref"]!).ShouldBe("batch-7");
        ((int)approval["done"]!).ShouldBe(1);
        ((string)approval["results"]![1]!["error"]!).ShouldBe("payout_already_paid");
    }

    [Fact]
    public async Task A_hundred_fit_and_a_hundred_and_one_do_not()
    {
        string[] ids = Enumerable.Range(0, 101).Select(_ => $"{Guid.NewGuid()}").ToArray();

        ApiAnswer hundred = await BulkAsync("approve", null, ids[..100]);

        ((int)hundred.Json["refused"]!).ShouldBe(100, hundred.Text);
        (await BulkAsync("approve", null, ids)).ShouldBeError(400, "validation_error");
        (await BulkAsync("approve", null)).ShouldBeError(400, "validation_error");
        (await BulkAsync("void", null, ids[0])).ShouldBeError(400, "validation_error");
        (await BulkAsync("mark-paid", null, ids[0])).ShouldBeError(400, "validation_error");
    }

    [Fact]
    public async Task What_is_owed_is_forgiven_once_for_a_reason_and_never_taken_off()
    {
        AnAffiliate affiliate = NewAffiliate();
        string march = await affiliate.EarnsAsync(900, 3);
        await affiliate.PaidAsync(3);
        await affiliate.ReverseAsync(march);
        await affiliate.EarnsAsync(400, 4);
        string owed = await affiliate.PendingAsync(4);

        string[] noReasons =
        [
            "{}",
            """{"reason":" "}""",
            $$"""{"reason":"{{new string('x', 1_001)}}"}""",
        ];
        foreach (string body in noReasons)
            (await AskAsync(owed, "write-off", body)).ShouldBeError(400, "validation_error");
        ApiAnswer forgiven = await AskAsync(owed, "write-off", """{"reason":" too small "}""");
        ApiAnswer again = await AskAsync(owed, "write-off", """{"reason":"too small"}""");
        await affiliate.EarnsAsync(800, 5);
        string may = await affiliate.PendingAsync(5);

        ((string)forgiven.Json["status"]!).ShouldBe("written_off", forgiven.Text);
        again.Text.ShouldBe(forgiven.Text);
        ((string)(await affiliate.ReadAsync(may))["amount_cents"]!).ShouldBe("800");
        (await AskAsync(may, "write-off", """{"reason":"x"}""")).ShouldBeError(
            409,
            "payout_not_actionable"
        );
        (
            await Given.ScalarAsync<string>(
                api.Database,
                "SELECT reason FROM audit_log WHERE action = 'affiliate_payout_written_off' AND target = $1",
                owed
            )
        ).ShouldBe("too small");
    }

    private Task<ApiAnswer> AskAsync(
        string id,
        string action,
        string? body,
        params (string, string)[] headers
    ) => api.Affiliates.PostAsync($"/v1/admin/payouts/{id}/{action}", body, headers);

    private Task<ApiAnswer> PayAsync(
        string id,
        string reference,
        params (string, string)[] headers
    ) => AskAsync(id, "mark-paid", AnAffiliate.Json(("external_ref", reference)), headers);

    private Task<ApiAnswer> BulkAsync(string action, string? reference, params string[] ids) =>
        api.Affiliates.PostAsync(
            "/v1/admin/payouts/bulk",
            AnAffiliate.Json(("action", action), ("external_ref", reference), ("ids", ids))
        );
}
