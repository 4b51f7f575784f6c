using Settlement.Api.Http;
using Settlement.Payouts.Addresses;

namespace Settlement.Api.Operations;

/// <summary>POST /v1/admin/referrals/payout-addresses/{id}/block and /unblock: whether a user may be paid at an address.</summary>
internal sealed class BlockAddress(KeyedAnswers keys)
{
    public Task BlockAsync(HttpContext context) =>
        HandleAsync(context, Routes.BlockAddress, isReasonNeeded: true);

    public Task UnblockAsync(HttpContext context) =>
        HandleAsync(context, Routes.UnblockAddress, isReasonNeeded: false);

    private async Task HandleAsync(HttpContext context, string route, bool isReasonNeeded)
    {
        if (!PayoutIds.TryRead(context, out Guid id))
        {
            await context.ErrorAsync(ErrorCatalogue.InvalidAddressId);
            return;
        }
        using JsonBody? body = await BodyReader.ReadAsync(
            context.Request,
            emptyIsObject: !isReasonNeeded
        );
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
        if (!Reasons.TryRead(body, isReasonNeeded, out string? reason))
        {
            await context.ErrorAsync(ErrorCatalogue.InvalidArgs, Reasons.Problem());
            return;
        }
        var word = new AddressWord(
            id,
            Blocks: isReasonNeeded,
            reason,
            context.Operator().Actor,
            context.RequestId()
        );
        await keys.ChangeAsync(
            context,
            KeyedAnswers.Of(
                context.Operator().Principal,
                route,
                key,
                Answer.Ok,
                [$"{id}", word.Reason]
            ),
            connection => AddressBook.BlockAsync(connection, word, CancellationToken.None),
            isFound =>
                isFound
                    ? Told.Success(StatusCodes.Status200OK, Answer.Ok)
                    : Told.Refusal(
                        ErrorCatalogue.AddressNotFound,
                        ErrorCatalogue.AddressNotFound.Body()
                    )
        );
    }
}

/// <summary>The body of block; of unblock it may be left out.</summary>
public sealed record BlockBody
{
    /// <summary>Why, for operators, at most 1,000 characters; needed to block.</summary>
    public string? Reason { get; init; }
}
