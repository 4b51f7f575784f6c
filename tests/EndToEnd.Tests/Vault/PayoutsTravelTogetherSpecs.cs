using System.Numerics;
using System.Text.Json.Nodes;
using Settlement.EndToEnd.Tests.Networks;
using Settlement.EndToEnd.Tests.Product;
using Settlement.TestKit;
using Shouldly;
using Xunit;

namespace Settlement.EndToEnd.Tests.Vault;

/// <summary>Through a vault many payouts take few transactions.</summary>
[Collection(RunningSystem.Name)]
[Trait("needs", "chains")]
public sealed class PayoutsTravelTogetherSpecs(PostgresDatabase database)
    : IClassFixture<PostgresDatabase>
{
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(60);

    [Fact]
    public async Task B6_A_hundred_payouts_take_two_transactions_at_most()
    {
        await using VaultSystem system = await VaultSystem.StartAsync(
            await DevVault.DeployAsync(VaultSystem.Network),
            database.OwnerConnectionString,
            database.AppConnectionString
        );
        (ApiClient client, _) = await system.AUserWithAsync(1_000_000_000);
        using ApiClient user = client;
        var orders = new List<(Guid Id, string Address, long Amount)>();
        for (int i = 0; i < 100; i++)
        {
            string address = DevNetworks.FreshAddress(VaultSystem.Network);
            long amount = 1_000_000 + i;
            Guid id = await user.RequestPayoutAsync(VaultSystem.Network, address, amount);
            orders.Add((id, address, amount));
        }

        system.StartWorker();
        var hashes = new HashSet<string>(StringComparer.Ordinal);
        foreach (var order in orders)
        {
            JsonNode payout = await user.FollowAsync(order.Id, s_patience);
            ((string?)payout["status"]).ShouldBe("sent");
            hashes.Add((string)payout["tx_hash"]!);
        }

        hashes.Count.ShouldBeLessThanOrEqualTo(2);
        IReadOnlyList<VaultTransfer> transfers = await system.Vault.TransfersAsync();
        transfers
            .Select(t => (t.To, t.BaseUnits))
            .Order()
            .ShouldBe(orders.Select(o => (o.Address, (BigInteger)o.Amount)).Order());
        transfers.Select(t => t.TxHash).ToHashSet().ShouldBe(hashes, ignoreOrder: true);
        (await user.AvailableMicroAsync()).ShouldBe(1_000_000_000 - orders.Sum(o => o.Amount));
    }
}
