using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.TestHost;

namespace Settlement.Api.Tests.BadInput;

/// <summary>Hands requests to the API without a network between: ten thousand take a second.</summary>
public sealed class InMemory(TestServer server, ApiClient user)
{
    /// <returns>What is wrong with the answer; null when it is right.</returns>
    public async Task<string?> TryAsync(Attempt attempt)
    {
        using var enough = new CancellationTokenSource();
        HttpContext context = await server.SendAsync(c => Fill(c, attempt), enough.Token);
        int status = context.Response.StatusCode;
        string body = "";
        // A success may go on for ever, as a stream does; its status is all that is judged.
        if (status >= 400)
        {
            using var reader = new StreamReader(context.Response.Body);
            body = await reader.ReadToEndAsync(enough.Token);
        }
        string? wrong = Verdict.Of(attempt, status, context.Response.ContentType, body);
        await enough.CancelAsync();
        return wrong is null ? null : $"{attempt} {wrong}";
    }

    private void Fill(HttpContext context, Attempt attempt)
    {
        context.Request.Method = attempt.Route.Method;
        context.Request.Scheme = "http";
        context.Request.Host = new HostString("localhost");
        context.Request.Path = attempt.Path;
        context.Request.QueryString = new QueryString(attempt.Query);
        foreach ((string name, string value) in attempt.Headers)
            context.Request.Headers[name] = value;
        if (attempt.IsAuthorised)
        {
            context.Request.Headers.Cookie = $"{user.CookieName}={user.Session}";
            context.Request.Headers["X-Admin-Token"] = ApiServer.AdminToken;
            context.Request.Headers.Authorization = $"Bearer {ApiServer.AffiliatesToken}";
        }
        if (attempt.Body is null)
            return;
        context.Request.Body = new MemoryStream(attempt.Body);
        context.Request.ContentLength = attempt.Body.Length;
    }
}
