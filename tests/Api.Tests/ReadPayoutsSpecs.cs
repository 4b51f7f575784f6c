using System.Globalization;
using Settlement.Chains;
using Settlement.Payouts.Settling;
using Shouldly;
using Xunit;

namespace Settlement.Api.Tests;

public sealed class ReadPayoutsSpecs(ApiFixture api) : IClassFixture<ApiFixture>
{
    private const string Path = "/v1/referrals/payouts";

    private static readonly string[] s_always =
    [
        "id",
        "user_id",
        "amount_micro",
        "network",
        "address",
        "status",
    ];

    [Fact]
    public async Task Without_payouts_the_list_is_exactly_empty()
    {
        ApiClient user = await api.UserWithAsync(0);

        ApiAnswer answer = await user.GetAsync(Path);

        ((int)answer.Status).ShouldBe(200);
        answer.Text.ShouldBe("""{"items":[]}""");
        answer.Header("Content-Type").ShouldBe("application/json");
    }

    [Fact]
    public async Task Lists_hold_only_ones_own_payouts_newest_first()
    {
        ApiClient user = await api.UserWithAsync(90_000_000);
        ApiClient other = await api.UserWithAsync(90_000_000);
        Guid[] own =
        [
            await user.CreatePayoutAsync(),
            await user.CreatePayoutAsync(),
            await user.CreatePayoutAsync(),
        ];
        await other.CreatePayoutAsync();

        ApiAnswer answer = await user.GetAsync(Path);

        Ids(answer).ShouldBe(own.Reverse());
    }

    [Fact]
    public async Task Payouts_of_the_same_moment_are_ordered_by_id()
    {
        ApiClient user = await api.UserWithAsync(200_000_000);
        for (int i = 0; i < 10; i++)
            await user.CreatePayoutAsync(10_000_000);
        await Given.ScalarAsync<long>(
            api.Database,
            """
            WITH off AS (SELECT set_config('session_replication_role', 'replica', true)),
                 same AS (UPDATE payouts SET requested_at = '2026-01-02T03:04:05Z' WHERE user_id = $1 AND (SELECT true FROM off) RETURNING 1)
            SELECT count(*) FROM same
            """,
            user.UserId
        );

        List<Guid> all = Ids(await user.GetAsync(Path));
        List<Guid> pages = [];
        for (int offset = 0; offset < 10; offset += 3)
            pages.AddRange(Ids(await user.GetAsync($"{Path}?limit=3&offset={offset}")));

        all.Select(id => $"{id}")
            .ShouldBe(all.Select(id => $"{id}").OrderDescending(StringComparer.Ordinal));
        pages.ShouldBe(all);
        (await user.GetAsync($"{Path}?limit=1")).Text.ShouldContain(
            "\"requested_at\":\"2026-01-02T03:04:05Z\""
        );
    }

    [Theory]
    [InlineData("", 50, 0)]
    [InlineData("?limit=1", 1, 0)]
    [InlineData("?limit=200", 200, 0)]
    [InlineData("?limit=201", 200, 0)]
    [InlineData("?limit=0", 1, 0)]
    [InlineData("?limit=-0", 1, 0)]
    [InlineData("?limit=-5", 1, 0)]
    [InlineData("?limit=1000000000000000000000000000000", 200, 0)]
    [InlineData("?limit=-1000000000000000000000000000000", 1, 0)]
    [InlineData("?limit=", 50, 0)]
    [InlineData("?limit", 50, 0)]
    [InlineData("?limit=abc", 50, 0)]
    [InlineData("?limit=1e3", 50, 0)]
    [InlineData("?limit=10.0", 50, 0)]
    [InlineData("?limit=0x10", 50, 0)]
    [InlineData("?limit=%2010", 50, 0)]
    [InlineData("?limit=1,000", 50, 0)]
    [InlineData("?limit=7&limit=9", 7, 0)]
    [InlineData("?limit=007", 7, 0)]
    [InlineData("?offset=3", 50, 3)]
    [InlineData("?offset=-3", 50, 0)]
    [InlineData("?offset=", 50, 0)]
    [InlineData("?offset=abc", 50, 0)]
    [InlineData("?offset=1.5", 50, 0)]
    [InlineData("?offset=1000000000000000000000000000000", 50, long.MaxValue)]
    [InlineData("?offset=2&offset=4", 50, 2)]
    public async Task Any_limit_and_offset_is_brought_into_range(
        string query,
        int limit,
        long offset
    )
    {
        var read = Http.Paging.Read(
            new Microsoft.AspNetCore.Http.QueryCollection(
                Microsoft.AspNetCore.WebUtilities.QueryHelpers.ParseQuery(query)
            )
        );
        ApiClient user = await api.UserWithAsync(0);

        read.ShouldBe(new Http.Paging(limit, offset));
        (await user.GetAsync(Path + query)).Text.ShouldBe("""{"items":[]}""");
    }

