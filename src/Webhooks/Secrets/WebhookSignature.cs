using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace Settlement.Webhooks.Secrets;

/// <summary>Signatures of Standard Webhooks 1.0: <c>v1,</c> and the Base64 of HMAC-SHA256 over <c>id.timestamp.body</c>.</summary>
public static class WebhookSignature
{
    /// <summary>Signs a message with each secret.</summary>
    /// <param name="secrets">One, or two while a rotation is under way.</param>
    /// <param name="messageId">The webhook-id.</param>
    /// <param name="unixSeconds">The webhook-timestamp: when this attempt is made.</param>
    /// <param name="body">The body as it is sent.</param>
    /// <returns>The header's value: signatures with a space between them.</returns>
    public static string Sign(
        IReadOnlyList<byte[]> secrets,
        string messageId,
        long unixSeconds,
        string body
    )
    {
        byte[] signed = Encoding.UTF8.GetBytes(
            string.Create(CultureInfo.InvariantCulture, $"{messageId}.{unixSeconds}.{body}")
        );
        return string.Join(
            ' ',
            secrets.Select(secret =>
                $"v1,{Convert.ToBase64String(HMACSHA256.HashData(secret, signed))}"
            )
        );
    }
}
