using System.Numerics;
using System.Text.Json.Nodes;
using Settlement.EndToEnd.Tests.Networks;
using Settlement.EndToEnd.Tests.Product;
using Settlement.Payouts.Settling;
using Shouldly;
using Xunit;

namespace Settlement.EndToEnd.Tests;

/// <summary>SIGKILL at each crash point, between any two steps of the flow.</summary>
[Collection(RunningSystem.Name)]
[Trait("needs", "chains")]
public sealed class When_the_worker_is_killed(SettlementSystem system)
{
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(90);

    // A transaction is replaced only when it is stuck, which no chain here does by itself: the simulation dies there.
    public static TheoryData<string> Places =>
        [.. CrashPoints.All.Except([CrashPoints.AfterReplace, CrashPoints.AfterAttemptStore])];

    [Theory]
    [MemberData(nameof(Places))]
    public async Task K5_K7_K8_K9_K10_K15_K16_F10_F11_F12_F13_Should_pay_once_on_each_network_after_a_restart(
        string place
    )
    {
        await system.EnsureWorkersAsync(0);
        using ApiClient user = await system.AUserWithAsync(100_000_000);
        ProductProcess doomed = system.StartWorker(crashAt: place);
        var orders = new List<(string Network, string Address, Guid Id)>();
        foreach (string network in DevNetworks.Names)
        {
            string address = DevNetworks.FreshAddress(network);
            orders.Add(
                (network, address, await user.RequestPayoutAsync(network, address, 7_000_001))
            );
        }

        await doomed.WaitForDeathAsync(s_patience);
        await system.EnsureWorkersAsync(1);

        foreach (var order in orders)
        {
            JsonNode payout = await user.FollowAsync(order.Id, s_patience);
            ((string?)payout["status"]).ShouldBe("sent");
            (await DevNetworks.BalanceAsync(order.Network, order.Address)).ShouldBe(
                (BigInteger)7_000_001
            );
        }
        (await user.AvailableMicroAsync()).ShouldBe(100_000_000 - (3 * 7_000_001));
    }
}
