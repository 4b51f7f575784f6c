using System.Text.Json.Nodes;
using Shouldly;
using Xunit;

namespace Settlement.Api.Tests;

public sealed class SpendSpecs(ApiFixture api) : IClassFixture<ApiFixture>
{
    private const string Path = "/v1/referrals/spend-on-invoice";
    private const string AdminPath = "/v1/admin/referrals/invoices";
    private const string Key = "Idempotency-Key";

    [Fact]
    public async Task A_spend_covers_the_invoice_and_the_balance_and_the_rewards_tell_of_it()
    {
        ApiClient user = await api.UserWithAsync(50_000_000);
        string invoice = await InvoiceAsync(user, 50_000_000);

        ApiAnswer answer = await user.PostAsync(Path, Body(invoice, 50_000_000));

        answer.ShouldBeOk();
        JsonNode balance = (await user.GetAsync("/v1/referrals/me")).Json["balance"]!;
        ((long)balance["spent_micro"]!).ShouldBe(50_000_000);
        ((long)balance["available_micro"]!).ShouldBe(0);
        JsonNode reward = (await user.GetAsync("/v1/referrals/rewards")).Json["items"]![0]!;
        ((string)reward["status"]!).ShouldBe("spent");
        (await user.PostAsync("/v1/referrals/payouts", Given.CreateBody())).ShouldBeError(
            400,
            "balance_insufficient"
        );
    }

    [Fact]
    public async Task Asked_again_it_answers_alike_and_deducts_nothing()
    {
        ApiClient user = await api.UserWithAsync(50_000_000);
        string invoice = await InvoiceAsync(user, 20_000_000);
        await user.PostAsync(Path, Body(invoice, 20_000_000));

        ApiAnswer again = await user.PostAsync(Path, Body(invoice, 20_000_000));

        again.ShouldBeOk();
        again.Header("Idempotent-Replayed").ShouldBe("true");
        (await SpentAsync(user)).ShouldBe(20_000_000);
    }

    [Fact]
    public async Task A_key_is_good_for_one_invoice()
    {
        ApiClient user = await api.UserWithAsync(50_000_000);
        string first = await InvoiceAsync(user, 20_000_000);
        string second = await InvoiceAsync(user, 20_000_000);

        ApiAnswer done = await user.PostAsync(Path, Body(first, 20_000_000), (Key, "k"));
        ApiAnswer again = await user.PostAsync(Path, Body(first, 20_000_000), (Key, "k"));
        ApiAnswer reused = await user.PostAsync(Path, Body(second, 20_000_000), (Key, "k"));

        done.ShouldBeOk();
        done.Header("Idempotent-Replayed").ShouldBeNull();
        again.ShouldBeOk();
        again.Header("Idempotent-Replayed").ShouldBe("true");
        reused.ShouldBeError(422, "idempotency_key_reused");
        (await SpentAsync(user)).ShouldBe(20_000_000);
    }

    [Fact]
    public async Task Of_two_invoices_at_once_under_one_key_one_is_covered()
    {
        for (int round = 0; round < 10; round++)
        {
            ApiClient user = await api.UserWithAsync(50_000_000);
            string[] invoices =
            [
                await InvoiceAsync(user, 20_000_000),
                await InvoiceAsync(user, 20_000_000),
            ];

            ApiAnswer[] answers = await Task.WhenAll(
                invoices
                    .Concat(invoices)
                    .Select(id => user.PostAsync(Path, Body(id, 20_000_000), (Key, "k")))
            );

            answers.Count(a => (int)a.Status == 200).ShouldBe(2);
            answers.Count(a => a.Tag == "idempotency_key_reused").ShouldBe(2);
            (await SpentAsync(user)).ShouldBe(20_000_000);
        }
    }