    [Fact]
    public async Task A_page_shorter_than_its_limit_is_the_last()
    {
        ApiClient user = await api.UserWithAsync(50_000_000);
        for (int i = 0; i < 5; i++)
            await user.CreatePayoutAsync(10_000_000);

        Ids(await user.GetAsync($"{Path}?limit=2&offset=0")).Count.ShouldBe(2);
        Ids(await user.GetAsync($"{Path}?limit=2&offset=4")).Count.ShouldBe(1);
        Ids(await user.GetAsync($"{Path}?limit=2&offset=5")).Count.ShouldBe(0);
        Ids(await user.GetAsync($"{Path}?offset=1000000000000000000000000000000"))
            .Count.ShouldBe(0);
    }

    [Fact]
    public async Task A_requested_payout_has_exactly_these_fields()
    {
        ApiClient user = await api.UserWithAsync(50_000_000);
        Guid id = await user.CreatePayoutAsync();

        ApiAnswer answer = await user.GetAsync($"{Path}/{id}");

        answer.Names.ShouldBe([
            .. s_always,
            "requested_at",
            "stage",
            "status_message",
            "asset",
            "fee_micro",
            "net_amount_micro",
            "expected_by",
            "settlement",
            "actions",
        ]);
        Settlement(answer).ShouldBe("""{"mode":"automatic","attempt":0}""");
    }

    [Fact]
    public async Task While_its_transaction_is_under_way_the_hash_is_only_in_settlement()
    {
        ApiClient user = await api.UserWithAsync(50_000_000);
        Guid id = await user.CreatePayoutAsync();
        string hash = await Given.InFlightAsync(api.Database, id);

        ApiAnswer broadcast = await user.GetAsync($"{Path}/{id}");
        await Given.ObservedAsync(api.Database, hash);
        ApiAnswer confirming = await user.GetAsync($"{Path}/{id}");

        broadcast.Names.ShouldNotContain("tx_hash");
        broadcast.Names.ShouldNotContain("completed_at");
        Settlement(broadcast)
            .ShouldBe(
                $$"""{"mode":"automatic","attempt":1,"tx_hash":"{{hash}}","explorer_url":"https://explorer.example/tx/{{hash}}"}"""
            );
        ((string)broadcast.Json["status"]!).ShouldBe("processing");
        ((string)broadcast.Json["stage"]!).ShouldBe("broadcast");
        ((string)confirming.Json["stage"]!).ShouldBe("confirming");
        ((string)confirming.Json["status_message"]!).ShouldContain("Solana");
    }

    [Fact]
    public async Task Where_the_chain_contradicts_what_was_signed_nobody_is_told_to_wait_for_the_network()
    {
        ApiClient user = await api.UserWithAsync(50_000_000);
        Guid id = await user.CreatePayoutAsync();
        string hash = await Given.InFlightAsync(api.Database, id);
        await Given.ObservedAsync(api.Database, hash, $"{NextLook.Contradiction}not ours");

        ApiAnswer answer = await user.GetAsync($"{Path}/{id}");

        ((string)answer.Json["stage"]!).ShouldBe("needs_operator");
        answer.Json["expected_by"].ShouldBeNull();
    }

    [Fact]
    public async Task A_sent_payout_has_its_hash_and_its_time_and_no_note()
    {
        ApiClient user = await api.UserWithAsync(50_000_000);
        Guid id = await user.CreatePayoutAsync();
        string hash = await Given.SentAsync(api.Database, id);

        ApiAnswer answer = await user.GetAsync($"{Path}/{id}");

        answer.Names.ShouldBe([
            .. s_always,
            "tx_hash",
            "requested_at",
            "completed_at",
            "stage",
            "status_message",
            "asset",
            "fee_micro",
            "net_amount_micro",
            "settlement",
            "actions",
        ]);
        ((string)answer.Json["tx_hash"]!).ShouldBe(hash);
        ((string)answer.Json["stage"]!).ShouldBe("done");
        DateTimeOffset
            .Parse((string)answer.Json["completed_at"]!, CultureInfo.InvariantCulture)
            .Offset.ShouldBe(TimeSpan.Zero);
    }

