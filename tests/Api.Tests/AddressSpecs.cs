using System.Text.Json.Nodes;
using Shouldly;
using Xunit;

namespace Settlement.Api.Tests;

public sealed class AddressSpecs(ApiFixture api) : IClassFixture<ApiFixture>
{
    private const string Path = "/v1/referrals/payout-addresses";
    private const string AdminPath = "/v1/admin/referrals/payout-addresses";
    private const string Payouts = "/v1/referrals/payouts";
    private const string Key = "Idempotency-Key";

    [Fact]
    public async Task An_address_is_added_listed_used_and_removed()
    {
        ApiClient user = await api.UserWithAsync(50_000_000);

        ApiAnswer added = await user.PostAsync(Path, Body(label: " My ledger ", network: "Solana"));
        Guid id = (Guid)added.Json["id"]!;
        ApiAnswer listed = await user.GetAsync(Path);
        ApiAnswer payout = await user.PostAsync(Payouts, Named(id), (Key, "k"));
        ApiAnswer removed = await user.SendAsync(HttpMethod.Delete, $"{Path}/{id}");
        ApiAnswer after = await user.PostAsync(Payouts, Named(id));
        ApiAnswer repeated = await user.PostAsync(Payouts, Named(id), (Key, "k"));

        ((int)added.Status).ShouldBe(201, added.Text);
        added.Names.ShouldBe([
            "id",
            "label",
            "network",
            "address",
            "status",
            "active_at",
            "added_at",
        ]);
        ((string)added.Json["label"]!).ShouldBe("My ledger");
        ((string)added.Json["network"]!).ShouldBe("solana");
        ((string)added.Json["status"]!).ShouldBe("active");
        listed.Text.ShouldBe($$"""{"items":[{{added.Text}}]}""");
        ((int)payout.Status).ShouldBe(202, payout.Text);
        ((string)payout.Json["address"]!).ShouldBe(Given.SolanaAddress);
        ((string)payout.Json["network"]!).ShouldBe("solana");
        removed.ShouldBeOk();
        after.ShouldBeError(409, "address_not_active");
        ((string)after.Json["reason"]!).ShouldBe("unknown");
        repeated.Text.ShouldBe(payout.Text);
        (await user.GetAsync(Path)).Text.ShouldBe("""{"items":[]}""");
        (await user.SendAsync(HttpMethod.Delete, $"{Path}/{id}")).ShouldBeError(
            404,
            "address_not_found"
        );
    }

    [Fact]
    public async Task The_same_address_is_added_once_in_any_case_and_again_after_it_was_removed()
    {
        ApiClient user = await api.UserWithAsync(0);
        string first = Body(network: "polygon", address: Given.PolygonAddress);
        string lower = Body(
            network: "polygon",
            address: Given.PolygonAddress.ToLowerInvariant(),
            label: "other"
        );

        ApiAnswer added = await user.PostAsync(Path, first);
        ApiAnswer again = await user.PostAsync(Path, lower);
        await user.SendAsync(HttpMethod.Delete, $"{Path}/{(Guid)added.Json["id"]!}");
        ApiAnswer later = await user.PostAsync(Path, lower);

        again.ShouldBeError(409, "address_duplicate");
        ((int)later.Status).ShouldBe(201, later.Text);
    }

    [Fact]
    public async Task The_same_key_repeats_the_first_answer_to_the_byte()
    {
        ApiClient user = await api.UserWithAsync(0);

        ApiAnswer[] answers = await Task.WhenAll(
            Enumerable.Range(0, 8).Select(_ => user.PostAsync(Path, Body(), (Key, "k")))
        );
        ApiAnswer reused = await user.PostAsync(Path, Body(label: "x"), (Key, "k"));

        answers.ShouldAllBe(a => (int)a.Status == 201);
        answers.Select(a => a.Text).Distinct().ShouldHaveSingleItem();
        answers.Count(a => a.Header("Idempotent-Replayed") == "true").ShouldBe(7);
        reused.ShouldBeError(422, "idempotency_key_reused");
    }

