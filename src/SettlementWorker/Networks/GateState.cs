namespace Settlement.Worker.Networks;

/// <summary>Whether work may be done on a network.</summary>
public abstract record GateState
{
    private GateState() { }

    /// <summary>No: nothing is signed, sent or looked at.</summary>
    /// <param name="Because">One sentence for operators.</param>
    public sealed record Closed(string Because) : GateState;

    /// <summary>In part: open transactions are followed, no new one is signed.</summary>
    /// <param name="Because">One sentence for operators.</param>
    public sealed record Watching(string Because) : GateState;

    /// <summary>Yes: chain, asset and signer are the configured ones, and the wallet is known. It may be frozen: then no
    /// transaction is opened, and those that are open are followed.</summary>
    public sealed record Open : GateState
    {
        public static readonly Open Instance = new();
    }
}
