using System.Globalization;
using Settlement.TestKit;

namespace Settlement.Worker.Tests;

/// <summary>A network of its own for each test, so that tests on one database do not meet.</summary>
internal static class AChain
{
    private static int s_count;

    /// <summary>One payout in a transaction, transactions numbered by nonces.</summary>
    public static FakeChain Numbered(int maxInFlight = 16) =>
        new(NextName("numbered"), usesNonces: true, maxTransfers: 1, maxInFlight);

    /// <summary>Many payouts in a transaction, transactions numbered by nonces, as through a vault.</summary>
    public static FakeChain Batching(int maxTransfers = 3) =>
        new(NextName("batching"), usesNonces: true, maxTransfers);

    /// <summary>Many payouts in a transaction, which expires.</summary>
    public static FakeChain Expiring(int maxTransfers = 8) =>
        new(NextName("expiring"), usesNonces: false, maxTransfers, maxInFlight: 256);

    private static string NextName(string kind) =>
        string.Create(CultureInfo.InvariantCulture, $"{kind}-{Interlocked.Increment(ref s_count)}");
}
