using System.Net;
using System.Net.Sockets;

namespace Settlement.Worker.Tests.Hosting;

/// <summary>A port that refuses connections until it is opened, and then leads to the broker.</summary>
public sealed class BrokerDoor : IAsyncDisposable
{
    private readonly Uri _broker;
    private readonly CancellationTokenSource _closing = new();
    private readonly int _port;
    private TcpListener? _listener;
    private Task _accepting = Task.CompletedTask;

    public BrokerDoor(Uri broker)
    {
        _broker = broker;
        using var free = new TcpListener(IPAddress.Loopback, 0);
        free.Start();
        _port = ((IPEndPoint)free.LocalEndpoint).Port;
        free.Stop();
    }

    public string Url => new UriBuilder(_broker) { Host = "127.0.0.1", Port = _port }.ToString();

    public void Open()
    {
        _listener = new TcpListener(IPAddress.Loopback, _port);
        _listener.Start();
        _accepting = AcceptAsync(_listener);
    }

    public async ValueTask DisposeAsync()
    {
        await _closing.CancelAsync();
        _listener?.Stop();
        await _accepting;
        _closing.Dispose();
    }

    private async Task AcceptAsync(TcpListener listener)
    {
        try
        {
            while (true)
            {
                TcpClient client = await listener.AcceptTcpClientAsync(_closing.Token);
                _ = ConnectAsync(client);
            }
        }
        catch (OperationCanceledException) { }
    }

    private async Task ConnectAsync(TcpClient client)
    {
        using (client)
        using (var broker = new TcpClient())
        {
            try
            {
                await broker.ConnectAsync(_broker.Host, _broker.Port, _closing.Token);
                await Task.WhenAny(
                    client.GetStream().CopyToAsync(broker.GetStream(), _closing.Token),
                    broker.GetStream().CopyToAsync(client.GetStream(), _closing.Token)
                );
            }
            catch (Exception e) when (e is OperationCanceledException or IOException) { }
        }
    }
}
