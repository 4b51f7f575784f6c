namespace Settlement.Chains.Endpoints;

/// <summary>How one endpoint stands.</summary>
/// <param name="Endpoint">Host and port.</param>
/// <param name="State">Whether it is believed.</param>
/// <param name="Because">Why not, in one sentence; null where it is.</param>
/// <param name="FinalBlock">The highest final block that it has shown; null while none was read.</param>
/// <param name="StandsStillFor">Since that block moved; null while none was read.</param>
public sealed record EndpointReport(
    string Endpoint,
    EndpointState State,
    string? Because,
    ulong? FinalBlock,
    TimeSpan? StandsStillFor
)
{
    /// <summary>Whether a person must look: it does not mend itself, or it must not happen at all.</summary>
    public bool IsAlarm =>
        State is EndpointState.OtherChain or EndpointState.OtherBlock or EndpointState.Regressed;
}

/// <summary>How a network's endpoints stand. Nothing is decided by it.</summary>
/// <param name="Endpoints">As configured.</param>
/// <param name="Disputes">Transactions about which endpoints do not agree.</param>
/// <param name="AlarmingDisputes">Those among them that have lasted too long.</param>
public sealed record NetworkReport(
    IReadOnlyList<EndpointReport> Endpoints,
    int Disputes,
    int AlarmingDisputes
)
{
    /// <summary>Of an adapter that has no endpoints.</summary>
    public static readonly NetworkReport None = new([], 0, 0);

    /// <summary>Why no verdict can be had; null where one can.</summary>
    public string? HaltedBecause =>
        Endpoints.Count == 0 || Endpoints.Any(e => e.State == EndpointState.In)
            ? null
            : string.Join("; ", Endpoints.Select(e => e.Because ?? $"{e.Endpoint} was not asked"));

    /// <summary>Since finality moved at any endpoint; null while none was read.</summary>
    public TimeSpan? FinalityStandsStillFor => Endpoints.Min(e => e.StandsStillFor);
}
