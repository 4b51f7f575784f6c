namespace Settlement.Api.Http;

/// <summary>The word <c>reason</c> in the bodies of operators and affiliates' programs, for the audit trail.</summary>
internal static class Reasons
{
    private const int MaxLength = 1_000;

    /// <summary>What a reason must be, in a sentence.</summary>
    public static string Wanted { get; } = $"reason must be a text of 1 to {MaxLength} characters.";

    /// <summary>Reads the reason: trimmed; null when there is none.</summary>
    public static bool TryRead(JsonBody body, bool isNeeded, out string? reason)
    {
        Field<string> given = body.Text("reason");
        reason = string.IsNullOrWhiteSpace(given.OrDefault()) ? null : given.OrDefault()!.Trim();
        return !given.IsWrong && !(reason?.Length > MaxLength) && (reason is not null || !isNeeded);
    }

    /// <summary>The error of a wrong one; the routes of affiliates have another.</summary>
    public static ErrorBody Problem() =>
        ErrorCatalogue.InvalidArgs.Body($"{Wanted} Nothing was changed.") with
        {
            Field = "reason",
        };
}
