using System.Net;

namespace Settlement.Chains.Solana;

/// <summary>The HTTP client of an adapter; it lives as long as the process.</summary>
internal static class NodeHttp
{
    // Providers move behind their names; a pooled connection must not outlive the change for long.
    private static readonly TimeSpan ConnectionLifetime = TimeSpan.FromMinutes(5);

    internal static HttpClient Create() =>
        new(
            new SocketsHttpHandler
            {
                PooledConnectionLifetime = ConnectionLifetime,
                AutomaticDecompression = DecompressionMethods.All,
                // A redirect would carry a signed transaction to somebody who is not configured.
                AllowAutoRedirect = false,
            }
        )
        {
            // Each call has its own limit.
            Timeout = Timeout.InfiniteTimeSpan,
        };
}
