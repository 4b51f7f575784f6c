using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Options;
using Settlement.Webhooks.Secrets;

namespace Settlement.Webhooks;

/// <summary>Section <c>Webhooks</c>. The key is all that must be set, alike in API and worker; without it webhooks are off.</summary>
public sealed record WebhookOptions
{
    /// <summary>The section's name.</summary>
    public const string Section = "Webhooks";

    /// <summary>Seals the endpoints' secrets in the database: 32 random bytes in Base64, such as <c>openssl rand -base64 32</c>.</summary>
    public string? SecretKey { get; init; }

    /// <summary>A file that holds the key, in place of <see cref="SecretKey"/>.</summary>
    public string? SecretKeyFile { get; init; }

    /// <summary>For development only: lets endpoints be http, and on private addresses.</summary>
    public bool AllowPrivateAddresses { get; init; }

    /// <summary>How often new events and due deliveries are looked for.</summary>
    public TimeSpan PollEvery { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>How long an endpoint may take to answer.</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromSeconds(15);

    /// <summary>How many messages one worker sends to one endpoint at a time.</summary>
    public int Concurrency { get; init; } = 16;

    /// <summary>An endpoint that has failed without a break for so long is switched off.</summary>
    public TimeSpan DisableAfter { get; init; } = TimeSpan.FromDays(5);

    /// <summary>How long events and their deliveries are kept.</summary>
    public TimeSpan KeepFor { get; init; } = TimeSpan.FromDays(30);

    /// <summary>Reads and checks the section, and the file where one is named.</summary>
    /// <exception cref="OptionsValidationException">A value is unusable; the message names its key and holds no secret.</exception>
    public static WebhookOptions Read(IConfiguration configuration)
    {
        ArgumentNullException.ThrowIfNull(configuration);
        WebhookOptions options = configuration.GetSection(Section).Get<WebhookOptions>() ?? new();
        if (options.Timeout <= TimeSpan.Zero || options.Timeout > TimeSpan.FromSeconds(60))
            throw Refused(nameof(Timeout), "longer than zero and at most 00:01:00");
        if (options.PollEvery <= TimeSpan.Zero)
            throw Refused(nameof(PollEvery), "longer than zero, such as 00:00:01");
        if (options.Concurrency is < 1 or > 256)
            throw Refused(nameof(Concurrency), "1 to 256");
        if (options.DisableAfter <= TimeSpan.Zero)
            throw Refused(nameof(DisableAfter), "longer than zero, such as 5.00:00:00");
        if (options.KeepFor < TimeSpan.FromDays(7))
            throw Refused(nameof(KeepFor), "at least 7.00:00:00: retries take four days");
        return options;
    }

    /// <summary>The box that seals secrets; null when no key is set.</summary>
    /// <exception cref="OptionsValidationException">The key is unusable.</exception>
    public SecretBox? OpenBox()
    {
        string key = string.IsNullOrWhiteSpace(SecretKeyFile) ? SecretKey ?? "" : ReadKeyFile();
        if (string.IsNullOrWhiteSpace(key))
            return null;
        Span<byte> bytes = stackalloc byte[SecretBox.KeyLength];
        bool isKey =
            Convert.TryFromBase64String(key.Trim(), bytes, out int length)
            && length == SecretBox.KeyLength;
        return isKey
            ? new SecretBox(bytes)
            : throw Refused(nameof(SecretKey), "32 bytes in Base64: openssl rand -base64 32");
    }

    private string ReadKeyFile()
    {
        try
        {
            return File.ReadAllText(SecretKeyFile!);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw Refused(nameof(SecretKeyFile), $"readable: {e.Message}");
        }
    }

    private static OptionsValidationException Refused(string key, string rule) =>
        new(Section, typeof(WebhookOptions), [$"{Section}:{key} must be {rule}."]);
}
