namespace Settlement.Payouts.Lifecycle;

/// <summary>An answer under an idempotency key.</summary>
/// <param name="Principal">Who asked: <c>operator</c>.</param>
/// <param name="Route">Method and route.</param>
/// <param name="Key">1 to 255 characters.</param>
/// <param name="RequestHash">SHA-256 of what was asked.</param>
/// <param name="StatusCode">HTTP status.</param>
/// <param name="Body">The body, as it was sent.</param>
public sealed record StoredAnswer(
    string Principal,
    string Route,
    string Key,
    byte[] RequestHash,
    int StatusCode,
    string Body
);
