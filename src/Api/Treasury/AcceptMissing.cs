using System.Text.Json;
using Settlement.Api.Configuration;
using Settlement.Api.Http;
using Settlement.Payouts.Treasury;

namespace Settlement.Api.Treasury;

/// <summary>POST /v1/admin/treasury/{network}/accept: what is missing from the wallet was taken on purpose.</summary>
internal sealed class AcceptMissing(KeyedAnswers keys, PayoutNetworks networks)
{
    private const int MaxReasonLength = 1_000;

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
        string reason = (body.Text("reason").OrDefault() ?? "").Trim();
        if (reason.Length is 0 or > MaxReasonLength)
        {
            await context.ErrorAsync(
                ErrorCatalogue.InvalidArgs,
                ErrorBodies.InvalidField(
                    "reason",
                    $"reason must be a text of 1 to {MaxReasonLength} characters."
                )
            );
            return;
        }
        var word = new HoldingsWord(
            network.Name,
            context.Operator().Actor,
            reason,
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
