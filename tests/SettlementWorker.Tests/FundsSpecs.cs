using Microsoft.Extensions.DependencyInjection;
using Npgsql;
using Settlement.Chains;
using Settlement.TestKit;
using Settlement.Worker.Networks;
using Shouldly;
using Xunit;

namespace Settlement.Worker.Tests;

/// <summary>The alarm that somebody else uses the key.</summary>
public sealed class FundsSpecs(PostgresDatabase database) : IClassFixture<PostgresDatabase>
{
    private const string Alarm = "have left wallet";

    [Fact]
    public async Task P13_Money_that_no_payout_took_raises_one_alarm()
    {
        FakeChain chain = AChain.Expiring();
        await using AWorker worker = await AWorker.RunningAsync(
            database.App,
            AWorker.Quick with
            {
                CompareEvery = TimeSpan.FromMilliseconds(20),
            },
            chain
        );
        await Eventually.BecomesAsync(() => ComparedAsync(chain), "compared once");

        chain.Balances = chain.Balances! with { AssetBaseUnits = 7 };

        await worker.Logs.HasAsync(Alarm);
        string? first = await AskAsync("compared_at", chain);
        await Eventually.BecomesAsync(
            async () => await AskAsync("compared_at", chain) != first,
            "compared once more"
        );
        worker.Logs.Count(Alarm).ShouldBe(1);
    }

    [Fact]
    public async Task A_node_whose_identity_is_not_confirmed_raises_none()
    {
        FakeChain chain = AChain.Expiring();
        await using AWorker worker = await AWorker.StandingAsync(database, chain);
        var vitals = worker.Services.GetRequiredService<ReadVitals>();
        var funds = worker.Services.GetRequiredService<WatchFunds>();
        await vitals.ExecuteAsync(worker.Network, default);
        await funds.ExecuteAsync(worker.Network, default);
        chain.Identity = new IdentityCheck.Mismatch("Another chain.");
        await worker.Network.Gate.VerifyAsync(default);
        chain.Balances = new WalletBalances(1, 1);

        await funds.ExecuteAsync(worker.Network, default);
        await vitals.ExecuteAsync(worker.Network, default);

        worker.Logs.Count(Alarm).ShouldBe(0);
        (await HoldingsAsync(chain)).ShouldBe("1000000000000");
    }

    private async Task<bool> ComparedAsync(FakeChain chain) =>
        await AskAsync("received_base_units", chain) is not null;

    private Task<string?> HoldingsAsync(FakeChain chain) => AskAsync("asset_base_units", chain);

    private async Task<string?> AskAsync(string column, FakeChain chain)
    {
        await using NpgsqlCommand command = database.App.CreateCommand(
            $"SELECT {column}::text FROM wallet_holdings WHERE network = $1"
        );
        command.Parameters.Add(new() { Value = chain.Network.Name });
        return await command.ExecuteScalarAsync() as string;
    }
}
