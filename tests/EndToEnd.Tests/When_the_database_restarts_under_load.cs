using System.Collections.Concurrent;
using System.Net;
using System.Numerics;
using System.Text.Json.Nodes;
using Settlement.EndToEnd.Tests.Networks;
using Settlement.EndToEnd.Tests.Product;
using Shouldly;
using Xunit;

namespace Settlement.EndToEnd.Tests;

[Collection(RunningSystem.Name)]
[Trait("needs", "chains")]
public sealed class When_the_database_restarts_under_load(SettlementSystem system)
{
    private const int Requests = 90;

    [Fact]
    public async Task K1_K21_F1_F18_Should_lose_nothing_that_it_accepted_and_pay_nothing_twice()
    {
        await system.EnsureWorkersAsync(2);
        using ApiClient user = await system.AUserWithAsync(Requests * 1_000_000L);
        var paidTo = new ConcurrentDictionary<Guid, string>();

        Task load = Parallel.ForEachAsync(
            Enumerable.Range(0, Requests),
            new ParallelOptions { MaxDegreeOfParallelism = 4 },
            async (i, _) =>
            {
                string address = DevNetworks.FreshAddress("solana");
                Guid id = await InsistAsync(user, address, $"load-{i}");
                paidTo[id] = address;
            }
        );
        await Repository.ServersAsync("kill", "postgres");
        await Repository.ServersAsync("restart", "postgres");
        system.Database.Owner.Clear();
        await load;

        paidTo.Count.ShouldBe(Requests);
        foreach ((Guid id, string address) in paidTo)
        {
            JsonNode payout = await user.FollowAsync(id, TimeSpan.FromSeconds(120));
            ((string?)payout["status"]).ShouldBe("sent");
            (await DevNetworks.BalanceAsync("solana", address)).ShouldBe((BigInteger)1_000_000);
        }
        (await user.AvailableMicroAsync()).ShouldBe(0);
    }

    /// <summary>As a careful client does: the same key until there is an answer.</summary>
    private static async Task<Guid> InsistAsync(ApiClient user, string address, string key)
    {
        Guid id = default;
        await Waiting.UntilAsync(
            "the request is answered",
            TimeSpan.FromSeconds(60),
            async () =>
            {
                try
                {
                    (HttpStatusCode status, JsonNode body) = await user.TryRequestPayoutAsync(
                        "solana",
                        address,
                        1_000_000,
                        key
                    );
                    if (status == HttpStatusCode.Accepted)
                        id = (Guid)body["id"]!;
                    return status == HttpStatusCode.Accepted;
                }
                catch (Exception e) when (e is HttpRequestException or TaskCanceledException)
                {
                    return false;
                }
            }
        );
        return id;
    }
}
