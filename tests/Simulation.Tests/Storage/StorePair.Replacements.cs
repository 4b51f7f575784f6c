using System.Globalization;
using Settlement.Chains;
using Settlement.Payouts.Lifecycle;
using Settlement.Payouts.Settling;
using Shouldly;

namespace Settlement.Simulation.Tests.Storage;

/// <content>Dearer attempts and cancels.</content>
internal sealed partial class StorePair
{
    private readonly AskReplacement _ask = new(database.App);

    private async Task<string> ReplaceAsync()
    {
        List<(ClaimedTransaction Real, ClaimedTransaction Simulated)> some = Some(_looks, 1);
        if (some.Count == 0 || some[0].Real.Transaction.Nonce is not { } nonce)
            return "nothing to replace";
        (ClaimedTransaction real, ClaimedTransaction simulated) = some[0];
        // What a worker does: a cancel where it was asked for or stands already, and never a payment after one.
        bool isCancel =
            real.Asked is Ask.Cancel or Ask.Fill
            || real.Transaction.Attempts[^1].Kind == AttemptKind.Cancel;
        bool isFiller = !isCancel && dice.Chance(0.2);
        _signed++;
        UInt128 fee = 1_000;
        for (int i = 0; i < real.Transaction.Attempts.Count; i++)
            fee = fee * 5 / 4;
        var signed = new SignedTransaction(
            string.Create(CultureInfo.InvariantCulture, $"{network}-{_signed:D20}"),
            new byte[] { 1 },
            Sender,
            dice.Chance(0.1) ? nonce + 1 : nonce,
            null,
            null,
            s_proof
        )
        {
            Kind = isCancel || isFiller ? AttemptKind.Cancel : AttemptKind.Payment,
            Fees = new OfferedFees(fee, fee),
        };
        NewAttempt Attempt(ClaimedTransaction t) => new(t, signed, "w") { IsFiller = isFiller };

        AttemptOutcome stored = await _real.StoreAttemptAsync(Attempt(real), default);
        AttemptOutcome alike = _simulated.StoreAttempt(Attempt(simulated));

        alike.GetType().ShouldBe(stored.GetType());
        return $"replace by {signed.Kind}: {stored.GetType().Name}";
    }

    private async Task<string> AskAsync()
    {
        if (_ids.Count == 0)
            return "nobody to ask for";
        StoredPayout payout = dice.Pick(_simulated.Payouts);
        var order = new PayoutOrder(RealId(payout.Id), "operator:o", "r", null);
        bool isCancel = dice.Chance(0.5);
        TransitionResult result = isCancel
            ? await _ask.CancelAsync(order, null, default)
            : await _ask.SpeedUpAsync(order, default);
        bool applied = isCancel ? _simulated.CancelInFlight(payout) : _simulated.SpeedUp(payout);
        (result is TransitionResult.Applied).ShouldBe(applied, $"{result}");
        return $"an operator asks for {payout.Number}: {(isCancel ? "cancel" : "speed-up")}";
    }
}
