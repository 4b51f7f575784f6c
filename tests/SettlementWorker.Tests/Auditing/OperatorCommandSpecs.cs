using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Settlement.Chains;
using Settlement.Payouts.Auditing;
using Settlement.TestKit;
using Settlement.Worker.Tests.Hosting;
using Shouldly;
using Xunit;

namespace Settlement.Worker.Tests.Auditing;

public sealed class OperatorCommandSpecs
{
    [Fact]
    public async Task A_person_lifts_the_freeze_once_the_cause_is_mended_and_with_a_reason()
    {
        await using OwnDatabase own = await OwnDatabase.MakeAsync();
        await own.Given.PayoutAsync(AChain.Expiring());
        await own.Given.ExecuteAsync(
            "INSERT INTO pauses (scope, cause, reason, paused_by) VALUES ('all', 'audit', 'a test', 'system:audit')"
        );
        await BendAsync(own, 1);

        int audit = await RunAsync(own, "audit");
        int tooEarly = await RunAsync(own, "unfreeze", "mended");
        await BendAsync(own, -1);
        int withoutReason = await RunAsync(own, "unfreeze");
        int lifted = await RunAsync(own, "unfreeze", "mended");
        int unknown = await RunAsync(own, "melt");

        (audit, tooEarly, withoutReason, lifted, unknown).ShouldBe((1, 1, 2, 0, 2));
        (await new AuditFreeze(own.Database.App).ReadAsync(default)).ShouldBeNull();
        (
            await own.Given.ReadAsync<string>(
                "SELECT actor || ' ' || reason FROM audit_log WHERE action = 'payouts_unfrozen'"
            )
        ).ShouldBe("operator:ann mended");
    }

    [Fact]
    public async Task A_person_thaws_a_wallet_once_no_open_transaction_of_it_contradicts_the_chain()
    {
        await using OwnDatabase own = await OwnDatabase.MakeAsync();
        FakeChain chain = AChain.Numbered();
        await using AWorker worker = await AWorker.StandingAsync(own.Database, chain);
        Payout payout = await own.Given.PayoutAsync(chain);
        await worker.Network.SettleAsync([payout.Id], default);
        chain.Observing = _ => new Observation.Contradiction("not ours", new Evidence("{}"));
        await own.Given.TimePassesAsync();
        await worker.Network.ObserveAsync(default);
        string[] asked = ["thaw", "looked", chain.Network.Name, chain.Sender];

        int whileItStands = await RunAsync(own, asked[0], asked[1], asked[2], asked[3]);
        chain.Observing = _ => null;
        await own.Given.TimePassesAsync();
        await worker.Network.ObserveAsync(default);
        int thawed = await RunAsync(own, asked[0], asked[1], asked[2], asked[3]);
        int again = await RunAsync(own, asked[0], asked[1], asked[2], asked[3]);
        int unnamed = await RunAsync(own, "thaw", "looked");

        (whileItStands, thawed, again, unnamed).ShouldBe((1, 0, 1, 2));
        (
            await own.Given.ReadAsync<string>(
                "SELECT actor || ' ' || reason || ' ' || (detail ->> 'was') FROM audit_log WHERE action = 'wallet_thawed'"
            )
        ).ShouldBe("operator:ann looked not ours {}");
    }

    private static Task BendAsync(OwnDatabase own, long micro) =>
        own.Given.ExecuteAsync(
            "SET session_replication_role = replica; UPDATE accounts SET posted_micro = posted_micro + @micro WHERE kind = 'user'; RESET session_replication_role",
            new { micro }
        );

    private static async Task<int> RunAsync(
        OwnDatabase own,
        string command,
        string? reason = null,
        string? network = null,
        string? wallet = null
    )
    {
        var services = new ServiceCollection();
        services.AddSingleton<IConfiguration>(
            new ConfigurationBuilder()
                .AddInMemoryCollection(
                    new Dictionary<string, string?>
                    {
                        ["reason"] = reason,
                        ["by"] = "ann",
                        ["network"] = network,
                        ["wallet"] = wallet,
                    }
                )
                .Build()
        );
        services.AddSingleton(_ => own.Database.App);
        services.AddAuditing();
        // Not disposed: the pool is the test's.
        ServiceProvider provider = services.BuildServiceProvider();
        return await OperatorCommands.RunAsync(command, provider, default);
    }
}
