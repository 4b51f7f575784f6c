using System.Text.Json;

namespace Settlement.Chains.Solana.Rpc;

/// <summary>A node's answer to one typed question.</summary>
/// <typeparam name="T">What was asked for.</typeparam>
internal abstract record NodeAnswer<T>
{
    private NodeAnswer() { }

    /// <summary>It answered.</summary>
    internal sealed record Known(T Value) : NodeAnswer<T>;

    /// <summary>It stated an error.</summary>
    internal sealed record Refused(int Code, string Message, JsonElement? Data) : NodeAnswer<T>;

    /// <summary>No usable answer; nothing follows from it.</summary>
    internal sealed record Silent(string Cause) : NodeAnswer<T>;

    /// <summary>Why there is no value, for people; null where there is one.</summary>
    internal string? Trouble =>
        this switch
        {
            Refused refused => $"{refused.Message} ({refused.Code})",
            Silent silent => silent.Cause,
            _ => null,
        };
}
