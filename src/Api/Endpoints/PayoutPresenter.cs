using Settlement.Api.Configuration;
using Settlement.Chains;
using Settlement.Payouts;
using Settlement.Payouts.Lifecycle;
using Settlement.Payouts.Queries;

namespace Settlement.Api.Endpoints;

/// <summary>Turns rows into what users read.</summary>
internal sealed class PayoutPresenter(
    PayoutNetworks networks,
    OperationsOptions operations,
    TimeProvider clock
)
{
    private static readonly string[] s_viewable = ["view"];
    private static readonly string[] s_cancellable = ["view", "cancel"];
    private static readonly string[] s_retryable = ["view", "retry"];

    /// <summary>The answer to an accepted request. Built from the request alone, so that a replay of the key repeats it.</summary>
    public static PayoutView Accepted(
        AcceptedPayout payout,
        PayoutRequest request,
        PayoutNetwork network
    )
    {
        PayoutStage stage = payout.NeedsApproval
            ? PayoutStages.AwaitingApproval
            : PayoutStages.Queued;
        return new PayoutView
        {
            Id = payout.Id,
            UserId = request.UserId,
            AmountMicro = request.AmountMicro,
            Network = request.Network,
            Address = request.Address,
            Status = PayoutStatus.Requested.Name(),
            RequestedAt = payout.RequestedAt,
            Stage = stage.Name,
            StatusMessage = stage.Message,
            Asset = request.Asset,
            FeeMicro = 0,
            NetAmountMicro = request.AmountMicro,
            ExpectedBy = stage.IsOnItsWay
                ? payout.RequestedAt.AddSeconds(network.Options.TypicalSeconds)
                : null,
            Settlement = new SettlementView { Mode = "automatic", Attempt = 0 },
            ClientReference = request.ClientReference,
            RetryOf = request.RetryOf,
            Actions = s_cancellable,
        };
    }

    /// <summary>A payout as it stands.</summary>
    public PayoutView View(PayoutRow payout)
    {
        // A network that is no longer configured still has payouts to show.
        networks.TryFind(payout.Network, out PayoutNetwork? network);
        PayoutStage stage = PayoutStages.Of(payout, network?.Title ?? payout.Network);
        bool isSent = payout.Status is "sent";
        return new PayoutView
        {
            Id = payout.Id,
            UserId = payout.UserId,
            AmountMicro = payout.AmountMicro,
            Network = payout.Network,
            Address = payout.Address,
            Status = payout.Status,
            TxHash = isSent ? payout.TxHash : null,
            Note = string.IsNullOrWhiteSpace(payout.Note) ? null : payout.Note,
            RequestedAt = payout.RequestedAt,
            CompletedAt = payout.CompletedAt,
            Stage = stage.Name,
            StatusMessage = stage.Message,
            Asset = payout.Asset,
            FeeMicro = 0,
            NetAmountMicro = payout.AmountMicro,
            ExpectedBy = stage.IsOnItsWay ? ExpectedBy(payout, network) : null,
            Settlement = SettlementOf(payout, network),
            Failure = payout.Status is "failed" ? FailureOf(payout) : null,
            ClientReference = payout.ClientReference,
            RetryOf = payout.RetryOf,
            RetriedBy = payout.RetriedBy,
            Actions = ActionsOn(payout),
        };
    }

    private static string[] ActionsOn(PayoutRow payout) =>
        payout switch
        {
            { Status: "requested", PaidElsewhere: null } => s_cancellable,
            _ when RetryRefusals.Judge(payout) is null => s_retryable,
            _ => s_viewable,
        };

    // A time that has passed is no expectation.
    private DateTimeOffset? ExpectedBy(PayoutRow payout, PayoutNetwork? network)
    {
        if (network is null)
            return null;
        DateTimeOffset expected = payout.RequestedAt.AddSeconds(network.Options.TypicalSeconds);
        return expected > clock.GetUtcNow() ? expected : null;
    }

    private static SettlementView SettlementOf(PayoutRow payout, PayoutNetwork? network)
    {
        string? hash = payout.TxHash ?? payout.LiveHash;
        return new SettlementView
        {
            Mode = payout.SettledBy is "operator" ? "manual" : "automatic",
            Attempt = payout.Rides,
            TxHash = hash,
            ExplorerUrl = network?.LinkTo(hash),
        };
    }

    // Where nobody said more. An operator may give a code of their own.
    private static string MeaningOf(string code) =>
        code switch
        {
            "destination_blocked" =>
                "The asset's issuer lets nobody pay this address; ask for a payout to another one.",
            "destination_not_wallet" =>
                "This address cannot hold the asset; ask for a payout to a wallet of your own.",
            "operator_decision" => "One of our operators has ended this payout.",
            _ => "The payout could not be completed.",
        };

    private FailureView FailureOf(PayoutRow payout)
    {
        string code = payout.FailureCode ?? SnakeCase.Of(FailureCode.OperatorDecision);
        return new FailureView
        {
            Code = code,
            Message = string.IsNullOrWhiteSpace(payout.Note) ? MeaningOf(code) : payout.Note,
            // Whoever was paid after all, or may be, has nothing to ask for again.
            Retryable =
                RetryRefusals.IsRetryable(code)
                && payout is { ConflictAt: null, RefundHeld: false },
            HelpUrl =
                operations.HelpUrl.Length == 0
                    ? null
                    : operations.HelpUrl.Replace("{code}", code, StringComparison.Ordinal),
        };
    }
}
