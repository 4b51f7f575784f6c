using Settlement.Chains;

namespace Settlement.Simulation.Tests.Networks;

/// <summary>A signed transaction and what the canonical chain made of it.</summary>
public sealed class ChainTransaction
{
    public required ulong Id { get; init; }
    public required string Hash { get; init; }
    public required byte[] Bytes { get; init; }
    public ulong? Nonce { get; init; }
    public ulong? LastValidBlockHeight { get; init; }
    public required IReadOnlyList<TransferOrder> Transfers { get; init; }

    /// <summary>Wei a unit of gas at most; 0 where there is no market.</summary>
    public long MaxFee { get; init; }

    /// <summary>It pays nobody and uses up its nonce.</summary>
    public bool IsCancel { get; init; }

    /// <summary>Somebody else's, from our wallet.</summary>
    public bool IsForeign { get; init; }

    /// <summary>It has reached a node at least once.</summary>
    public bool WasSent { get; set; }

    /// <summary>Known to the nodes and waiting.</summary>
    public bool IsPending { get; set; }

    /// <summary>Part of the canonical chain as it is now.</summary>
    public bool IsIncluded { get; set; }
    public long Height { get; set; }

    /// <summary>For each transfer, whether this inclusion paid it; all false when it failed as a whole.</summary>
    public bool[] Paid { get; set; } = [];

    /// <summary>For each transfer, whether a vault skipped it because it had paid that payout before.</summary>
    public bool[] PaidBefore { get; set; } = [];

    /// <summary>False: it executed and failed as a whole.</summary>
    public bool Succeeded { get; set; }

    /// <summary>The height at which a fork that was dropped had it; 0 for none.</summary>
    public long ForgottenAt { get; set; }
}
