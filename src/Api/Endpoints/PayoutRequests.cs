using Settlement.Api.Configuration;
using Settlement.Api.Http;
using Settlement.Payouts.Addresses;

namespace Settlement.Api.Endpoints;

/// <summary>Reads what a user asks for, be the destination spelled out or named by an entry of their address book.</summary>
internal sealed class PayoutRequests(
    CreatePayoutRules rules,
    AddressBook book,
    AddressOptions options
)
{
    public async Task<CheckedRequest> CheckAsync(
        HttpContext context,
        JsonBody body,
        Guid userId,
        string? key
    )
    {
        NamedAddress? named = await FindAsync(context, body, userId);
        CheckedRequest check = rules.Check(
            body,
            new Asker(userId, key, context.RequestId()),
            named
        );
        return check.Request is { } request
            ? new CheckedRequest(
                request with
                {
                    AddressId = named?.Id,
                    OnlyKnownAddress = options.OnlyKnown,
                },
                check.Network!
            )
            : check;
    }

    private async Task<NamedAddress?> FindAsync(HttpContext context, JsonBody body, Guid userId)
    {
        Field<string> given = body.Text("address_id");
        if (!given.Has(out string text) && !given.IsWrong)
            return null;
        if (!PayoutIds.TryParse(text, out Guid id))
        {
            return NamedAddress.Refused(
                ErrorCatalogue.InvalidArgs,
                ErrorBodies.InvalidField(
                    "address_id",
                    "address_id must be a UUID of the form 8-4-4-4-12."
                )
            );
        }
        bool isSpelledOut = body.Text("address").Has(out _) || body.Text("network").Has(out _);
        if (isSpelledOut)
        {
            return NamedAddress.Refused(
                ErrorCatalogue.InvalidArgs,
                ErrorBodies.InvalidField(
                    "address_id",
                    "Give either address_id, or network and address."
                )
            );
        }
        AddressRow? row = await book.FindAsync(userId, id, context.RequestAborted);
        return row is null
            ? NamedAddress.Refused(
                ErrorCatalogue.AddressNotFound,
                ErrorCatalogue.AddressNotFound.Body(
                    "There is no address with this id in your book; no payout was created."
                )
            )
            : new NamedAddress(id, row.Network, row.Address, null);
    }
}

/// <summary>Who asks, under which key and request id.</summary>
internal readonly record struct Asker(Guid UserId, string? Key, string RequestId);

/// <summary>An entry of the address book that a request names, or what stands against it.</summary>
internal sealed record NamedAddress(
    Guid Id,
    string Network,
    string Address,
    CheckedRequest? Problem
)
{
    public static NamedAddress Refused(ErrorEntry error, ErrorBody body) =>
        new(default, "", "", new CheckedRequest(error, body));
}
