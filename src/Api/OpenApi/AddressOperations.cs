using Settlement.Api.Endpoints;
using Settlement.Api.Http;
using Settlement.Api.Operations;
using Settlement.Payouts.Tokens;

namespace Settlement.Api.OpenApi;

/// <summary>What the description says of the routes around users' addresses.</summary>
internal static class AddressOperations
{
    private const string Id = "The address's id, 8-4-4-4-12 hexadecimal digits.";

    public static readonly Operation List = new(
        "listPayoutAddresses",
        "Your addresses, newest first",
        Caller.User,
        [(200, typeof(AddressList))]
    );

    public static readonly Operation Add = new(
        "addPayoutAddress",
        "Add an address that you want to be paid at",
        Caller.User,
        [(201, typeof(AddressView))],
        ErrorCatalogue.OriginForbidden,
        ErrorCatalogue.CsrfTokenInvalid,
        ErrorCatalogue.InvalidJson,
        ErrorCatalogue.IdempotencyKeyInvalid,
        ErrorCatalogue.InvalidArgs,
        ErrorCatalogue.PayoutAddressInvalid,
        ErrorCatalogue.IdempotencyKeyReused,
        ErrorCatalogue.AddressDuplicate,
        ErrorCatalogue.AddressBookFull
    )
    {
        Text =
            "Where only known addresses may be paid, a new one waits until active_at. Example: {\"label\":\"My "
            + "ledger\",\"network\":\"solana\",\"address\":\"9xQeWvG816bUx9EPjHmaT23yvVM2ZWbrrpZb9PusVFin\"}.",
        Body = typeof(AddressBody),
        TakesIdempotencyKey = true,
    };

    public static readonly Operation Remove = new(
        "removePayoutAddress",
        "Take an address out of your book",
        Caller.User,
        [(200, typeof(OkView))],
        ErrorCatalogue.OriginForbidden,
        ErrorCatalogue.CsrfTokenInvalid,
        ErrorCatalogue.InvalidAddressId,
        ErrorCatalogue.AddressNotFound
    )
    {
        Text = "Payouts to it that were accepted go on. Added again, it waits again.",
        IdText = Id,
    };

    public static readonly Operation Block = new(
        "blockPayoutAddress",
        "Let a user not be paid at an address any more",
        Caller.Operator,
        [(200, typeof(OkView))],
        ErrorCatalogue.InvalidAddressId,
        ErrorCatalogue.InvalidJson,
        ErrorCatalogue.IdempotencyKeyInvalid,
        ErrorCatalogue.InvalidArgs,
        ErrorCatalogue.AddressNotFound,
        ErrorCatalogue.IdempotencyKeyReused
    )
    {
        Text =
            "On every network, also when the user removes it or spells it out. Payouts that were accepted go on; "
            + "cancel them if they must not.",
        Scope = Scopes.OperateReferrals,
        Body = typeof(BlockBody),
        TakesIdempotencyKey = true,
        IdText = Id,
    };

    public static readonly Operation Unblock = Block with
    {
        Id = "unblockPayoutAddress",
        Summary = "Lift a block",
        Text = "Lifting twice is fine.",
        IsBodyOptional = true,
        Errors = [.. Block.Errors.Where(e => e != ErrorCatalogue.InvalidArgs)],
    };
}
