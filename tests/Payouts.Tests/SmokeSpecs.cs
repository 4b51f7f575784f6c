using Settlement.Chains;
using Settlement.Payouts.Ledger;
using Settlement.Payouts.Lifecycle;
using Settlement.Payouts.Settling;
using Settlement.TestKit;
using Shouldly;
using Xunit;

namespace Settlement.Payouts.Tests;

public sealed class SmokeSpecs(PostgresDatabase database) : IClassFixture<PostgresDatabase>
{
    [Fact]
    public async Task A_payout_goes_from_requested_to_sent()
    {
        var user = Guid.NewGuid();
        await new IngestReward(database.App).ExecuteAsync(
            new NewReward(user, 50_000_000, RewardKind.Reward, "e1", null, null, "operator", "r"),
            default
        );
        AcceptOutcome outcome = await new AcceptPayout(database.App).ExecuteAsync(
            new PayoutRequest(
                user,
                25_000_000,
                "solana",
                new string('A', 40),
                "USDC",
                "mint",
                6,
                null,
                "k",
                "r"
            ),
            default
        );
        Guid id = outcome.ShouldBeOfType<AcceptOutcome.Accepted>().Payout.Id;
        var store = new PostgresSettlementStore(database.App, new WorkerIdentity("w1"));
        var network = new NetworkId("solana");
        await new Wallets(database.App).RegisterAsync(network, "hot", null, default);

        var claimed = await store.ClaimPayoutsAsync(
            new PayoutClaim(network, null, 10, "w1", TimeSpan.FromMinutes(1)),
            default
        );
        claimed.Count.ShouldBe(1);
        var opened = await store.OpenTransactionAsync(
            new NewTransaction(
                network,
                claimed,
                new SignedTransaction(
                    new string('s', 64),
                    new byte[] { 1 },
                    "hot",
                    null,
                    100,
                    TimeSpan.FromSeconds(90),
                    new Evidence("{}")
                ),
                "w1",
                TimeSpan.Zero
            ),
            default
        );
        opened.ShouldBeOfType<OpenOutcome.Opened>();
        var refused = await new FinalizePayout(database.App).ByOperatorAsync(
            new OperatorWord(id, null, "no", null, null, false, "operator", null),
            default
        );
        refused
            .ShouldBeOfType<TransitionResult.Refused>()
            .Because.ShouldBe(RefusedBecause.TransactionInFlight);
        var open = await store.ClaimTransactionsAsync(
            new TransactionClaim(network, 10, "w1", TimeSpan.FromMinutes(1)),
            default
        );
        open.Count.ShouldBe(1);
        await store.ConcludeAsync(
            [
                new Conclusion.Landed(
                    open[0],
                    new Observation.Landed(
                        new string('s', 64),
                        [new TransferResult(true, new Evidence("{\"a\":1}"))],
                        new Evidence("{}")
                    )
                ),
            ],
            default
        );
        var again = await new FinalizePayout(database.App).ByOperatorAsync(
            new OperatorWord(id, null, "no", null, null, false, "operator", null),
            default
        );
        again
            .ShouldBeOfType<TransitionResult.Refused>()
            .ShouldBe(
                new TransitionResult.Refused(
                    RefusedBecause.Final,
                    PayoutStatus.Sent,
                    new string('s', 64),
                    null
                )
            );
    }
}
