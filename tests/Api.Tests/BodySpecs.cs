using System.Text;
using Shouldly;
using Xunit;

namespace Settlement.Api.Tests;

public sealed class BodySpecs(ApiFixture api) : IClassFixture<ApiFixture>
{
    private const string Create = "/v1/referrals/payouts";
    private const string Sent = "/v1/admin/referrals/payouts/{0}/sent";
    private const string Failed = "/v1/admin/referrals/payouts/{0}/failed";
    private const string Rewards = "/v1/admin/referrals/rewards";
    private const string Pause = "/v1/admin/system/pause";

    public static TheoryData<string, string> NotOneObject
    {
        get
        {
            (string Name, string Body)[] bodies =
            [
                ("cut off", "{"),
                ("no JSON", "hello"),
                ("null", "null"),
                ("array", "[]"),
                ("text", "\"x\""),
                ("number", "7"),
                ("true", "true"),
                ("white space only", "  "),
                ("two objects", "{}{}"),
                ("trailing letter", "{}x"),
                ("trailing comma", """{"a":1,}"""),
                ("line comment", "{} // x"),
                ("block comment", """{/* x */"a":1}"""),
                ("repeated name", """{"a":1,"a":1}"""),
                ("repeated name, escaped", """{"a":1,"\u0061":1}"""),
                ("repeated name deep inside", """{"x":{"a":[{"b":1,"b":2}]}}"""),
                ("byte order mark", "\uFEFF{}"),
                ("single quotes", "{'a':1}"),
                ("leading zero", """{"a":01}"""),
                ("not a number", """{"a":NaN}"""),
                ("control character", "{\"a\":\"\u0001\"}"),
                ("half a pair as a name", """{"\ud800":1}"""),
                ("too deep", new string('[', 100)),
            ];
            var data = new TheoryData<string, string>();
            foreach ((string name, string body) in bodies)
                data.Add(name, body);
            return data;
        }
    }

    [Theory]
    [MemberData(nameof(NotOneObject))]
    public async Task What_is_not_one_strict_object_is_invalid_json_everywhere(
        string name,
        string body
    )
    {
        ApiClient user = await api.UserWithAsync(50_000_000);
        string id = $"{Guid.NewGuid()}";

        ApiAnswer[] answers =
        [
            await user.PostAsync(Create, body),
            await api.Operator.PostAsync(Path(Sent, id), body),
            await api.Operator.PostAsync(Path(Failed, id), body),
            await api.Operator.PostAsync(Rewards, body),
            await api.Operator.PostAsync(Pause, body),
        ];

        foreach (ApiAnswer answer in answers)
            answer.ShouldBeError(400, "invalid_json");
        name.ShouldNotBeNull();
    }

    [Fact]
    public async Task Bytes_that_are_no_utf8_are_invalid_json()
    {
        ApiClient user = await api.UserWithAsync(50_000_000);
        byte[] body = [.. "{\"a\":\""u8, 0xC3, 0x28, .. "\"}"u8];

        ApiAnswer answer = await user.SendAsync(
            HttpMethod.Post,
            Create,
            new ByteArrayContent(body)
        );

        answer.ShouldBeError(400, "invalid_json");
    }