    [Fact]
    public async Task A_failed_payout_has_its_note_and_its_failure_and_no_hash()
    {
        ApiClient user = await api.UserWithAsync(50_000_000);
        Guid id = await user.CreatePayoutAsync();
        (
            await api.Operator.PostAsync(
                $"/v1/admin/referrals/payouts/{id}/failed",
                """{"reason":"<b>no</b>","internal_note":"secret"}"""
            )
        ).ShouldBeOk();

        ApiAnswer answer = await user.GetAsync($"{Path}/{id}");

        answer.Names.ShouldBe([
            .. s_always,
            "note",
            "requested_at",
            "completed_at",
            "stage",
            "status_message",
            "asset",
            "fee_micro",
            "net_amount_micro",
            "settlement",
            "failure",
            "actions",
        ]);
        ((string)answer.Json["note"]!).ShouldBe("<b>no</b>");
        answer.Text.ShouldNotContain("<b>");
        answer.Text.ShouldNotContain("secret");
        answer.Json["failure"]!
            .ToJsonString()
            .ShouldBe(
                """{"code":"operator_decision","message":"\u003Cb\u003Eno\u003C/b\u003E","retryable":true}"""
            );
        ((string)answer.Json["settlement"]!["mode"]!).ShouldBe("manual");
    }

    [Fact]
    public async Task A_failed_payout_without_a_reason_has_no_note()
    {
        ApiClient user = await api.UserWithAsync(50_000_000);
        Guid id = await user.CreatePayoutAsync();
        await api.Operator.PostAsync(
            $"/v1/admin/referrals/payouts/{id}/failed",
            """{"reason":"  "}"""
        );

        ApiAnswer answer = await user.GetAsync($"{Path}/{id}");

        answer.Names.ShouldNotContain("note");
        ((string)answer.Json["failure"]!["message"]!).ShouldBe(
            "One of our operators has ended this payout."
        );
    }

    [Theory]
    [InlineData(ParkReason.FeeAboveCap, "on_hold")]
    [InlineData(ParkReason.WalletShortOfAsset, "waiting_for_funds")]
    [InlineData(ParkReason.WalletShortOfGas, "waiting_for_funds")]
    [InlineData(ParkReason.AssetPaused, "on_hold")]
    [InlineData(ParkReason.NodeUnavailable, "on_hold")]
    [InlineData(ParkReason.WalletFrozen, "needs_operator")]
    [InlineData(ParkReason.NeedsOperator, "needs_operator")]
    public async Task A_waiting_payout_says_what_it_waits_for_and_promises_no_time(
        ParkReason reason,
        string stage
    )
    {
        ApiClient user = await api.UserWithAsync(50_000_000);
        Guid id = await user.CreatePayoutAsync();
        await Given.ParkedAsync(api.Database, id, reason);

        ApiAnswer answer = await user.GetAsync($"{Path}/{id}");

        ((string)answer.Json["status"]!).ShouldBe("processing");
        ((string)answer.Json["stage"]!).ShouldBe(stage);
        answer.Names.ShouldNotContain("expected_by");
    }

    [Fact]
    public async Task A_payout_that_was_only_taken_up_is_preparing()
    {
        ApiClient user = await api.UserWithAsync(50_000_000);
        Guid id = await user.CreatePayoutAsync();
        await Given.ClaimedAsync(api.Database, id);

        ApiAnswer answer = await user.GetAsync($"{Path}/{id}");

        ((string)answer.Json["stage"]!).ShouldBe("preparing");
    }

    [Fact]
    public async Task Anothers_payout_and_the_nil_id_are_not_found()
    {
        ApiClient user = await api.UserWithAsync(50_000_000);
        ApiClient other = await api.UserWithAsync(50_000_000);
        Guid id = await other.CreatePayoutAsync();

        (await user.GetAsync($"{Path}/{id}")).ShouldBeError(404, "payout_not_found");
        (await user.GetAsync($"{Path}/{Guid.Empty}")).ShouldBeError(404, "payout_not_found");
    }

    [Theory]
    [MemberData(nameof(PayoutIdCases.Malformed), MemberType = typeof(PayoutIdCases))]
    public async Task An_id_of_another_form_is_invalid(string id)
    {
        ApiClient user = await api.UserWithAsync(0);

        (await user.GetAsync($"{Path}/{id}")).ShouldBeError(400, "invalid_payout_id");
        (await api.Anyone.GetAsync($"{Path}/{id}")).ShouldBeError(401, "unauthenticated");
    }

    [Fact]
    public async Task An_id_may_be_written_in_capitals()
    {
        ApiClient user = await api.UserWithAsync(50_000_000);
        Guid id = await user.CreatePayoutAsync();

        ApiAnswer answer = await user.GetAsync($"{Path}/{$"{id}".ToUpperInvariant()}");

        ((Guid)answer.Json["id"]!).ShouldBe(id);
    }

    [Fact]
    public async Task Reading_needs_a_session()
    {
        foreach (string path in new[] { Path, $"{Path}/{Guid.NewGuid()}", "/v1/referrals/me" })
            (await api.Anyone.GetAsync(path)).ShouldBeError(401, "unauthenticated");
    }

    private static string Settlement(ApiAnswer answer) => answer.Json["settlement"]!.ToJsonString();

    private static List<Guid> Ids(ApiAnswer answer) =>
        answer.Json["items"]!.AsArray().Select(item => (Guid)item!["id"]!).ToList();
}
