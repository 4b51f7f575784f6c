using Quartz;
using Settlement.Payouts.Auditing;

namespace Settlement.Worker.Scheduling;

/// <summary>Checks the books, and stops new transactions when they are wrong.</summary>
[DisallowConcurrentExecution]
public sealed partial class LedgerAuditJob(
    LedgerAudit audit,
    AuditFreeze freeze,
    ILogger<LedgerAuditJob> log
) : IJob
{
    public async ValueTask Execute(
        IJobExecutionContext context,
        CancellationToken cancellationToken = default
    )
    {
        AuditReport report = await audit.RunAsync(cancellationToken);
        Audited(log, report.Violations.Count, report.Took.TotalMilliseconds);
        if (report.IsClean || !await freeze.FreezeAsync(report.Violations, cancellationToken))
            return;
        foreach (Violation violation in report.Violations)
            Violated(log, violation.Invariant, violation.Subject, violation.Detail);
    }

    [LoggerMessage(LogLevel.Debug, "The books are audited: {Violations} violations, {Took:F0} ms")]
    private static partial void Audited(ILogger log, int violations, double took);

    [LoggerMessage(
        LogLevel.Critical,
        "Payouts are frozen until a person has looked: {Invariant} is broken by {Subject}: {Detail}"
    )]
    private static partial void Violated(
        ILogger log,
        string invariant,
        string subject,
        string detail
    );
}
