using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Http;

namespace Settlement.Webhooks.Tests;

/// <summary>docs/webhooks.md, word for word; a test keeps it so.</summary>
internal static class FromTheDocument
{
    public static bool IsGenuine(string secret, IHeaderDictionary headers, byte[] body)
    {
        string id = headers["webhook-id"].ToString();
        string timestamp = headers["webhook-timestamp"].ToString();
        bool isRecent =
            long.TryParse(timestamp, out long seconds)
            && Math.Abs(DateTimeOffset.UtcNow.ToUnixTimeSeconds() - seconds) <= 300;
        byte[] key = Convert.FromBase64String(secret["whsec_".Length..]);
        byte[] signed = [.. Encoding.UTF8.GetBytes($"{id}.{timestamp}."), .. body];
        byte[] expected = Encoding.UTF8.GetBytes(
            $"v1,{Convert.ToBase64String(HMACSHA256.HashData(key, signed))}"
        );
        return isRecent
            && headers["webhook-signature"]
                .ToString()
                .Split(' ')
                .Any(given =>
                    CryptographicOperations.FixedTimeEquals(Encoding.UTF8.GetBytes(given), expected)
                );
    }
}
