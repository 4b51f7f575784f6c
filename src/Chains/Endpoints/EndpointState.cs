namespace Settlement.Chains.Endpoints;

/// <summary>Whether an endpoint is believed.</summary>
public enum EndpointState
{
    /// <summary>Not asked yet.</summary>
    Unasked,

    /// <summary>Believed.</summary>
    In,

    /// <summary>It gives no usable answer.</summary>
    Silent,

    /// <summary>Its final block is below one that a verdict has rested on. Believed again when it has caught up.</summary>
    Behind,

    /// <summary>Its final block has not moved for too long: no verdict rests on it. Believed again when it moves.</summary>
    Stalled,

    /// <summary>Its final block went back. Believed again when it has caught up with itself. An alarm.</summary>
    Regressed,

    /// <summary>It has another block than the one that was final: finality was broken, or it serves a fork. An alarm.</summary>
    OtherBlock,

    /// <summary>It serves another chain than the configured one. An alarm.</summary>
    OtherChain,
}
