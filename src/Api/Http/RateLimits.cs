using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Threading.RateLimiting;
using Settlement.Api.Configuration;

namespace Settlement.Api.Http;

/// <summary>Counts requests where it is known whose they are: behind the gates, not before. Who proves an identity is never
/// held up by others who do not, so nobody can lock the operators out.</summary>
internal sealed class RateLimits(RateLimitOptions options) : IDisposable
{
    private const int Minute = 60;
    private const int RoutingPrefix = 8;

    private readonly PartitionedRateLimiter<Guid>? _users = PerMinute<Guid>(options.UserPerMinute);
    private readonly PartitionedRateLimiter<string>? _tokens = PerMinute<string>(
        options.TokenPerMinute
    );
    private readonly PartitionedRateLimiter<IPAddress>? _failures = PerMinute<IPAddress>(
        options.FailuresPerMinute
    );

    /// <summary>Answers 429 when this user asks too often.</summary>
    /// <returns>Whether it answered.</returns>
    public ValueTask<bool> HoldUserAsync(HttpContext context, Guid user) =>
        HoldAsync(context, _users, user);

    /// <summary>Answers 429 when too many requests come under this name of a token.</summary>
    /// <returns>Whether it answered.</returns>
    public ValueTask<bool> HoldTokenAsync(HttpContext context, string name) =>
        HoldAsync(context, _tokens, name);

    /// <summary>Counts a credential that was refused, and answers 429 when there were too many from the same address.</summary>
    /// <returns>Whether it answered.</returns>
    public ValueTask<bool> HoldFailureAsync(HttpContext context) =>
        HoldAsync(context, _failures, Partition(context.Connection.RemoteIpAddress));

    public void Dispose()
    {
        _users?.Dispose();
        _tokens?.Dispose();
        _failures?.Dispose();
    }

    private static async ValueTask<bool> HoldAsync<T>(
        HttpContext context,
        PartitionedRateLimiter<T>? limiter,
        T whose
    )
    {
        if (limiter is null)
            return false;
        using RateLimitLease lease = limiter.AttemptAcquire(whose);
        if (lease.IsAcquired)
            return false;
        int seconds = lease.TryGetMetadata(MetadataName.RetryAfter, out TimeSpan wait)
            ? Math.Max(1, (int)Math.Ceiling(wait.TotalSeconds))
            : 1;
        context.Response.Headers.RetryAfter = seconds.ToString(CultureInfo.InvariantCulture);
        await context.ErrorAsync(
            ErrorCatalogue.RateLimited,
            ErrorCatalogue.RateLimited.Body() with
            {
                RetryAfter = seconds,
            }
        );
        return true;
    }

    // A bucket that holds a minute's worth: bursts are fine, a stream is not.
    private static PartitionedRateLimiter<T>? PerMinute<T>(int limit)
        where T : notnull =>
        limit == 0
            ? null
            : PartitionedRateLimiter.Create<T, T>(whose =>
                RateLimitPartition.GetTokenBucketLimiter(
                    whose,
                    _ => new TokenBucketRateLimiterOptions
                    {
                        TokenLimit = limit,
                        TokensPerPeriod = Math.Max(1, limit / Minute),
                        ReplenishmentPeriod = TimeSpan.FromSeconds(Math.Max(1, Minute / limit)),
                    }
                )
            );

    // Whoever has one IPv6 address has 2^64 of them.
    private static IPAddress Partition(IPAddress? address)
    {
        if (address is null)
            return IPAddress.None;
        if (address.IsIPv4MappedToIPv6)
            return address.MapToIPv4();
        if (address.AddressFamily is not AddressFamily.InterNetworkV6)
            return address;
        byte[] bytes = address.GetAddressBytes();
        Array.Clear(bytes, RoutingPrefix, bytes.Length - RoutingPrefix);
        return new IPAddress(bytes);
    }
}
