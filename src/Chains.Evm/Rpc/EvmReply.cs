namespace Settlement.Chains.Evm.Rpc;

/// <summary>The answer to one typed call: a value, an error that the node stated, or no usable answer. Never mixed.</summary>
/// <typeparam name="T">What the call asks for.</typeparam>
internal abstract record EvmReply<T>
{
    private EvmReply() { }

    /// <summary>A well-formed value.</summary>
    internal sealed record Answer(T Value) : EvmReply<T>;

    /// <summary>The node said no, in these words.</summary>
    internal sealed record Refusal(EvmError Error) : EvmReply<T>;

    /// <summary>Silence, or an answer that breaks the protocol's form. Nothing follows from it.</summary>
    internal sealed record Silence(string Cause) : EvmReply<T>;

    /// <summary>Whether there is a value.</summary>
    /// <param name="value">The value; default when there is none.</param>
    /// <param name="cause">Why there is none, for people.</param>
    internal bool IsAnswer(out T value, out string cause)
    {
        (bool answered, value, cause) = this switch
        {
            Answer answer => (true, answer.Value, ""),
            Refusal refusal => (false, default(T)!, refusal.Error.Message),
            Silence silence => (false, default(T)!, silence.Cause),
            _ => throw new InvalidOperationException("The union has three cases."),
        };
        return answered;
    }
}