    [Fact]
    public async Task Spends_and_payouts_at_once_take_what_is_there_and_no_more()
    {
        for (int round = 0; round < 10; round++)
        {
            ApiClient user = await api.UserWithAsync(50_000_000);
            string invoice = await InvoiceAsync(user, 30_000_000);

            ApiAnswer[] answers = await Task.WhenAll(
                user.PostAsync(Path, Body(invoice, 30_000_000)),
                user.PostAsync("/v1/referrals/payouts", Given.CreateBody(30_000_000)),
                user.PostAsync(Path, Body(invoice, 30_000_000)),
                user.PostAsync("/v1/referrals/payouts", Given.CreateBody(30_000_000))
            );

            bool isSpent = await SpentAsync(user) == 30_000_000;
            answers.Count(a => (int)a.Status == 202).ShouldBe(isSpent ? 0 : 1);
            answers.Count(a => (int)a.Status == 200).ShouldBe(isSpent ? 2 : 0);
        }
    }

    [Fact]
    public async Task What_cannot_be_covered_says_why_and_deducts_nothing()
    {
        ApiClient user = await api.UserWithAsync(50_000_000);
        ApiClient other = await api.UserWithAsync(50_000_000);
        string dear = await InvoiceAsync(user, 50_000_001);
        string foreign = await InvoiceAsync(other, 20_000_000);
        string closed = await InvoiceAsync(user, 20_000_000);
        (await api.Operator.PostAsync($"{AdminPath}/{closed}/close")).ShouldBeOk();

        ApiAnswer tooDear = await user.PostAsync(Path, Body(dear, 50_000_001));
        ApiAnswer mismatch = await user.PostAsync(Path, Body(dear, 50_000_000));
        ApiAnswer notTheirs = await user.PostAsync(Path, Body(foreign, 20_000_000));
        ApiAnswer unknown = await user.PostAsync(Path, Body("inv \\u00e9", 20_000_000));
        ApiAnswer isClosed = await user.PostAsync(Path, Body(closed, 20_000_000));

        tooDear.ShouldBeError(400, "balance_insufficient");
        ((long)tooDear.Json["available_micro"]!).ShouldBe(50_000_000);
        mismatch.ShouldBeError(400, "amount_mismatch");
        notTheirs.ShouldBeError(404, "invoice_not_eligible");
        notTheirs.Names.ShouldBe(unknown.Names);
        notTheirs.Names.ShouldNotContain("reason");
        unknown.ShouldBeError(404, "invoice_not_eligible");
        isClosed.ShouldBeError(404, "invoice_not_eligible");
        ((string)isClosed.Json["reason"]!).ShouldBe("closed");
        (await SpentAsync(user)).ShouldBe(0);
    }

    [Theory]
    [InlineData("", "invalid_json", null)]
    [InlineData("[]", "invalid_json", null)]
    [InlineData("{}", "invalid_args", "invoice_id")]
    [InlineData("""{"invoice_id":" ","amount_micro":5}""", "invalid_args", "invoice_id")]
    [InlineData("""{"invoice_id":7,"amount_micro":5}""", "invalid_args", "invoice_id")]
    [InlineData("""{"invoice_id":"i\u0000","amount_micro":5}""", "invalid_args", "invoice_id")]
    [InlineData("""{"invoice_id":"i"}""", "invalid_args", "amount_micro")]
    [InlineData("""{"invoice_id":"i","amount_micro":0}""", "invalid_args", "amount_micro")]
    [InlineData("""{"invoice_id":"i","amount_micro":-5}""", "invalid_args", "amount_micro")]
    [InlineData("""{"invoice_id":"i","amount_micro":5.0}""", "invalid_args", "amount_micro")]
    [InlineData("""{"invoice_id":"i","amount_micro":"5"}""", "invalid_args", "amount_micro")]
    public async Task A_malformed_spend_is_refused(string body, string tag, string? field)
    {
        ApiClient user = await api.UserWithAsync(0);

        ApiAnswer answer = await user.PostAsync(Path, body);

        answer.ShouldBeError(400, tag);
        ((string?)answer.Json["field"]).ShouldBe(field);
    }

    [Fact]
    public async Task An_invoice_is_known_once()
    {
        ApiClient user = await api.UserWithAsync(0);
        string id = $"inv_{Guid.NewGuid():N}";
        string body = Register(id, user, 5);

        ApiAnswer first = await api.Operator.PostAsync(AdminPath, body);
        ApiAnswer again = await api.Operator.PostAsync(AdminPath, body);
        ApiAnswer other = await api.Operator.PostAsync(AdminPath, Register(id, user, 6));

        ((int)first.Status).ShouldBe(201, first.Text);
        again.ShouldBeOk();
        other.ShouldBeError(409, "duplicate_event_mismatch");
    }

