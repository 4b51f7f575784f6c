using Settlement.Api.Http;
using Settlement.Api.Operations;
using Settlement.Api.Treasury;
using Settlement.Payouts.Tokens;

namespace Settlement.Api.OpenApi;

/// <summary>What the description says of what operators read as a whole.</summary>
internal static class TreasuryOperations
{
    public static readonly Operation User = new(
        "showUser",
        "A user's money, spelled out, and what is under way",
        Caller.Operator,
        [(200, typeof(UserView))],
        ErrorCatalogue.InvalidUserId
    )
    {
        Scope = Scopes.ReadReferrals,
        Text = "A user that nobody has heard of has balances of zero.",
    };

    public static readonly Operation Show = new(
        "showTreasury",
        "The hot wallets: what they hold, what is asked of them, how long it lasts",
        Caller.Operator,
        [(200, typeof(TreasuryView))]
    )
    {
        Scope = Scopes.ReadTreasury,
        Text = "Balances are as a worker last read them, see read_at.",
    };

    public static readonly Operation Accept = new(
        "acceptMissingFunds",
        "Say that what is missing from a wallet was taken on purpose",
        Caller.Operator,
        [(200, typeof(AcceptedView))],
        ErrorCatalogue.InvalidJson,
        ErrorCatalogue.IdempotencyKeyInvalid,
        ErrorCatalogue.InvalidArgs,
        ErrorCatalogue.IdempotencyKeyReused,
        ErrorCatalogue.NotFound
    )
    {
        TakesIdempotencyKey = true,
        Scope = Scopes.OperateTreasury,
        Text = "The next comparison starts from what the wallet holds then. It moves no money.",
        Body = typeof(AcceptMissingBody),
    };

    public static readonly Operation Reconcile = new(
        "reconcile",
        "Where ledger, payouts and chain do not say the same",
        Caller.Operator,
        [(200, typeof(ReconciliationView))]
    )
    {
        Scope = Scopes.ReadTreasury,
        Text =
            "Differences only, at most a hundred of a kind. Reads whole tables: for people, "
            + "not for a monitor; the ledger audit of the worker runs all the time.",
    };
}
