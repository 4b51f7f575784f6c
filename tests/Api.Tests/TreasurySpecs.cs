using Dapper;
using Npgsql;
using Settlement.Chains;
using Settlement.Payouts.Lifecycle;
using Settlement.Payouts.Treasury;
using Settlement.TestKit;
using Shouldly;
using Xunit;

namespace Settlement.Api.Tests;

/// <summary>What operators read of wallets, users and the books.</summary>
public sealed class TreasurySpecs(ApiFixture api) : IClassFixture<ApiFixture>
{
    private const string Treasury = "/v1/admin/treasury";
    private const string Users = "/v1/admin/referrals/users";
    private const string Differences = "/v1/admin/reconciliation";

    public static TheoryData<string, string> Routes =>
        new()
        {
            { "GET", Treasury },
            { "GET", Differences },
            { "GET", $"{Users}/9f1c0b7e-4d2a-4c8e-9b3f-1a2b3c4d5e6f" },
            { "POST", $"{Treasury}/solana/accept" },
        };

    [Theory]
    [MemberData(nameof(Routes))]
    public async Task Only_operators_get_in(string method, string path)
    {
        foreach (ApiClient client in new[] { api.Anyone, await api.UserWithAsync(0) })
        {
            ApiAnswer answer = method is "GET"
                ? await client.GetAsync(path)
                : await client.PostAsync(path, "{}");
            answer.ShouldBeError(401, "admin_token_invalid");
        }
    }

    [Fact]
    public async Task A_wallet_that_nobody_has_read_is_told_without_numbers()
    {
        await using FreshServer fresh = await FreshServer.StartAsync();

        ApiAnswer answer = await fresh.Operator.GetAsync(Treasury);

        answer.Text.ShouldBe(
            $$"""
            {"items":[
            {"network":"polygon","asset":"USDC","asset_address":"{{ApiServer.PolygonToken}}","open_payouts":0,"committed_micro":0,"paid_in_seven_days_micro":0},
            {"network":"solana","asset":"USDC","asset_address":"{{ApiServer.SolanaMint}}","open_payouts":0,"committed_micro":0,"paid_in_seven_days_micro":0}
            ]}
            """.ReplaceLineEndings("")
        );
    }

    [Fact]
    public async Task A_wallet_is_told_with_what_is_asked_of_it()
    {
        FakeChain chain = await AWalletAsync("polygon", 40_000_000, 9_000);
        ApiClient user = await api.UserWithAsync(100_000_000);
        await user.PostAsync(
            "/v1/referrals/payouts",
            Given.CreateBody(60_000_000, "polygon", Given.PolygonAddress)
        );

        var wallet = await WalletAsync(chain);

        wallet["balance_micro"]!.GetValue<long>().ShouldBe(40_000_000);
        wallet["balance_base_units"]!.GetValue<string>().ShouldBe("40000000");
        wallet["native_base_units"]!.GetValue<string>().ShouldBe("9000");
        wallet["open_payouts"]!.GetValue<long>().ShouldBe(1);
        wallet["committed_micro"]!.GetValue<long>().ShouldBe(60_000_000);
        wallet["shortfall_micro"]!.GetValue<long>().ShouldBe(20_000_000);
        wallet["missing_base_units"].ShouldBeNull();
    }

    [Fact]
    public async Task What_is_missing_is_a_difference_until_an_operator_says_where_it_went()
    {
        FakeChain chain = await AWalletAsync("solana", 1_000, 1);
        CompareHoldings compare = new(api.Server.Database.App, TimeSpan.Zero);
        await compare.ExecuteAsync(chain, default);
        chain.Balances = new WalletBalances(400, 1);
        await compare.ExecuteAsync(chain, default);

        (await WalletAsync(chain))["missing_base_units"]!.GetValue<string>().ShouldBe("600");
        (await KindsAsync()).ShouldContain("funds_missing");
        string accept = $"{Treasury}/SOLANA/accept";
        (await api.Operator.PostAsync(accept, "{}")).ShouldBeError(400, "invalid_args");
        (await api.Operator.PostAsync(accept, "[")).ShouldBeError(400, "invalid_json");
        (await api.Operator.PostAsync($"{Treasury}/tron/accept", "{}")).ShouldBeError(
            404,
            "not_found"
        );
        ApiAnswer first = await api.Operator.PostAsync(accept, """{"reason":"To the vault."}""");
        ApiAnswer again = await api.Operator.PostAsync(accept, """{"reason":"To the vault."}""");

        first.Text.ShouldBe("""{"ok":true,"accepted":true}""");
        again.Text.ShouldBe("""{"ok":true,"accepted":false}""");
        (await WalletAsync(chain))["missing_base_units"].ShouldBeNull();
        (await KindsAsync()).ShouldNotContain("funds_missing");
    }

