using System.Text.Json;
using Npgsql;
using Settlement.Api.Configuration;
using Settlement.Api.Http;
using Settlement.Payouts.Operations;

namespace Settlement.Api.Operations;

/// <summary>POST /v1/admin/system/pause and /resume. While a pause stands no new transaction is opened in its scope; requests
/// are accepted, and what is signed already is followed to its end.</summary>
internal sealed class SwitchPauses(KeyedAnswers keys, PayoutNetworks networks)
{
    public Task PauseAsync(HttpContext context) =>
        HandleAsync(context, Routes.Pause, Pauses.PauseAsync);

    public Task ResumeAsync(HttpContext context) =>
        HandleAsync(context, Routes.Resume, Pauses.ResumeAsync);

    private async Task HandleAsync(
        HttpContext context,
        string route,
        Func<NpgsqlConnection, PauseWord, CancellationToken, Task<IReadOnlyList<Pause>>> change
    )
    {
        using JsonBody? body = await BodyReader.ReadAsync(context.Request);
        if (body is null)
        {
            await context.ErrorAsync(ErrorCatalogue.InvalidJson);
            return;
        }
        if (!IdempotencyKey.TryRead(context.Request, out string? key))
        {
            await context.ErrorAsync(ErrorCatalogue.IdempotencyKeyInvalid);
            return;
        }
        if (!body.Text("scope").Has(out string scope) || NameOf(scope) is not { } name)
        {
            await context.ErrorAsync(
                ErrorCatalogue.InvalidArgs,
                ErrorBodies.InvalidField(
                    "scope",
                    $"scope must be {Pauses.Everything}, {string.Join(", ", networks.Names)}."
                )
            );
            return;
        }
        if (!Reasons.TryRead(body, isNeeded: route == Routes.Pause, out string? reason))
        {
            await context.ErrorAsync(ErrorCatalogue.InvalidArgs, Reasons.Problem());
            return;
        }
        var word = new PauseWord(name, reason, context.Operator().Actor, context.RequestId());
        await keys.ChangeAsync(
            context,
            KeyedAnswers.Of(
                context.Operator().Principal,
                route,
                key,
                default,
                [word.Scope, word.Reason]
            ),
            connection => change(connection, word, CancellationToken.None),
            Tell
        );
    }

    private static Told Tell(IReadOnlyList<Pause> standing) =>
        Told.Success(
            StatusCodes.Status200OK,
            JsonSerializer.SerializeToUtf8Bytes(
                new PausesView(Ok: true, standing),
                ApiJson.Default.PausesView
            )
        );

    private string? NameOf(string scope)
    {
        if (string.Equals(scope, Pauses.Everything, StringComparison.OrdinalIgnoreCase))
            return Pauses.Everything;
        return networks.TryFind(scope, out PayoutNetwork? network) ? network.Name : null;
    }
}

/// <summary>The body of pause and resume.</summary>
public sealed record PauseBody
{
    /// <summary>all, or a network.</summary>
    public required string Scope { get; init; }

    /// <summary>Why; needed to pause.</summary>
    public string? Reason { get; init; }
}

/// <summary>What is paused now. A freeze by the ledger audit (cause audit) is not lifted by resume.</summary>
public sealed record PausesView(bool Ok, IReadOnlyList<Pause> Pauses);