    [Fact]
    public async Task White_space_after_the_object_is_fine()
    {
        ApiClient user = await api.UserWithAsync(50_000_000);

        ApiAnswer answer = await user.PostAsync(Create, $"\r\n\t {Given.CreateBody()} \r\n\t");

        ((int)answer.Status).ShouldBe(202);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_body_may_have_4096_bytes_and_not_4097_also_in_chunks(bool chunked)
    {
        ApiClient user = await api.UserWithAsync(50_000_000);

        ApiAnswer longest = await user.SendAsync(HttpMethod.Post, Create, Padded(4_096, chunked));
        ApiAnswer tooLong = await user.SendAsync(HttpMethod.Post, Create, Padded(4_097, chunked));

        ((int)longest.Status).ShouldBe(202, longest.Text);
        tooLong.ShouldBeError(400, "invalid_json");
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_megabyte_is_invalid_json_and_never_a_413(bool chunked)
    {
        ApiClient user = await api.UserWithAsync(50_000_000);

        ApiAnswer create = await user.SendAsync(HttpMethod.Post, Create, Padded(1 << 20, chunked));
        ApiAnswer failed = await api.Operator.SendAsync(
            HttpMethod.Post,
            Path(Failed, $"{Guid.NewGuid()}"),
            Padded(1 << 20, chunked)
        );

        create.ShouldBeError(400, "invalid_json");
        failed.ShouldBeError(400, "invalid_json");
    }

    [Fact]
    public async Task A_body_that_was_announced_as_a_gigabyte_is_refused_before_it_arrives()
    {
        string session = (await api.UserWithAsync(1)).Session!;

        string answer = await api.Server.RawAsync(
            $"POST {Create} HTTP/1.1\r\nHost: x\r\nCookie: nl_session={session}\r\nContent-Length: 1073741824\r\n\r\n"
        );

        answer.ShouldStartWith("HTTP/1.1 400");
        answer.ShouldContain("invalid_json");
    }

    [Fact]
    public async Task Broken_chunks_are_invalid_json()
    {
        string session = (await api.UserWithAsync(1)).Session!;

        string answer = await api.Server.RawAsync(
            $"POST {Create} HTTP/1.1\r\nHost: x\r\nCookie: nl_session={session}\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n"
        );

        answer.ShouldStartWith("HTTP/1.1 400");
        answer.ShouldContain("invalid_json");
    }

    [Theory]
    [InlineData(null)]
    [InlineData("text/plain")]
    [InlineData("application/x-www-form-urlencoded")]
    [InlineData("application/json; charset=utf-16")]
    public async Task The_content_type_does_not_matter(string? contentType)
    {
        ApiClient user = await api.UserWithAsync(50_000_000);
        var content = new ByteArrayContent(Encoding.UTF8.GetBytes(Given.CreateBody()));
        if (contentType is not null)
            content.Headers.TryAddWithoutValidation("Content-Type", contentType);

        ApiAnswer answer = await user.SendAsync(HttpMethod.Post, Create, content);

        ((int)answer.Status).ShouldBe(202, answer.Text);
    }

    [Fact]
    public async Task Without_a_body_only_failed_does_its_work()
    {
        ApiClient user = await api.UserWithAsync(50_000_000);
        Guid payout = await user.CreatePayoutAsync();

        (await user.PostAsync(Create)).ShouldBeError(400, "invalid_json");
        (await api.Operator.PostAsync(Rewards)).ShouldBeError(400, "invalid_json");
        (await api.Operator.PostAsync(Path(Sent, $"{payout}"))).ShouldBeError(400, "invalid_json");
        (await api.Operator.PostAsync(Path(Failed, $"{payout}"))).ShouldBeOk();
    }

    private static StringContentLike Padded(int bytes, bool chunked)
    {
        string body = Given.CreateBody();
        return new StringContentLike(body + new string(' ', bytes - body.Length), chunked);
    }

    private static string Path(string format, string id) =>
        format.Replace("{0}", id, StringComparison.Ordinal);

    /// <summary>Content with or without a known length.</summary>
    private sealed class StringContentLike(string text, bool chunked) : HttpContent
    {
        private readonly byte[] _bytes = Encoding.UTF8.GetBytes(text);

        protected override async Task SerializeToStreamAsync(
            Stream stream,
            System.Net.TransportContext? context
        )
        {
            foreach (byte[] piece in _bytes.Chunk(1_000))
                await stream.WriteAsync(piece);
        }

        protected override bool TryComputeLength(out long length)
        {
            length = _bytes.Length;
            return !chunked;
        }
    }
}