    [Fact]
    public async Task An_operators_key_repeats_the_first_answer()
    {
        ApiClient user = await api.UserWithAsync(0);
        string id = $"inv_{Guid.NewGuid():N}";

        await api.Operator.PostAsync(AdminPath, Register(id, user, 5), (Key, id));
        ApiAnswer again = await api.Operator.PostAsync(AdminPath, Register(id, user, 5), (Key, id));
        ApiAnswer reused = await api.Operator.PostAsync(
            AdminPath,
            Register(id, user, 6),
            (Key, id)
        );
        string close = $"{AdminPath}/{id}/close";
        await api.Operator.PostAsync(close, null, (Key, id));
        ApiAnswer closed = await api.Operator.PostAsync(close, "{}", (Key, id));

        ((int)again.Status).ShouldBe(201);
        again.Header("Idempotent-Replayed").ShouldBe("true");
        reused.ShouldBeError(422, "idempotency_key_reused");
        closed.ShouldBeOk();
        closed.Header("Idempotent-Replayed").ShouldBe("true");
    }

    [Fact]
    public async Task What_was_covered_is_not_closed_and_what_is_unknown_is_not_found()
    {
        ApiClient user = await api.UserWithAsync(5);
        string id = await InvoiceAsync(user, 5);
        (await user.PostAsync(Path, Body(id, 5))).ShouldBeOk();

        ApiAnswer covered = await api.Operator.PostAsync($"{AdminPath}/{id}/close");
        ApiAnswer unknown = await api.Operator.PostAsync($"{AdminPath}/x%20y/close");
        ApiAnswer missing = await api.Operator.PostAsync($"{AdminPath}/{Guid.NewGuid()}/close");
        ApiAnswer wrong = await api.Operator.PostAsync($"{AdminPath}/{id}/close", "[]");

        covered.ShouldBeError(409, "invoice_covered");
        unknown.ShouldBeError(404, "invoice_not_eligible");
        missing.ShouldBeError(404, "invoice_not_eligible");
        wrong.ShouldBeError(400, "invalid_json");
    }

    [Theory]
    [InlineData("{", "invalid_json", null)]
    [InlineData("{}", "invalid_args", "invoice_id")]
    [InlineData("""{"invoice_id":"a b"}""", "invalid_args", "invoice_id")]
    [InlineData("""{"invoice_id":"a"}""", "invalid_args", "user_id")]
    [InlineData(
        """{"invoice_id":"a","user_id":"00000000-0000-0000-0000-000000000000","amount_micro":0}""",
        "invalid_args",
        "amount_micro"
    )]
    [InlineData(
        """{"invoice_id":"a","user_id":"00000000-0000-0000-0000-000000000000","amount_micro":1000000000000001}""",
        "invalid_args",
        "amount_micro"
    )]
    public async Task A_malformed_invoice_is_refused(string body, string tag, string? field)
    {
        ApiAnswer answer = await api.Operator.PostAsync(AdminPath, body);

        answer.ShouldBeError(400, tag);
        ((string?)answer.Json["field"]).ShouldBe(field);
    }

    internal static string Body(string invoice, long micro) =>
        $$"""{"invoice_id":"{{invoice}}","amount_micro":{{micro}}}""";

    private static string Register(string id, ApiClient user, long micro) =>
        $$"""{"invoice_id":"{{id}}","user_id":"{{user.UserId}}","amount_micro":{{micro}}}""";

    private async Task<string> InvoiceAsync(ApiClient user, long micro)
    {
        string id = $"inv_{Guid.NewGuid():N}";
        ApiAnswer answer = await api.Operator.PostAsync(AdminPath, Register(id, user, micro));
        ((int)answer.Status).ShouldBe(201, answer.Text);
        return id;
    }

    private static async Task<long> SpentAsync(ApiClient user) =>
        (long)(await user.GetAsync("/v1/referrals/me")).Json["balance"]!["spent_micro"]!;
}
