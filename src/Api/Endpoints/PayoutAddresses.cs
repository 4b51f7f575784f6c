using System.Text.Json;
using Settlement.Api.Configuration;
using Settlement.Api.Http;
using Settlement.Payouts.Addresses;

namespace Settlement.Api.Endpoints;

/// <summary>/v1/referrals/payout-addresses: a user's own addresses.</summary>
internal sealed class PayoutAddresses(
    AddressBook book,
    AddressRules rules,
    AddressOptions options,
    KeyedAnswers keys
)
{
    /// <summary>GET: all of them, newest first.</summary>
    public async Task ListAsync(HttpContext context, Guid userId)
    {
        IReadOnlyList<AddressRow> rows = await book.ListAsync(
            userId,
            options.OnlyKnown,
            context.RequestAborted
        );
        await context.Response.JsonAsync(
            StatusCodes.Status200OK,
            new AddressList(rows.Select(AddressView.Of).ToList()),
            ApiJson.Default.AddressList
        );
    }

    /// <summary>POST: adds one.</summary>
    public async Task AddAsync(HttpContext context, Guid userId)
    {
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
        (NewAddress? address, Told? problem) = rules.Read(body, userId);
        if (address is null)
        {
            await context.ErrorAsync(problem!.Error!, problem.ErrorBody!);
            return;
        }
        string user = KeyedAnswers.User(userId);
        await keys.ChangeAsync(
            context,
            KeyedAnswers.Of(
                user,
                Routes.Addresses,
                key,
                default,
                [address.Label, address.Network, address.Address]
            ),
            connection => AddressBook.AddAsync(connection, address, CancellationToken.None),
            Tell
        );
    }

    /// <summary>DELETE: takes one out of the book.</summary>
    public async Task RemoveAsync(HttpContext context, Guid userId)
    {
        if (!PayoutIds.TryRead(context, out Guid id))
        {
            await context.ErrorAsync(ErrorCatalogue.InvalidAddressId);
            return;
        }
        if (await book.RemoveAsync(userId, id, CancellationToken.None))
            await context.Response.OkAsync();
        else
            await context.ErrorAsync(ErrorCatalogue.AddressNotFound);
    }

    private static Told Tell(AddOutcome outcome) =>
        outcome switch
        {
            AddOutcome.Added added => Told.Success(
                StatusCodes.Status201Created,
                JsonSerializer.SerializeToUtf8Bytes(
                    AddressView.Of(added.Address),
                    ApiJson.Default.AddressView
                )
            ),
            AddOutcome.Duplicate => Told.Refusal(
                ErrorCatalogue.AddressDuplicate,
                ErrorCatalogue.AddressDuplicate.Body()
            ),
            AddOutcome.Full => Told.Refusal(
                ErrorCatalogue.AddressBookFull,
                ErrorCatalogue.AddressBookFull.Body()
            ),
            _ => throw new InvalidOperationException($"Unknown outcome {outcome.GetType().Name}."),
        };
}

/// <summary>What must be so for an address to be added.</summary>
internal sealed class AddressRules(PayoutNetworks networks, AddressOptions options)
{
    private const int MaxLabelLength = 64;

    public (NewAddress? Address, Told? Problem) Read(JsonBody body, Guid userId)
    {
        string label = (body.Text("label").OrDefault() ?? "").Trim();
        if (label.Length is 0 or > MaxLabelLength || label.Any(char.IsControl))
        {
            return Refuse(
                ErrorBodies.InvalidField(
                    "label",
                    $"label must be a text of 1 to {MaxLabelLength} characters."
                )
            );
        }
        if (
            !body.Text("network").Has(out string name)
            || !networks.TryFind(name, out PayoutNetwork? network)
        )
        {
            return Refuse(
                ErrorBodies.InvalidField(
                    "network",
                    $"network must be one of {string.Join(", ", networks.Names)}."
                )
            );
        }
        if (!body.Text("address").Has(out string address) || string.IsNullOrWhiteSpace(address))
        {
            return Refuse(
                ErrorBodies.InvalidField("address", "address must be a text that is not empty.")
            );
        }
        if (networks.Problem(network, address, out string payable) is { } problem)
        {
            return (
                null,
                Told.Refusal(
                    ErrorCatalogue.PayoutAddressInvalid,
                    ErrorCatalogue.PayoutAddressInvalid.Body($"{problem} Nothing was added.") with
                    {
                        Field = "address",
                    }
                )
            );
        }
        return (
            new NewAddress(
                Guid.CreateVersion7(),
                userId,
                label,
                network.Name,
                payable,
                options.EffectiveDelay,
                options.OnlyKnown
            ),
            null
        );
    }

    private static (NewAddress?, Told?) Refuse(ErrorBody body) =>
        (null, Told.Refusal(ErrorCatalogue.InvalidArgs, body));
}

/// <summary>An address to add.</summary>
public sealed record AddressBody
{
    /// <summary>Your own word for it, 1 to 64 characters.</summary>
    public required string Label { get; init; }

    /// <summary>A configured network, in any case.</summary>
    public required string Network { get; init; }

    /// <summary>The address on that network.</summary>
    public required string Address { get; init; }
}

/// <summary>A user's addresses, newest first.</summary>
public sealed record AddressList(IReadOnlyList<AddressView> Items);

/// <summary>An address as its user sees it.</summary>
public sealed record AddressView
{
    /// <summary>Unique id; a request for a payout may name it as address_id.</summary>
    public required Guid Id { get; init; }

    /// <summary>The user's own word for it.</summary>
    public required string Label { get; init; }

    /// <summary>Lower-case network name.</summary>
    public required string Network { get; init; }

    /// <summary>The address on that network.</summary>
    public required string Address { get; init; }

    /// <summary>pending: waits until active_at. active: may be paid. blocked: an operator has blocked it.</summary>
    public required string Status { get; init; }

    /// <summary>From when on it may be paid. RFC 3339, UTC.</summary>
    public required DateTimeOffset ActiveAt { get; init; }

    /// <summary>RFC 3339, UTC.</summary>
    public required DateTimeOffset AddedAt { get; init; }

    internal static AddressView Of(AddressRow row) =>
        new()
        {
            Id = row.Id,
            Label = row.Label,
            Network = row.Network,
            Address = row.Address,
            Status = row.Status,
            ActiveAt = row.ActiveAt,
            AddedAt = row.AddedAt,
        };
}
