using Shouldly;
using Xunit;

namespace Settlement.Api.Tests;

public sealed class MetricsSpecs(ApiFixture api) : IClassFixture<ApiFixture>
{
    [Fact]
    public async Task Requests_are_counted_by_route_and_no_secret_is_told()
    {
        ApiClient user = await api.UserWithAsync(50_000_000);
        Guid payout = await user.CreatePayoutAsync();
        await user.GetAsync($"/v1/referrals/payouts/{payout}");

        ApiAnswer answer = await api.Anyone.GetAsync("/metrics");

        ((int)answer.Status).ShouldBe(200);
        answer.Header("Content-Type").ShouldBe("text/plain; version=0.0.4; charset=utf-8");
        answer.Text.ShouldContain("http_route=\"/v1/referrals/payouts/{id}\"");
        answer.Text.ShouldContain("# TYPE http_server_request_duration histogram\n");
        answer.Text.ShouldNotContain($"{payout}");
        answer.Text.ShouldNotContain(user.Session!);
        answer.Text.ShouldNotContain(ApiServer.AdminToken);
    }
}
