using System.Net;
using System.Net.Sockets;

namespace Settlement.Webhooks.Addresses;

/// <summary>Opens connections for webhooks. A name is judged by what it resolves to at this moment, and exactly that is connected
/// to, so that a name which changes its address in between (DNS rebinding) gains nothing.</summary>
/// <param name="resolveAsync">Asks the DNS.</param>
/// <param name="allowsPrivate">For development only.</param>
public sealed class GuardedConnection(
    Func<string, CancellationToken, Task<IPAddress[]>> resolveAsync,
    bool allowsPrivate
)
{
    /// <summary>Resolves, judges, connects.</summary>
    /// <exception cref="AddressRefusedException">The name leads to no public address.</exception>
    public async ValueTask<Stream> OpenAsync(DnsEndPoint target, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(target);
        IPAddress[] found = await resolveAsync(target.Host, ct);
        IPAddress[] usable = allowsPrivate ? found : Array.FindAll(found, AddressRules.IsPublic);
        if (usable.Length == 0)
        {
            throw new AddressRefusedException(
                found.Length == 0
                    ? "the name has no address"
                    : "the name leads to no address of the public Internet"
            );
        }
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            await socket.ConnectAsync(usable, target.Port, ct);
            return new NetworkStream(socket, ownsSocket: true);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }
}

/// <summary>A name that must not be connected to. The message does not tell the address: whoever registers a name must not learn
/// what it is in our network.</summary>
public sealed class AddressRefusedException(string why) : IOException(why);
