using System.Diagnostics;

namespace Settlement.EndToEnd.Tests.Product;

/// <summary>Waits for something outside of this process, which can only be asked, not listened to.</summary>
internal static class Waiting
{
    private static readonly TimeSpan s_pause = TimeSpan.FromMilliseconds(100);

    public static async Task UntilAsync(string what, TimeSpan patience, Func<Task<bool>> isSo)
    {
        var waited = Stopwatch.StartNew();
        while (!await isSo())
        {
            if (waited.Elapsed > patience)
                throw new TimeoutException($"Not within {patience.TotalSeconds} s: {what}.");
            await Task.Delay(s_pause);
        }
    }
}
