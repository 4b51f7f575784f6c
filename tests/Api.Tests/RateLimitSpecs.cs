using System.Globalization;
using Shouldly;
using Xunit;

namespace Settlement.Api.Tests;

public sealed class RateLimitSpecs(ApiFixture api) : IClassFixture<ApiFixture>
{
    private const string Me = "/v1/referrals/me";

    [Fact]
    public async Task A_user_who_asks_too_often_is_told_how_long_to_wait_and_others_go_on()
    {
        await using ApiServer server = await StartAsync(("RateLimits:UserPerMinute", "3"));
        ApiClient user = await Given.UserAsync(server, 0);
        ApiClient other = await Given.UserAsync(server, 0);

        for (int i = 0; i < 3; i++)
            ((int)(await user.GetAsync(Me)).Status).ShouldBe(200);
        ApiAnswer held = await user.GetAsync(Me);
        ApiAnswer free = await other.GetAsync(Me);

        ShouldBeHeld(held);
        ((int)held.Json["retry_after"]!).ShouldBeInRange(10, 20);
        ((int)free.Status).ShouldBe(200);
    }

    [Fact]
    public async Task A_request_that_is_held_up_does_nothing()
    {
        await using ApiServer server = await StartAsync(("RateLimits:UserPerMinute", "1"));
        ApiClient user = await Given.UserAsync(server, 50_000_000);
        await user.GetAsync(Me);

        ApiAnswer held = await user.PostAsync("/v1/referrals/payouts", Given.CreateBody());

        ShouldBeHeld(held);
        (
            await Given.ScalarAsync<long>(
                api.Database,
                "SELECT count(*) FROM payouts WHERE user_id = $1",
                user.UserId
            )
        ).ShouldBe(0);
    }

    [Fact]
    public async Task A_token_has_a_limit_of_its_own()
    {
        await using ApiServer server = await StartAsync(("RateLimits:TokenPerMinute", "2"));
        var admin = new ApiClient(server) { AdminToken = ApiServer.AdminToken };
        ApiClient user = await Given.UserAsync(server, 0);

        await admin.GetAsync("/v1/admin/x");
        await admin.GetAsync("/v1/admin/x");
        ApiAnswer held = await admin.GetAsync("/v1/admin/x");

        ShouldBeHeld(held);
        ((int)(await user.GetAsync(Me)).Status).ShouldBe(200);
        (await new ApiClient(server).GetAsync("/v1/admin/x")).ShouldBeError(
            401,
            "admin_token_invalid"
        );
    }

    [Theory]
    [InlineData(Me, "unauthenticated")]
    [InlineData("/v1/admin/x", "admin_token_invalid")]
    [InlineData("/v1/payouts/x", "unauthenticated")]
    public async Task Credentials_that_are_refused_too_often_from_one_address_are_held_up_and_valid_ones_never(
        string path,
        string tag
    )
    {
        await using ApiServer server = await StartAsync(("RateLimits:FailuresPerMinute", "2"));
        ApiClient user = await Given.UserAsync(server, 0);
        var stranger = new ApiClient(server)
        {
            Session = new string('x', 43),
            AdminToken = "wrong",
            BearerToken = "wrong",
        };
        var admin = new ApiClient(server) { AdminToken = ApiServer.AdminToken };

        (await stranger.GetAsync(path)).ShouldBeError(401, tag);
        (await stranger.GetAsync(path)).ShouldBeError(401, tag);
        ApiAnswer held = await stranger.GetAsync(path);

        ShouldBeHeld(held);
        ((int)(await user.GetAsync(Me)).Status).ShouldBe(200);
        (await admin.GetAsync("/v1/admin/x")).ShouldBeError(404, "not_found");
    }

    [Fact]
    public async Task Nought_switches_a_limit_off()
    {
        await using ApiServer server = await StartAsync(
            ("RateLimits:UserPerMinute", "0"),
            ("RateLimits:TokenPerMinute", "0"),
            ("RateLimits:FailuresPerMinute", "0")
        );
        ApiClient user = await Given.UserAsync(server, 0);

        for (int i = 0; i < 30; i++)
        {
            ((int)(await user.GetAsync(Me)).Status).ShouldBe(200);
            ((int)(await new ApiClient(server).GetAsync(Me)).Status).ShouldBe(401);
        }
    }

    [Fact]
    public async Task What_is_open_to_anyone_is_never_held_up()
    {
        await using ApiServer server = await StartAsync(
            ("RateLimits:UserPerMinute", "1"),
            ("RateLimits:FailuresPerMinute", "1")
        );

        for (int i = 0; i < 5; i++)
            ((int)(await new ApiClient(server).GetAsync("/health/live")).Status).ShouldBe(200);
    }

    [Theory]
    [InlineData("RateLimits:UserPerMinute", "-1")]
    [InlineData("RateLimits:FailuresPerMinute", "1000001")]
    public async Task A_limit_beyond_reason_is_refused_at_the_start(string key, string value)
    {
        Exception refusal = await Should.ThrowAsync<Exception>(() => StartAsync((key, value)));

        refusal.Message.ShouldContain("RateLimits");
    }

    private Task<ApiServer> StartAsync(params (string, string?)[] settings) =>
        ApiServer.StartAsync(api.Database, settings);

    private static void ShouldBeHeld(ApiAnswer answer)
    {
        answer.ShouldBeError(429, "rate_limited");
        int seconds = (int)answer.Json["retry_after"]!;
        seconds.ShouldBeGreaterThan(0);
        answer.Header("Retry-After").ShouldBe(seconds.ToString(CultureInfo.InvariantCulture));
    }
}
