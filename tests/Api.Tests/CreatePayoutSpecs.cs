using System.Globalization;
using System.Text.Json.Nodes;
using Npgsql;
using Settlement.Payouts.Ledger;
using Shouldly;
using Xunit;

namespace Settlement.Api.Tests;

public sealed class CreatePayoutSpecs(ApiFixture api) : IClassFixture<ApiFixture>
{
    private const string Path = "/v1/referrals/payouts";

    [Fact]
    public async Task The_documented_request_is_accepted_with_exactly_this_body()
    {
        ApiClient user = await api.UserWithAsync(50_000_000);

        ApiAnswer answer = await user.PostAsync(
            Path,
            """
            {"amount_micro": 25_000_000, "network": "solana", "address": "9xQeWvG816bUx9EPjHmaT23yvVM2ZWbrrpZb9PusVFin"}
            """.Replace("_000_000", "000000", StringComparison.Ordinal),
            ("Content-Type", "application/json")
        );

        ((int)answer.Status).ShouldBe(202, answer.Text);
        string id = (string)answer.Json["id"]!;
        string at = (string)answer.Json["requested_at"]!;
        string by = DateTimeOffset
            .Parse(at, CultureInfo.InvariantCulture)
            .AddSeconds(60)
            .ToString("yyyy-MM-dd'T'HH:mm:ss.FFFFFF'Z'", CultureInfo.InvariantCulture);
        answer.Text.ShouldBe(
            $$$"""{"id":"{{{id}}}","user_id":"{{{user.UserId}}}","amount_micro":25000000,"network":"solana","address":"9xQeWvG816bUx9EPjHmaT23yvVM2ZWbrrpZb9PusVFin","status":"requested","requested_at":"{{{at}}}","stage":"queued","status_message":"Accepted, waiting for its turn.","asset":"USDC","fee_micro":0,"net_amount_micro":25000000,"expected_by":"{{{by}}}","settlement":{"mode":"automatic","attempt":0},"actions":["view","cancel"]}"""
        );
        answer.Header("Location").ShouldBe($"{Path}/{id}");
        at.ShouldEndWith("Z");
    }

    [Fact]
    public async Task What_was_accepted_can_be_read_at_its_location_and_is_reserved()
    {
        ApiClient user = await api.UserWithAsync(50_000_000);
        ApiAnswer accepted = await user.PostAsync(Path, Given.CreateBody(reference: "order 7"));

        ApiAnswer read = await user.GetAsync(accepted.Header("Location")!);
        ApiAnswer me = await user.GetAsync("/v1/referrals/me");

        read.Text.ShouldBe(accepted.Text);
        ((string)read.Json["client_reference"]!).ShouldBe("order 7");
        ((long)me.Json["balance"]!["available_micro"]!).ShouldBe(25_000_000);
        ((long)me.Json["balance"]!["reserved_micro"]!).ShouldBe(25_000_000);
    }

    [Theory]
    [InlineData("Solana")]
    [InlineData("SOLANA")]
    public async Task Network_names_match_in_any_case_and_are_stored_in_lower_case(string network)
    {
        ApiClient user = await api.UserWithAsync(50_000_000);

        ApiAnswer answer = await user.PostAsync(Path, Given.CreateBody(network: network));

        ((string)answer.Json["network"]!).ShouldBe("solana");
    }

