namespace Settlement.Payouts.Settling;

/// <summary>How patient and how greedy a worker is. Every value has a limit to it; none of them decides an outcome.</summary>
public sealed record SettlementPolicy
{
    /// <summary>Payouts taken up in one commit.</summary>
    public int ClaimLimit { get; init; } = 90;

    /// <summary>Open transactions looked at in one round: one status call of Solana takes 256.</summary>
    public int ObserveLimit { get; init; } = 256;

    /// <summary>Verdicts written in one commit. Their users wait for it with a new request, so it must be short.</summary>
    public int ConcludeLimit { get; init; } = 32;

    /// <summary>How long a worker may hold what it took up. Work on it is bounded well below this.</summary>
    public TimeSpan Lease { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>When to look at a transaction for the first time.</summary>
    public TimeSpan FirstLook { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>When to look again while it is on its way.</summary>
    public TimeSpan LookAgain { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>The longest pause between two looks: the pause doubles while nothing is known.</summary>
    public TimeSpan LookAgainAtMost { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>The longest pause between two sends of the same bytes: a Solana transaction lives about a minute.</summary>
    public TimeSpan SendAgainAtMost { get; init; } = TimeSpan.FromSeconds(8);

    /// <summary>Sends in one round of looks. What is left over comes first in the next.</summary>
    public int MaxResends { get; init; } = 8;

    /// <summary>How long a payout takes its turn later when the wallet is busy or no node answers.</summary>
    public TimeSpan Postpone { get; init; } = TimeSpan.FromSeconds(3);

    /// <summary>How long a parked payout waits before it is tried again.</summary>
    public TimeSpan ParkFor { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>How long a payout that a person must look at waits before it is looked at again.</summary>
    public TimeSpan ParkForOperator { get; init; } = TimeSpan.FromHours(1);

    /// <summary>After so many transactions that executed and failed, a person must look.</summary>
    public int MaxFailedRides { get; init; } = 5;

    /// <summary>A payout that was taken up more often than this, with nothing coming of it, is worked on by itself: if it ends whoever
    /// works on it, it takes no others along.</summary>
    public int MaxTakeUpsTogether { get; init; } = 3;

    /// <summary>After so many, a person must look.</summary>
    public int MaxTakeUps { get; init; } = 10;

    /// <summary>How often a lost race for a nonce is run again before the payouts take their turn later.</summary>
    public int MaxNonceRaces { get; init; } = 5;
}
