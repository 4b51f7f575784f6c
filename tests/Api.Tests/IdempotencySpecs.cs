using Shouldly;
using Xunit;

namespace Settlement.Api.Tests;

public sealed class IdempotencySpecs(ApiFixture api) : IClassFixture<ApiFixture>
{
    private const string Path = "/v1/referrals/payouts";
    private const string Header = "Idempotency-Key";

    [Fact]
    public async Task K3_F2_The_same_key_and_request_repeat_the_first_answer_to_the_byte()
    {
        ApiClient user = await api.UserWithAsync(50_000_000);
        ApiAnswer first = await user.PostAsync(
            Path,
            Given.CreateBody(reference: "r"),
            (Header, "k")
        );
        await Given.SentAsync(api.Database, (Guid)first.Json["id"]!);

        ApiAnswer again = await user.PostAsync(
            Path,
            " " + Given.CreateBody(reference: "r").Replace(",", " , ", StringComparison.Ordinal),
            (Header, "k")
        );

        ((int)again.Status).ShouldBe(202);
        again.Text.ShouldBe(first.Text);
        again.Header("Location").ShouldBe(first.Header("Location"));
        again.Header("Idempotent-Replayed").ShouldBe("true");
        first.Header("Idempotent-Replayed").ShouldBeNull();
        (await CountAsync(user)).ShouldBe(1);
    }

    [Fact]
    public async Task P11_The_same_key_with_another_request_is_refused()
    {
        ApiClient user = await api.UserWithAsync(90_000_000);
        await user.PostAsync(Path, Given.CreateBody(), (Header, "k"));

        foreach (
            string body in new[]
            {
                Given.CreateBody(25_000_001),
                Given.CreateBody(network: "polygon", address: Given.PolygonAddress),
                Given.CreateBody(reference: "x"),
            }
        )
        {
            (await user.PostAsync(Path, body, (Header, "k"))).ShouldBeError(
                422,
                "idempotency_key_reused"
            );
        }

        (await CountAsync(user)).ShouldBe(1);
    }

    [Fact]
    public async Task Quoted_and_bare_are_the_same_key()
    {
        ApiClient user = await api.UserWithAsync(90_000_000);
        await user.PostAsync(Path, Given.CreateBody(), (Header, "abc"));

        ApiAnswer quoted = await user.PostAsync(Path, Given.CreateBody(), (Header, "\"abc\""));

        quoted.Header("Idempotent-Replayed").ShouldBe("true");
    }

    [Fact]
    public async Task Two_users_may_use_the_same_key()
    {
        ApiClient one = await api.UserWithAsync(50_000_000);
        ApiClient two = await api.UserWithAsync(50_000_000);

        ApiAnswer first = await one.PostAsync(Path, Given.CreateBody(), (Header, "shared"));
        ApiAnswer second = await two.PostAsync(Path, Given.CreateBody(), (Header, "shared"));

        second.Header("Idempotent-Replayed").ShouldBeNull();
        ((Guid)second.Json["id"]!).ShouldNotBe((Guid)first.Json["id"]!);
    }

    [Fact]
    public async Task P11_Of_many_at_once_with_one_key_one_creates_and_all_tell_of_it()
    {
        ApiClient user = await api.UserWithAsync(25_000_000);

        ApiAnswer[] answers = await Task.WhenAll(
            Enumerable
                .Range(0, 40)
                .Select(_ => user.PostAsync(Path, Given.CreateBody(), (Header, "k")))
        );

        answers.ShouldAllBe(a => (int)a.Status == 202);
        answers.Select(a => a.Text).Distinct().Count().ShouldBe(1);
        (await CountAsync(user)).ShouldBe(1);
    }

    [Fact]
    public async Task A_refused_request_does_not_use_its_key_up()
    {
        ApiClient user = await api.UserWithAsync(0);
        (await user.PostAsync(Path, Given.CreateBody(), (Header, "k"))).ShouldBeError(
            400,
            "balance_insufficient"
        );
        await Given.RewardAsync(api.Database, user.UserId, 50_000_000);

        ((int)(await user.PostAsync(Path, Given.CreateBody(), (Header, "k"))).Status).ShouldBe(202);
    }

    [Theory]
    [InlineData(255, 202)]
    [InlineData(256, 400)]
    [InlineData(0, 400)]
    public async Task A_key_has_1_to_255_characters(int length, int status)
    {
        ApiClient user = await api.UserWithAsync(50_000_000);

        ApiAnswer answer = await user.PostAsync(
            Path,
            Given.CreateBody(),
            (Header, new string('k', length))
        );

        ((int)answer.Status).ShouldBe(status, answer.Text);
        if (status == 400)
            answer.ShouldBeError(400, "idempotency_key_invalid");
    }

    [Fact]
    public async Task A_repeated_header_and_empty_quotes_are_invalid()
    {
        ApiClient user = await api.UserWithAsync(50_000_000);
        string body = Given.CreateBody();

        ApiAnswer empty = await user.PostAsync(Path, body, (Header, "\"\""));
        string repeated = await api.Server.RawAsync(
            $"POST {Path} HTTP/1.1\r\nHost: x\r\nCookie: nl_session={user.Session}\r\n{Header}: a\r\n{Header}: a\r\nContent-Length: {body.Length}\r\n\r\n{body}"
        );

        empty.ShouldBeError(400, "idempotency_key_invalid");
        repeated.ShouldContain("idempotency_key_invalid");
        (await CountAsync(user)).ShouldBe(0);
    }

    private Task<long> CountAsync(ApiClient user) =>
        Given.ScalarAsync<long>(
            api.Database,
            "SELECT count(*) FROM payouts WHERE user_id = $1",
            user.UserId
        );
}
