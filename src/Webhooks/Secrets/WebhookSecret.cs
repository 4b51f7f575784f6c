using System.Security.Cryptography;

namespace Settlement.Webhooks.Secrets;

/// <summary>The secret that an endpoint and we share, as Standard Webhooks 1.0 writes it: <c>whsec_</c> and Base64.</summary>
public static class WebhookSecret
{
    private const string Prefix = "whsec_";
    private const int Length = 32;

    /// <summary>256 random bits.</summary>
    public static byte[] Make() => RandomNumberGenerator.GetBytes(Length);

    /// <summary>As the endpoint's owner gets to see it, once.</summary>
    public static string Show(ReadOnlySpan<byte> secret) => Prefix + Convert.ToBase64String(secret);
}