    [Theory]
    [InlineData("""{"network":"solana","address":"A"}""", "amount_micro")]
    [InlineData("""{"amount_micro":null,"network":"solana","address":"A"}""", "amount_micro")]
    [InlineData("""{"amount_micro":"25000000","network":"solana","address":"A"}""", "amount_micro")]
    [InlineData("""{"amount_micro":25000000.0,"network":"solana","address":"A"}""", "amount_micro")]
    [InlineData("""{"amount_micro":25e6,"network":"solana","address":"A"}""", "amount_micro")]
    [InlineData("""{"amount_micro":25E6,"network":"solana","address":"A"}""", "amount_micro")]
    [InlineData(
        """{"amount_micro":9223372036854775808,"network":"solana","address":"A"}""",
        "amount_micro"
    )]
    [InlineData("""{"amount_micro":0,"network":"solana","address":"A"}""", "amount_micro")]
    [InlineData("""{"amount_micro":-0,"network":"solana","address":"A"}""", "amount_micro")]
    [InlineData("""{"amount_micro":-25000000,"network":"solana","address":"A"}""", "amount_micro")]
    [InlineData("""{"amount_micro":true,"network":"solana","address":"A"}""", "amount_micro")]
    [InlineData("""{"amount_micro":[25000000],"network":"solana","address":"A"}""", "amount_micro")]
    [InlineData("""{"Amount_Micro":25000000,"network":"solana","address":"A"}""", "amount_micro")]
    [InlineData("""{"amount_micro":25000000,"address":"A"}""", "network")]
    [InlineData("""{"amount_micro":25000000,"network":"","address":"A"}""", "network")]
    [InlineData("""{"amount_micro":25000000,"network":7,"address":"A"}""", "network")]
    [InlineData("""{"amount_micro":25000000,"network":"dogecoin","address":"A"}""", "network")]
    [InlineData("""{"amount_micro":25000000,"network":" solana","address":"A"}""", "network")]
    [InlineData("""{"amount_micro":25000000,"network":"solana"}""", "address")]
    [InlineData("""{"amount_micro":25000000,"network":"solana","address":null}""", "address")]
    [InlineData("""{"amount_micro":25000000,"network":"solana","address":" "}""", "address")]
    [InlineData("""{"amount_micro":25000000,"network":"solana","address":{}}""", "address")]
    [InlineData("""{"amount_micro":25000000,"network":"solana","address":"\ud800"}""", "address")]
    [InlineData(
        """{"amount_micro":25000000,"network":"solana","address":"A","client_reference":""}""",
        "client_reference"
    )]
    [InlineData(
        """{"amount_micro":25000000,"network":"solana","address":"A","client_reference":7}""",
        "client_reference"
    )]
    [InlineData(
        """{"amount_micro":25000000,"network":"solana","address":"A","client_reference":"\u0000"}""",
        "client_reference"
    )]
    [InlineData(
        """{"amount_micro":25000000,"network":"solana","address":"A","client_reference":"a\nb"}""",
        "client_reference"
    )]
    public async Task A_missing_or_malformed_field_is_named(string body, string field)
    {
        ApiClient user = await api.UserWithAsync(50_000_000);

        ApiAnswer answer = await user.PostAsync(Path, body);

        answer.ShouldBeError(400, "invalid_args");
        ((string)answer.Json["field"]!).ShouldBe(field);
    }

    [Fact]
    public async Task A_reference_may_have_64_characters_and_not_65()
    {
        ApiClient user = await api.UserWithAsync(50_000_000);

        ApiAnswer longest = await user.PostAsync(
            Path,
            Given.CreateBody(10_000_000, reference: new string('r', 64))
        );
        ApiAnswer tooLong = await user.PostAsync(
            Path,
            Given.CreateBody(10_000_000, reference: new string('r', 65))
        );

        ((int)longest.Status).ShouldBe(202);
        tooLong.ShouldBeError(400, "invalid_args");
    }

    [Fact]
    public async Task Unknown_fields_are_ignored()
    {
        ApiClient user = await api.UserWithAsync(50_000_000);
        JsonNode body = JsonNode.Parse(Given.CreateBody())!;
        body["status"] = "sent";
        body["user_id"] = $"{Guid.NewGuid()}";
        body["nested"] = new JsonObject { ["a"] = new JsonArray(1, null) };

        ApiAnswer answer = await user.PostAsync(Path, body.ToJsonString());

        ((string)answer.Json["status"]!).ShouldBe("requested");
        ((Guid)answer.Json["user_id"]!).ShouldBe(user.UserId);
    }

