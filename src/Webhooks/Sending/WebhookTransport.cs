using System.Net;
using Settlement.Webhooks.Addresses;

namespace Settlement.Webhooks.Sending;

/// <summary>The HTTP client of webhooks: it follows no redirect, keeps no cookie, uses no proxy and reads little.</summary>
public static class WebhookTransport
{
    private const int MaxHeadersKilobytes = 16;
    private static readonly TimeSpan s_connectionLifetime = TimeSpan.FromMinutes(1);

    // A request that is given up leaves its connection attempt behind; without a limit of its own it hangs for minutes.
    private static readonly TimeSpan s_connect = TimeSpan.FromSeconds(15);
    private static readonly TimeSpan s_drain = TimeSpan.FromSeconds(1);

    /// <summary>Makes one; the caller disposes it.</summary>
    public static HttpMessageInvoker Create(WebhookOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        return Create(
            new GuardedConnection(
                (host, ct) => Dns.GetHostAddressesAsync(host, ct),
                options.AllowPrivateAddresses
            )
        );
    }

    /// <summary>Makes one over connections of the caller's own.</summary>
    public static HttpMessageInvoker Create(GuardedConnection connection) =>
        new(
            new SocketsHttpHandler
            {
                AllowAutoRedirect = false,
                UseCookies = false,
                UseProxy = false,
                AutomaticDecompression = DecompressionMethods.None,
                MaxResponseHeadersLength = MaxHeadersKilobytes,
                MaxResponseDrainSize = WebhookSender.MaxResponseBytes,
                ResponseDrainTimeout = s_drain,
                ConnectTimeout = s_connect,
                PooledConnectionLifetime = s_connectionLifetime,
                ConnectCallback = (context, ct) => connection.OpenAsync(context.DnsEndPoint, ct),
            }
        );
}
