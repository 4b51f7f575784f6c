using System.Globalization;
using Settlement.Chains;
using Settlement.Simulation.Tests.Runtime;
using Settlement.Simulation.Tests.Storage;

namespace Settlement.Simulation.Tests;

/// <summary>Users who ask and cancel, a broker that loses and repeats, operators who act at the worst moment.</summary>
public sealed class Outsiders(
    History history,
    Scheduler clock,
    Dice dice,
    Weather weather,
    int requests
)
{
    private readonly List<StoredAccount> _accounts = [];
    private int _toCome;

    public IReadOnlyList<StoredAccount> Accounts => _accounts;

    /// <summary>Whether everything they planned has happened.</summary>
    public bool AreDone => _toCome == 0;

    public void Plan()
    {
        int users = dice.Between(1, 5);
        for (int i = 0; i < users; i++)
        {
            long opening = dice.Between(20, 600) * 1_000_000L;
            _accounts.Add(new StoredAccount { OpeningMicro = opening, PostedMicro = opening });
        }
        history.Oracle.Accounts = _accounts;
        long span = dice.Skewed(1, weather.ClearsAt);
        for (int i = 0; i < requests; i++)
            Later(dice.Between(0, span), Ask);
        int acts = dice.Chance(0.5) ? 0 : dice.Between(1, dice.Chance(0.3) ? 60 : 12);
        for (int i = 0; i < acts; i++)
            Later(dice.Between(0, weather.ClearsAt), Act);
        Later(weather.ClearsAt, () => history.Database.IsPaused = false);
        clock.At(weather.ClearsAt + 600_000, LookAfterTheTired);
    }

    private void Later(long time, Action what)
    {
        _toCome++;
        clock.At(
            time,
            () =>
            {
                _toCome--;
                what();
            }
        );
    }

    private void Ask()
    {
        int number = history.Database.Payouts.Count + 1;
        string address = string.Create(CultureInfo.InvariantCulture, $"to-{number}");
        if (dice.Chance(0.15))
        {
            // Refused by the token: always, from some moment on, or for a while.
            long from = dice.Chance(0.3) ? 0 : clock.Now + dice.Skewed(0, 60_000);
            long to = dice.Chance(0.5) ? long.MaxValue : from + dice.Between(1, 300_000);
            history.Network.Block(address, from, to);
        }
        long amount = dice.Between(1, 30) * 1_000_000L + dice.Between(0, 999_999);
        StoredPayout? payout = history.Database.Accept(dice.Pick(_accounts), amount, address);
        if (payout is null)
            return;
        int copies = dice.Between(0, 3);
        for (int i = 0; i < copies; i++)
            Later(clock.Now + dice.Skewed(1, 60_000), () => Hint(payout));
        if (dice.Chance(0.03))
            Later(clock.Now + dice.Skewed(1, 20_000), () => history.Database.Cancel(payout));
    }

    /// <summary>A message names one payout, or several that a batch gathered.</summary>
    private void Hint(StoredPayout payout)
    {
        List<Guid> ids = [payout.Id];
        while (dice.Chance(0.5))
            ids.Add(dice.Pick(history.Database.Payouts).Id);
        history.Hint(ids);
    }

    private void Act()
    {
        if (history.Database.Payouts.Count == 0)
            return;
        StoredPayout payout = dice.Pick(history.Database.Payouts);
        // Most people look at what is under way.
        List<StoredPayout> riding = [.. history.Database.Payouts.Where(p => p.RidesOn is not null)];
        if (riding.Count > 0 && dice.Chance(0.5))
            payout = dice.Pick(riding);
        switch (dice.Between(0, 6))
        {
            case 0:
                Say(payout, null, force: false);
                break;
            case 1:
                Say(payout, null, force: true);
                break;
            case 2:
                Say(payout, "paid-by-hand", force: false);
                break;
            case 3:
                Hold(payout);
                break;
            case 4:
                SpeedUp(payout);
                break;
            case 5:
                CancelInFlight(payout);
                break;
            default:
                history.Trace("an operator pauses the network");
                history.Database.IsPaused = true;
                Later(
                    clock.Now + dice.Skewed(1_000, 300_000),
                    () => history.Database.IsPaused = false
                );
                break;
        }
    }

    private void SpeedUp(StoredPayout payout)
    {
        bool asked = history.Database.SpeedUp(payout);
        history.Trace($"an operator speeds payout {payout.Number} up: {(asked ? "asked" : "no")}");
    }

    private void CancelInFlight(StoredPayout payout)
    {
        bool asked = history.Database.CancelInFlight(payout);
        history.Trace($"an operator cancels payout {payout.Number}: {(asked ? "asked" : "no")}");
    }

    private void Hold(StoredPayout payout)
    {
        bool held = history.Database.Hold(payout);
        history.Trace($"an operator holds payout {payout.Number}: {(held ? "done" : "refused")}");
        if (held)
        {
            Later(
                clock.Now + dice.Skewed(1_000, 300_000),
                () => history.Database.LetGo(payout, clock.Now)
            );
        }
    }

    private void Say(StoredPayout payout, string? hash, bool force)
    {
        bool applied = history.Database.ByOperator(payout, hash, force, "operator:ann");
        history.Trace($"an operator ends payout {payout.Number}: {(applied ? "done" : "refused")}");
    }

    /// <summary>Payouts that the steps gave up on wait for a person; so does a wallet that was frozen without need. Here is one.</summary>
    private void LookAfterTheTired()
    {
        if (history.IsClosing)
            return;
        foreach (StoredPayout payout in history.Database.Payouts)
        {
            if (payout.ParkReason == ParkReason.NeedsOperator)
                Say(payout, null, force: false);
        }
        if (!history.Oracle.AnyContradictionStands())
            history.Database.Unfreeze();
        clock.At(clock.Now + 600_000, LookAfterTheTired);
    }
}
