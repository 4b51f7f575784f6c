using System.Net.Http.Headers;
using System.Text.Json;

namespace Settlement.Chains.JsonRpc;

/// <summary>JSON-RPC 2.0 over HTTP POST to one endpoint. Silence is not rejection: see <see cref="JsonRpcReply"/>.</summary>
/// <remarks>Source: JSON-RPC 2.0 specification, sections 4 and 5. Bodies are never logged: a send carries a signed transaction.</remarks>
public sealed class JsonRpcClient
{
    /// <summary>Larger answers are not read: no call of ours needs one.</summary>
    private const int MaxResponseBytes = 8 * 1024 * 1024;

    private static readonly MediaTypeHeaderValue Json = new("application/json");

    private readonly HttpClient _http;
    private readonly Uri _endpoint;
    private readonly TimeSpan _timeout;
    private long _lastId;

    /// <summary>A client of one endpoint.</summary>
    /// <param name="http">Shared; its own timeout must not be shorter than <paramref name="timeout"/>.</param>
    /// <param name="endpoint">The node's URL.</param>
    /// <param name="timeout">For one call, from the first byte sent to the last byte read.</param>
    public JsonRpcClient(HttpClient http, Uri endpoint, TimeSpan timeout)
    {
        _http = http;
        _endpoint = endpoint;
        _timeout = timeout;
    }

    /// <summary>Host and port, without path or credentials: safe to log and to put into evidence.</summary>
    public string EndpointName => _endpoint.Authority;

    /// <summary>Makes one call.</summary>
    /// <param name="method">The method's name.</param>
    /// <param name="parameters">Positional parameters, serialized as a JSON array.</param>
    /// <param name="ct">Cancels the wait; the node may have acted all the same.</param>
    /// <returns>Exactly one of the three replies.</returns>
    /// <exception cref="OperationCanceledException"><paramref name="ct"/> was cancelled.</exception>
    public async Task<JsonRpcReply> CallAsync(
        string method,
        IReadOnlyList<object?> parameters,
        CancellationToken ct
    )
    {
        long id = Interlocked.Increment(ref _lastId);
        using var timeout = CancellationTokenSource.CreateLinkedTokenSource(ct);
        timeout.CancelAfter(_timeout);
        try
        {
            return await PostAsync(id, method, parameters, timeout.Token);
        }
        catch (OperationCanceledException) when (!ct.IsCancellationRequested)
        {
            return new JsonRpcReply.NoAnswer(
                $"{method}: no answer within {_timeout.TotalSeconds} s"
            );
        }
        // InvalidOperationException: a string that is not text, such as half a surrogate pair.
        catch (Exception e)
            when (e
                    is HttpRequestException
                        or IOException
                        or JsonException
                        or InvalidOperationException
            )
        {
            return new JsonRpcReply.NoAnswer($"{method}: {e.GetType().Name}: {e.Message}");
        }
    }

    private async Task<JsonRpcReply> PostAsync(
        long id,
        string method,
        IReadOnlyList<object?> parameters,
        CancellationToken ct
    )
    {
        byte[] body = JsonSerializer.SerializeToUtf8Bytes(
            new Dictionary<string, object?>(StringComparer.Ordinal)
            {
                ["jsonrpc"] = "2.0",
                ["id"] = id,
                ["method"] = method,
                ["params"] = parameters,
            }
        );
        using var content = new ByteArrayContent(body);
        content.Headers.ContentType = Json;
        using var request = new HttpRequestMessage(HttpMethod.Post, _endpoint)
        {
            Content = content,
        };
        using HttpResponseMessage response = await _http.SendAsync(
            request,
            HttpCompletionOption.ResponseHeadersRead,
            ct
        );
        if ((int)response.StatusCode is 429 or >= 500)
            return new JsonRpcReply.NoAnswer($"{method}: HTTP {(int)response.StatusCode}");

        byte[]? bytes = await ReadBoundedAsync(response, ct);
        if (bytes is null)
        {
            return new JsonRpcReply.NoAnswer(
                $"{method}: the answer exceeds {MaxResponseBytes} bytes"
            );
        }

        using var document = JsonDocument.Parse(bytes);
        return Read(document.RootElement, id, method, (int)response.StatusCode);
    }

    private static async Task<byte[]?> ReadBoundedAsync(
        HttpResponseMessage response,
        CancellationToken ct
    )
    {
        using Stream stream = await response.Content.ReadAsStreamAsync(ct);
        using var buffer = new MemoryStream();
        byte[] chunk = new byte[16 * 1024];
        int read;
        while ((read = await stream.ReadAsync(chunk, ct)) > 0)
        {
            if (buffer.Length + read > MaxResponseBytes)
                return null;
            await buffer.WriteAsync(chunk.AsMemory(0, read), ct);
        }
        return buffer.ToArray();
    }

    private static JsonRpcReply Read(JsonElement root, long id, string method, int httpStatus)
    {
        if (root.ValueKind != JsonValueKind.Object)
        {
            return new JsonRpcReply.NoAnswer(
                $"{method}: HTTP {httpStatus} without a JSON-RPC object"
            );
        }

        bool ours =
            root.TryGetProperty("id", out JsonElement answerId)
            && answerId.ValueKind == JsonValueKind.Number
            && answerId.TryGetInt64(out long got)
            && got == id;
        if (!ours)
            return new JsonRpcReply.NoAnswer($"{method}: the answer carries another id");
        bool hasError =
            root.TryGetProperty("error", out JsonElement error)
            && error.ValueKind != JsonValueKind.Null;
        bool hasResult = root.TryGetProperty("result", out JsonElement result);
        if (hasError)
        {
            bool wellFormed =
                error.ValueKind == JsonValueKind.Object
                && error.TryGetProperty("code", out JsonElement code)
                && code.ValueKind == JsonValueKind.Number
                && code.TryGetInt32(out _)
                && error.TryGetProperty("message", out JsonElement message)
                && message.ValueKind == JsonValueKind.String;
            if (!wellFormed)
                return new JsonRpcReply.NoAnswer($"{method}: a malformed error");
            return new JsonRpcReply.Error(
                error.GetProperty("code").GetInt32(),
                error.GetProperty("message").GetString()!,
                error.TryGetProperty("data", out JsonElement data) ? data.Clone() : null
            );
        }
        return hasResult
            ? new JsonRpcReply.Result(result.Clone())
            : new JsonRpcReply.NoAnswer($"{method}: neither result nor error");
    }
}
