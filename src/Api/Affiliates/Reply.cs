using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Settlement.Api.Http;

namespace Settlement.Api.Affiliates;

/// <summary>What is answered once the commit is through, or why nothing was committed.</summary>
internal abstract record Reply
{
    private Reply() { }

    /// <summary>It was done.</summary>
    public sealed record Done(int Status, byte[] Body) : Reply
    {
        public string? Location { get; init; }
        public string? Tag { get; init; }
    }

    /// <summary>It was refused, and nothing is written.</summary>
    public sealed record Refused(ErrorEntry Entry, ErrorBody Body) : Reply;

    public static Done Of<T>(int status, T value, JsonTypeInfo<T> type) =>
        new(status, JsonSerializer.SerializeToUtf8Bytes(value, type));

    public static Refused Not(ErrorEntry entry) => new(entry, entry.Body());

    public Task WriteAsync(HttpContext context)
    {
        if (this is Refused refused)
            return context.ErrorAsync(refused.Entry, refused.Body);
        var done = (Done)this;
        if (done.Location is not null)
            context.Response.Headers.Location = done.Location;
        if (done.Tag is not null)
            context.Response.Headers.ETag = done.Tag;
        return context.Response.BytesAsync(done.Status, done.Body);
    }
}
