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
public sealed class OperatorsOverrideSpecs(SettlementSystem system) : IAsyncLifetime
{
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(60);

    public Task InitializeAsync() => Task.CompletedTask;

    public async Task DisposeAsync()
    {
        await DevNetworks.PauseSolanaAsync(false);
        await system.Operator.ResumeAsync("ethereum");
        await system.Operator.ResumeAsync("polygon");
    }

    [Fact]
    public async Task A_waiting_payout_can_be_failed_by_hand_and_is_never_paid()
    {
        await system.EnsureWorkersAsync(1);
        await system.Operator.PauseAsync("polygon");
        using ApiClient user = await system.AUserWithAsync(10_000_000);
        string address = DevNetworks.FreshAddress("polygon");
        Guid id = await user.RequestPayoutAsync("polygon", address, 10_000_000);

        (HttpStatusCode status, JsonNode body) = await system.Operator.SayFailedAsync(
            id,
            "Please use another wallet."
        );
        await system.Operator.ResumeAsync("polygon");
        Guid next = await (await system.AUserWithAsync(5_000_000)).RequestPayoutAsync(
            "polygon",
            DevNetworks.FreshAddress("polygon"),
            5_000_000
        );

        status.ShouldBe(HttpStatusCode.OK);
        body.ToJsonString().ShouldBe("""{"ok":true}""");
        (await user.AvailableMicroAsync()).ShouldBe(10_000_000);
        ((string?)(await user.GetPayoutAsync(id))["note"]).ShouldBe("Please use another wallet.");
        await Waiting.UntilAsync(
            "a later payout is paid",
            s_patience,
            async () => await IsSentAsync(next)
        );
        (await DevNetworks.BalanceAsync("polygon", address)).ShouldBe(BigInteger.Zero);
    }

    [Fact]
    public async Task A_waiting_payout_can_be_marked_sent_by_hand_and_is_not_paid_again()
    {
        await system.EnsureWorkersAsync(1);
        await system.Operator.PauseAsync("ethereum");
        using ApiClient user = await system.AUserWithAsync(10_000_000);
        string address = DevNetworks.FreshAddress("ethereum");
        Guid id = await user.RequestPayoutAsync("ethereum", address, 10_000_000);

        (HttpStatusCode status, _) = await system.Operator.SaySentAsync(id, "paid-by-hand-1");
        (HttpStatusCode again, JsonNode refusal) = await system.Operator.SayFailedAsync(
            id,
            "too late"
        );
        await system.Operator.ResumeAsync("ethereum");

        status.ShouldBe(HttpStatusCode.OK);
        again.ShouldBe(HttpStatusCode.Conflict);
        ((string?)refusal["error"]).ShouldBe("payout_not_actionable");
        ((string?)(await user.GetPayoutAsync(id))["tx_hash"]).ShouldBe("paid-by-hand-1");
        (await DevNetworks.BalanceAsync("ethereum", address)).ShouldBe(BigInteger.Zero);
    }

    [Fact]
    public async Task A_payout_that_somebody_paid_is_sent_once_the_network_shows_it_and_the_transfer_pays_no_other()
    {
        await system.EnsureWorkersAsync(1);
        await system.Operator.PauseAsync("ethereum");
        using ApiClient user = await system.AUserWithAsync(20_000_000);
        string address = DevNetworks.FreshAddress("ethereum");
        Guid id = await user.RequestPayoutAsync("ethereum", address, 10_000_000);
        Guid twin = await user.RequestPayoutAsync("ethereum", address, 10_000_000);

        (HttpStatusCode unknown, JsonNode missing) = await system.Operator.VerifySentAsync(
            id,
            $"0x{new string('7', 64)}"
        );
        string hash = await DevNetworks.PayByHandAsync("ethereum", address, 10_000_000);
        await Waiting.UntilAsync(
            "the network shows it",
            s_patience,
            async () =>
                (await system.Operator.VerifySentAsync(id, hash)).Status is HttpStatusCode.OK
        );
        (HttpStatusCode again, JsonNode counted) = await system.Operator.VerifySentAsync(
            twin,
            hash
        );

        unknown.ShouldBe(HttpStatusCode.Conflict);
        ((string?)missing["reason"]).ShouldBe("not_found");
        ((string?)(await user.GetPayoutAsync(id))["tx_hash"]).ShouldBe(hash);
        again.ShouldBe(HttpStatusCode.Conflict);
        ((string?)counted["reason"]).ShouldBe("transfer_counted");
        (await system.Operator.SayFailedAsync(twin, "Not needed.")).Status.ShouldBe(
            HttpStatusCode.OK
        );
    }

