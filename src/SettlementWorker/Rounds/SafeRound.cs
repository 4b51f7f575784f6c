using Settlement.Chains;

namespace Settlement.Worker.Rounds;

/// <summary>Runs rounds of one kind of work on one network. Each ends within its budget, none takes the process down, and
/// the log has one line when trouble begins and one when it is over.</summary>
public sealed partial class SafeRound(
    string work,
    NetworkId network,
    TimeSpan budget,
    TimeProvider clock,
    ILogger log
)
{
    private int _isFailing;

    /// <summary>Runs a round.</summary>
    /// <param name="roundAsync">Returns how much was done.</param>
    /// <param name="stop">Cancels the round itself, so give one that fires only when the process can wait no longer.</param>
    /// <returns>What the round returned; null when it failed.</returns>
    public async Task<int?> RunAsync(
        Func<CancellationToken, Task<int>> roundAsync,
        CancellationToken stop
    )
    {
        using var timer = new CancellationTokenSource(budget, clock);
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(timer.Token, stop);
        try
        {
            int done = await roundAsync(limit.Token);
            if (Interlocked.Exchange(ref _isFailing, 0) == 1)
                Recovered(log, network, work);
            return done;
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            return null;
        }
        // A round that dies is what every commit of the core is prepared for: whoever comes next goes on from what is stored.
#pragma warning disable CA1031
        catch (Exception e)
#pragma warning restore CA1031
        {
            if (Interlocked.Exchange(ref _isFailing, 1) == 0)
                Failed(log, e, network, work);
            return null;
        }
    }

    [LoggerMessage(
        LogLevel.Error,
        "{Network}: {Work} fails and is tried again until it succeeds; nothing is lost meanwhile"
    )]
    private static partial void Failed(ILogger log, Exception e, NetworkId network, string work);

    [LoggerMessage(LogLevel.Information, "{Network}: {Work} works again")]
    private static partial void Recovered(ILogger log, NetworkId network, string work);
}
