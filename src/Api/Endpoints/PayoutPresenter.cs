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
    /// <summary>The answer to an accepted request. Built from the request alone, so that a replay of the key repeats it.</summary>
    public static PayoutView Accepted(
        AcceptedPayout payout,
        PayoutRequest request,
        PayoutNetwork network
    ) =>
        new()
        {
            Id = payout.Id,
            UserId = request.UserId,
            AmountMicro = request.AmountMicro,
            Network = request.Network,
            Address = request.Address,
            Status = PayoutStatus.Requested.Name(),
            RequestedAt = payout.RequestedAt,
            Stage = PayoutStages.Queued.Name,
            StatusMessage = PayoutStages.Queued.Message,
            Asset = request.Asset,
            FeeMicro = 0,
            NetAmountMicro = request.AmountMicro,
            ExpectedBy = payout.RequestedAt.AddSeconds(network.Options.TypicalSeconds),
            Settlement = new SettlementView { Mode = "automatic", Attempt = 0 },
            ClientReference = request.ClientReference,
        };

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
        };
    }

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

    private FailureView FailureOf(PayoutRow payout)
    {
        string code = payout.FailureCode ?? SnakeCase.Of(FailureCode.OperatorDecision);
        return new FailureView
        {
            Code = code,
            Message = string.IsNullOrWhiteSpace(payout.Note)
                ? "The payout could not be completed."
                : payout.Note,
            // A destination that cannot receive will not receive the next time either.
            Retryable = !code.StartsWith("destination_", StringComparison.Ordinal),
            HelpUrl =
                operations.HelpUrl.Length == 0
                    ? null
                    : operations.HelpUrl.Replace("{code}", code, StringComparison.Ordinal),
        };
    }
}
