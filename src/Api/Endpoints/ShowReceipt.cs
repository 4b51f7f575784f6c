using System.Globalization;
using Microsoft.Net.Http.Headers;
using Settlement.Api.Configuration;
using Settlement.Api.Http;
using Settlement.Payouts.Queries;

namespace Settlement.Api.Endpoints;

/// <summary>GET /v1/referrals/payouts/{id}/receipt: of a payout that was sent, as a page to print, or as JSON for who accepts
/// that.</summary>
internal sealed class ShowReceipt(PayoutQueries payouts, PayoutNetworks networks)
{
    public async Task HandleAsync(HttpContext context, Guid userId)
    {
        if (!PayoutIds.TryRead(context, out Guid id))
        {
            await context.ErrorAsync(ErrorCatalogue.InvalidPayoutId);
            return;
        }
        PayoutRow? row = await payouts.FindOwnAsync(id, userId, context.RequestAborted);
        if (row is null)
        {
            await context.ErrorAsync(ErrorCatalogue.PayoutNotFound);
            return;
        }
        if (row is not { Status: "sent", TxHash: { } hash, CompletedAt: { } sentAt })
        {
            await context.ErrorAsync(
                ErrorCatalogue.PayoutNotSent,
                ErrorCatalogue.PayoutNotSent.Body() with
                {
                    Status = row.Status,
                }
            );
            return;
        }
        networks.TryFind(row.Network, out PayoutNetwork? network);
        var receipt = new ReceiptView
        {
            PayoutId = row.Id,
            Number = row.Number.ToString(CultureInfo.InvariantCulture),
            UserId = row.UserId,
            AmountMicro = row.AmountMicro,
            Amount = Csv.Amount(row.AmountMicro),
            FeeMicro = 0,
            Asset = row.Asset,
            Network = row.Network,
            Address = row.Address,
            TxHash = hash,
            ExplorerUrl = network?.LinkTo(hash),
            RequestedAt = row.RequestedAt,
            SentAt = sentAt,
            ClientReference = row.ClientReference,
        };
        await AnswerAsync(context, receipt, network?.Title ?? row.Network);
    }

    private static Task AnswerAsync(HttpContext context, ReceiptView receipt, string networkTitle)
    {
        HttpResponse response = context.Response;
        response.Headers.Vary = HeaderNames.Accept;
        if (!ReceiptPage.IsAskedFor(context.Request))
        {
            return response.JsonAsync(
                StatusCodes.Status200OK,
                receipt,
                ApiJson.Default.ReceiptView
            );
        }
        response.Headers.ContentSecurityPolicy = ReceiptPage.Policy;
        response.Headers["Referrer-Policy"] = "no-referrer";
        return response.BytesAsync(
            StatusCodes.Status200OK,
            ReceiptPage.Write(receipt, networkTitle),
            "text/html; charset=utf-8"
        );
    }
}

/// <summary>What was paid, to where, and by which transaction.</summary>
public sealed record ReceiptView
{
    /// <summary>The payout.</summary>
    public required Guid PayoutId { get; init; }

    /// <summary>Its number, which travels on the chain.</summary>
    public required string Number { get; init; }

    /// <summary>Who was paid.</summary>
    public required Guid UserId { get; init; }

    /// <summary>Micro-units.</summary>
    public required long AmountMicro { get; init; }

    /// <summary>The same as a decimal number of the asset: 25.000000.</summary>
    public required string Amount { get; init; }

    /// <summary>What it cost its user.</summary>
    public required long FeeMicro { get; init; }

    /// <summary>Asset code.</summary>
    public required string Asset { get; init; }

    /// <summary>Lower-case network name.</summary>
    public required string Network { get; init; }

    /// <summary>Where the money went.</summary>
    public required string Address { get; init; }

    /// <summary>The transaction that paid it.</summary>
    public required string TxHash { get; init; }

    /// <summary>That transaction's page.</summary>
    public string? ExplorerUrl { get; init; }

    /// <summary>RFC 3339, UTC.</summary>
    public required DateTimeOffset RequestedAt { get; init; }

    /// <summary>RFC 3339, UTC.</summary>
    public required DateTimeOffset SentAt { get; init; }

    /// <summary>What the client gave.</summary>
    public string? ClientReference { get; init; }
}
