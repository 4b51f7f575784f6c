using Settlement.Chains.Evm.Addresses;
using Settlement.Chains.Evm.Rpc;
using Settlement.Chains.Evm.Transactions;

namespace Settlement.Chains.Evm.Vault;

/// <summary>A payment that a vault made under a number.</summary>
/// <param name="TransactionHash">Where.</param>
/// <param name="BlockNumber">When.</param>
/// <param name="To">Who was paid; null where the token's record does not tell.</param>
/// <param name="Amount">Base units.</param>
internal sealed record PastPayment(
    string TransactionHash,
    ulong BlockNumber,
    EvmAddress? To,
    UInt128 Amount
);

/// <summary>Looks for the transactions in which a vault paid numbers: evidence for people, from the newest block backwards and
/// not for long. Nothing is decided by it.</summary>
internal sealed class PastPayments(EvmNetwork network, EvmAddress vault)
{
    private const ulong WidestRange = 10_000;
    private const int MostCalls = 20;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(4);

    /// <summary>Looks for these numbers.</summary>
    /// <returns>What was found, by number; a number that is missing was not found, which says nothing about it.</returns>
    internal async Task<IReadOnlyDictionary<long, PastPayment>> FindAsync(
        EvmRpcClient rpc,
        IReadOnlySet<long> numbers,
        CancellationToken ct
    )
    {
        var found = new Dictionary<long, PastPayment>();
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(ct);
        patience.CancelAfter(Patience);
        try
        {
            await SearchAsync(rpc, numbers, found, patience.Token);
        }
        catch (OperationCanceledException) when (!ct.IsCancellationRequested)
        {
            // It took too long: what was found by then must do.
        }
        return found;
    }

    private async Task SearchAsync(
        EvmRpcClient rpc,
        IReadOnlySet<long> numbers,
        Dictionary<long, PastPayment> found,
        CancellationToken ct
    )
    {
        if (!(await rpc.BlockNumberAsync(ct)).IsAnswer(out ulong last, out _))
            return;
        ulong range = WidestRange;
        for (int call = 0; call < MostCalls && found.Count < numbers.Count; call++)
        {
            ulong first = last >= range ? last - range + 1 : 0;
            var filter = new EvmLogFilter(vault, VaultEvent.PaidTopic, first, last);
            EvmReply<IReadOnlyList<EvmFoundLog>> reply = await rpc.LogsAsync(filter, ct);
            if (reply is EvmReply<IReadOnlyList<EvmFoundLog>>.Silence)
                return;
            if (!reply.IsAnswer(out IReadOnlyList<EvmFoundLog> logs, out _))
            {
                // Providers differ in how many blocks they look through at a time.
                range = Math.Max(1, range / 10);
                continue;
            }
            foreach (EvmFoundLog log in logs)
                await AddAsync(rpc, log, numbers, found, ct);
            if (first == 0)
                return;
            last = first - 1;
        }
    }

    private async Task AddAsync(
        EvmRpcClient rpc,
        EvmFoundLog log,
        IReadOnlySet<long> numbers,
        Dictionary<long, PastPayment> found,
        CancellationToken ct
    )
    {
        if (log.Log.Address != vault || VaultEvent.Read(log.Log) is not VaultEvent.Paid paid)
            return;
        UInt128[] asked = [.. paid.Numbers.Where(n => numbers.Any(m => (UInt128)m == n))];
        if (asked.Length == 0)
            return;
        EvmReply<EvmReceipt?> reply = await rpc.ReceiptAsync(log.TransactionHash, ct);
        TransferLog[] transfers =
            reply.IsAnswer(out EvmReceipt? receipt, out _) && receipt is not null
                ?
                [
                    .. receipt
                        .Logs.Select(l => TransferLog.Read(l, network.Token))
                        .OfType<TransferLog>()
                        .Where(t => t.From == vault),
                ]
                : [];
        foreach (UInt128 number in asked)
        {
            // The token's records come in the order of the numbers; a receipt with two batches cannot be matched.
            int place = transfers.Length == paid.Numbers.Count ? IndexOf(paid.Numbers, number) : -1;
            found[(long)number] =
                place < 0
                    ? new PastPayment(log.TransactionHash, log.BlockNumber, null, 0)
                    : new PastPayment(
                        log.TransactionHash,
                        log.BlockNumber,
                        transfers[place].To,
                        transfers[place].Amount
                    );
        }
    }

    private static int IndexOf(IReadOnlyList<UInt128> numbers, UInt128 number)
    {
        for (int i = 0; i < numbers.Count; i++)
        {
            if (numbers[i] == number)
                return i;
        }
        return -1;
    }
}
