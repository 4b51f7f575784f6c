using System.Buffers;
using System.IO.Pipelines;
using System.Text.Json;
using System.Text.Unicode;

namespace Settlement.Api.Http;

/// <summary>Reads a body of at most 4,096 bytes, counted while reading, as one strict JSON object.</summary>
internal static class BodyReader
{
    public const int MaxBytes = 4_096;

    private static readonly JsonDocumentOptions s_strict = new()
    {
        AllowDuplicateProperties = false,
        AllowTrailingCommas = false,
        CommentHandling = JsonCommentHandling.Disallow,
    };

    /// <summary>Reads the body.</summary>
    /// <returns>The object, which the caller disposes, or null when the body is anything else.</returns>
    public static async Task<JsonBody?> ReadAsync(HttpRequest request, bool emptyIsObject = false)
    {
        if (request.ContentLength > MaxBytes)
            return null;
        byte[] buffer = ArrayPool<byte>.Shared.Rent(MaxBytes + 1);
        try
        {
            int length = await FillAsync(
                request.BodyReader,
                buffer,
                request.HttpContext.RequestAborted
            );
            if (length > MaxBytes)
                return null;
            return length == 0 && emptyIsObject ? Parse("{}"u8) : Parse(buffer.AsSpan(0, length));
        }
        catch (BadHttpRequestException)
        {
            // The framing is broken: there is no body to read.
            return null;
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    private static async Task<int> FillAsync(PipeReader body, byte[] buffer, CancellationToken ct)
    {
        int length = 0;
        while (true)
        {
            ReadResult read = await body.ReadAsync(ct);
            long take = Math.Min(read.Buffer.Length, MaxBytes + 1 - length);
            read.Buffer.Slice(0, take).CopyTo(buffer.AsSpan(length));
            length += (int)take;
            body.AdvanceTo(read.Buffer.GetPosition(take));
            if (read.IsCompleted || length > MaxBytes)
                return length;
        }
    }

    private static JsonBody? Parse(ReadOnlySpan<byte> utf8)
    {
        if (!Utf8.IsValid(utf8))
            return null;
        try
        {
            // The document keeps what it was given, and the buffer goes back to the pool.
            var document = JsonDocument.Parse(utf8.ToArray(), s_strict);
            if (document.RootElement.ValueKind is JsonValueKind.Object)
                return new JsonBody(document);
            document.Dispose();
            return null;
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            // InvalidOperationException: a name with half of a surrogate pair.
            return null;
        }
    }
}