    [Fact]
    public async Task Below_the_minimum_tells_the_minimum()
    {
        ApiClient user = await api.UserWithAsync(50_000_000);

        ApiAnswer below = await user.PostAsync(Path, Given.CreateBody(9_999_999));
        ApiAnswer at = await user.PostAsync(Path, Given.CreateBody(10_000_000));

        below.ShouldBeError(400, "payout_below_min");
        ((long)below.Json["min_micro"]!).ShouldBe(10_000_000);
        ((int)at.Status).ShouldBe(202);
    }

    [Fact]
    public async Task Above_a_configured_maximum_tells_the_maximum()
    {
        ApiClient user = await api.UserWithAsync(50_000_000);

        ApiAnswer answer = await user.PostAsync(
            Path,
            Given.CreateBody(1_000_000_001, "polygon", Given.PolygonAddress)
        );

        answer.ShouldBeError(400, "payout_above_max");
        ((long)answer.Json["max_micro"]!).ShouldBe(1_000_000_000);
    }

    [Theory]
    [InlineData("solana", "11111111111111111111111111111111")]
    [InlineData("solana", ApiServer.SolanaMint)]
    [InlineData("solana", ApiServer.SolanaWallet)]
    [InlineData("solana", "9xQeWvG816bUx9EPjHmaT23yvVM2ZWbrrpZb9Pus")]
    [InlineData("solana", "9xQeWvG816bUx9EPjHmaT23yvVM2ZWbrrpZb9PusVFi0")]
    [InlineData("solana", Given.PolygonAddress)]
    [InlineData("polygon", Given.SolanaAddress)]
    [InlineData("polygon", "0x0000000000000000000000000000000000000000")]
    [InlineData("polygon", ApiServer.PolygonToken)]
    [InlineData("polygon", ApiServer.PolygonWallet)]
    [InlineData("polygon", "0x52908400098527886E0F7030069857D2E4169Ee7")]
    [InlineData("polygon", "0x52908400098527886E0F7030069857D2E4169E")]
    public async Task V21_An_address_that_cannot_be_paid_is_refused_with_what_is_wrong(
        string network,
        string address
    )
    {
        ApiClient user = await api.UserWithAsync(50_000_000);

        ApiAnswer answer = await user.PostAsync(
            Path,
            Given.CreateBody(25_000_000, network, address)
        );

        answer.ShouldBeError(400, "payout_address_invalid");
        ((string)answer.Json["field"]!).ShouldBe("address");
        ((string)answer.Json["message"]!).ShouldEndWith("No payout was created.");
    }

    [Fact]
    public async Task White_space_around_an_address_is_not_stored()
    {
        ApiClient user = await api.UserWithAsync(50_000_000);

        ApiAnswer answer = await user.PostAsync(
            Path,
            Given.CreateBody(address: $" {Given.SolanaAddress}\n")
        );

        ((string)answer.Json["address"]!).ShouldBe(Given.SolanaAddress);
    }

    [Fact]
    public async Task More_than_is_available_tells_what_is()
    {
        ApiClient user = await api.UserWithAsync(24_999_999);

        ApiAnswer answer = await user.PostAsync(Path, Given.CreateBody(25_000_000));

        answer.ShouldBeError(400, "balance_insufficient");
        ((long)answer.Json["available_micro"]!).ShouldBe(24_999_999);
    }

    [Fact]
    public async Task A_user_without_any_reward_has_nothing_available()
    {
        ApiClient user = await api.UserWithAsync(0);

        ApiAnswer answer = await user.PostAsync(Path, Given.CreateBody());

        answer.ShouldBeError(400, "balance_insufficient");
        ((long)answer.Json["available_micro"]!).ShouldBe(0);
    }

    [Fact]
    public async Task What_is_not_unlocked_yet_is_not_available()
    {
        ApiClient user = await api.UserWithAsync(0);
        await Given.RewardAsync(
            api.Database,
            user.UserId,
            50_000_000,
            RewardKind.Reward,
            DateTimeOffset.UtcNow.AddDays(1)
        );

        ApiAnswer answer = await user.PostAsync(Path, Given.CreateBody());

        answer.ShouldBeError(400, "balance_insufficient");
    }

