using System.Text.Json;
using Settlement.Api.Configuration;
using Settlement.Api.Http;
using Settlement.Payouts.Treasury;

namespace Settlement.Api.Treasury;

/// <summary>POST /v1/admin/treasury/{network}/accept: what is missing from the wallet was taken on purpose.</summary>
internal sealed class AcceptMissing(KeyedAnswers keys, PayoutNetworks networks)
{
    public async Task HandleAsync(HttpContext context)
    {
        if (
            context.GetRouteValue("network") is not string name
            || !networks.TryFind(name, out PayoutNetwork? network)
        )
        {
            await context.ErrorAsync(ErrorCatalogue.NotFound);
            return;
        }
        using JsonBody? body = await BodyReader.ReadAsync(context.Request);
        if (body is null)
        {
            await context.ErrorAsync(ErrorCatalogue.InvalidJson);
            return;
        }
        if (!IdempotencyKey.TryRead(context.Request, out string? key))
        {
            await context.ErrorAsync(ErrorCatalogue.IdempotencyKeyInvalid);
            return;
        }
        if (!Reasons.TryRead(body, isNeeded: true, out string? reason))
        {
            await context.ErrorAsync(ErrorCatalogue.InvalidArgs, Reasons.Problem());
            return;
        }
        var word = new HoldingsWord(
            network.Name,
            context.Operator().Actor,
            reason!,
            context.RequestId()
        );
        // A repetition must not accept what is missing since.
        await keys.ChangeAsync(
            context,
            KeyedAnswers.Of(
                context.Operator().Principal,
                Routes.AcceptMissing,
                key,
                default,
                [network.Name, reason]
            ),
            connection => AcceptHoldings.ExecuteAsync(connection, word, CancellationToken.None),
            accepted =>
                Told.Success(
                    StatusCodes.Status200OK,
                    JsonSerializer.SerializeToUtf8Bytes(
                        new AcceptedView(Ok: true, accepted),
                        ApiJson.Default.AcceptedView
                    )
                )
        );
    }
}

/// <summary>The body of accept.</summary>
public sealed record AcceptMissingBody
{
    /// <summary>Where the money went.</summary>
    public required string Reason { get; init; }
}

/// <summary>Whether anything was missing; a repetition changes nothing.</summary>
public sealed record AcceptedView(bool Ok, bool Accepted);
