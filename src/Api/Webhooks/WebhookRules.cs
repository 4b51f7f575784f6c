using Settlement.Api.Http;
using Settlement.Webhooks;
using Settlement.Webhooks.Addresses;
using Settlement.Webhooks.Endpoints;

namespace Settlement.Api.Webhooks;

/// <summary>What the bodies of endpoints must hold.</summary>
internal sealed class WebhookRules(UrlRules urls)
{
    private const int MaxDescription = 200;
    private const int MaxEvents = 50;
    private const long MaxOverlapSeconds = 604_800;
    private const long DefaultOverlapSeconds = 86_400;

    /// <summary>Reads a change; a new endpoint is a change that must have a URL.</summary>
    public (EndpointChange? Change, ErrorEntry? Error, ErrorBody? Body) Read(
        JsonBody body,
        bool isNew
    )
    {
        Field<string> url = body.Text("url");
        bool hasUrl = url.Has(out string given);
        if (url.IsWrong || (isNew && !hasUrl))
            return Refuse("url", "url must be a text, such as https://example.com/webhooks.");
        if (hasUrl && urls.Judge(given) is { } problem)
        {
            ErrorBody why = ErrorCatalogue.WebhookUrlInvalid.Body(
                $"{problem} Nothing was changed."
            );
            return (null, ErrorCatalogue.WebhookUrlInvalid, why with { Field = "url" });
        }
        if (!TryReadEvents(body.Texts("events"), out string[]? events))
        {
            return Refuse(
                "events",
                $"events must be 1 to {MaxEvents} of *, {string.Join(", ", WebhookTypes.All)}, or a group such as payout.*."
            );
        }
        Field<string> description = body.Text("description");
        string? text = description.OrDefault()?.Trim();
        if (description.IsWrong || text?.Length is 0 or > MaxDescription)
        {
            return Refuse(
                "description",
                $"description must be a text of 1 to {MaxDescription} characters."
            );
        }
        Field<bool> enabled = isNew ? Field<bool>.Absent : body.Flag("enabled");
        if (enabled.IsWrong)
            return Refuse("enabled", "enabled must be true or false.");
        var change = new EndpointChange
        {
            Url = hasUrl ? given : null,
            EventTypes = events,
            Description = text,
            Enabled = enabled.Has(out bool on) ? on : null,
        };
        return (change, null, null);
    }

    /// <summary>Reads how long the old secret goes on signing.</summary>
    public static bool TryReadOverlap(JsonBody body, out TimeSpan overlap)
    {
        Field<long> field = body.Integer("overlap_seconds");
        long seconds = field.Has(out long given) ? given : DefaultOverlapSeconds;
        bool isUsable = !field.IsWrong && seconds is >= 0 and <= MaxOverlapSeconds;
        overlap = isUsable ? TimeSpan.FromSeconds(seconds) : default;
        return isUsable;
    }

    public static ErrorBody OverlapProblem() =>
        ErrorBodies.InvalidField(
            "overlap_seconds",
            $"overlap_seconds must be a whole number from 0 to {MaxOverlapSeconds}."
        );

    private static bool TryReadEvents(Field<IReadOnlyList<string>> field, out string[]? events)
    {
        events = field.Has(out IReadOnlyList<string> words)
            ? words.Distinct(StringComparer.Ordinal).ToArray()
            : null;
        return !field.IsWrong
            && events is null or { Length: > 0 and <= MaxEvents }
            && (events is null || Array.TrueForAll(events, WebhookTypes.CanBeChosen));
    }

    private static (EndpointChange?, ErrorEntry, ErrorBody) Refuse(string field, string problem) =>
        (null, ErrorCatalogue.InvalidArgs, ErrorBodies.InvalidField(field, problem));
}
