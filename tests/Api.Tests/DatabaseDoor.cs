using System.Net;
using System.Net.Sockets;
using System.Text;
using Npgsql;

namespace Settlement.Api.Tests;

/// <summary>Stands between the API and PostgreSQL, and cuts the line after a statement was carried out and before its answer is back.</summary>
public sealed class DatabaseDoor : IAsyncDisposable
{
    private readonly NpgsqlConnectionStringBuilder _server;
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _closing = new();
    private readonly Task _accepting;
    private string? _cutAfter;

    public DatabaseDoor(string connectionString)
    {
        _server = new NpgsqlConnectionStringBuilder(connectionString);
        _listener.Start();
        _accepting = AcceptAsync();
    }

    public string ConnectionString =>
        new NpgsqlConnectionStringBuilder(_server.ConnectionString)
        {
            Host = "127.0.0.1",
            Port = ((IPEndPoint)_listener.LocalEndpoint).Port,
        }.ConnectionString;

    /// <summary>Cuts once: the answer to the next statement that holds these words is lost.</summary>
    public void LoseTheAnswerTo(string words) => Volatile.Write(ref _cutAfter, words);

    public async ValueTask DisposeAsync()
    {
        await _closing.CancelAsync();
        _listener.Stop();
        await _accepting;
        _closing.Dispose();
    }

    private async Task AcceptAsync()
    {
        try
        {
            while (true)
            {
                TcpClient client = await _listener.AcceptTcpClientAsync(_closing.Token);
                _ = ConnectAsync(client);
            }
        }
        catch (OperationCanceledException) { }
    }

    private async Task ConnectAsync(TcpClient client)
    {
        using (client)
        using (var server = new TcpClient())
        {
            try
            {
                await server.ConnectAsync(_server.Host!, _server.Port, _closing.Token);
                var state = new Line();
                await Task.WhenAny(
                    AskAsync(client.GetStream(), server.GetStream(), state),
                    AnswerAsync(server.GetStream(), client.GetStream(), state)
                );
            }
            catch (Exception e) when (e is OperationCanceledException or IOException) { }
        }
    }

    private async Task AskAsync(NetworkStream client, NetworkStream server, Line line)
    {
        byte[] buffer = new byte[65_536];
        int read;
        while ((read = await client.ReadAsync(buffer, _closing.Token)) > 0)
        {
            string? words = Volatile.Read(ref _cutAfter);
            if (
                words is not null
                && Encoding
                    .ASCII.GetString(buffer, 0, read)
                    .Contains(words, StringComparison.Ordinal)
            )
            {
                Volatile.Write(ref _cutAfter, null);
                line.LosesItsAnswer = true;
            }
            await server.WriteAsync(buffer.AsMemory(0, read), _closing.Token);
        }
    }

    // The answer comes when the commit is done: then the line is cut, and nobody hears of it.
    private async Task AnswerAsync(NetworkStream server, NetworkStream client, Line line)
    {
        byte[] buffer = new byte[65_536];
        int read;
        while ((read = await server.ReadAsync(buffer, _closing.Token)) > 0 && !line.LosesItsAnswer)
            await client.WriteAsync(buffer.AsMemory(0, read), _closing.Token);
    }

    private sealed class Line
    {
        public volatile bool LosesItsAnswer;
    }
}
