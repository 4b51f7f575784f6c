using Npgsql;
using Settlement.Affiliates.Paying;
using Settlement.Api.Http;

namespace Settlement.Api.Affiliates;

/// <summary>Moves a payout and says what came of it, in the caller's transaction.</summary>
internal static class MoveReplies
{
    public const string Pending = "pending";
    public const string Approved = "approved";
    public const string Paid = "paid";
    public const string Void = "void";
    public const string WrittenOff = "written_off";

    /// <param name="connection">With the transaction.</param>
    /// <param name="move">What it is to become.</param>
    /// <param name="approves">Approves it first when it is pending.</param>
    public static async Task<Told> MoveAsync(
        NpgsqlConnection connection,
        Move move,
        bool approves = false
    )
    {
        if (approves)
        {
            Move approval = move with { Becomes = Approved, ExternalRef = null };
            if (
                await MoveAffiliatePayout.ExecuteAsync(connection, approval, CancellationToken.None)
                is MoveOutcome.Done
            )
            {
                // The version that was named is the one before the approval.
                move = move with
                {
                    Version = null,
                };
            }
        }
        MoveOutcome outcome = await MoveAffiliatePayout.ExecuteAsync(
            connection,
            move,
            CancellationToken.None
        );
        if (outcome is not MoveOutcome.Done)
            return Explain(move.Becomes, outcome);
        AffiliatePayout payout = (
            await AffiliatePayoutQueries.FindAsync(
                connection,
                move.PayoutId,
                CancellationToken.None
            )
        )!;
        return Told.Of(
            StatusCodes.Status200OK,
            AffiliatePayoutView.Of(payout),
            AffiliateJson.Default.AffiliatePayoutView
        ) with
        {
            Tag = Versions.Tag(payout.Version),
        };
    }

    /// <summary>Why a payout cannot become this, or be paid.</summary>
    public static ErrorEntry EntryFor(string becomes, string status) =>
        (becomes, status) switch
        {
            (_, Paid) => ErrorCatalogue.PayoutAlreadyPaid,
            (Paid, Pending) => ErrorCatalogue.PayoutNotApproved,
            (Paid or Approved, _) => ErrorCatalogue.PayoutNotPayable,
            _ => ErrorCatalogue.PayoutNotActionable,
        };

    private static Told Explain(string becomes, MoveOutcome outcome)
    {
        switch (outcome)
        {
            case MoveOutcome.Refused refused:
                ErrorEntry entry = EntryFor(becomes, refused.Status);
                return Told.Refusal(
                    entry,
                    entry.Body() with
                    {
                        Status = refused.Status,
                        ExternalRef = refused.ExternalRef,
                    }
                );
            case MoveOutcome.InFlight live:
                return Told.Refusal(
                    ErrorCatalogue.PayoutInFlight,
                    ErrorCatalogue.PayoutInFlight.Body() with
                    {
                        Status = live.Status,
                        PayoutId = live.ChainPayoutId,
                    }
                );
            case MoveOutcome.Stale stale:
                return Told.Refusal(
                    ErrorCatalogue.VersionMismatch,
                    ErrorCatalogue.VersionMismatch.Body() with
                    {
                        Status = stale.Status,
                        Version = stale.Version,
                    }
                );
            default:
                return Told.Not(ErrorCatalogue.PayoutNotFound);
        }
    }
}
