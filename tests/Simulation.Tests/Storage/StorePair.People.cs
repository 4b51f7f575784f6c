using Dapper;
using Npgsql;
using Settlement.Payouts.Lifecycle;
using Shouldly;

namespace Settlement.Simulation.Tests.Storage;

/// <content>What people do.</content>
internal sealed partial class StorePair
{
    private async Task<string> SayAsync()
    {
        if (_ids.Count == 0)
            return "nobody to speak of";
        StoredPayout payout = dice.Pick(_simulated.Payouts);
        bool force = dice.Chance(0.4);
        string? hash = !force && dice.Chance(0.5) ? "paid-by-hand" : null;
        TransitionResult result = await _finalize.ByOperatorAsync(
            new OperatorWord(RealId(payout.Id), hash, "n", null, null, force, "operator:o", null),
            default
        );
        (result is TransitionResult.Applied).ShouldBe(
            _simulated.ByOperator(payout, hash, force, "operator:o")
        );
        return $"an operator speaks of {payout.Number}: {result.GetType().Name}";
    }

    private async Task<string> SteerAsync()
    {
        if (_ids.Count == 0)
            return "nobody to steer";
        StoredPayout payout = dice.Pick(_simulated.Payouts);
        var order = new PayoutOrder(RealId(payout.Id), "operator:o", "r", null);
        int which = dice.Between(0, 3);
        TransitionResult result = which switch
        {
            0 or 1 => await _steer.HoldAsync(order, default),
            2 => await _steer.ReleaseAsync(order, default),
            _ => await _steer.RequeueAsync(order, default),
        };
        bool applied = which switch
        {
            0 or 1 => _simulated.Hold(payout),
            2 => _simulated.LetGo(payout, _clock.Now),
            _ => _simulated.Requeue(payout, _clock.Now),
        };
        (result is TransitionResult.Applied).ShouldBe(applied);
        return $"an operator steers {payout.Number}: {which} {result.GetType().Name}";
    }

    private async Task<string> SwitchAsync()
    {
        await using NpgsqlConnection connection = await database.Owner.OpenConnectionAsync();
        bool on = dice.Chance(0.3);
        if (dice.Chance(0.5))
        {
            _simulated.IsPaused = on;
            await connection.ExecuteAsync(
                on
                    ? "INSERT INTO pauses (scope, cause, reason, paused_by) VALUES (@Scope, 'operator', 'r', 'o') ON CONFLICT DO NOTHING"
                    : "DELETE FROM pauses WHERE scope = @Scope",
                new { Scope = network.Name }
            );
            return $"pause {on}";
        }
        if (on)
        {
            await _real.FreezeWalletAsync(network, Sender, "why", default);
            _simulated.Freeze("why");
        }
        else
        {
            await connection.ExecuteAsync(
                "UPDATE wallets SET frozen = false, frozen_reason = NULL, frozen_at = NULL WHERE network = @Network",
                new { Network = network.Name }
            );
            _simulated.Unfreeze();
        }
        return $"freeze {on}";
    }
}
