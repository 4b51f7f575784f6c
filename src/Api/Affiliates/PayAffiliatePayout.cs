using System.Globalization;
using Npgsql;
using Settlement.Affiliates.Paying;
using Settlement.Api.Configuration;
using Settlement.Api.Dispatching;
using Settlement.Api.Http;
using Settlement.Chains;
using Settlement.Payouts.Tokens;

namespace Settlement.Api.Affiliates;

/// <summary>POST /v1/admin/payouts/{id}/pay: pays an affiliate on a chain, by the worker that pays everybody else.</summary>
internal sealed class PayAffiliatePayout(
    KeyedCommit commit,
    Payees payees,
    PayoutNetworks networks,
    PayoutDispatch dispatch
)
{
    private const string Asset = "USDC";

    public async Task HandleAsync(HttpContext context, Principal by)
    {
        PayoutTarget? target = PayoutIds.TryRead(context, out Guid id)
            ? await payees.OfPayoutAsync(id, context.RequestAborted)
            : null;
        if (target is null)
        {
            await context.ErrorAsync(ErrorCatalogue.PayoutNotFound);
            return;
        }
        var draft = new PayOrder(
            id,
            Guid.CreateVersion7(),
            target.Network ?? "",
            target.Address ?? "",
            "",
            0,
            Versions.Read(context.Request),
            by.Name,
            context.RequestId()
        );
        await commit.AnswerAsync(
            context,
            by,
            Routes.Pay,
            [id.ToString(), draft.Version?.ToString(CultureInfo.InvariantCulture)],
            connection => PayAsync(connection, draft, target.AmountCents)
        );
        bool isNew =
            context.Response.StatusCode == StatusCodes.Status202Accepted
            && !context.Response.Headers.ContainsKey(IdempotencyKey.ReplayedHeader);
        if (isNew)
            dispatch.Hint(draft.ChainPayoutId, draft.Network!);
    }

    private async Task<Told> PayAsync(NpgsqlConnection connection, PayOrder draft, long cents)
    {
        PayoutNetwork? network = null;
        Told? obstacle =
            draft.Address.Length > 0 && networks.TryFind(draft.Network ?? "", out network)
                ? Obstacle(network, draft.Address, cents)
                : Told.Not(ErrorCatalogue.WalletMissing);
        PayOrder order = draft with
        {
            AssetAddress = network?.Options.Token ?? "",
            AssetDecimals = (short)(network?.Options.Decimals ?? 0),
            // Nothing is written for a payout that could not be paid; what its state says comes first.
            Network = obstacle is null ? draft.Network : null,
        };
        PayOutcome outcome = await PayOnChain.ExecuteAsync(
            connection,
            order,
            CancellationToken.None
        );
        return outcome switch
        {
            PayOutcome.Accepted => await ChainPayoutAsync(connection, draft.PayoutId, 202),
            PayOutcome.InFlight => await ChainPayoutAsync(connection, draft.PayoutId, 200),
            PayOutcome.Refused refused => Refuse(refused),
            PayOutcome.Stale stale => Told.Refusal(
                ErrorCatalogue.VersionMismatch,
                ErrorCatalogue.VersionMismatch.Body() with
                {
                    Status = stale.Status,
                    Version = stale.Version,
                }
            ),
            PayOutcome.NotInDollars => Told.Not(ErrorCatalogue.CurrencyNotOnChain),
            PayOutcome.Payable => obstacle!,
            _ => Told.Not(ErrorCatalogue.PayoutNotFound),
        };
    }

    private Told? Obstacle(PayoutNetwork network, string address, long cents)
    {
        PayoutNetworkOptions options = network.Options;
        if (!string.Equals(options.Asset, Asset, StringComparison.OrdinalIgnoreCase))
            return Told.Not(ErrorCatalogue.WalletMissing);
        long micro = cents * PayOnChain.MicroPerCent;
        if (micro < options.MinPayoutMicro)
        {
            return Told.Refusal(
                ErrorCatalogue.PayoutBelowMin,
                ErrorCatalogue.PayoutBelowMin.Body() with
                {
                    MinMicro = options.MinPayoutMicro,
                }
            );
        }
        if (micro > options.MaxPayoutMicro)
        {
            return Told.Refusal(
                ErrorCatalogue.PayoutAboveMax,
                ErrorCatalogue.PayoutAboveMax.Body() with
                {
                    MaxMicro = options.MaxPayoutMicro,
                }
            );
        }
        // It was checked when it was told; what is configured may have changed since.
        return Wallets.Problem(networks, network, address) is { } problem
            ? Told.Refusal(
                ErrorCatalogue.PayoutAddressInvalid,
                ErrorCatalogue.PayoutAddressInvalid.Body($"{problem} The payout is unchanged.")
            )
            : null;
    }

    private static Told Refuse(PayOutcome.Refused refused)
    {
        ErrorEntry entry = MoveReplies.EntryFor(MoveReplies.Paid, refused.Status);
        return Told.Refusal(
            entry,
            entry.Body() with
            {
                Status = refused.Status,
                ExternalRef = refused.ExternalRef,
            }
        );
    }

    private static async Task<Told> ChainPayoutAsync(
        NpgsqlConnection connection,
        Guid payout,
        int status
    )
    {
        IReadOnlyList<ChainPayout> onChain = await ChainPayouts.OfAsync(
            connection,
            payout,
            CancellationToken.None
        );
        ChainPayout live = onChain.First(p => p.Outcome is null);
        return Told.Of(status, ChainPayoutView.Of(live), AffiliateJson.Default.ChainPayoutView) with
        {
            Location = $"{Routes.AdminAffiliatePayouts}/{payout}",
        };
    }
}

/// <summary>Whether we pay to a wallet.</summary>
internal static class Wallets
{
    /// <returns>What is wrong with it, as a sentence; null when nothing is.</returns>
    public static string? Problem(PayoutNetworks networks, PayoutNetwork network, string address) =>
        network.Addresses.Check(address) switch
        {
            AddressVerdict.Valid valid when networks.IsOurs(valid.Address) =>
                "This is a wallet of ours; use a wallet of the affiliate.",
            AddressVerdict.Invalid invalid => invalid.Problem,
            _ => null,
        };
}