    [Fact]
    public async Task Where_only_known_addresses_are_paid_a_new_one_waits_on_every_way()
    {
        await using ApiServer server = await ApiServer.StartAsync(
            api.Database,
            ("Addresses:OnlyKnown", "true")
        );
        ApiClient user = await Given.UserAsync(server, 90_000_000);
        ApiClient before = new(api.Server) { UserId = user.UserId, Session = user.Session };
        Guid failed = await before.CreatePayoutAsync();
        (await api.Operator.PostAsync($"/v1/admin/referrals/payouts/{failed}/failed")).ShouldBeOk();

        ApiAnswer unknown = await user.PostAsync(Payouts, Given.CreateBody());
        ApiAnswer added = await user.PostAsync(Path, Body());
        Guid id = (Guid)added.Json["id"]!;
        ApiAnswer[] pending =
        [
            await user.PostAsync(Payouts, Given.CreateBody()),
            await user.PostAsync(Payouts, Named(id)),
            await user.PostAsync($"{Payouts}/quote", Given.CreateBody()),
            await user.PostAsync($"{Payouts}/quote", Named(id)),
            await user.PostAsync($"{Payouts}/{failed}/retry"),
        ];

        unknown.ShouldBeError(409, "address_not_active");
        ((string)unknown.Json["reason"]!).ShouldBe("unknown");
        ((string)added.Json["status"]!).ShouldBe("pending");
        var activeAt = (DateTimeOffset)added.Json["active_at"]!;
        (activeAt - (DateTimeOffset)added.Json["added_at"]!).ShouldBe(TimeSpan.FromHours(24));
        foreach (ApiAnswer answer in pending)
        {
            answer.ShouldBeError(409, "address_not_active");
            ((string)answer.Json["reason"]!).ShouldBe("pending");
            ((DateTimeOffset)answer.Json["active_at"]!).ShouldBe(activeAt);
        }
        (await user.GetAsync($"{Payouts}/options")).Json["address_delay_seconds"]!
            .GetValue<long>()
            .ShouldBe(86_400);
        (await before.GetAsync(Path)).Json["items"]![0]!["status"]!
            .GetValue<string>()
            .ShouldBe("active", "Where the policy is off nothing waits.");
    }

    [Fact]
    public async Task An_address_that_has_waited_is_paid()
    {
        await using ApiServer server = await ApiServer.StartAsync(
            api.Database,
            ("Addresses:OnlyKnown", "true"),
            ("Addresses:Delay", "00:00:00")
        );
        ApiClient user = await Given.UserAsync(server, 90_000_000);
        await user.PostAsync(Path, Body());

        ApiAnswer quote = await user.PostAsync($"{Payouts}/quote", Given.CreateBody());
        ApiAnswer payout = await user.PostAsync(Payouts, Given.CreateBody());

        ((int)quote.Status).ShouldBe(200, quote.Text);
        ((int)payout.Status).ShouldBe(202, payout.Text);
    }

    [Fact]
    public async Task A_blocked_address_is_refused_without_the_operators_words()
    {
        ApiClient user = await api.UserWithAsync(90_000_000);
        Guid id = (Guid)(await user.PostAsync(Path, Body())).Json["id"]!;

        (
            await api.Operator.PostAsync($"{AdminPath}/{id}/block", """{"reason":"secret"}""")
        ).ShouldBeOk();
        ApiAnswer refused = await user.PostAsync(Payouts, Given.CreateBody());
        ApiAnswer quote = await user.PostAsync($"{Payouts}/quote", Named(id));
        ApiAnswer listed = await user.GetAsync(Path);
        (await api.Operator.PostAsync($"{AdminPath}/{id}/unblock")).ShouldBeOk();
        ApiAnswer accepted = await user.PostAsync(Payouts, Given.CreateBody());

        refused.ShouldBeError(409, "address_not_active");
        ((string)refused.Json["reason"]!).ShouldBe("blocked");
        quote.ShouldBeError(409, "address_not_active");
        ((string)listed.Json["items"]![0]!["status"]!).ShouldBe("blocked");
        (refused.Text + listed.Text).ShouldNotContain("secret");
        ((int)accepted.Status).ShouldBe(202, accepted.Text);
        (
            await Given.ScalarAsync<long>(
                api.Database,
                "SELECT count(*) FROM audit_log WHERE target = $1 AND action IN ('address_blocked', 'address_unblocked')",
                $"{id}"
            )
        ).ShouldBe(2);
    }

