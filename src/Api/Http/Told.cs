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

    public static Told Success(int status, ReadOnlyMemory<byte> body) =>
        new() { Status = status, Body = body };

    public static Told Refusal(ErrorEntry error, ErrorBody body) =>
        new() { Error = error, ErrorBody = body };
}
