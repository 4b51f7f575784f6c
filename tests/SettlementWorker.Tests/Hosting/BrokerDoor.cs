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
    private CancellationTokenSource _cutting = new();
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

    /// <summary>Breaks what is connected; new connections are let through.</summary>
    public void Cut()
    {
        CancellationTokenSource cutting = _cutting;
        _cutting = new CancellationTokenSource();
        cutting.Cancel();
        cutting.Dispose();
    }

    public async ValueTask DisposeAsync()
    {
        await _closing.CancelAsync();
        Cut();
        _listener?.Stop();
        await _accepting;
        _closing.Dispose();
        _cutting.Dispose();
    }

    private async Task AcceptAsync(TcpListener listener)
    {
        try
        {
            while (true)
            {
                TcpClient client = await listener.AcceptTcpClientAsync(_closing.Token);
                _ = ConnectAsync(client, _cutting.Token);
            }
        }
        catch (OperationCanceledException) { }
    }

    private async Task ConnectAsync(TcpClient client, CancellationToken cut)
    {
        using (client)
        using (var broker = new TcpClient())
        {
            try
            {
                await broker.ConnectAsync(_broker.Host, _broker.Port, cut);
                await Task.WhenAny(
                    client.GetStream().CopyToAsync(broker.GetStream(), cut),
                    broker.GetStream().CopyToAsync(client.GetStream(), cut)
                );
            }
            catch (Exception e) when (e is OperationCanceledException or IOException) { }
        }
    }
}
