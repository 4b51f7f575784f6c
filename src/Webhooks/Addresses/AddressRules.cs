using System.Net;
using System.Net.Sockets;

namespace Settlement.Webhooks.Addresses;

/// <summary>Which IP addresses a webhook may be sent to: those of the public Internet, in whatever form they come.</summary>
/// <remarks>Source: IANA's registries of special-purpose addresses for IPv4 and IPv6 (RFC 6890 and its successors), and the
/// addresses at which clouds answer with credentials.</remarks>
public static class AddressRules
{
    private static readonly IPNetwork[] s_refused =
    [
        IPNetwork.Parse("0.0.0.0/8"), // this network
        IPNetwork.Parse("10.0.0.0/8"), // private
        IPNetwork.Parse("100.64.0.0/10"), // carrier-grade NAT; a cloud's metadata
        IPNetwork.Parse("127.0.0.0/8"), // loopback
        IPNetwork.Parse("168.63.129.16/32"), // a cloud's host
        IPNetwork.Parse("169.254.0.0/16"), // link-local; clouds' metadata
        IPNetwork.Parse("172.16.0.0/12"), // private
        IPNetwork.Parse("192.0.0.0/24"), // protocol assignments; a cloud's metadata
        IPNetwork.Parse("192.0.2.0/24"), // documentation
        IPNetwork.Parse("192.88.99.0/24"), // 6to4 relays, deprecated
        IPNetwork.Parse("192.168.0.0/16"), // private
        IPNetwork.Parse("198.18.0.0/15"), // benchmarks
        IPNetwork.Parse("198.51.100.0/24"), // documentation
        IPNetwork.Parse("203.0.113.0/24"), // documentation
        IPNetwork.Parse("224.0.0.0/4"), // multicast
        IPNetwork.Parse("240.0.0.0/4"), // reserved, broadcast
        IPNetwork.Parse("2001::/23"), // protocol assignments: Teredo, ORCHID, …
        IPNetwork.Parse("2001:db8::/32"), // documentation
        IPNetwork.Parse("3fff::/20"), // documentation
    ];

    // Everything that is assigned to hosts of the Internet, RFC 4291; unique-local, link-local and multicast lie outside.
    private static readonly IPNetwork s_global = IPNetwork.Parse("2000::/3");
    private static readonly IPNetwork s_6to4 = IPNetwork.Parse("2002::/16");
    private static readonly IPNetwork s_nat64 = IPNetwork.Parse("64:ff9b::/96");

    /// <summary>Whether a webhook may be sent there.</summary>
    public static bool IsPublic(IPAddress address)
    {
        ArgumentNullException.ThrowIfNull(address);
        IPAddress plain = address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address;
        if (Array.Exists(s_refused, network => network.Contains(plain)))
            return false;
        if (plain.AddressFamily is AddressFamily.InterNetwork)
            return true;
        if (s_nat64.Contains(plain))
            return IsPublic(Inner(plain, at: 12));
        if (s_6to4.Contains(plain))
            return IsPublic(Inner(plain, at: 2));
        return s_global.Contains(plain) && plain.ScopeId == 0;
    }

    // Both kinds carry an IPv4 address to which they are led in the end.
    private static IPAddress Inner(IPAddress address, int at) =>
        new(address.GetAddressBytes().AsSpan(at, 4));
}
