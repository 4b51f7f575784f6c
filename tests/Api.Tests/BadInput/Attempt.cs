using System.Text;

namespace Settlement.Api.Tests.BadInput;

/// <summary>One request that somebody might send.</summary>
/// <param name="Route">The route it is aimed at.</param>
/// <param name="Path">With the ids filled in; not escaped.</param>
/// <param name="What">What is bad about it.</param>
public sealed record Attempt(Route Route, string Path, string What)
{
    public string Query { get; init; } = "";
    public byte[]? Body { get; init; }
    public IReadOnlyList<(string Name, string Value)> Headers { get; init; } = [];

    /// <summary>Whether it comes with the credentials of whom the route lets in.</summary>
    public bool IsAuthorised { get; init; } = true;

    /// <summary>Whether any success is wrong; otherwise the route may make of it what it has promised.</summary>
    public bool MustBeRefused { get; init; }

    /// <summary>Whether it may meet another route than the one it is aimed at, whose errors are not known here.</summary>
    public bool MayLeadElsewhere { get; init; }

    /// <summary>From which it was generated; null where it was written by hand.</summary>
    public int? Seed { get; init; }

    public override string ToString() =>
        $"{(Seed is null ? "" : $"seed {Seed}: ")}{Route.Method} {Path}{Query} [{What}] {string.Join("; ", Headers)} {(Body is null ? "" : Encoding.UTF8.GetString(Body))}";
}
