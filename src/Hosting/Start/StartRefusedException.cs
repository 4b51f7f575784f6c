namespace Settlement.Hosting.Start;

/// <summary>A host cannot start as it is configured. The message is one sentence that names the key, and holds no secret.</summary>
public sealed class StartRefusedException(string sentence, Exception? inner = null)
    : Exception(sentence, inner);
