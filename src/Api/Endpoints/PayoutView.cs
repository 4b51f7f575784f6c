namespace Settlement.Api.Endpoints;

/// <summary>A payout as its user sees it. What is empty is left out.</summary>
public sealed record PayoutView
{
    /// <summary>Unique id.</summary>
    public required Guid Id { get; init; }

    /// <summary>The owner.</summary>
    public required Guid UserId { get; init; }

    /// <summary>Micro-units: 25000000 is 25.00.</summary>
    public required long AmountMicro { get; init; }

    /// <summary>Lower-case network name.</summary>
    public required string Network { get; init; }

    /// <summary>Where the money goes.</summary>
    public required string Address { get; init; }

    /// <summary>requested, processing, sent, failed or cancelled.</summary>
    public required string Status { get; init; }

    /// <summary>The transaction that paid it; only when sent.</summary>
    public string? TxHash { get; init; }

    /// <summary>An operator's or our own note, such as why it failed.</summary>
    public string? Note { get; init; }

    /// <summary>RFC 3339, UTC.</summary>
    public required DateTimeOffset RequestedAt { get; init; }

    /// <summary>When it was sent, failed or cancelled.</summary>
    public DateTimeOffset? CompletedAt { get; init; }

    /// <summary>queued, awaiting_approval, on_hold, waiting_for_funds, needs_operator, preparing, broadcast, confirming or done.</summary>
    public required string Stage { get; init; }

    /// <summary>The stage in one sentence.</summary>
    public required string StatusMessage { get; init; }

    /// <summary>Asset code.</summary>
    public required string Asset { get; init; }

    /// <summary>What the payout costs its user; the operator pays the network.</summary>
    public required long FeeMicro { get; init; }

    /// <summary>What arrives.</summary>
    public required long NetAmountMicro { get; init; }

    /// <summary>About when it will be sent; left out when that cannot be said.</summary>
    public DateTimeOffset? ExpectedBy { get; init; }

    /// <summary>The transfer.</summary>
    public required SettlementView Settlement { get; init; }

    /// <summary>Only when failed.</summary>
    public FailureView? Failure { get; init; }

    /// <summary>What the client gave.</summary>
    public string? ClientReference { get; init; }

    /// <summary>The failed payout that this one asks for again.</summary>
    public Guid? RetryOf { get; init; }

    /// <summary>The payout that asks for this one again.</summary>
    public Guid? RetriedBy { get; init; }

    /// <summary>What its user can do now: view, cancel, retry.</summary>
    public required IReadOnlyList<string> Actions { get; init; }
}

/// <summary>How a payout is settled.</summary>
public sealed record SettlementView
{
    /// <summary>automatic, or manual when an operator said so.</summary>
    public required string Mode { get; init; }

    /// <summary>How many transactions have carried it; 0 before the first.</summary>
    public required int Attempt { get; init; }

    /// <summary>The transaction under way, or the one that paid.</summary>
    public string? TxHash { get; init; }

    /// <summary>That transaction's page.</summary>
    public string? ExplorerUrl { get; init; }
}

/// <summary>Why a payout failed.</summary>
public sealed record FailureView
{
    /// <summary>For programs.</summary>
    public required string Code { get; init; }

    /// <summary>For people.</summary>
    public required string Message { get; init; }

    /// <summary>Whether asking for the same again may succeed.</summary>
    public required bool Retryable { get; init; }

    /// <summary>More about it.</summary>
    public string? HelpUrl { get; init; }
}

/// <summary>A page of payouts, newest first.</summary>
/// <param name="Items">The page.</param>
/// <param name="NextCursor">Ask for the next page with it; left out on the last.</param>
public sealed record PayoutList(IReadOnlyList<PayoutView> Items, string? NextCursor = null);
