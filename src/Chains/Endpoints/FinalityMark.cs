namespace Settlement.Chains.Endpoints;

/// <summary>The highest final block that a verdict has rested on. An endpoint behind it, or with another block there,
/// is not believed.</summary>
/// <remarks>Of two endpoints that agreed the lower head counts: one that invents a head of its own shuts nobody out.</remarks>
public sealed class FinalityMark
{
    private readonly Lock _gate = new();
    private FinalHead? _highest;

    /// <summary>The mark; null while there was no verdict.</summary>
    public FinalHead? Highest
    {
        get
        {
            lock (_gate)
                return _highest;
        }
    }

    /// <summary>Remembers that a verdict rests on this head.</summary>
    public void Raise(FinalHead head)
    {
        ArgumentNullException.ThrowIfNull(head);
        lock (_gate)
        {
            if (_highest is null || head.Number > _highest.Number)
                _highest = head;
        }
    }
}
