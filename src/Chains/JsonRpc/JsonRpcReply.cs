using System.Text.Json;

namespace Settlement.Chains.JsonRpc;

/// <summary>The answer to one JSON-RPC call: a result, an error that the node stated, or no usable answer. Never mixed.</summary>
public abstract record JsonRpcReply
{
    private JsonRpcReply() { }

    /// <summary>A well-formed result; it may be JSON null.</summary>
    public sealed record Result(JsonElement Value) : JsonRpcReply;

    /// <summary>A well-formed JSON-RPC error.</summary>
    public sealed record Error(int Code, string Message, JsonElement? Data) : JsonRpcReply;

    /// <summary>Timeout, reset, HTTP 429 or 5xx, a body that is not JSON-RPC, another call's id. It says nothing about what was done.</summary>
    /// <param name="Cause">What happened, for people.</param>
    public sealed record NoAnswer(string Cause) : JsonRpcReply;
}