    /// <summary>Each request has every fault from one point on; the first in the order is answered.</summary>
    [Theory]
    [InlineData("DELETE", false, "https://evil.example", "{", "method_not_allowed")]
    [InlineData("POST", false, "https://evil.example", "{", "unauthenticated")]
    [InlineData("POST", true, "https://evil.example", "{", "origin_forbidden")]
    [InlineData("POST", true, null, "{", "invalid_json")]
    [InlineData(
        "POST",
        true,
        null,
        """{"amount_micro":"1","network":"x","address":""}""",
        "invalid_args"
    )]
    [InlineData(
        "POST",
        true,
        null,
        """{"amount_micro":1,"network":"solana","address":"x"}""",
        "payout_below_min"
    )]
    [InlineData(
        "POST",
        true,
        null,
        """{"amount_micro":99000000,"network":"solana","address":"x"}""",
        "payout_address_invalid"
    )]
    [InlineData(
        "POST",
        true,
        null,
        """{"amount_micro":99000000,"network":"solana","address":"9xQeWvG816bUx9EPjHmaT23yvVM2ZWbrrpZb9PusVFin"}""",
        "balance_insufficient"
    )]
    public async Task Faults_are_answered_in_their_order(
        string method,
        bool session,
        string? origin,
        string body,
        string tag
    )
    {
        ApiClient user = session ? await api.UserWithAsync(1) : api.Anyone;
        (string, string)[] headers = origin is null ? [] : [("Origin", origin)];

        ApiAnswer answer = await user.SendAsync(
            new HttpMethod(method),
            Path,
            new StringContent(body),
            headers
        );

        answer.Tag.ShouldBe(tag);
    }

    [Fact]
    public async Task Of_640_requests_at_once_exactly_those_that_the_balance_covers_are_accepted()
    {
        ApiClient user = await api.UserWithAsync(100 * 10_000_000 + 9_999_999);

        ApiAnswer[] answers = await Task.WhenAll(
            Enumerable.Range(0, 640).Select(_ => user.PostAsync(Path, Given.CreateBody(10_000_000)))
        );

        answers.Count(a => (int)a.Status == 202).ShouldBe(100);
        answers.Where(a => (int)a.Status != 202).ShouldAllBe(a => a.Tag == "balance_insufficient");
        (
            await Given.ScalarAsync<long>(
                api.Database,
                "SELECT count(*) FROM payouts WHERE user_id = $1",
                user.UserId
            )
        ).ShouldBe(100);
    }

    [Fact]
    public async Task The_request_id_is_in_the_history()
    {
        ApiClient user = await api.UserWithAsync(50_000_000);

        ApiAnswer answer = await user.PostAsync(
            Path,
            Given.CreateBody(),
            ("X-Request-Id", "trace-7")
        );

        string stored = await Given.ScalarAsync<string>(
            api.Database,
            "SELECT request_id FROM payout_events WHERE payout_id = $1",
            (Guid)answer.Json["id"]!
        );
        stored.ShouldBe("trace-7");
    }

    [Fact]
    public async Task An_unexpected_error_is_internal_and_tells_nothing_of_itself()
    {
        string wrong = new NpgsqlConnectionStringBuilder(api.Database.AppConnectionString)
        {
            Username = "secret-user",
            Password = "secret-word",
        }.ConnectionString;
        await using ApiServer server = await ApiServer.StartAsync(
            api.Database,
            ("Database:ConnectionString", wrong)
        );

        ApiAnswer answer = await new ApiClient(server) { Session = new string('s', 43) }.GetAsync(
            Path
        );

        answer.ShouldBeError(500, "internal");
        answer.Text.ShouldNotContain("secret");
        answer.Text.ShouldNotContain("Npgsql");
        answer.Header("Cache-Control").ShouldBe("no-store");
        answer.Header("X-Content-Type-Options").ShouldBe("nosniff");
    }
}
