using Dapper;
using Npgsql;
using Settlement.Chains;
using Settlement.Payouts.Treasury;
using Settlement.TestKit;
using Shouldly;
using Xunit;

namespace Settlement.Payouts.Tests.Treasury;

/// <summary>Whether a wallet holds what it must. Each test has a network, and so a wallet, of its own.</summary>
public sealed class CompareHoldingsSpecs(PostgresDatabase database)
    : IClassFixture<PostgresDatabase>
{
    private const long Amount = 25_000_000;
    private static readonly UInt128 s_start = 1_000_000_000;

    private readonly CompareHoldings _compare = new(database.App, TimeSpan.Zero);
    private readonly RecordHoldings _record = new(database.App);
    private readonly string _network = $"solana-{Guid.NewGuid():N}"[..20];

    [Fact]
    public async Task What_payouts_took_is_not_missing()
    {
        FakeChain chain = await AWalletAsync();
        GivenPayout payout = await APayout.In(database).On(_network).Of(Amount).RidingAsync();
        await CompareAsync(chain, s_start);

        // The money has left before we know that it has.
        (await CompareAsync(chain, s_start - Amount)).ShouldBeNull();
        await APayout.In(database).On(_network).ConcludeAsync(payout, paid: true);
        (await CompareAsync(chain, s_start - Amount)).ShouldBeNull();
    }

    [Fact]
    public async Task What_nobody_took_is_missing_and_is_news_once()
    {
        FakeChain chain = await AWalletAsync();
        await APayout.In(database).On(_network).Of(Amount).SentAsync();
        await CompareAsync(chain, s_start);

        MissingFunds? first = await CompareAsync(chain, s_start - 1);
        MissingFunds? second = await CompareAsync(chain, s_start - 7);

        first.ShouldBe(new MissingFunds(1, IsNews: true));
        second.ShouldBe(new MissingFunds(7, IsNews: false));
        (await CompareAsync(chain, s_start)).ShouldBeNull();
    }

    [Fact]
    public async Task A_dead_transaction_took_nothing()
    {
        FakeChain chain = await AWalletAsync();
        GivenPayout payout = await APayout.In(database).On(_network).Of(Amount).RidingAsync();
        await CompareAsync(chain, s_start);
        await APayout.In(database).On(_network).ConcludeAsync(payout, paid: false);

        MissingFunds? missing = await CompareAsync(chain, s_start - Amount);

        missing.ShouldBe(new MissingFunds(Amount, IsNews: true));
    }

    [Fact]
    public async Task A_deposit_is_owed_from_then_on()
    {
        FakeChain chain = await AWalletAsync();
        await CompareAsync(chain, s_start);
        (await CompareAsync(chain, s_start + 500)).ShouldBeNull();

        (await CompareAsync(chain, s_start)).ShouldBe(new MissingFunds(500, IsNews: true));
    }

    [Fact]
    public async Task A_node_that_does_not_know_the_landing_yet_does_not_raise_what_came_in()
    {
        FakeChain chain = await AWalletAsync();
        await APayout.In(database).On(_network).Of(Amount).SentAsync();
        CompareHoldings compare = new(database.App, CompareHoldings.UsuallyBehind);

        await CompareAsync(chain, s_start, compare);

        (await CompareAsync(chain, s_start - Amount, compare)).ShouldBeNull();
        // Without that room it would have.
        await CompareAsync(chain, s_start);
        (await CompareAsync(chain, s_start - Amount)).ShouldNotBeNull();
    }

    [Fact]
    public async Task While_no_node_answers_nothing_is_known_and_nothing_is_written()
    {
        FakeChain chain = await AWalletAsync();
        await CompareAsync(chain, s_start);
        await CompareAsync(chain, s_start - 9);
        chain.Balances = null;

        (await _compare.ExecuteAsync(chain, default)).ShouldBeNull();
        (await MissingAsync()).ShouldBe("9");
    }

    [Fact]
    public async Task Another_asset_of_the_same_wallet_does_not_count()
    {
        FakeChain chain = await AWalletAsync();
        chain.OnlyAsset = "another-mint";
        await _record.ExecuteAsync(chain, new WalletBalances(3, 3), default);
        (await CompareAsync(chain, 3)).ShouldBeNull();

        await APayout.In(database).On(_network).Of(Amount).SentAsync();

        (await CompareAsync(chain, 2)).ShouldBe(new MissingFunds(1, IsNews: true));
    }

    [Fact]
    public async Task Accepted_is_what_is_missing_and_the_reason_is_kept()
    {
        FakeChain chain = await AWalletAsync();
        AcceptHoldings accept = new(database.App);
        await CompareAsync(chain, s_start);
        (await AcceptAsync()).ShouldBeFalse();
        await CompareAsync(chain, s_start - 5);

        (await AcceptAsync()).ShouldBeTrue();

        (await CompareAsync(chain, s_start - 5)).ShouldBeNull();
        (await CompareAsync(chain, s_start - 6)).ShouldBe(new MissingFunds(1, IsNews: true));
        await using NpgsqlConnection connection = await database.App.OpenConnectionAsync();
        string kept = await connection.QuerySingleAsync<string>(
            "SELECT actor || ' ' || reason || ' ' || (detail ->> 'missing_base_units') FROM audit_log WHERE target = @Target",
            new { Target = $"{_network}:{chain.Sender}" }
        );
        kept.ShouldBe("operator:ann Swept to the cold wallet. 5");

        Task<bool> AcceptAsync() =>
            accept.ExecuteAsync(
                _network,
                "operator:ann",
                "Swept to the cold wallet.",
                null,
                default
            );
    }

    [Fact]
    public async Task A_wallet_that_was_never_registered_has_no_holdings()
    {
        FakeChain chain = new(_network, usesNonces: false);

        await _record.ExecuteAsync(chain, new WalletBalances(1, 1), default);

        (await _compare.ExecuteAsync(chain, default)).ShouldBeNull();
    }

    [Fact]
    public async Task The_largest_number_of_base_units_is_kept_exactly()
    {
        FakeChain chain = await AWalletAsync();
        var all = new WalletBalances(UInt128.MaxValue, UInt128.MaxValue);

        await _record.ExecuteAsync(chain, all, default);

        await using NpgsqlConnection connection = await database.App.OpenConnectionAsync();
        string text = await connection.QuerySingleAsync<string>(
            "SELECT asset_base_units || ' ' || native_base_units FROM wallet_holdings WHERE network = @Network",
            new { Network = _network }
        );
        text.ShouldBe($"{UInt128.MaxValue} {UInt128.MaxValue}");
    }

    private async Task<FakeChain> AWalletAsync()
    {
        FakeChain chain = new(_network, usesNonces: false, sender: $"{_network}-wallet");
        await new Payouts.Lifecycle.Wallets(database.App).RegisterAsync(
            chain.Network,
            chain.Sender,
            null,
            default
        );
        await _record.ExecuteAsync(chain, new WalletBalances(s_start, 1), default);
        return chain;
    }

    private Task<MissingFunds?> CompareAsync(
        FakeChain chain,
        UInt128 balance,
        CompareHoldings? compare = null
    )
    {
        chain.Balances = new WalletBalances(balance, 1);
        return (compare ?? _compare).ExecuteAsync(chain, default);
    }

    private async Task<string?> MissingAsync()
    {
        await using NpgsqlConnection connection = await database.App.OpenConnectionAsync();
        return await connection.QuerySingleAsync<string?>(
            "SELECT missing_base_units::text FROM wallet_holdings WHERE network = @Network",
            new { Network = _network }
        );
    }
}
