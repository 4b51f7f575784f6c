namespace Settlement.Chains.Endpoints;

/// <summary>The highest final block that a verdict has rested on. An endpoint behind it, or with another block there,
/// is not believed.</summary>
/// <remarks>Of two endpoints that agreed the lower head counts: one that invents a head of its own shuts nobody out. Each proof
/// names the head that it rests on, so that a mark goes on after a restart from what is stored.</remarks>
/// <param name="resumeAtMost">Stored heads above it are not believed any more; null: all are. See
/// <see cref="EndpointPolicy.ResumeAtMost"/>.</param>
public sealed class FinalityMark(ulong? resumeAtMost = null)
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

    /// <summary>Goes on from a head that a stored verdict rests on.</summary>
    public void Resume(FinalHead stored)
    {
        ArgumentNullException.ThrowIfNull(stored);
        if (resumeAtMost is null || stored.Number <= resumeAtMost)
            Raise(stored);
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
