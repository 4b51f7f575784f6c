using System.Diagnostics;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Settlement.TestKit;
using Settlement.Webhooks.Secrets;
using Shouldly;
using Xunit;

namespace Settlement.Webhooks.Tests;

/// <summary>Others can verify what we sign: with the published vector, and with the very code of docs/webhooks.md.</summary>
public sealed class SignatureSpecs
{
    // https://github.com/standard-webhooks/standard-webhooks, libraries/python/tests/test_webhooks.py
    private const string Secret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
    private const string Id = "msg_p5jXN8AQM9LWM0D4loKWxJek";
    private const long Timestamp = 1_614_265_330;
    private const string Body = """{"test": 2432232314}""";
    private const string Expected = "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=";

    private static string Document => Repository.Read("docs/webhooks.md");

    [Fact]
    public void The_published_vector_is_signed_as_published() =>
        WebhookSignature.Sign([KeyOf(Secret)], Id, Timestamp, Body).ShouldBe(Expected);

    [Fact]
    public void A_body_beyond_ascii_is_signed_as_the_bytes_that_are_sent()
    {
        const string body = """{"note":"Straße – 支払い 🎉"}""";

        string signature = WebhookSignature.Sign([KeyOf(Secret)], Id, Timestamp, body);

        signature.ShouldBe(
            "v1,"
                + Convert.ToBase64String(
                    HMACSHA256.HashData(
                        KeyOf(Secret),
                        Encoding.UTF8.GetBytes($"{Id}.{Timestamp}.{body}")
                    )
                )
        );
    }

    [Fact]
    public async Task The_shell_of_the_document_signs_alike()
    {
        string folder = Directory.CreateTempSubdirectory().FullName;
        await File.WriteAllTextAsync(Path.Combine(folder, "body.json"), Body);

        string output = await RunAsync(
            "bash",
            ["-c", CodeBlock("bash")],
            folder,
            ("SECRET", Secret),
            ("ID", Id),
            ("TIMESTAMP", $"{Timestamp}")
        );

        $"v1,{output.Trim()}".ShouldBe(Expected);
        Directory.Delete(folder, recursive: true);
    }

    [Theory]
    [InlineData("", true)]
    [InlineData("two signatures", true)]
    [InlineData("another secret", false)]
    [InlineData("another body", false)]
    [InlineData("another id", false)]
    [InlineData("six minutes old", false)]
    [InlineData("no version", false)]
    public async Task The_code_of_the_document_tells_genuine_from_false(string change, bool genuine)
    {
        long now = TimeProvider.System.GetUtcNow().ToUnixTimeSeconds();
        long timestamp = change == "six minutes old" ? now - 360 : now;
        byte[] key = KeyOf(Secret);
        byte[][] keys = change switch
        {
            "two signatures" => [new byte[32], key],
            "another secret" => [new byte[32]],
            _ => [key],
        };
        string signatures = WebhookSignature.Sign(keys, Id, timestamp, Body);
        var headers = new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["webhook-id"] = change == "another id" ? "evt_1" : Id,
            ["webhook-timestamp"] = timestamp.ToString(CultureInfo.InvariantCulture),
            ["webhook-signature"] = change == "no version" ? signatures[3..] : signatures,
        };
        string body = change == "another body" ? Body + " " : Body;

