using System.Diagnostics;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Settlement.Chains;
using Settlement.Chains.Solana;

namespace Settlement.Bench.Scenarios;

/// <summary>How fast the development chain itself takes and finalizes such transactions: the adapter alone asks, simulates,
/// signs, sends and observes, with no database, no messages and no API.</summary>
internal sealed class SolanaCeiling
{
    // As many rounds at a time as the worker runs.
    private const int Lanes = 4;
    private const int PerPreflight = 90;

    private readonly User[] _users;
    private readonly IChainAdapter _chain;

    // Far above any number of a payout: equal memos would make equal transactions.
    private long _number = 1_000_000;

    public SolanaCeiling(User[] users)
    {
        _users = users;
        IConfiguration configuration = new ConfigurationBuilder().AddEnvironmentVariables().Build();
        _chain = new ServiceCollection()
            .AddSolanaChain(configuration.GetSection("Networks:solana"))
            .BuildServiceProvider()
            .GetRequiredService<IChainAdapter>();
    }

    /// <summary>Pays so many, and waits until all of it is final.</summary>
    /// <returns>Payouts per second, from the first question to the last final transaction.</returns>
    public async Task<double> RunAsync(int payouts)
    {
        int left = payouts;
        var open = new System.Collections.Concurrent.ConcurrentQueue<OpenTransaction>();
        long began = Stopwatch.GetTimestamp();
        Task[] lanes =
        [
            .. Enumerable
                .Range(0, Lanes)
                .Select(_ =>
                    Task.Run(async () =>
                    {
                        while (Interlocked.Add(ref left, -PerPreflight) > -PerPreflight)
                            await PayAsync(Orders(PerPreflight), open);
                    })
                ),
        ];
        await Task.WhenAll(lanes);
        await ObserveAsync([.. open]);
        return open.Sum(t => t.Transfers.Count) / Stopwatch.GetElapsedTime(began).TotalSeconds;
    }

    private TransferOrder[] Orders(int count)
    {
        long end = Interlocked.Add(ref _number, count);
        return
        [
            .. Enumerable
                .Range(0, count)
                .Select(i => end - count + i)
                .Select(n => new TransferOrder(
                    n,
                    _users[n % _users.Length].SolanaAddress,
                    Users.AmountMicro
                )),
        ];
    }

    private async Task PayAsync(
        TransferOrder[] orders,
        System.Collections.Concurrent.ConcurrentQueue<OpenTransaction> open
    )
    {
        await _chain.PreflightAsync(orders, default);
        foreach (TransferOrder[] riders in orders.Chunk(_chain.Limits.MaxTransfers))
        {
            SigningOutcome outcome = await _chain.SignAsync(
                new SigningOrder(riders, null),
                default
            );
            if (outcome is not SigningOutcome.Signed { Transaction: { } signed })
                throw new InvalidOperationException($"Signing ended as {outcome}.");
            var attempt = new StoredAttempt(signed.TransactionId, signed.Bytes);
            await _chain.BroadcastAsync(attempt, again: false, default);
            open.Enqueue(
                new OpenTransaction(
                    signed.Sender,
                    Nonce: null,
                    signed.LastValidBlockHeight,
                    [attempt],
                    riders
                )
            );
        }
    }

    private async Task ObserveAsync(List<OpenTransaction> open)
    {
        while (open.Count > 0)
        {
            List<OpenTransaction> next = [.. open.Take(256)];
            open.RemoveRange(0, next.Count);
            IReadOnlyList<Observation> seen = await _chain.ObserveAsync(next, default);
            int before = open.Count;
            for (int i = 0; i < next.Count; i++)
            {
                if (seen[i] is not Observation.Landed)
                    open.Add(next[i]);
            }
            if (open.Count - before == next.Count)
                await Task.Delay(TimeSpan.FromMilliseconds(200));
        }
    }
}
