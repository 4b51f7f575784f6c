using Npgsql;
using Settlement.Chains;
using Settlement.Payouts.Auditing;
using Settlement.Payouts.Lifecycle;

namespace Settlement.Worker;

/// <summary>What a person may ask of the worker's program instead of running it.</summary>
internal static class OperatorCommands
{
    private const string Usage = """
        Settlement.Worker                                     runs the worker
        Settlement.Worker audit                               audits the books; succeeds when every invariant holds
        Settlement.Worker unfreeze --reason WHY [--by NAME]   lets payouts go on after the audit has frozen them
        Settlement.Worker thaw --network NETWORK --wallet ADDRESS --reason WHY [--by NAME]
                                                              lets a frozen wallet open transactions again
        Settlement.Worker limits                              lists how much may leave
        Settlement.Worker limit --scope all|NETWORK --kind payout|user|destination|network [--per hour|day] --micro N|off --reason WHY [--by NAME]
                                                              sets or lifts a limit
        Settlement.Worker foreign [--network NETWORK]         lists transactions of the wallets that this database does not know of
        Settlement.Worker adopt --id ID --reason WHY [--by NAME]
                                                              accounts for one of them; what it has probably paid goes on hold
        """;

    /// <summary>Runs a command.</summary>
    /// <returns>The exit code.</returns>
    public static async Task<int> RunAsync(
        string command,
        IServiceProvider services,
        CancellationToken ct
    )
    {
        switch (command)
        {
            case "audit":
                return await AuditAsync(services.GetRequiredService<LedgerAudit>(), ct);
            case "unfreeze":
                return await UnfreezeAsync(services, ct);
            case "thaw":
                return await ThawAsync(services, ct);
            case "limits":
                return await new LimitCommands(services).ListAsync(ct);
            case "limit":
                return await new LimitCommands(services).SetAsync(ct);
            case "foreign":
                return await new ForeignCommands(services).ListAsync(ct);
            case "adopt":
                return await new ForeignCommands(services).AdoptAsync(ct);
            default:
                await Console.Error.WriteLineAsync(Usage);
                return 2;
        }
    }

    private static async Task<int> AuditAsync(LedgerAudit audit, CancellationToken ct)
    {
        AuditReport report = await audit.RunAsync(ct);
        foreach (Violation violation in report.Violations)
            await Console.Out.WriteLineAsync(violation.ToString());
        await Console.Out.WriteLineAsync(
            $"{LedgerAudit.Invariants.Count} invariants, {report.Violations.Count} violations, {report.Took.TotalMilliseconds:F0} ms"
        );
        return report.IsClean ? 0 : 1;
    }

    private static async Task<int> UnfreezeAsync(IServiceProvider services, CancellationToken ct)
    {
        IConfiguration settings = services.GetRequiredService<IConfiguration>();
        string? reason = settings["reason"];
        if (string.IsNullOrWhiteSpace(reason))
        {
            await Console.Error.WriteLineAsync("A reason is needed: unfreeze --reason \"…\"");
            return 2;
        }
        // Lifting it over a violation would be undone by the next audit; better to say so now.
        if (await AuditAsync(services.GetRequiredService<LedgerAudit>(), ct) != 0)
        {
            await Console.Error.WriteLineAsync("Still frozen: mend what is broken first.");
            return 1;
        }
        bool wasFrozen = await services
            .GetRequiredService<AuditFreeze>()
            .LiftAsync($"operator:{settings["by"] ?? Environment.UserName}", reason, ct);
        await Console.Out.WriteLineAsync(wasFrozen ? "Payouts go on." : "Payouts were not frozen.");
        return 0;
    }

    private static async Task<int> ThawAsync(IServiceProvider services, CancellationToken ct)
    {
        IConfiguration settings = services.GetRequiredService<IConfiguration>();
        string network = settings["network"] ?? "";
        string wallet = settings["wallet"] ?? "";
        string? reason = settings["reason"];
        if (network.Length == 0 || wallet.Length == 0 || string.IsNullOrWhiteSpace(reason))
        {
            await Console.Error.WriteLineAsync(Usage);
            return 2;
        }
        bool isThawed = await new Wallets(
            services.GetRequiredService<NpgsqlDataSource>()
        ).ThawAsync(
            new NetworkId(network),
            wallet,
            $"operator:{settings["by"] ?? Environment.UserName}",
            reason,
            ct
        );
        if (isThawed)
        {
            await Console.Out.WriteLineAsync("The wallet opens transactions again.");
            return 0;
        }
        await Console.Error.WriteLineAsync(
            "Nothing was changed: no such wallet is frozen, an open transaction of it still contradicts the chain, one is not accounted for (foreign), or no worker has compared this database with the chain yet."
        );
        return 1;
    }
}
