using Settlement.Api.OpenApi;

namespace Settlement.Api.Http;

/// <summary>Asks, once the route is known, whether the operator's token has the scope that its description names. A route that
/// names none is for the configured token alone: a forgotten scope opens nothing.</summary>
internal sealed class ScopeGate(RequestDelegate next)
{
    public Task InvokeAsync(HttpContext context)
    {
        Operation? told = context.GetEndpoint()?.Metadata.GetMetadata<Operation>();
        if (told is not { Caller: Caller.Operator })
            return next(context);
        Operator by = context.Operator();
        bool isAllowed = told.Scope is { } scope ? by.May(scope) : by.IsConfigured;
        return isAllowed
            ? next(context)
            : context.ErrorAsync(
                ErrorCatalogue.InsufficientScope,
                ErrorCatalogue.InsufficientScope.Body(
                    told.Scope is null
                        ? "This route takes the configured token only; nothing was changed."
                        : $"This token lacks the scope {told.Scope}; nothing was changed."
                )
            );
    }
}
