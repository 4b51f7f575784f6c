using Shouldly;
using Xunit;

namespace Settlement.Api.Tests.Affiliates;

/// <summary>One database for each test: a run concerns every affiliate.</summary>
public sealed class RunMonthlySpecs : IAsyncLifetime
{
    private const string Run = "/v1/admin/payouts/run-monthly";
    private const string March = """{"period":"2026-03"}""";

    private readonly ApiFixture _api = new();

    public Task InitializeAsync() => _api.InitializeAsync();

    public Task DisposeAsync() => _api.DisposeAsync();

    [Fact]
    public async Task A_run_pays_everybody_once_however_often_it_runs()
    {
        await new AnAffiliate(_api.Affiliates).EarnsAsync(100, 3);
        await new AnAffiliate(_api.Affiliates).EarnsAsync(250, 3);
        await new AnAffiliate(_api.Affiliates).EarnsAsync(999, 4);

        ApiAnswer first = await _api.Affiliates.PostAsync(Run, March);
        ApiAnswer second = await _api.Affiliates.PostAsync(Run, March);

        first.Text.ShouldBe(
            """{"period_start":"2026-03-01T00:00:00Z","period_end":"2026-04-01T00:00:00Z","dry_run":false,"created":2,"skipped":1,"already_exists":0,"total_net_cents":"350","errors":[]}"""
        );
        ((int)second.Json["created"]!).ShouldBe(0);
        ((int)second.Json["already_exists"]!).ShouldBe(2);
        ((string)second.Json["total_net_cents"]!).ShouldBe("0");
    }

    [Fact]
    public async Task A_dry_run_tells_what_would_happen_and_does_nothing()
    {
        await new AnAffiliate(_api.Affiliates).EarnsAsync(100, 3);

        ApiAnswer dry = await _api.Affiliates.PostAsync(
            Run,
            """{"period":"2026-03","dry_run":true}"""
        );

        ((int)dry.Json["created"]!).ShouldBe(1);
        ((string)dry.Json["total_net_cents"]!).ShouldBe("100");
        (await CountAsync("affiliate_payouts")).ShouldBe(0);
        (await CountAsync("audit_log")).ShouldBe(0);
        ((int)(await _api.Affiliates.PostAsync(Run, March)).Json["created"]!).ShouldBe(1);
    }

    [Fact]
    public async Task Left_out_the_period_is_the_previous_month()
    {
        DateTimeOffset now = TimeProvider.System.GetUtcNow();

        ApiAnswer answer = await _api.Affiliates.PostAsync(Run);

        var end = new DateTimeOffset(now.Year, now.Month, 1, 0, 0, 0, TimeSpan.Zero);
        answer.Json["period_end"]!.GetValue<DateTimeOffset>().ShouldBe(end);
        answer.Json["period_start"]!.GetValue<DateTimeOffset>().ShouldBe(end.AddMonths(-1));
    }

    [Theory]
    [InlineData("""{"period":"2026-3"}""")]
    [InlineData("""{"period":"2026-13"}""")]
    [InlineData("""{"period":"2026-03-01"}""")]
    [InlineData("""{"period":"9999-12"}""")]
    [InlineData("""{"period":"2998-01"}""")]
    [InlineData("""{"period":3}""")]
    [InlineData("""{"dry_run":"yes"}""")]
    [InlineData("[]")]
    public async Task A_malformed_run_is_refused(string body) =>
        (await _api.Affiliates.PostAsync(Run, body)).ShouldBeError(400, "validation_error");

    [Fact]
    public async Task Runs_at_the_same_time_take_each_commission_once()
    {
        const int affiliates = 20;
        for (int n = 0; n < affiliates; n++)
        {
            var affiliate = new AnAffiliate(_api.Affiliates);
            await affiliate.EarnsAsync(100, 3);
            await affiliate.EarnsAsync(50, 3);
        }

        ApiAnswer[] answers = await Task.WhenAll(
            Enumerable.Range(0, 4).Select(_ => _api.Affiliates.PostAsync(Run, March))
        );

        answers.Sum(a => (int)a.Json["created"]!).ShouldBe(affiliates);
        answers.Sum(a => (int)a.Json["already_exists"]!).ShouldBe(3 * affiliates);
        answers.ShouldAllBe(a => a.Json["errors"]!.AsArray().Count == 0);
        (await CountAsync("affiliate_payouts")).ShouldBe(affiliates);
        (
            await Given.ScalarAsync<long>(
                _api.Database,
                "SELECT sum(amount_cents)::bigint FROM affiliate_payouts"
            )
        ).ShouldBe(affiliates * 150);
    }

    private Task<long> CountAsync(string table) =>
        Given.ScalarAsync<long>(_api.Database, $"SELECT count(*) FROM {table}");
}
