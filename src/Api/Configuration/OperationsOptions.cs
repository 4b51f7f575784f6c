namespace Settlement.Api.Configuration;

/// <summary>Section <c>Operations</c>: what operators may do.</summary>
public sealed record OperationsOptions
{
    public const string Section = "Operations";

    /// <summary>Whether <c>"force": true</c> may fail a payout whose transaction may still land. The refund is then held until
    /// the chain has spoken.</summary>
    public bool AllowForce { get; init; }

    /// <summary>Where users read about a failure; <c>{code}</c> stands for the failure's code. Empty: no link.</summary>
    public string HelpUrl { get; init; } = "";

    /// <summary>Where an error is explained, for clients that ask for RFC 9457; <c>{tag}</c> stands for the error.</summary>
    public string ErrorDocsUrl { get; init; } = "/docs/errors#{tag}";

    public static OperationsOptions Read(IConfiguration configuration) =>
        configuration.GetSection(Section).Get<OperationsOptions>() ?? new();
}
