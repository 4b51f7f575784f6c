using Settlement.Payouts.Tokens;

namespace Settlement.Api.Http;

/// <summary>The operator of a request.</summary>
/// <param name="Principal">Who it provably is: <c>operator</c> for the token of the configuration, <c>operator:name</c> for a
/// named one.</param>
/// <param name="Actor">The same for the audit trail, with what the caller says of itself where nothing better is known.</param>
/// <param name="Scopes">What it may do.</param>
internal sealed record Operator(string Principal, string Actor, IReadOnlyList<string> Scopes)
{
    private const string Shared = "operator";
    private const string LabelHeader = "X-Operator";
    private const int MaxLabelLength = 64;

    private static readonly object s_key = new();

    /// <summary>Whether it came with the token of the configuration.</summary>
    public bool IsConfigured => string.Equals(Principal, Shared, StringComparison.Ordinal);

    /// <summary>Whether it has the scope.</summary>
    public bool May(string scope) => Scopes.Contains(scope);

    /// <summary>One shared token has no identity, so a label is only what the caller says.</summary>
    public static Operator Configured(HttpRequest request)
    {
        string label = new(
            request
                .Headers[LabelHeader]
                .ToString()
                .Where(c => !char.IsControl(c))
                .Take(MaxLabelLength)
                .ToArray()
        );
        label = label.Trim();
        return new Operator(
            Shared,
            label.Length == 0 ? Shared : $"{Shared}:{label} (unverified)",
            Settlement.Payouts.Tokens.Scopes.All
        );
    }

    /// <summary>A named token has a name, and what the caller says of itself does not count.</summary>
    public static Operator Named(Principal principal)
    {
        string name = $"{Shared}:{principal.Name}";
        return new Operator(name, name, principal.Scopes);
    }

    public static void Admit(HttpContext context, Operator by) => context.Items[s_key] = by;

    public static Operator Of(HttpContext context) => (Operator)context.Items[s_key]!;
}

/// <summary>Reads it.</summary>
internal static class OperatorOfRequest
{
    /// <summary>The operator whom <see cref="AdminGate"/> let in.</summary>
    public static Operator Operator(this HttpContext context) => Http.Operator.Of(context);
}
