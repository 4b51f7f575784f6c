namespace Settlement.Model.Tests.Model;

/// <summary>What may come of a command: what the caller is told, and what is so then.</summary>
public sealed record Outcome(string Answer, World Then);

/// <summary>Answers that many commands share.</summary>
public static class Answers
{
    /// <summary>It speaks of something that is not there; the store is not asked.</summary>
    public const string Nothing = "nothing";

    public const string Done = "done";

    public const string Applied = "applied";

    /// <summary>The schema refused a write.</summary>
    public const string Law = "refused by law";

    /// <summary>A deadlock's victim: nothing was written.</summary>
    public const string Victim = "victim";

    public static string Refused(string because) => $"refused: {because}";
}
