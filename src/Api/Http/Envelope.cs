using System.Diagnostics;
using Npgsql;
using Settlement.Payouts.Database;

namespace Settlement.Api.Http;

/// <summary>What surrounds every answer: request id, headers, and a JSON body where routing or an exception left none.</summary>
internal sealed partial class Envelope(
    RequestDelegate next,
    NpgsqlDataSource database,
    ILogger<Envelope> log
)
{
    // A restart takes seconds; whoever asks again too soon is told so again.
    private const int RetryAfterSeconds = 5;

    public async Task InvokeAsync(HttpContext context)
    {
        string requestId = RequestIds.Assign(context);
        IHeaderDictionary headers = context.Response.Headers;
        headers.CacheControl = "no-store";
        headers.XContentTypeOptions = "nosniff";
        try
        {
            await next(context);
            if (!context.Response.HasStarted && context.Response.ContentLength is null)
                await NameStatusAsync(context);
        }
        catch (OperationCanceledException) when (context.RequestAborted.IsCancellationRequested)
        {
            // The client has gone; nobody reads an answer.
        }
#pragma warning disable CA1031 // The outermost place: whatever it was, the client gets the envelope and the log gets the cause.
        catch (Exception e) when (!context.Response.HasStarted)
#pragma warning restore CA1031
        {
            Activity.Current?.SetStatus(ActivityStatusCode.Error);
            Failed(log, requestId, context.Request.Method, e);
            bool isOutage = DatabaseOutage.IsBehind(e);
            // A restarted database has cut every idle connection at once: the next requests must not meet the others.
            if (isOutage)
                database.Clear();
            string kept = context.Response.Headers[RequestIds.Header].ToString();
            context.Response.Clear();
            context.Response.Headers[RequestIds.Header] = kept;
            context.Response.Headers.CacheControl = "no-store";
            context.Response.Headers.XContentTypeOptions = "nosniff";
            await (isOutage ? AwayAsync(context) : context.ErrorAsync(ErrorCatalogue.Internal));
        }
    }

    private static Task AwayAsync(HttpContext context)
    {
        context.Response.Headers.RetryAfter = $"{RetryAfterSeconds}";
        return context.ErrorAsync(
            ErrorCatalogue.ServiceUnavailable,
            ErrorCatalogue.ServiceUnavailable.Body() with
            {
                RetryAfter = RetryAfterSeconds,
            }
        );
    }

    // Routing answers unknown paths and methods with a bare status.
    private static Task NameStatusAsync(HttpContext context) =>
        context.Response.StatusCode switch
        {
            StatusCodes.Status404NotFound => context.ErrorAsync(ErrorCatalogue.NotFound),
            StatusCodes.Status405MethodNotAllowed when Routes.LacksItsAction(context.Request) =>
                MissingActionAsync(context),
            StatusCodes.Status405MethodNotAllowed => context.ErrorAsync(
                ErrorCatalogue.MethodNotAllowed
            ),
            _ => Task.CompletedTask,
        };

    private static Task MissingActionAsync(HttpContext context)
    {
        context.Response.Headers.Allow = default;
        return context.ErrorAsync(ErrorCatalogue.NotFound);
    }

    [LoggerMessage(LogLevel.Error, "Request {RequestId} ({Method}) failed.")]
    private static partial void Failed(ILogger log, string requestId, string method, Exception e);
}
