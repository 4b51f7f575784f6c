using System.Security.Cryptography;
using System.Text;
using Dapper;
using Npgsql;

namespace Settlement.Payouts.Lifecycle;

/// <summary>Accepts a payout request: – → requested. One round trip; see accept_payout() in the schema.</summary>
public sealed class AcceptPayout(NpgsqlDataSource database)
{
    private const string Sql = """
        -- AcceptPayout
        SELECT outcome, payout_id, number, requested_at, available_micro, reason, other_id, active_at, needs_approval
          FROM accept_payout(@Id, @UserId, @AmountMicro, @Network, @Address, @Asset, @AssetAddress, @AssetDecimals,
                             @ClientReference, @IdempotencyKey, @RequestHash, @RequestId, @RetryOf,
                             @AddressId, @OnlyKnownAddress)
        """;

    /// <summary>Accepts, replays or refuses.</summary>
    /// <param name="request">Checked by every static rule already; only the balance is checked here, under the user's lock.</param>
    /// <param name="ct">When it fires after the call was sent, the payout may exist all the same: retry with the same key.</param>
    public async Task<AcceptOutcome> ExecuteAsync(PayoutRequest request, CancellationToken ct)
    {
        await using NpgsqlConnection connection = await database.OpenConnectionAsync(ct);
        AcceptRow row = await connection.QuerySingleAsync<AcceptRow>(
            new CommandDefinition(
                Sql,
                new
                {
                    Id = Guid.CreateVersion7(),
                    request.UserId,
                    request.AmountMicro,
                    request.Network,
                    request.Address,
                    request.Asset,
                    request.AssetAddress,
                    AssetDecimals = (short)request.AssetDecimals,
                    request.ClientReference,
                    request.IdempotencyKey,
                    RequestHash = Fingerprint(request),
                    request.RequestId,
                    request.RetryOf,
                    request.AddressId,
                    request.OnlyKnownAddress,
                },
                cancellationToken: ct
            )
        );
        return row.Outcome switch
        {
            "accepted" => new AcceptOutcome.Accepted(row.Payout()),
            "replay" => new AcceptOutcome.Replayed(row.Payout()),
            "key_reused" => AcceptOutcome.KeyReused.Instance,
            "not_retryable" => new AcceptOutcome.NotRetryable(row.Reason!, row.OtherId),
            "address_not_active" => new AcceptOutcome.AddressNotActive(row.Reason!, row.ActiveAt),
            "above_limit" => new AcceptOutcome.AboveLimit(row.AvailableMicro ?? 0),
            "insufficient" => new AcceptOutcome.Insufficient(row.AvailableMicro ?? 0),
            _ => throw new InvalidOperationException($"accept_payout answered {row.Outcome}."),
        };
    }

    /// <summary>The canonical form of what was asked, so that spelling (white space, order) does not matter.</summary>
    private static byte[] Fingerprint(PayoutRequest request) =>
        SHA256.HashData(
            Encoding.UTF8.GetBytes(
                string.Join(
                    '\n',
                    request.AmountMicro,
                    request.Network,
                    request.Address,
                    request.ClientReference,
                    request.RetryOf
                )
            )
        );

    private sealed record AcceptRow
    {
        public required string Outcome { get; init; }
        public Guid? PayoutId { get; init; }
        public long? Number { get; init; }
        public DateTimeOffset? RequestedAt { get; init; }
        public long? AvailableMicro { get; init; }
        public string? Reason { get; init; }
        public Guid? OtherId { get; init; }
        public DateTimeOffset? ActiveAt { get; init; }
        public bool NeedsApproval { get; init; }

        public AcceptedPayout Payout() =>
            new(PayoutId!.Value, Number!.Value, RequestedAt!.Value, NeedsApproval);
    }
}

/// <summary>What a user asks for, with the asset's snapshot.</summary>
/// <param name="UserId">Who asks.</param>
/// <param name="AmountMicro">Micro-units, greater than 0.</param>
/// <param name="Network">Lower-case network name.</param>
/// <param name="Address">A valid destination, trimmed.</param>
/// <param name="Asset">Asset code, such as USDC.</param>
/// <param name="AssetAddress">Token contract or mint.</param>
/// <param name="AssetDecimals">The asset's decimals on this network.</param>
/// <param name="ClientReference">The client's own word, at most 64 characters.</param>
/// <param name="IdempotencyKey">1 to 255 characters, or null.</param>
/// <param name="RequestId">For the audit trail.</param>
public sealed record PayoutRequest(
    Guid UserId,
    long AmountMicro,
    string Network,
    string Address,
    string Asset,
    string AssetAddress,
    int AssetDecimals,
    string? ClientReference,
    string? IdempotencyKey,
    string? RequestId
)
{
    /// <summary>The failed payout of the same user that this one asks for again, with its amount, network and address.</summary>
    public Guid? RetryOf { get; init; }

    /// <summary>The entry of the user's address book that was named; it must still be there.</summary>
    public Guid? AddressId { get; init; }

    /// <summary>Whether only an active address of the user's book may be paid.</summary>
    public bool OnlyKnownAddress { get; init; }
}

/// <summary>The stored payout.</summary>
/// <param name="Id">Its id.</param>
/// <param name="Number">Its number, which travels on the chain.</param>
/// <param name="RequestedAt">When it was stored.</param>
/// <param name="NeedsApproval">Whether its amount is above what is paid without a person's approval.</param>
public sealed record AcceptedPayout(
    Guid Id,
    long Number,
    DateTimeOffset RequestedAt,
    bool NeedsApproval = false
);

/// <summary>The answer of <see cref="AcceptPayout"/>.</summary>
public abstract record AcceptOutcome
{
    private AcceptOutcome() { }

    /// <summary>Stored and reserved.</summary>
    public sealed record Accepted(AcceptedPayout Payout) : AcceptOutcome;

    /// <summary>The same key with the same request was accepted before; this is that payout. Nothing new was stored.</summary>
    public sealed record Replayed(AcceptedPayout Payout) : AcceptOutcome;

    /// <summary>The key was used for another request. Nothing was stored.</summary>
    public sealed record KeyReused : AcceptOutcome
    {
        /// <summary>The only value.</summary>
        public static readonly KeyReused Instance = new();
    }

    /// <summary>The payout that was to be asked for again cannot be. Nothing was stored.</summary>
    /// <param name="Reason">One of <see cref="RetryRefusals"/>.</param>
    /// <param name="RetriedBy">The payout that asked for it again already.</param>
    public sealed record NotRetryable(string Reason, Guid? RetriedBy) : AcceptOutcome;

    /// <summary>The address may not be paid, or not yet. Nothing was stored.</summary>
    /// <param name="Reason"><c>blocked</c>, <c>unknown</c> or <c>pending</c>.</param>
    /// <param name="ActiveAt">When a pending one may be.</param>
    public sealed record AddressNotActive(string Reason, DateTimeOffset? ActiveAt) : AcceptOutcome;

    /// <summary>The amount is more than any hour or day of a spend limit leaves room for: it would wait for ever. Nothing was stored.</summary>
    /// <param name="MaxMicro">The most that one payout may be.</param>
    public sealed record AboveLimit(long MaxMicro) : AcceptOutcome;

    /// <summary>The balance does not cover the amount. Nothing was stored.</summary>
    /// <param name="AvailableMicro">What it would have covered.</param>
    public sealed record Insufficient(long AvailableMicro) : AcceptOutcome;
}
