using System.Net.Security;
using System.Net.Sockets;

namespace Settlement.Hosting.Messaging;

/// <summary>Whether something at the broker's address speaks AMQP 0-9-1 at all, independent of the bus.</summary>
internal sealed class BrokerProbe(Uri url)
{
    private static readonly TimeSpan s_timeout = TimeSpan.FromSeconds(3);

    // AMQP 0-9-1, section 4.2.2: a server answers this header with Connection.Start.
    private static readonly byte[] s_greeting = [.. "AMQP"u8, 0, 0, 9, 1];

    public bool IsSecure => url.Scheme is "amqps";

    public int Port =>
        url.Port > 0 ? url.Port
        : IsSecure ? 5671
        : 5672;

    public async Task<bool> AnswersAsync(CancellationToken ct)
    {
        using var timeout = CancellationTokenSource.CreateLinkedTokenSource(ct);
        timeout.CancelAfter(s_timeout);
        try
        {
            using var tcp = new TcpClient();
            await tcp.ConnectAsync(url.Host, Port, timeout.Token);
            await using Stream stream = IsSecure ? new SslStream(tcp.GetStream()) : tcp.GetStream();
            if (stream is SslStream ssl)
            {
                await ssl.AuthenticateAsClientAsync(
                    new SslClientAuthenticationOptions { TargetHost = url.Host },
                    timeout.Token
                );
            }
            await stream.WriteAsync(s_greeting, timeout.Token);
            return await stream.ReadAsync(new byte[8], timeout.Token) > 0;
        }
        catch (Exception e)
            when (e
                    is SocketException
                        or IOException
                        or System.Security.Authentication.AuthenticationException
            )
        {
            return false;
        }
        catch (OperationCanceledException) when (!ct.IsCancellationRequested)
        {
            return false;
        }
    }
}
