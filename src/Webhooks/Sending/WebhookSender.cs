using System.Buffers;
using System.Globalization;
using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Text;
using Settlement.Webhooks.Addresses;
using Settlement.Webhooks.Deliveries;
using Settlement.Webhooks.Secrets;

namespace Settlement.Webhooks.Sending;

/// <summary>Sends one message once. Whatever happens is a result; nothing of the endpoint's doing is an exception.</summary>
public sealed class WebhookSender(
    HttpMessageInvoker http,
    SecretBox box,
    WebhookOptions options,
    TimeProvider clock
)
{
    /// <summary>How much of an answer is read and kept, in bytes.</summary>
    public const int MaxResponseBytes = 2_048;

    private const int MaxErrorLength = 300;

    /// <summary>Signs and sends.</summary>
    /// <param name="delivery">Whose lease is ours.</param>
    /// <param name="ct">Ends the attempt; it then counts as none.</param>
    public async Task<SendResult> SendAsync(ClaimedDelivery delivery, CancellationToken ct)
    {
        long began = clock.GetTimestamp();
        using var limit = new CancellationTokenSource(options.Timeout, clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, ct);
        try
        {
            using HttpRequestMessage request = Compose(delivery);
            using HttpResponseMessage response = await http.SendAsync(request, either.Token);
            return await ReadAsync(response, began, either.Token);
        }
        catch (OperationCanceledException) when (ct.IsCancellationRequested)
        {
            return SendResult.Released;
        }
        catch (OperationCanceledException)
        {
            return Failed(
                began,
                $"no answer within {options.Timeout.TotalSeconds.ToString(CultureInfo.InvariantCulture)} s"
            );
        }
        catch (HttpRequestException e)
        {
            return Failed(began, Why(e));
        }
        catch (CryptographicException)
        {
            return Failed(began, "the secret was sealed with another Webhooks:SecretKey");
        }
#pragma warning disable CA1031 // A message that nobody can send must not stay in its lease for ever.
        catch (Exception e)
#pragma warning restore CA1031
        {
            return Failed(began, $"it cannot be sent: {e.GetType().Name}");
        }
    }

    private HttpRequestMessage Compose(ClaimedDelivery delivery)
    {
        string id = MessageId.Of(delivery.EventId);
        long now = clock.GetUtcNow().ToUnixTimeSeconds();
        byte[][] secrets = new[] { delivery.Secret, delivery.PreviousSecret }
            .OfType<byte[]>()
            .Select(sealedSecret => box.Open(delivery.EndpointId, sealedSecret))
            .ToArray();
        var request = new HttpRequestMessage(HttpMethod.Post, new Uri(delivery.Url))
        {
            Content = new ByteArrayContent(Encoding.UTF8.GetBytes(delivery.Payload)),
        };
        request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        HttpRequestHeaders headers = request.Headers;
        headers.Add("webhook-id", id);
        headers.Add("webhook-timestamp", now.ToString(CultureInfo.InvariantCulture));
        headers.Add("webhook-signature", WebhookSignature.Sign(secrets, id, now, delivery.Payload));
        headers.Add("User-Agent", "Settlement-Webhooks/1");
        return request;
    }

    private async Task<SendResult> ReadAsync(
        HttpResponseMessage response,
        long began,
        CancellationToken ct
    )
    {
        int status = (int)response.StatusCode;
        string text = await BeginningAsync(response, ct);
        return new SendResult
        {
            Status = status,
            Took = clock.GetElapsedTime(began),
            Response = text.Length == 0 ? null : text,
            RetryAfter = RetryAfter(response.Headers.RetryAfter),
            Error = status switch
            {
                >= 200 and < 300 => null,
                >= 300 and < 400 => "a redirect, which is not followed",
                410 => "gone: the endpoint wants nothing any more",
                _ => $"HTTP {status.ToString(CultureInfo.InvariantCulture)}",
            },
        };
    }

    // What counts is the status, which is here already; a body that breaks off or drips takes nothing back.
    private static async Task<string> BeginningAsync(
        HttpResponseMessage response,
        CancellationToken ct
    )
    {
        byte[] buffer = ArrayPool<byte>.Shared.Rent(MaxResponseBytes);
        try
        {
            await using Stream body = await response.Content.ReadAsStreamAsync(ct);
            int length = await body.ReadAtLeastAsync(
                buffer.AsMemory(0, MaxResponseBytes),
                MaxResponseBytes,
                throwOnEndOfStream: false,
                ct
            );
            // PostgreSQL cannot store U+0000 in text.
            return Encoding.UTF8.GetString(buffer, 0, length).Replace('\0', '\uFFFD');
        }
        catch (Exception e)
            when (e is HttpRequestException or IOException or OperationCanceledException)
        {
            return "";
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    private TimeSpan? RetryAfter(RetryConditionHeaderValue? header) =>
        header?.Delta ?? (header?.Date is { } date ? date - clock.GetUtcNow() : null);

    private SendResult Failed(long began, string error) =>
        new()
        {
            Took = clock.GetElapsedTime(began),
            Error = error.Length > MaxErrorLength ? error[..MaxErrorLength] : error,
        };

    private static string Why(HttpRequestException e) =>
        e switch
        {
            { InnerException: AddressRefusedException refused } => refused.Message,
            { HttpRequestError: HttpRequestError.NameResolutionError } => "the name is not found",
            { HttpRequestError: HttpRequestError.ConnectionError } => "no connection",
            { HttpRequestError: HttpRequestError.SecureConnectionError } =>
                "the certificate or the TLS handshake is bad",
            { HttpRequestError: HttpRequestError.ResponseEnded } =>
                "the connection ended before an answer",
            { HttpRequestError: HttpRequestError.ConfigurationLimitExceeded } =>
                "the answer's headers are too long",
            _ => "no answer that can be understood",
        };
}
