namespace Settlement.Affiliates.Tokens;

/// <summary>What a token may do.</summary>
public static class Scopes
{
    /// <summary>Record and reverse commissions.</summary>
    public const string WriteCommissions = "commissions:write";

    /// <summary>Read a payout.</summary>
    public const string ReadPayouts = "payouts:read";

    /// <summary>Create a payout.</summary>
    public const string WritePayouts = "payouts:write";

    /// <summary>Run periods, list, approve, void and mark as paid.</summary>
    public const string AdminPayouts = "admin:payouts";

    /// <summary>All of them.</summary>
    public static IReadOnlyList<string> All { get; } =
    [WriteCommissions, ReadPayouts, WritePayouts, AdminPayouts];
}
