using Settlement.Api.Http;
using Settlement.Payouts;
using Settlement.Payouts.Lifecycle;

namespace Settlement.Api.Operations;

/// <summary>Says to operators why a payout may not be changed: the error, its reason for programs, and a sentence.</summary>
internal static class Refusals
{
    /// <summary>The error and its body.</summary>
    /// <param name="refused">What the transition answered.</param>
    /// <param name="entry">The error of the route, where nothing more precise applies.</param>
    public static (ErrorEntry Entry, ErrorBody Body) Of(
        TransitionResult.Refused refused,
        ErrorEntry entry
    )
    {
        ErrorEntry error = refused.Because switch
        {
            RefusedBecause.VersionMismatch => ErrorCatalogue.VersionMismatch,
            RefusedBecause.ApprovalNotRequired => ErrorCatalogue.ApprovalNotRequired,
            RefusedBecause.SelfApproval => ErrorCatalogue.SelfApprovalForbidden,
            _ => entry,
        };
        ErrorBody body = error.Body(
            error == entry ? $"{Why(refused.Because)} The payout is unchanged." : null
        ) with
        {
            Status = refused.Status.Name(),
            TxHash = refused.TransactionId,
            SafeAfter = refused.SafeAfter,
            Version = refused.Version,
            TransactionId = refused.ContradictedId,
            Reason =
                error != entry || refused.Because is RefusedBecause.Final
                    ? null
                    : SnakeCase.Of(refused.Because),
        };
        return (error, body);
    }

    /// <summary>One sentence.</summary>
    public static string Why(RefusedBecause because) =>
        because switch
        {
            RefusedBecause.Final => "The payout has ended, see status; that is final.",
            RefusedBecause.TransactionInFlight =>
                "A signed transaction of ours may still pay this payout, see tx_hash; wait until it has landed or expired.",
            RefusedBecause.AwaitingFinality =>
                "This is our own transaction; the payout becomes sent by itself once the network has made it final.",
            RefusedBecause.ProvenUnpaid =>
                "This transaction of ours is proven not to have paid this payout; state the one that did.",
            RefusedBecause.TransferCounted =>
                "Every such transfer of this transaction has paid another payout already; state the one that paid this one.",
            RefusedBecause.PaidElsewhere =>
                "A transaction that this database had forgotten has paid this payout already, see tx_hash; mark it sent with that hash.",
            RefusedBecause.TakenUp => "The payout is being worked on at this moment; try again.",
            RefusedBecause.ChainContradicts =>
                "The network shows something that we did not sign in the place of our transaction, see tx_hash; "
                    + "look at it and decide it, see transaction_id.",
            RefusedBecause.OnHold => "The payout is on hold; release it first.",
            RefusedBecause.NotOnHold => "The payout is not on hold.",
            RefusedBecause.AwaitingApproval =>
                "The amount is above the threshold, and nobody has approved the payout.",
            RefusedBecause.NothingToCheck => "No transaction of ours is under way for this payout.",
            RefusedBecause.ApprovalNotRequired =>
                "The amount is not above the threshold, or the payout is approved already.",
            RefusedBecause.SelfApproval =>
                "You have approved this payout; above the threshold somebody else must override it.",
            RefusedBecause.NotContradicted =>
                "The network does not contradict this transaction: the worker decides it by proof.",
            RefusedBecause.AlreadyDecided => "The transaction was decided already.",
            RefusedBecause.NotOurTransaction =>
                "tx_hash is none of the transaction's signed attempts. Where another transaction paid its payouts, "
                    + "decide this one dead and mark them as sent.",
            RefusedBecause.NotARider => "A payout in paid is not on this transaction.",
            RefusedBecause.NotReplaceable =>
                "On this network no transaction can take another's place; wait until it has landed or expired.",
            RefusedBecause.AlreadyIncluded =>
                "Its transaction is in a block already, see tx_hash; it becomes final there unless the block is abandoned.",
            RefusedBecause.AlreadyAsked =>
                "That was asked for already; a worker acts on it and the network decides.",
            RefusedBecause.FeeCap =>
                "The fee policy of this network allows no higher price; raise MaxFeePerGasWei, or wait until fees fall.",
            RefusedBecause.VersionMismatch => "The payout has changed since you looked.",
        };
}
