using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace Settlement.Api.Http;

/// <summary>What a client is told of a change: a success with its body, or what stood against it.</summary>
internal sealed record Told
{
    private Told() { }

    public int Status { get; private init; }
    public ReadOnlyMemory<byte> Body { get; private init; }
    public ErrorEntry? Error { get; private init; }
    public ErrorBody? ErrorBody { get; private init; }

    /// <summary>Whether the change was done before, by an equal request.</summary>
    public bool IsReplay { get; init; }

    /// <summary>Where what came of it can be read.</summary>
    public string? Location { get; init; }

    /// <summary>The ETag of what came of it.</summary>
    public string? Tag { get; init; }

    /// <summary>A success with this as its body.</summary>
    public static Told Of<T>(int status, T value, JsonTypeInfo<T> type) =>
        Success(status, JsonSerializer.SerializeToUtf8Bytes(value, type));

    /// <summary>A refusal in the catalogue's words.</summary>
    public static Told Not(ErrorEntry error) => Refusal(error, error.Body());

    public static Told Success(int status, ReadOnlyMemory<byte> body) =>
        new() { Status = status, Body = body };

    public static Told Refusal(ErrorEntry error, ErrorBody body) =>
        new() { Error = error, ErrorBody = body };
}