        (await SaysNodeAsync(Secret, headers, body)).ShouldBe(genuine);
        IsGenuineInCsharp(Secret, headers, body).ShouldBe(genuine);
    }

    [Fact]
    public void The_csharp_of_the_document_is_the_one_that_is_tested() =>
        Squeezed(Repository.Read("tests/Webhooks.Tests/FromTheDocument.cs"))
            .ShouldContain(Squeezed(CodeBlock("csharp")));

    [Fact]
    public void A_secret_is_32_random_bytes_as_the_standard_writes_them()
    {
        string secret = WebhookSecret.Show(WebhookSecret.Make());

        secret.ShouldStartWith("whsec_");
        KeyOf(secret).Length.ShouldBe(32);
        WebhookSecret.Show(WebhookSecret.Make()).ShouldNotBe(secret);
    }

    [Fact]
    public void A_sealed_secret_opens_for_its_endpoint_and_its_key_only()
    {
        var endpoint = Guid.NewGuid();
        byte[] secret = WebhookSecret.Make();
        using var box = new SecretBox(new byte[32]);
        using var other = new SecretBox([1, .. new byte[31]]);

        byte[] first = box.Seal(endpoint, secret);
        byte[] second = box.Seal(endpoint, secret);

        box.Open(endpoint, first).ShouldBe(secret);
        first.ShouldNotBe(second);
        Convert.ToHexString(first).ShouldNotContain(Convert.ToHexString(secret));
        Should.Throw<CryptographicException>(() => other.Open(endpoint, first));
        Should.Throw<CryptographicException>(() => box.Open(Guid.NewGuid(), first));
        for (int i = 0; i < first.Length; i++)
        {
            byte[] changed = [.. first];
            changed[i] ^= 1;
            Should.Throw<CryptographicException>(() => box.Open(endpoint, changed));
        }
        Should.Throw<CryptographicException>(() => box.Open(endpoint, []));
    }

    [Fact]
    public void Many_open_boxes_at_a_time()
    {
        var endpoint = Guid.NewGuid();
        byte[] secret = WebhookSecret.Make();
        using var box = new SecretBox(new byte[32]);
        byte[] sealedSecret = box.Seal(endpoint, secret);

        Parallel.For(
            0,
            50_000,
            new ParallelOptions { MaxDegreeOfParallelism = 16 },
            i =>
            {
                box.Open(endpoint, sealedSecret).ShouldBe(secret);
                if (i % 10 == 0)
                    box.Open(endpoint, box.Seal(endpoint, secret)).ShouldBe(secret);
            }
        );
    }

    internal static async Task<bool> SaysNodeAsync(
        string secret,
        IReadOnlyDictionary<string, string> headers,
        string body
    )
    {
        string input = JsonSerializer.Serialize(
            new
            {
                secret,
                headers,
                body,
            }
        );
        string program =
            CodeBlock("js")
            + "\nconst { secret, headers, body } = JSON.parse(process.env.INPUT);\nconsole.log(verify(secret, headers, body));";
        string said = await RunAsync(
            "node",
            ["--input-type=module", "-e", program],
            ".",
            ("INPUT", input)
        );
        return said.Trim() switch
        {
            "true" => true,
            "false" => false,
            _ => throw new InvalidOperationException(said),
        };
    }

    internal static byte[] KeyOf(string secret) =>
        Convert.FromBase64String(secret["whsec_".Length..]);

    private static bool IsGenuineInCsharp(
        string secret,
        Dictionary<string, string> headers,
        string body
    )
    {
        var dictionary = new HeaderDictionary();
        foreach ((string name, string value) in headers)
            dictionary[name] = value;
        return FromTheDocument.IsGenuine(secret, dictionary, Encoding.UTF8.GetBytes(body));
    }

    private static string CodeBlock(string language)
    {
        string[] parts = Document.Split($"```{language}\n");
        parts.Length.ShouldBe(2, language);
        return parts[1].Split("```")[0];
    }

    // Layout is the formatter's.
    private static string Squeezed(string code) =>
        string.Concat(code.Where(c => !char.IsWhiteSpace(c)));

    private static async Task<string> RunAsync(
        string program,
        string[] arguments,
        string folder,
        params (string Name, string Value)[] environment
    )
    {
        var start = new ProcessStartInfo(program)
        {
            WorkingDirectory = folder,
            UseShellExecute = false,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        foreach (string argument in arguments)
            start.ArgumentList.Add(argument);
        foreach ((string name, string value) in environment)
            start.Environment[name] = value;
        using Process process = Process.Start(start)!;
        Task<string> errors = process.StandardError.ReadToEndAsync();
        string output = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        process.ExitCode.ShouldBe(0, await errors);
        return output;
    }
}
