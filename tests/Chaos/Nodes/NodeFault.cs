namespace Settlement.Chaos.Nodes;

/// <summary>What a node does wrong.</summary>
internal enum Trouble
{
    /// <summary>HTTP 500, 502, 503 or 429; the call is not made.</summary>
    Errors,

    /// <summary>Nothing comes, until the caller gives up.</summary>
    Silence,

    /// <summary>The node denies what exists: no receipt, no status, no history.</summary>
    Lies,

    /// <summary>Every send arrives three times.</summary>
    Duplicates,

    /// <summary>A send is answered with an error, and reaches the chain seconds later all the same.</summary>
    LateSends,

    /// <summary>A send is taken and never passed on.</summary>
    Drops,

    /// <summary>A send arrives, and the connection breaks before the answer.</summary>
    LostAnswers,
}

/// <summary>A trouble at a node for a while.</summary>
internal sealed class NodeFault(Trouble trouble, string network, string? node)
{
    private int _hits;

    public Trouble Trouble => trouble;

    /// <summary>Calls that it met.</summary>
    public int Hits => _hits;

    public bool IsAt(string where, string which) =>
        where == network && (node is null || which == node);

    public void Hit() => Interlocked.Increment(ref _hits);

    public override string ToString() => $"{network}/{node ?? "*"}";
}