    [Fact]
    public async Task A_payout_on_hold_is_not_paid_before_it_is_released()
    {
        await system.EnsureWorkersAsync(1);
        await system.Operator.PauseAsync("polygon");
        using ApiClient user = await system.AUserWithAsync(10_000_000);
        string address = DevNetworks.FreshAddress("polygon");
        Guid id = await user.RequestPayoutAsync("polygon", address, 10_000_000);
        string path = $"v1/admin/referrals/payouts/{id}";
        await system.Operator.CallAsync(HttpMethod.Post, $"{path}/hold", new { reason = "a test" });
        await system.Operator.ResumeAsync("polygon");

        Guid next = await (await system.AUserWithAsync(5_000_000)).RequestPayoutAsync(
            "polygon",
            DevNetworks.FreshAddress("polygon"),
            5_000_000
        );
        await Waiting.UntilAsync(
            "a later payout is paid",
            s_patience,
            async () => await IsSentAsync(next)
        );
        JsonNode held = await user.GetPayoutAsync(id);
        BigInteger before = await DevNetworks.BalanceAsync("polygon", address);
        await system.Operator.CallAsync(HttpMethod.Post, $"{path}/release");
        JsonNode sent = await user.FollowAsync(id, s_patience);
        JsonNode check = await system.Operator.CallAsync(HttpMethod.Post, $"{path}/check");

        ((string?)held["stage"]).ShouldBe("on_hold");
        before.ShouldBe(BigInteger.Zero);
        ((string?)sent["status"]).ShouldBe("sent");
        (await DevNetworks.BalanceAsync("polygon", address)).ShouldBe((BigInteger)10_000_000);
        ((string?)check["verdict"]).ShouldBe("confirmed");
    }

    [Fact]
    public async Task A_payout_in_flight_cannot_be_failed_by_hand_and_arrives()
    {
        await system.EnsureWorkersAsync(1);
        using ApiClient user = await system.AUserWithAsync(10_000_000);
        string address = DevNetworks.FreshAddress("solana");
        await DevNetworks.PauseSolanaAsync(true);
        Guid id = await user.RequestPayoutAsync("solana", address, 10_000_000);
        await Waiting.UntilAsync(
            "it is in flight",
            s_patience,
            async () => (await user.GetPayoutAsync(id))["settlement"]?["tx_hash"] is not null
        );
        string hash = (string)(await user.GetPayoutAsync(id))["settlement"]!["tx_hash"]!;

        (HttpStatusCode failed, JsonNode why) = await system.Operator.SayFailedAsync(id, "no");
        (HttpStatusCode ours, JsonNode waiting) = await system.Operator.SaySentAsync(id, hash);
        (HttpStatusCode other, JsonNode foreign) = await system.Operator.SaySentAsync(
            id,
            "another-hash"
        );
        await DevNetworks.PauseSolanaAsync(false);
        JsonNode payout = await user.FollowAsync(id, s_patience);

        failed.ShouldBe(HttpStatusCode.Conflict);
        ((string?)why["reason"]).ShouldBe("transaction_in_flight");
        ((string?)why["tx_hash"]).ShouldBe(hash);
        why["safe_after"].ShouldNotBeNull();
        ours.ShouldBe(HttpStatusCode.Conflict);
        ((string?)waiting["reason"]).ShouldBe("awaiting_finality");
        other.ShouldBe(HttpStatusCode.Conflict);
        ((string?)foreign["reason"]).ShouldBe("transaction_in_flight");
        ((string?)payout["status"]).ShouldBe("sent");
        (await DevNetworks.BalanceAsync("solana", address)).ShouldBe((BigInteger)10_000_000);
    }

    private async Task<bool> IsSentAsync(Guid id)
    {
        await using var connection = await system.Database.Owner.OpenConnectionAsync();
        return string.Equals(
            await Dapper.SqlMapper.ExecuteScalarAsync<string>(
                connection,
                "SELECT status FROM payouts WHERE id = @id",
                new { id }
            ),
            "sent",
            StringComparison.Ordinal
        );
    }
}