    [Theory]
    [InlineData("{", "invalid_json", null)]
    [InlineData("{}", "invalid_args", "label")]
    [InlineData("""{"label":" "}""", "invalid_args", "label")]
    [InlineData("""{"label":5}""", "invalid_args", "label")]
    [InlineData("""{"label":"a\nb"}""", "invalid_args", "label")]
    [InlineData("""{"label":"x"}""", "invalid_args", "network")]
    [InlineData("""{"label":"x","network":"bitcoin"}""", "invalid_args", "network")]
    [InlineData("""{"label":"x","network":"solana"}""", "invalid_args", "address")]
    [InlineData("""{"label":"x","network":"solana","address":""}""", "invalid_args", "address")]
    [InlineData(
        """{"label":"x","network":"solana","address":"x"}""",
        "payout_address_invalid",
        "address"
    )]
    [InlineData(
        """{"label":"x","network":"solana","address":"7v91N7iZ9mNicL8WfG6cgSCKyRXydQjLh6UYBWwm6y1Q"}""",
        "payout_address_invalid",
        "address"
    )]
    public async Task A_malformed_address_is_refused(string body, string tag, string? field)
    {
        ApiClient user = await api.UserWithAsync(0);

        ApiAnswer answer = await user.PostAsync(Path, body);

        answer.ShouldBeError(400, tag);
        ((string?)answer.Json["field"]).ShouldBe(field);
    }

    [Fact]
    public async Task A_name_has_1_to_64_characters()
    {
        ApiClient user = await api.UserWithAsync(0);

        ApiAnswer longest = await user.PostAsync(Path, Body(label: new string('x', 64)));
        ApiAnswer tooLong = await user.PostAsync(
            Path,
            Body(network: "polygon", address: Given.PolygonAddress, label: new string('x', 65))
        );

        ((int)longest.Status).ShouldBe(201, longest.Text);
        tooLong.ShouldBeError(400, "invalid_args");
    }

    [Theory]
    [InlineData("""{"amount_micro":25000000,"address_id":"x"}""", "address_id")]
    [InlineData("""{"amount_micro":25000000,"address_id":5}""", "address_id")]
    [InlineData(
        """{"amount_micro":25000000,"address_id":"00000000-0000-0000-0000-000000000000","network":"solana"}""",
        "address_id"
    )]
    [InlineData(
        """{"amount_micro":0,"address_id":"00000000-0000-0000-0000-000000000000"}""",
        "amount_micro"
    )]
    public async Task An_address_is_named_or_spelled_out(string body, string field)
    {
        ApiClient user = await api.UserWithAsync(50_000_000);

        foreach (string path in new[] { Payouts, $"{Payouts}/quote" })
        {
            ApiAnswer answer = await user.PostAsync(path, body);
            answer.ShouldBeError(400, "invalid_args");
            ((string?)answer.Json["field"]).ShouldBe(field);
        }
    }

