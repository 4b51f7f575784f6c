using System.Globalization;
using Shouldly;
using Xunit;

namespace Settlement.Api.Tests;

public sealed class FilterSpecs(ApiFixture api) : IClassFixture<ApiFixture>
{
    private const string Path = "/v1/referrals/payouts";

    [Theory]
    [InlineData("status=requested", "requested")]
    [InlineData("status=sent,cancelled", "cancelled sent")]
    [InlineData("status=%20SENT%20,nonsense", "sent")]
    [InlineData("status=", "requested cancelled sent")]
    [InlineData("status=,", "requested cancelled sent")]
    [InlineData("status=failed", "")]
    [InlineData("status=nonsense", "")]
    [InlineData("status=%00", "")]
    [InlineData("status=sent&status=requested", "sent")]
    [InlineData("network=solana", "cancelled sent")]
    [InlineData("network=Polygon", "requested")]
    [InlineData("network=bitcoin", "")]
    [InlineData("network=%00", "")]
    [InlineData("network=solana&status=sent", "sent")]
    [InlineData("from=2026-01-02", "requested cancelled")]
    [InlineData("from=2026-01-02T00:00:00Z", "requested cancelled")]
    [InlineData("from=2026-01-02T01:00:00%2B01:00", "requested cancelled")]
    [InlineData("from=2026-01-02T00:00:00.000001Z", "requested")]
    [InlineData("to=2026-01-02", "sent")]
    [InlineData("to=2026-01-02T00:00:00.000001Z", "cancelled sent")]
    [InlineData("from=2026-01-01&to=2026-01-02", "sent")]
    [InlineData("from=2026-01-03T00:00:01Z", "")]
    [InlineData("from=yesterday", "")]
    [InlineData("to=2026-13-01", "")]
    [InlineData("cursor=nonsense", "")]
    [InlineData("cursor=________________________________", "")]
    [InlineData("cursor=", "requested cancelled sent")]
    [InlineData("view=everything", "requested cancelled sent")]
    public async Task A_filter_narrows_and_never_fails(string query, string expected)
    {
        ApiClient user = await ThreeAsync();

        ApiAnswer answer = await user.GetAsync($"{Path}?{query}");

        ((int)answer.Status).ShouldBe(200, answer.Text);
        string.Join(' ', Items(answer, "status")).ShouldBe(expected);
        if (expected.Length == 0)
            answer.Text.ShouldBe("""{"items":[]}""");
    }

    [Fact]
    public async Task A_value_that_is_too_long_matches_nothing()
    {
        ApiClient user = await ThreeAsync();
        string emoji = string.Concat(Enumerable.Repeat("%F0%9F%98%80", 300));

        foreach (string name in new[] { "status", "network", "from", "to", "cursor" })
        {
            (await user.GetAsync($"{Path}?{name}={emoji}")).Text.ShouldBe("""{"items":[]}""");
            (await user.GetAsync($"{Path}?{name}=x{emoji}")).Text.ShouldBe("""{"items":[]}""");
        }
        string many = string.Concat(Enumerable.Repeat("sent,", 81));
        (await user.GetAsync($"{Path}?status={many}")).Text.ShouldBe("""{"items":[]}""");
        (await user.GetAsync($"{Path}?status={many[..400]}")).Text.ShouldContain("\"sent\"");
    }

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    [InlineData(4)]
    [InlineData(12)]
    public async Task Cursors_lead_through_everything_once_though_payouts_arrive_meanwhile(
        int limit
    )
    {
        ApiClient user = await api.UserWithAsync(500_000_000);
        for (int i = 0; i < 12; i++)
            await user.CreatePayoutAsync(10_000_000);
        List<string> all = Items(await user.GetAsync(Path), "id");

        List<string> read = [];
        string? cursor = "";
        while (cursor is not null)
        {
            ApiAnswer page = await user.GetAsync($"{Path}?limit={limit}&offset=5&cursor={cursor}");
            if (cursor.Length == 0)
                page = await user.GetAsync($"{Path}?limit={limit}");
            read.AddRange(Items(page, "id"));
            cursor = (string?)page.Json["next_cursor"];
            await user.CreatePayoutAsync(10_000_000);
        }

        read.ShouldBe(all);
    }

    [Fact]
    public async Task There_is_a_next_cursor_only_where_there_is_more()
    {
        ApiClient user = await ThreeAsync();

        (await user.GetAsync($"{Path}?limit=3")).Names.ShouldBe(["items"]);
        (await user.GetAsync($"{Path}?limit=2")).Names.ShouldBe(["items", "next_cursor"]);
        (await user.GetAsync($"{Path}?limit=2&offset=1")).Names.ShouldBe(["items"]);
        (await user.GetAsync($"{Path}?limit=1&status=sent")).Names.ShouldBe(["items"]);
    }

    [Fact]
    public async Task Anothers_cursor_shows_nothing_of_another()
    {
        ApiClient user = await ThreeAsync();
        ApiClient other = await ThreeAsync();
        string cursor = (string)(await other.GetAsync($"{Path}?limit=1")).Json["next_cursor"]!;

        List<string> owners = Items(await user.GetAsync($"{Path}?cursor={cursor}"), "user_id");

        owners.ShouldAllBe(owner => owner == $"{user.UserId}");
    }

    /// <summary>One sent on the first of January, one cancelled on the second, one requested on the third.</summary>
    private async Task<ApiClient> ThreeAsync()
    {
        ApiClient user = await api.UserWithAsync(100_000_000);
        Guid sent = await user.CreatePayoutAsync();
        await Given.SentAsync(api.Database, sent);
        Guid cancelled = await user.CreatePayoutAsync();
        await user.PostAsync($"{Path}/{cancelled}/cancel");
        ApiAnswer requested = await user.PostAsync(
            Path,
            Given.CreateBody(network: "polygon", address: Given.PolygonAddress)
        );
        Guid[] ids = [sent, cancelled, (Guid)requested.Json["id"]!];
        for (int day = 1; day <= ids.Length; day++)
        {
            await Given.RequestedAtAsync(
                api.Database,
                ids[day - 1],
                string.Create(CultureInfo.InvariantCulture, $"2026-01-{day:00}T00:00:00Z")
            );
        }
        return user;
    }

    private static List<string> Items(ApiAnswer answer, string name) =>
        answer.Json["items"]!.AsArray().Select(item => (string)item![name]!).ToList();
}
