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

    public static string Seen(Seeing seen) =>
        seen switch
        {
            Seeing.Contradiction => $"{NextLook.Contradiction}c",
            Seeing.FeeCap => $"{NextLook.FeeCap}f",
            _ => "seen",
        };

    /// <summary>What whoever signs the next attempt offers: a quarter more each time, or next to nothing more.</summary>
    public static OfferedFees Fees(int attempts, bool cheap)
    {
        UInt128 fee = 1_000;
        for (int i = 0; i < attempts; i++)
            fee = i == attempts - 1 && cheap ? fee * 21 / 20 : fee * 5 / 4;
        return new OfferedFees(fee, fee);
    }

    /// <summary>A dearer attempt as a step would hand it over.</summary>
    public static NewAttempt Attempt(
        ClaimedTransaction look,
        Command.Replace replace,
        string hash,
        Evidence terms
    ) =>
        new(
            look,
            new SignedTransaction(
                hash,
                new byte[] { 1 },
                look.Transaction.Sender,
                look.Transaction.Nonce + (ulong)replace.NonceOff,
                null,
                null,
                terms
            )
            {
                Kind = replace.Kind is Replacing.Payment ? AttemptKind.Payment : AttemptKind.Cancel,
                Fees = Fees(look.Transaction.Attempts.Count, replace.Cheap),
            },
            "w"
        )
        {
            IsFiller = replace.Kind is Replacing.Filler,
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
        string hash = look
            .Transaction.Attempts.Last(a => a.Kind == AttemptKind.Payment)
            .TransactionId;
        return new Conclusion.Landed(look, new Observation.Landed(hash, transfers, proof));
    }
}