    [Fact]
    public async Task Another_users_address_is_not_found()
    {
        ApiClient owner = await api.UserWithAsync(50_000_000);
        ApiClient other = await api.UserWithAsync(50_000_000);
        Guid id = (Guid)(await owner.PostAsync(Path, Body())).Json["id"]!;

        (await other.PostAsync(Payouts, Named(id))).ShouldBeError(404, "address_not_found");
        (await other.SendAsync(HttpMethod.Delete, $"{Path}/{id}")).ShouldBeError(
            404,
            "address_not_found"
        );
        (await owner.GetAsync(Path)).Json["items"]!.AsArray().Count.ShouldBe(1);
    }

    [Theory]
    [MemberData(nameof(PayoutIdCases.Malformed), MemberType = typeof(PayoutIdCases))]
    public async Task An_id_of_another_form_is_invalid(string id)
    {
        ApiClient user = await api.UserWithAsync(0);

        (await user.SendAsync(HttpMethod.Delete, $"{Path}/{id}")).ShouldBeError(
            400,
            "invalid_address_id"
        );
        (await api.Operator.PostAsync($"{AdminPath}/{id}/unblock")).ShouldBeError(
            400,
            "invalid_address_id"
        );
    }

    [Theory]
    [InlineData("", "invalid_json")]
    [InlineData("{}", "invalid_args")]
    [InlineData("""{"reason":" "}""", "invalid_args")]
    [InlineData("""{"reason":5}""", "invalid_args")]
    [InlineData("""{"reason":"x"}""", "address_not_found")]
    public async Task A_block_needs_a_reason_and_an_address(string body, string tag)
    {
        ApiAnswer answer = await api.Operator.PostAsync(
            $"{AdminPath}/{Guid.NewGuid()}/block",
            body
        );

        answer.Tag.ShouldBe(tag);
    }

    [Fact]
    public async Task An_operator_finds_a_users_addresses_with_the_user()
    {
        ApiClient user = await api.UserWithAsync(0);
        ApiAnswer added = await user.PostAsync(Path, Body());

        ApiAnswer seen = await api.Operator.GetAsync($"/v1/admin/referrals/users/{user.UserId}");

        seen.Json["payout_addresses"]!.ToJsonString().ShouldBe($"[{added.Text}]");
    }

    [Fact]
    public async Task A_full_book_says_so()
    {
        ApiClient user = await api.UserWithAsync(0);
        await Given.ScalarAsync<object?>(
            api.Database,
            """
            WITH added AS (INSERT INTO payout_addresses (id, user_id, label, network, address, active_at)
                           SELECT gen_random_uuid(), $1, 'x', 'solana', repeat('A', 40) || n, now() FROM generate_series(1, 100) n RETURNING 1)
            SELECT count(*) FROM added
            """,
            user.UserId
        );

        (await user.PostAsync(Path, Body())).ShouldBeError(409, "address_book_full");
    }

    [Fact]
    public async Task Other_sites_cannot_remove_an_address()
    {
        ApiClient user = await api.UserWithAsync(0);
        Guid id = (Guid)(await user.PostAsync(Path, Body())).Json["id"]!;

        ApiAnswer answer = await user.SendAsync(
            HttpMethod.Delete,
            $"{Path}/{id}",
            null,
            ("Origin", "https://evil.example")
        );

        answer.ShouldBeError(403, "origin_forbidden");
    }

    [Theory]
    [InlineData("-00:00:01")]
    [InlineData("91.00:00:00")]
    public async Task A_delay_beyond_reason_is_refused_at_the_start(string delay)
    {
        Exception refusal = await Should.ThrowAsync<Exception>(() =>
            ApiServer.StartAsync(api.Database, ("Addresses:Delay", delay))
        );

        refusal.Message.ShouldContain("Addresses:Delay");
    }

    internal static string Body(
        string label = "mine",
        string network = "solana",
        string address = Given.SolanaAddress
    ) =>
        new JsonObject
        {
            ["label"] = label,
            ["network"] = network,
            ["address"] = address,
        }.ToJsonString();

    private static string Named(Guid id) => $$"""{"amount_micro":25000000,"address_id":"{{id}}"}""";
}
