using System.Text.Json;
using Settlement.Api.Configuration;
using Settlement.Api.Endpoints;
using Settlement.Api.Http;
using Settlement.Payouts.Ledger;
using Settlement.Payouts.Queries;

namespace Settlement.Api.Operations;

/// <summary>GET /v1/admin/referrals/payouts/{id}: everything that is known of one payout.</summary>
internal sealed class ShowPayout(
    PayoutQueries payouts,
    PayoutHistory history,
    ReadBalance balances,
    PayoutPresenter presenter,
    OperationsOptions options
)
{
    public async Task HandleAsync(HttpContext context)
    {
        if (!PayoutIds.TryRead(context, out Guid id))
        {
            await context.ErrorAsync(ErrorCatalogue.InvalidPayoutId);
            return;
        }
        CancellationToken ct = context.RequestAborted;
        PayoutRow? row = await payouts.FindAsync(id, ct);
        if (row is null)
        {
            await context.ErrorAsync(ErrorCatalogue.PayoutNotFound);
            return;
        }
        (IReadOnlyList<AttemptRow> attempts, IReadOnlyList<EventRow> events) =
            await history.ReadAsync(id, ct);
        var view = new PayoutDetailView
        {
            Payout = presenter.View(row),
            Number = row.Number,
            Version = row.Version,
            InternalNote = row.InternalNote,
            ParkReason = row.ParkReason,
            ParkDetail = row.ParkDetail,
            Hold = HoldView.Of(row),
            Approval = ApprovalView.Of(row),
            AllowedActions = AllowedActions.Of(row, context.Operator(), options.AllowForce),
            RefundHeld = row.RefundHeld,
            ConflictAt = row.ConflictAt,
            Attempts = attempts.Select(AttemptView.Of).ToList(),
            Events = events.Select(EventView.Of).ToList(),
            UserBalance = await balances.ExecuteAsync(row.UserId, row.Asset, ct),
        };
        await context.Response.JsonAsync(
            StatusCodes.Status200OK,
            view,
            ApiJson.Default.PayoutDetailView
        );
    }
}

/// <summary>A payout as operators see it.</summary>
public sealed record PayoutDetailView
{
    /// <summary>As its user sees it.</summary>
    public required PayoutView Payout { get; init; }

    /// <summary>What travels on the chain: memo on Solana, bitmap bit in a vault.</summary>
    public required long Number { get; init; }

    /// <summary>Grows with each change of status.</summary>
    public required int Version { get; init; }
    public string? InternalNote { get; init; }

    /// <summary>Why it waits, for programs.</summary>
    public string? ParkReason { get; init; }

    /// <summary>Why it waits, in a sentence.</summary>
    public string? ParkDetail { get; init; }

    /// <summary>Only while it is on hold.</summary>
    public HoldView? Hold { get; init; }

    /// <summary>Only where it needs or has an approval.</summary>
    public ApprovalView? Approval { get; init; }

    /// <summary>Every action, and why not where your token or its state does not allow it now.</summary>
    public required IReadOnlyList<AllowedAction> AllowedActions { get; init; }

    /// <summary>Failed by force: the refund waits for the chain.</summary>
    public bool RefundHeld { get; init; }

    /// <summary>Failed by force, and the transaction landed after all.</summary>
    public DateTimeOffset? ConflictAt { get; init; }

    /// <summary>Every signed attempt, oldest first; never the bytes.</summary>
    public required IReadOnlyList<AttemptView> Attempts { get; init; }

    /// <summary>Everything that happened, oldest first.</summary>
    public required IReadOnlyList<EventView> Events { get; init; }

    /// <summary>The user's money now.</summary>
    public required Balance UserBalance { get; init; }
}

/// <summary>A signed attempt.</summary>
public sealed record AttemptView
{
    public required long TransactionId { get; init; }
    public required int Sequence { get; init; }

    /// <summary>payment, or cancel: it pays nobody and uses up the nonce.</summary>
    public required string Kind { get; init; }
    public required string TxHash { get; init; }
    public required string Sender { get; init; }
    public string? Nonce { get; init; }
    public long? LastValidBlockHeight { get; init; }

    /// <summary>open, landed or dead.</summary>
    public required string State { get; init; }

    /// <summary>paid or not_paid; left out while it may still land.</summary>
    public string? Outcome { get; init; }
    public JsonElement? Terms { get; init; }

    /// <summary>What the transaction did for this payout: token, from, to, amount, log index or balance change.</summary>
    public JsonElement? Evidence { get; init; }

    /// <summary>What proves what became of the transaction, once it is decided: block or slot, finality policy and who told it; where
    /// it can never land, the expired block height and what history answered, or what used its nonce.</summary>
    public JsonElement? Proof { get; init; }
    public required DateTimeOffset StoredAt { get; init; }
    public DateTimeOffset? SafeAfter { get; init; }
    public DateTimeOffset? DecidedAt { get; init; }
    public required int Observations { get; init; }
    public string? LastObservation { get; init; }
    public string? LastBroadcastNote { get; init; }

    /// <summary>speed_up or cancel: an operator wants that at the transaction's nonce, see asked_by. fill: no node takes the payment,
    /// and the nonce is to be used up by nothing.</summary>
    public string? Asked { get; init; }
    public string? AskedBy { get; init; }

    internal static AttemptView Of(AttemptRow row) =>
        new()
        {
            TransactionId = row.TransactionId,
            Sequence = row.Sequence,
            Kind = row.Kind,
            TxHash = row.Hash,
            Sender = row.Sender,
            Nonce = row.Nonce,
            LastValidBlockHeight = row.LastValidBlockHeight,
            State = row.State,
            Outcome = row.Outcome,
            Terms = StoredJson.Read(row.Terms),
            Evidence = StoredJson.Read(row.Evidence),
            Proof = StoredJson.Read(row.Proof),
            StoredAt = row.StoredAt,
            SafeAfter = row.SafeAfter,
            DecidedAt = row.DecidedAt,
            Observations = row.Observations,
            LastObservation = row.LastObservation,
            LastBroadcastNote = row.LastBroadcastNote,
            Asked = row.Asked,
            AskedBy = row.AskedBy,
        };
}

/// <summary>One entry of the history.</summary>
public sealed record EventView
{
    public required int Version { get; init; }
    public required string Action { get; init; }
    public required string Actor { get; init; }
    public string? Reason { get; init; }
    public JsonElement? Evidence { get; init; }
    public string? RequestId { get; init; }
    public required DateTimeOffset RecordedAt { get; init; }

    internal static EventView Of(EventRow row) =>
        new()
        {
            Version = row.Version,
            Action = row.Action,
            Actor = row.Actor,
            Reason = row.Reason,
            Evidence = StoredJson.Read(row.Evidence),
            RequestId = row.RequestId,
            RecordedAt = row.RecordedAt,
        };
}

/// <summary>Documents of the database, passed on as they are.</summary>
internal static class StoredJson
{
    public static JsonElement? Read(string? json)
    {
        if (json is null)
            return null;
        using var document = JsonDocument.Parse(json);
        return document.RootElement.Clone();
    }
}
