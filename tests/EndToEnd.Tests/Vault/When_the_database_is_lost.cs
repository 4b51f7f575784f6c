using System.Net;
using System.Text.Json.Nodes;
using Dapper;
using Npgsql;
using Settlement.EndToEnd.Tests.Networks;
using Settlement.EndToEnd.Tests.Product;
using Settlement.TestKit;
using Shouldly;
using Xunit;

namespace Settlement.EndToEnd.Tests.Vault;

/// <summary>The database of yesterday on the chain of today: what it has forgotten was paid, and its sequence gives numbers out
/// again that were used. The vault alone must hold.</summary>
[Collection(RunningSystem.Name)]
[Trait("needs", "chains")]
public sealed class When_the_database_is_lost(PostgresDatabase database)
    : IClassFixture<PostgresDatabase>
{
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(60);

    [Fact]
    public async Task D1_The_vault_pays_nobody_twice_and_what_cannot_be_told_waits_for_a_person()
    {
        DevVault vault = await DevVault.DeployAsync(VaultSystem.Network);
        (Backup backup, List<Order> unpaidThen, string session) = await LiveADayAsync(vault);
        await using Backup yesterday = backup;
        IReadOnlyList<VaultTransfer> paid = await vault.TransfersAsync();
        paid.Count.ShouldBe(20);

        string connection = await yesterday.RestoreAsync(database.AppConnectionString);
        await using VaultSystem system = await VaultSystem.StartAsync(
            vault,
            yesterday.OwnerConnectionString,
            connection
        );
        // First as it is: the wallet is ahead of what the database knows, and nothing is opened.
        ProductProcess careful = system.StartWorker();
        await UntilFrozenAsync(system);
        (await vault.TransfersAsync()).Count.ShouldBe(20);
        await system.StopAsync(careful);

        // Then as if somebody had waved all of that away: only the vault is left.
        await OverrideEveryGuardAsync(system, await vault.NonceAsync());
        using ApiClient user = ApiClient.ForUser(system.ApiUrl, session);
        List<Order> asked = await RequestAsync(user, 6);
        system.StartWorker();
        await UntilToldAsync(system, [.. unpaidThen, .. asked]);

        IReadOnlyList<long> numbers = await vault.NumbersAsync();
        numbers.ShouldBeUnique();
        numbers.Order().ShouldBe(Enumerable.Range(1, 21).Select(n => (long)n));
        IReadOnlyList<VaultTransfer> transfers = await vault.TransfersAsync();
        transfers.Take(20).ShouldBe(paid);
        transfers.Count.ShouldBe(21);
        transfers[20].To.ShouldBe(asked[5].Address);

        foreach (Order order in unpaidThen)
        {
            Row row = await ReadAsync(system, order.Id);
            row.ShouldWait("exactly this transfer");
            row.ParkDetail!.ShouldContain(paid.Single(t => t.To == order.Address).TxHash);
        }
        foreach (Order order in asked.Take(5))
            (await ReadAsync(system, order.Id)).ShouldWait("for another payout");
        (await ReadAsync(system, asked[5].Id)).Status.ShouldBe("sent");

        // A person reads the reason and says what the chain says.
        Order known = unpaidThen[0];
        (HttpStatusCode status, JsonNode body) = await system.Operator.SaySentAsync(
            known.Id,
            paid.Single(t => t.To == known.Address).TxHash
        );
        status.ShouldBe(HttpStatusCode.OK, body.ToString());
    }

    // Ten are paid; five more are asked for; the dump is taken; the five and five others are paid.
    private async Task<(Backup Backup, List<Order> Unpaid, string Session)> LiveADayAsync(
        DevVault vault
    )
    {
        await using VaultSystem system = await VaultSystem.StartAsync(
            vault,
            database.OwnerConnectionString,
            database.AppConnectionString
        );
        (ApiClient client, string session) = await system.AUserWithAsync(1_000_000_000);
        using ApiClient user = client;
        ProductProcess worker = system.StartWorker();
        await UntilSentAsync(user, await RequestAsync(user, 10));
        await system.StopAsync(worker);
        List<Order> unpaid = await RequestAsync(user, 5);
        Backup backup = await Backup.TakeAsync(database.OwnerConnectionString);

        system.StartWorker();
        List<Order> forgotten = await RequestAsync(user, 5);
        await UntilSentAsync(user, [.. unpaid, .. forgotten]);
        return (backup, unpaid, session);
    }

    private static async Task<List<Order>> RequestAsync(ApiClient user, int count)
    {
        var orders = new List<Order>();
        for (int i = 0; i < count; i++)
        {
            string address = DevNetworks.FreshAddress(VaultSystem.Network);
            Guid id = await user.RequestPayoutAsync(VaultSystem.Network, address, 2_000_000 + i);
            orders.Add(new Order(id, address));
        }
        return orders;
    }

    private static async Task UntilSentAsync(ApiClient user, IEnumerable<Order> orders)
    {
        foreach (Order order in orders)
        {
            JsonNode payout = await user.FollowAsync(order.Id, s_patience);
            ((string?)payout["status"]).ShouldBe("sent", payout.ToString());
        }
    }

    private static Task UntilFrozenAsync(VaultSystem system) =>
        Waiting.UntilAsync(
            "the wallet is frozen",
            s_patience,
            async () =>
            {
                await using NpgsqlConnection connection = await system.Owner.OpenConnectionAsync();
                return await connection.ExecuteScalarAsync<bool>(
                    "SELECT bool_or(frozen) FROM wallets"
                );
            }
        );

    /// <summary>As the schema forbids it: nothing that the product knows of the lost day is left to warn it.</summary>
    private static async Task OverrideEveryGuardAsync(VaultSystem system, long nonce)
    {
        await using NpgsqlConnection connection = await system.Owner.OpenConnectionAsync();
        await connection.ExecuteAsync(
            $"""
            SET session_replication_role = replica;
            UPDATE wallets SET next_nonce = {nonce}, frozen = false, frozen_reason = NULL, frozen_at = NULL;
            UPDATE payouts SET due_at = now(), park_reason = NULL, park_detail = NULL, parked_at = NULL WHERE completed_at IS NULL;
            DO $$ BEGIN
              IF to_regclass('wallet_watch') IS NOT NULL THEN
                DELETE FROM adoptions;
                DELETE FROM foreign_transactions;
                UPDATE wallet_watch SET cursor = '{nonce}', checked_in = this_database();
              END IF;
            END $$;
            RESET session_replication_role;
            """
        );
    }

    private static Task UntilToldAsync(VaultSystem system, IEnumerable<Order> orders) =>
        Waiting.UntilAsync(
            "every payout is sent or waits for a person",
            s_patience,
            async () =>
            {
                foreach (Order order in orders)
                {
                    Row row = await ReadAsync(system, order.Id);
                    if (row is not ({ Status: "sent" } or { ParkReason: "needs_operator" }))
                        return false;
                }
                return true;
            }
        );

    private static async Task<Row> ReadAsync(VaultSystem system, Guid id)
    {
        await using NpgsqlConnection connection = await system.Owner.OpenConnectionAsync();
        return await connection.QuerySingleAsync<Row>(
            "SELECT status, park_reason, park_detail FROM payouts WHERE id = @id",
            new { id }
        );
    }

    private sealed record Order(Guid Id, string Address);

    private sealed record Row
    {
        public required string Status { get; init; }
        public string? ParkReason { get; init; }
        public string? ParkDetail { get; init; }

        public void ShouldWait(string because)
        {
            Status.ShouldBe("processing");
            ParkReason.ShouldBe("needs_operator");
            ParkDetail.ShouldNotBeNull().ShouldContain(because);
        }
    }
}