    [Fact]
    public async Task Whoever_was_paid_by_hand_or_although_it_failed_is_a_difference()
    {
        APayout given = APayout.In(api.Server.Database);
        GivenPayout held = await given.HeldAsync();
        GivenPayout paid = await given.HeldAsync();
        await given.ConcludeAsync(paid, paid: true);
        ApiClient user = await api.UserWithAsync(100_000_000);
        Guid byHand = await user.CreatePayoutAsync();
        await api.Operator.PostAsync(
            $"/v1/admin/referrals/payouts/{byHand}/sent",
            """{"tx_hash":"by-hand"}"""
        );

        ApiAnswer answer = await api.Operator.GetAsync(Differences);

        answer.Json["is_clean"]!.GetValue<bool>().ShouldBeFalse();
        var kinds = answer.Json["items"]!
            .AsArray()
            .Where(i => i!["payout_id"] is not null)
            .ToDictionary(i => i!["payout_id"]!.GetValue<Guid>(), i => (string?)i!["kind"]);
        kinds[held.Id].ShouldBe("refund_held");
        kinds[paid.Id].ShouldBe("paid_although_failed");
        kinds[byHand].ShouldBe("sent_by_hand");
    }

    [Fact]
    public async Task A_broken_invariant_of_the_ledger_is_a_difference()
    {
        await using FreshServer fresh = await FreshServer.StartAsync();
        (await fresh.Operator.GetAsync(Differences)).Json["is_clean"]!
            .GetValue<bool>()
            .ShouldBeTrue();
        var user = Guid.NewGuid();
        await Given.RewardAsync(fresh.Database, user, 5_000_000);
        await using NpgsqlConnection owner = await fresh.Database.Owner.OpenConnectionAsync();
        await owner.ExecuteAsync(
            """
            SET session_replication_role = replica;
            UPDATE accounts SET posted_micro = posted_micro + 1 WHERE user_id = @user
            """,
            new { user }
        );

        ApiAnswer answer = await fresh.Operator.GetAsync(Differences);

        answer.Text.ShouldContain("balance_equals_ledger");
    }

    [Fact]
    public async Task A_users_money_is_spelled_out()
    {
        ApiClient user = await api.UserWithAsync(100_000_000);
        Guid open = await user.CreatePayoutAsync(30_000_000);
        Guid cancelled = await user.CreatePayoutAsync(20_000_000);
        await user.PostAsync($"/v1/referrals/payouts/{cancelled}/cancel", "{}");

        ApiAnswer answer = await api.Operator.GetAsync($"{Users}/{user.UserId}");

        var equation = answer.Json["balances"]![0]!["equation"]!;
        equation["earned_micro"]!.GetValue<long>().ShouldBe(100_000_000);
        equation["reserved_micro"]!.GetValue<long>().ShouldBe(30_000_000);
        equation["available_micro"]!.GetValue<long>().ShouldBe(70_000_000);
        equation["difference_micro"]!.GetValue<long>().ShouldBe(0);
        answer.Json["open_payouts"]!
            .AsArray()
            .Select(p => p!["id"]!.GetValue<Guid>())
            .ShouldBe([open]);
    }

    [Theory]
    [MemberData(nameof(PayoutIdCases.Malformed), MemberType = typeof(PayoutIdCases))]
    public async Task A_user_id_of_another_form_is_invalid(string id) =>
        (await api.Operator.GetAsync($"{Users}/{id}")).ShouldBeError(400, "invalid_user_id");

    private async Task<FakeChain> AWalletAsync(string network, UInt128 asset, UInt128 native)
    {
        bool hasNonces = network is not "solana";
        FakeChain chain = new(network, hasNonces, sender: $"wallet-{Guid.NewGuid():N}")
        {
            OnlyAsset = hasNonces ? ApiServer.PolygonToken : ApiServer.SolanaMint,
            Balances = new WalletBalances(asset, native),
        };
        await new Wallets(api.Server.Database.App).RegisterAsync(
            chain.Network,
            chain.Sender,
            hasNonces ? 0 : null,
            default
        );
        await new RecordHoldings(api.Server.Database.App).ExecuteAsync(
            chain,
            chain.Balances,
            default
        );
        return chain;
    }

    private async Task<System.Text.Json.Nodes.JsonNode> WalletAsync(FakeChain chain) =>
        (await api.Operator.GetAsync(Treasury)).Json["items"]!
            .AsArray()
            .Single(w => (string?)w!["sender"] == chain.Sender)!;

    private async Task<List<string?>> KindsAsync() =>
        (await api.Operator.GetAsync(Differences)).Json["items"]!
            .AsArray()
            .Select(i => (string?)i!["kind"])
            .ToList();

    /// <summary>An API over a database in which nothing has happened.</summary>
    private sealed class FreshServer(ApiServer server, PostgresDatabase database) : IAsyncDisposable
    {
        public PostgresDatabase Database => database;

        public ApiClient Operator => new(server) { AdminToken = ApiServer.AdminToken };

        public static async Task<FreshServer> StartAsync()
        {
            PostgresDatabase database = new();
            await database.InitializeAsync();
            return new FreshServer(await ApiServer.StartAsync(database), database);
        }

        public async ValueTask DisposeAsync()
        {
            await server.DisposeAsync();
            await database.DisposeAsync();
        }
    }
}
