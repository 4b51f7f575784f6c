using System.Text.Json;
using System.Text.Json.Nodes;

namespace Settlement.Api.Tests.BadInput;

/// <summary>Judges an answer by what the description promises, and by nothing that the implementation says of itself.</summary>
public static class Verdict
{
    // What the server says before the API is asked: the request itself cannot be read.
    private static readonly int[] s_unreadable = [400, 411, 413, 414, 431, 505];

    /// <returns>What is wrong with the answer; null when it is right.</returns>
    public static string? Of(Attempt attempt, int status, string? mediaType, string body)
    {
        // The database is there, so nobody may say that it is not.
        bool isAnswer =
            status == 503 && !body.Contains("service_unavailable", StringComparison.Ordinal);
        if (status >= 500 && !(isAnswer && attempt.Route.Statuses.Contains(503)))
            return $"answered {status}: {body}";
        if (status < 400)
        {
            if (attempt.MustBeRefused)
                return $"was done, and answered {status}: {body}";
            return attempt.Route.Statuses.Contains(status) ? null : $"answered {status} unheralded";
        }
        if (body.Length == 0 && s_unreadable.Contains(status))
            return null;
        if (!attempt.Route.Statuses.Contains(status) && !attempt.MayLeadElsewhere)
            return $"answered {status} unheralded: {body}";
        return IsEnvelope(mediaType, body) ? null : $"answered {status} as {mediaType}: {body}";
    }

    private static bool IsEnvelope(string? mediaType, string body)
    {
        if (mediaType is not ("application/json" or "application/problem+json"))
            return false;
        try
        {
            return JsonNode.Parse(body) is JsonObject error
                && error["error"]?.GetValueKind() is JsonValueKind.String
                && error["request_id"]?.GetValueKind() is JsonValueKind.String
                && (error["message"] ?? error["detail"])?.GetValueKind() is JsonValueKind.String;
        }
        catch (JsonException)
        {
            return false;
        }
    }
}
