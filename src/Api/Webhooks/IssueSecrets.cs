using System.Globalization;
using System.Text.Json;
using Settlement.Api.Http;
using Settlement.Payouts.Lifecycle;
using Settlement.Webhooks;
using Settlement.Webhooks.Endpoints;
using Settlement.Webhooks.Secrets;

namespace Settlement.Api.Webhooks;

/// <summary>What hands a secret out, once: a new endpoint and a rotation.</summary>
internal sealed class IssueSecrets(
    WebhookEndpoints endpoints,
    WebhookRules rules,
    KeyedAnswers keys,
    SealingKey key
)
{
    public async Task CreateAsync(HttpContext context)
    {
        using JsonBody? body = await BodyReader.ReadAsync(context.Request);
        if (await HeadAsync(context, body) is not { } head)
            return;
        (EndpointChange? wish, ErrorEntry? error, ErrorBody? why) = rules.Read(body!, isNew: true);
        if (wish is null)
        {
            await context.ErrorAsync(error!, why!);
            return;
        }
        string[] events = wish.EventTypes ?? [WebhookTypes.Everything];
        var id = Guid.CreateVersion7();
        byte[] secret = WebhookSecret.Make();
        var answer = new WebhookSecretView { Id = id };
        string?[] asked = [wish.Url, wish.Description, .. events];
        StoredAnswer? stored = Stored(
            context,
            Routes.Webhooks,
            head.Key,
            answer,
            StatusCodes.Status201Created,
            asked
        );
        if (await keys.ReplayAsync(context, stored))
            return;
        EndpointOutcome outcome = await endpoints.CreateAsync(
            new NewEndpoint(id, wish.Url!, wish.Description, events, head.Box.Seal(id, secret)),
            ManageWebhooks.ActorOf(context),
            stored,
            CancellationToken.None
        );
        answer = answer with { Secret = WebhookSecret.Show(secret) };
        await AnswerAsync(context, outcome, stored, answer, StatusCodes.Status201Created);
    }

    public async Task RotateAsync(HttpContext context)
    {
        using JsonBody? body = await BodyReader.ReadAsync(context.Request, emptyIsObject: true);
        if (await HeadAsync(context, body) is not { } head)
            return;
        if (!WebhookRules.TryReadOverlap(body!, out TimeSpan overlap))
        {
            await context.ErrorAsync(ErrorCatalogue.InvalidArgs, WebhookRules.OverlapProblem());
            return;
        }
        Guid id = WebhookIds.Endpoint(context);
        byte[] secret = WebhookSecret.Make();
        var answer = new WebhookSecretView { Id = id };
        string seconds = overlap.TotalSeconds.ToString(CultureInfo.InvariantCulture);
        StoredAnswer? stored = Stored(
            context,
            Routes.RotateWebhook,
            head.Key,
            answer,
            StatusCodes.Status200OK,
            [$"{id}", seconds]
        );
        if (await keys.ReplayAsync(context, stored))
            return;
        EndpointOutcome outcome = await endpoints.RotateAsync(
            id,
            head.Box.Seal(id, secret),
            overlap,
            ManageWebhooks.ActorOf(context),
            stored,
            CancellationToken.None
        );
        answer = answer with { Secret = WebhookSecret.Show(secret) };
        await AnswerAsync(context, outcome, stored, answer, StatusCodes.Status200OK);
    }

    // Answers what stands against every request of this kind.
    private async Task<(SecretBox Box, string? Key)?> HeadAsync(HttpContext context, JsonBody? body)
    {
        ErrorEntry? problem = null;
        if (body is null)
            problem = ErrorCatalogue.InvalidJson;
        if (!IdempotencyKey.TryRead(context.Request, out string? given))
            problem ??= ErrorCatalogue.IdempotencyKeyInvalid;
        if (key.Box is null)
            problem ??= ErrorCatalogue.WebhooksNotConfigured;
        if (problem is null)
            return (key.Box!, given);
        await context.ErrorAsync(problem);
        return null;
    }

    // Without the secret: what is repeated for a key would have to be stored in the clear.
    private static StoredAnswer? Stored(
        HttpContext context,
        string route,
        string? key,
        WebhookSecretView answer,
        int status,
        string?[] asked
    ) =>
        KeyedAnswers.Of(
            context.Operator().Principal,
            route,
            key,
            JsonSerializer.SerializeToUtf8Bytes(answer, ApiJson.Default.WebhookSecretView),
            asked
        )
            is { } stored
            ? stored with
            {
                StatusCode = status,
            }
            : null;

    private Task AnswerAsync(
        HttpContext context,
        EndpointOutcome outcome,
        StoredAnswer? stored,
        WebhookSecretView answer,
        int status
    ) =>
        outcome switch
        {
            EndpointOutcome.Done => context.Response.JsonAsync(
                status,
                answer,
                ApiJson.Default.WebhookSecretView
            ),
            EndpointOutcome.TwinWasFirst => keys.ReplayAsync(context, stored),
            EndpointOutcome.Missing => context.ErrorAsync(ErrorCatalogue.WebhookNotFound),
            EndpointOutcome.AtLimit => context.ErrorAsync(ErrorCatalogue.WebhookLimit),
        };
}

/// <summary>What seals secrets; null where Webhooks:SecretKey is not set.</summary>
internal sealed record SealingKey(SecretBox? Box);
