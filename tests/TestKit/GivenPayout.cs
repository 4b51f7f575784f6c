using Settlement.Chains;
using Settlement.Payouts.Settling;

namespace Settlement.TestKit;

/// <summary>A payout that <see cref="APayout"/> brought into a state.</summary>
public sealed record GivenPayout(Guid Id, long Number, Guid UserId)
{
    /// <summary>Under which it was taken up, if it was.</summary>
    public ClaimedPayout? Claim { get; init; }

    /// <summary>Which carries it, if one does; otherwise 0.</summary>
    public long TransactionId { get; init; }

    /// <summary>What was signed for it.</summary>
    public SignedTransaction? Signed { get; init; }

    /// <summary>The transaction as the worker holds it that stored it.</summary>
    public ClaimedTransaction Transaction(long token = 1) =>
        new(
            TransactionId,
            token,
            0,
            [Id],
            new OpenTransaction(
                Signed!.Sender,
                Signed.Nonce,
                Signed.LastValidBlockHeight,
                [new StoredAttempt(Signed.TransactionId, Signed.Bytes)],
                [Claim!.Order()]
            )
        );

    /// <summary>The chain's word on it.</summary>
    public Conclusion Conclusion(bool paid, long token = 1) =>
        paid
            ? new Conclusion.Landed(
                Transaction(token),
                new Observation.Landed(
                    Signed!.TransactionId,
                    [new TransferResult(true, APayout.Proof)],
                    APayout.Proof
                )
            )
            : new Conclusion.Dead(
                Transaction(token),
                new Observation.Never(NeverReason.Expired, APayout.Proof),
                TimeSpan.FromHours(1)
            );
}
