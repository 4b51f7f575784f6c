using Settlement.Api.Configuration;
using Settlement.Api.Endpoints;
using Settlement.Api.Http;
using Settlement.Payouts.Addresses;
using Settlement.Payouts.Ledger;
using Settlement.Payouts.Queries;

namespace Settlement.Api.Operations;

/// <summary>GET /v1/admin/referrals/users/{user_id}: a user's money, spelled out, and what is under way.</summary>
internal sealed class ShowUser(
    ReadBalance balances,
    PayoutQueries payouts,
    PayoutPresenter presenter,
    PayoutNetworks networks,
    AddressBook book,
    AddressOptions addresses
)
{
    private const int MaxOpen = 200;

    private static readonly PayoutFilter s_open = PayoutFilter.All with
    {
        Statuses = ["requested", "processing"],
    };

    public async Task HandleAsync(HttpContext context)
    {
        if (!PayoutIds.TryParse(context.GetRouteValue("user_id") as string, out Guid userId))
        {
            await context.ErrorAsync(ErrorCatalogue.InvalidUserId);
            return;
        }
        CancellationToken ct = context.RequestAborted;
        List<UserBalanceView> held = [];
        foreach (
            string asset in networks
                .All.Select(n => n.Options.Asset)
                .Distinct()
                .Order(StringComparer.Ordinal)
        )
        {
            Balance balance = await balances.ExecuteAsync(userId, asset, ct);
            held.Add(new UserBalanceView(asset, balance, EquationView.Of(balance)));
        }
        IReadOnlyList<PayoutRow> open = await payouts.ListAsync(userId, s_open, MaxOpen, 0, ct);
        IReadOnlyList<AddressRow> known = await book.ListAsync(userId, addresses.OnlyKnown, ct);
        await context.Response.JsonAsync(
            StatusCodes.Status200OK,
            new UserView(
                userId,
                held,
                open.Select(presenter.View).ToList(),
                known.Select(AddressView.Of).ToList()
            ),
            ApiJson.Default.UserView
        );
    }
}

/// <summary>A user; one that nobody has heard of has balances of zero.</summary>
/// <param name="UserId">The user.</param>
/// <param name="Balances">One for each asset.</param>
/// <param name="OpenPayouts">Those that have not ended, newest first, at most 200.</param>
/// <param name="PayoutAddresses">Those of the user's book, newest first.</param>
public sealed record UserView(
    Guid UserId,
    IReadOnlyList<UserBalanceView> Balances,
    IReadOnlyList<PayoutView> OpenPayouts,
    IReadOnlyList<AddressView> PayoutAddresses
);

/// <summary>What a user has of an asset.</summary>
public sealed record UserBalanceView(string Asset, Balance Balance, EquationView Equation);

/// <summary>earned − reserved − paid − spent − reversed = available − owed, in micro-units. <c>difference_micro</c> is
/// always 0.</summary>
public sealed record EquationView(
    long EarnedMicro,
    long ReservedMicro,
    long PaidMicro,
    long SpentMicro,
    long ReversedMicro,
    long AvailableMicro,
    long OwedMicro,
    long DifferenceMicro
)
{
    internal static EquationView Of(Balance b) =>
        new(
            b.LifetimeMicro,
            b.ReservedMicro,
            b.PaidMicro,
            b.SpentMicro,
            b.ReversedMicro,
            b.AvailableMicro,
            b.OwedMicro,
            b.LifetimeMicro
                - b.ReservedMicro
                - b.PaidMicro
                - b.SpentMicro
                - b.ReversedMicro
                - b.AvailableMicro
                + b.OwedMicro
        );
}
