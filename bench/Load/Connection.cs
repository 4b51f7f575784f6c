using System.Buffers.Text;
using System.Net.Sockets;
using System.Text;

namespace Settlement.Bench.Load;

/// <summary>One kept-alive HTTP connection, as cheap as it can be: the generator shares its two cores with the API, and what
/// it spends the API lacks.</summary>
internal sealed class Connection : IDisposable
{
    private readonly Socket _socket = new(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
    private readonly byte[] _buffer = new byte[16 * 1024];

    public static async Task<Connection> OpenAsync(Uri api)
    {
        var connection = new Connection();
        await connection._socket.ConnectAsync(api.Host, api.Port);
        return connection;
    }

    /// <summary>Sends a request and reads its answer to the end.</summary>
    /// <returns>The status.</returns>
    public async Task<int> AskAsync(string request)
    {
        int length = Encoding.ASCII.GetBytes(request, _buffer);
        await _socket.SendAsync(_buffer.AsMemory(0, length));
        int read = 0;
        while (true)
        {
            int more = await _socket.ReceiveAsync(_buffer.AsMemory(read));
            if (more == 0)
                throw new IOException("The API closed the connection.");
            read += more;
            if (LengthOf(_buffer.AsSpan(0, read)) is { } total && read >= total)
                return StatusOf(_buffer);
        }
    }

    public void Dispose() => _socket.Dispose();

    // Every answer of the API tells its length.
    private static int? LengthOf(ReadOnlySpan<byte> answer)
    {
        int headEnd = answer.IndexOf("\r\n\r\n"u8);
        if (headEnd < 0)
            return null;
        int at = answer.IndexOf("Content-Length: "u8);
        if (at < 0 || at > headEnd)
            throw new IOException("An answer without a length.");
        ReadOnlySpan<byte> number = answer[(at + "Content-Length: "u8.Length)..];
        return Utf8Parser.TryParse(number, out int body, out _)
            ? headEnd + 4 + body
            : throw new IOException("A length that is no number.");
    }

    // "HTTP/1.1 202 …"
    private static int StatusOf(ReadOnlySpan<byte> answer) =>
        Utf8Parser.TryParse(answer[9..12], out int status, out _)
            ? status
            : throw new IOException("An answer without a status.");
}
