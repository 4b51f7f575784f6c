using Settlement.Chains;
using Settlement.Payouts.Lifecycle;
using Settlement.Simulation.Tests.Networks;
using Settlement.Simulation.Tests.Runtime;
using Settlement.Simulation.Tests.Storage;

namespace Settlement.Simulation.Tests;

/// <summary>Compares what the database says with what the chain did. It looks at outcomes, never at how they came about.</summary>
public sealed class Oracle(History history, Scheduler clock)
{
    private readonly List<string> _violations = [];
    private readonly Dictionary<ulong, StoredTransaction> _nonces = [];

    public IReadOnlyList<string> Violations => _violations;
    public IReadOnlyList<StoredAccount> Accounts { get; set; } = [];

    public void Report(string violation) =>
        _violations.Add($"{clock.Now / 1000.0:F3} s: {violation}");

    /// <summary>Write-ahead: bytes that reach a node were stored before. One nonce, one transaction and its attempts. Above the
    /// threshold somebody has approved it.</summary>
    public void SeeSend(ChainTransaction transaction)
    {
        if (!history.Database.IsStored(transaction.Hash))
        {
            Report($"BROADCAST-BEFORE-STORE {transaction.Hash} was sent before it was stored");
            return;
        }
        StoredTransaction stored = history.Database.Transactions.First(t =>
            t.Attempts.Exists(a => a.Signed.TransactionId == transaction.Hash)
        );
        if (
            transaction.Nonce is { } nonce
            && !_nonces.TryAdd(nonce, stored)
            && !ReferenceEquals(_nonces[nonce], stored)
        )
        {
            Report($"NONCE-REUSED nonce {nonce} carries two transactions");
        }
        foreach (StoredPayout rider in stored.Riders)
        {
            if (!transaction.IsCancel && history.Database.WaitsForApproval(rider))
                Report($"UNAPPROVED payout {rider.Number} was sent, and nobody approved it");
        }
    }

    /// <summary>What is left can only be ended by a person: the wallet is frozen after a contradiction that still stands.</summary>
    public bool AllWaitForAnOperator()
    {
        if (history.Database.FrozenReason is null)
            return false;
        foreach (StoredTransaction transaction in history.Database.Transactions)
        {
            if (transaction.State == TransactionState.Open && !IsContradicted(transaction))
                return false;
        }
        foreach (StoredPayout payout in history.Database.Payouts)
        {
            if (!payout.IsFinal && !WaitsForAnOperator(payout))
                return false;
        }
        return true;
    }

    /// <summary>Whether somebody else's transaction took a nonce of ours for good.</summary>
    public bool AnyContradictionStands() =>
        history.Database.Transactions.Any(t =>
            t.State == TransactionState.Open && IsContradicted(t)
        );

    /// <summary>The verdict on a whole history.</summary>
    public void Judge()
    {
        var paid = new Dictionary<long, (int Times, ChainTransaction By)>();
        foreach (ChainTransaction transaction in history.Network.Signed)
        {
            if (!transaction.IsIncluded || !transaction.Succeeded)
                continue;
            for (int i = 0; i < transaction.Paid.Length; i++)
            {
                if (!transaction.Paid[i])
                    continue;
                long number = transaction.Transfers[i].PayoutNumber;
                int times = paid.TryGetValue(number, out var before) ? before.Times : 0;
                paid[number] = (times + 1, transaction);
            }
        }
        foreach (StoredPayout payout in history.Database.Payouts)
            Judge(payout, paid.GetValueOrDefault(payout.Number));
        foreach (StoredTransaction transaction in history.Database.Transactions)
        {
            if (transaction.State == TransactionState.Open && !IsContradicted(transaction))
                Report($"STUCK transaction {transaction.Id}: {transaction.LastSeen}");
        }
        JudgeLedger();
        if (history.Database.HeldRides > 0)
            Report($"PAID-ON-HOLD {history.Database.HeldRides} payouts boarded while on hold");
        if (history.Database.StaleWrites > 0)
            Report($"STALE-WRITE {history.Database.StaleWrites} writes under a lost token");
    }

    private void Judge(StoredPayout payout, (int Times, ChainTransaction By) paid)
    {
        if (paid.Times > 1)
            Report($"PAID-TWICE payout {payout.Number}: {paid.Times} transfers");
        switch (payout)
        {
            case { Status: PayoutStatus.Sent } when IsByOurs(payout):
                if (paid.Times == 0)
                    Report($"NEVER-PAID payout {payout.Number} is sent");
                else if (!IsTheTransfer(payout, paid.By))
                    Report($"OTHER-TRANSFER payout {payout.Number}");
                break;
            case { Conflict: true }:
                if (paid.Times != 1)
                    Report($"FALSE-CONFLICT payout {payout.Number}");
                break;
            case { IsFinal: true }:
                if (paid.Times > 0)
                    Report($"PAID-BUT-{payout.Status} payout {payout.Number}");
                if (payout.RefundHeld && !IsContradicted(payout.RidesOn!))
                    Report($"REFUND-HELD payout {payout.Number}");
                break;
            default:
                if (!WaitsForAnOperator(payout))
                    Report($"STUCK payout {payout.Number}: {payout.Status} {payout.ParkReason}");
                break;
        }
    }

    /// <summary>By the chain, or by a person's verdict on a transaction of ours.</summary>
    private static bool IsByOurs(StoredPayout payout) =>
        payout.SettledBy is "chain" || payout.PaidBy is not null;

    private static bool IsTheTransfer(StoredPayout payout, ChainTransaction by)
    {
        TransferOrder transfer = by.Transfers.Single(t => t.PayoutNumber == payout.Number);
        return string.Equals(by.Hash, payout.TxHash, StringComparison.Ordinal)
            && transfer.AmountMicro == payout.AmountMicro
            && string.Equals(transfer.Destination, payout.Address, StringComparison.Ordinal);
    }

    /// <summary>Reserved and posted are what the statuses say.</summary>
    private void JudgeLedger()
    {
        foreach (StoredAccount account in Accounts)
        {
            long reserved = 0;
            long settled = 0;
            foreach (StoredPayout payout in history.Database.Payouts)
            {
                if (!ReferenceEquals(payout.Account, account))
                    continue;
                if (!payout.IsFinal || payout.RefundHeld)
                    reserved += payout.AmountMicro;
                else if (payout.Status == PayoutStatus.Sent || payout.Conflict)
                    settled += payout.AmountMicro;
            }
            if (
                account.ReservedMicro != reserved
                || account.PostedMicro != account.OpeningMicro - settled
            )
            {
                Report("LEDGER balances differ from what the statuses say");
            }
        }
    }

    private bool WaitsForAnOperator(StoredPayout payout) =>
        history.Database.FrozenReason is not null
        && (
            payout.ParkReason == ParkReason.WalletFrozen
            || (payout.RidesOn is { } transaction && IsContradicted(transaction))
        );

    private bool IsContradicted(StoredTransaction transaction) =>
        history.Network is EvmNetwork evm
        && evm.ConsumerOf(transaction.Nonce!.Value, evm.FinalizedAt(clock.Now))
            is { IsForeign: true };
}
