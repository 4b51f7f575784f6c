using Settlement.Chains;
using Settlement.Model.Tests.Commands;
using Settlement.Payouts.Settling;

namespace Settlement.Model.Tests;

/// <summary>Verdicts and reasons as a step would hand them over.</summary>
internal static class Verdicts
{
    public static ParkReason? Reason(Command.Park park) =>
        park.Reason switch
        {
            null => null,
            "fee_above_cap" => ParkReason.FeeAboveCap,
            _ => ParkReason.NodeUnavailable,
        };

    public static Conclusion Of(ClaimedTransaction look, Command.Conclude conclude, Evidence proof)
    {
        if (!conclude.Landed)
        {
            NeverReason reason = conclude.Reverted ? NeverReason.Reverted : NeverReason.Expired;
            return new Conclusion.Dead(
                look,
                new Observation.Never(reason, proof),
                conclude.Later ? TimeSpan.FromDays(1) : TimeSpan.Zero
            );
        }
        List<TransferResult> transfers = look
            .Riders.Select((_, i) => new TransferResult((conclude.Paid & (1 << i)) != 0, proof))
            .ToList();
        string hash = look.Transaction.Attempts[0].TransactionId;
        return new Conclusion.Landed(look, new Observation.Landed(hash, transfers, proof));
    }
}
