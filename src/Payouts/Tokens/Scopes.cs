namespace Settlement.Payouts.Tokens;

/// <summary>What a token may do. The first group is of the routes of affiliates, the second of the operators'; none is in both.</summary>
public static class Scopes
{
    /// <summary>Record and reverse commissions.</summary>
    public const string WriteCommissions = "commissions:write";

    /// <summary>Read a payout of an affiliate.</summary>
    public const string ReadPayouts = "payouts:read";

    /// <summary>Create a payout of an affiliate.</summary>
    public const string WritePayouts = "payouts:write";

    /// <summary>Run periods, list, approve, void and mark as paid.</summary>
    public const string AdminPayouts = "admin:payouts";

    /// <summary>Look at every user's payouts and balance.</summary>
    public const string ReadReferrals = "referrals:read";

    /// <summary>Hold, release, requeue, check, speed up, cancel a payout; say that it was sent or failed.</summary>
    public const string OperateReferrals = "referrals:operate";

    /// <summary>Approve a payout above the threshold.</summary>
    public const string ApproveReferrals = "referrals:approve";

    /// <summary>Say what became of a transaction that the chain contradicts.</summary>
    public const string DecideTransactions = "referrals:decide";

    /// <summary>Record what users earned.</summary>
    public const string WriteRewards = "rewards:write";

    /// <summary>Make invoices known that users may cover, and close them.</summary>
    public const string WriteInvoices = "invoices:write";

    /// <summary>Look at the hot wallets and at where the books differ.</summary>
    public const string ReadTreasury = "treasury:read";

    /// <summary>Say that what is missing from a wallet was taken on purpose.</summary>
    public const string OperateTreasury = "treasury:operate";

    /// <summary>Pause and resume.</summary>
    public const string System = "system";

    /// <summary>Read the audit trail.</summary>
    public const string ReadAudit = "audit:read";

    /// <summary>Say which systems are told, and look at what was sent to them.</summary>
    public const string Webhooks = "webhooks";

    /// <summary>Make and revoke tokens, with no scope that its holder lacks.</summary>
    public const string Tokens = "tokens";

    /// <summary>Those of the routes of affiliates.</summary>
    public static IReadOnlyList<string> OfAffiliates { get; } =
    [WriteCommissions, ReadPayouts, WritePayouts, AdminPayouts];

    /// <summary>Those of the routes of operators.</summary>
    public static IReadOnlyList<string> OfOperators { get; } =
    [
        ReadReferrals,
        OperateReferrals,
        ApproveReferrals,
        DecideTransactions,
        WriteRewards,
        WriteInvoices,
        ReadTreasury,
        OperateTreasury,
        System,
        ReadAudit,
        Webhooks,
        Tokens,
    ];

    /// <summary>All of them.</summary>
    public static IReadOnlyList<string> All { get; } = [.. OfAffiliates, .. OfOperators];
}
