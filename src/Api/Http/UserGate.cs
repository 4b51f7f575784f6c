using Settlement.Api.Configuration;
using Settlement.Payouts.Sessions;

namespace Settlement.Api.Http;

/// <summary>Answers a request in the name of a signed-in user.</summary>
internal delegate Task UserHandler(HttpContext context, Guid userId);

/// <summary>Finds the user of a request, after route and method and before anything of the body is read.</summary>
internal sealed class UserGate(
    UserSessions sessions,
    OriginRules origins,
    UserSessionOptions options,
    RateLimits limits
)
{
    // Ours have 43 characters; what is far from it is not worth a query.
    private const int MinTokenLength = 16;
    private const int MaxTokenLength = 512;

    /// <summary>Lets signed-in users through to the handler.</summary>
    public RequestDelegate Admit(UserHandler handler) =>
        async context =>
        {
            Guid? user = await FindUserAsync(context);
            if (user is null)
            {
                if (await limits.HoldFailureAsync(context))
                    return;
                await context.ErrorAsync(ErrorCatalogue.Unauthenticated);
                return;
            }
            if (await limits.HoldUserAsync(context, user.Value))
                return;
            bool isUnsafe =
                !HttpMethods.IsGet(context.Request.Method)
                && !HttpMethods.IsHead(context.Request.Method);
            if (isUnsafe && origins.Judge(context.Request) is { } problem)
            {
                await context.ErrorAsync(problem);
                return;
            }
            await handler(context, user.Value);
        };

    /// <summary>Whether the session of a request that was let through still stands.</summary>
    public async Task<bool> IsSignedInAsync(HttpContext context, Guid userId) =>
        await FindUserAsync(context) == userId;

    private async Task<Guid?> FindUserAsync(HttpContext context)
    {
        string token = context.Request.Cookies[options.CookieName] ?? "";
        return token.Length is < MinTokenLength or > MaxTokenLength
            ? null
            : await sessions.FindAsync(token, context.RequestAborted);
    }
}
