using System.Globalization;
using Microsoft.AspNetCore.Http;
using Settlement.Webhooks.Deliveries;
using Settlement.Webhooks.Sending;
using Shouldly;
using Xunit;

namespace Settlement.Webhooks.Tests;

/// <summary>What an endpoint can do to us: refuse, redirect, hang, drip, flood, vanish. Each is a failed attempt, and no more.</summary>
public sealed class FailureSpecs : IAsyncLifetime
{
    private readonly AWorld _world = new();

    public Task InitializeAsync() => _world.InitializeAsync();

    public Task DisposeAsync() => _world.DisposeAsync();

    [Fact]
    public async Task Ten_attempts_keep_to_the_schedule_and_then_it_has_failed()
    {
        await using AReceiver receiver = await AReceiver.StartAsync(500);
        (Guid endpoint, _) = await _world.ListenAsync(receiver.Url());
        await _world.Given.RequestedAsync();
        var pauses = new List<double>();

        for (int attempt = 1; attempt <= 10; attempt++)
        {
            await _world.TellAsync();
            receiver.Messages.Count.ShouldBe(attempt);
            Delivery after = (await _world.SentToAsync(endpoint)).Single();
            after.Attempts.ShouldBe(attempt);
            if (after.DueAt is { } due)
                pauses.Add((due - after.AttemptedAt!.Value).TotalSeconds);
            await _world.LetTimePassAsync();
        }
        await _world.TellAsync();

        pauses.Count.ShouldBe(9);
        for (int i = 0; i < pauses.Count; i++)
        {
            double least = RetrySchedule.Pauses[i].TotalSeconds;
            pauses[i].ShouldBeInRange(least - 0.001, least * 1.1 + 0.001);
        }
        Delivery last = (await _world.SentToAsync(endpoint)).Single();
        (last.Status, last.Error).ShouldBe(("failed", "HTTP 500"));
        receiver.Messages.Count.ShouldBe(10);
        receiver.Messages.Select(m => m.Id).Distinct().ShouldHaveSingleItem();
    }

    [Theory]
    [InlineData("120", 120)]
    [InlineData("1", 5)]
    [InlineData("9999999", 86_400)]
    [InlineData("never", 5)]
    public async Task An_endpoint_may_ask_for_a_longer_pause(string header, int seconds)
    {
        Delivery delivery = await OneAttemptAsync(
            (context, _) =>
            {
                context.Response.StatusCode = 429;
                context.Response.Headers.RetryAfter = header;
                return Task.CompletedTask;
            }
        );

        PauseOf(delivery).ShouldBeInRange(seconds - 0.001, seconds * 1.1 + 0.001);
    }

    [Fact]
    public async Task A_date_to_come_back_at_is_understood()
    {
        Delivery delivery = await OneAttemptAsync(
            (context, _) =>
            {
                context.Response.StatusCode = 503;
                context.Response.Headers.RetryAfter = TimeProvider
                    .System.GetUtcNow()
                    .AddMinutes(10)
                    .ToString("R", CultureInfo.InvariantCulture);
                return Task.CompletedTask;
            }
        );

        PauseOf(delivery).ShouldBeInRange(590, 661);
    }

    [Theory]
    [InlineData(301)]
    [InlineData(302)]
    [InlineData(307)]
    [InlineData(308)]
    public async Task A_redirect_is_not_followed(int status)
    {
        await using AReceiver inside = await AReceiver.StartAsync();
        Delivery delivery = await OneAttemptAsync(
            (context, _) =>
            {
                context.Response.StatusCode = status;
                context.Response.Headers.Location = inside.Url();
                return Task.CompletedTask;
            }
        );

        inside.Messages.ShouldBeEmpty();
        delivery.Status.ShouldBe("pending");
        delivery.Error.ShouldBe("a redirect, which is not followed");
    }

    [Fact]
    public async Task An_endpoint_that_hangs_is_left_after_its_time()
    {
        _world.Options = _world.Options with { Timeout = TimeSpan.FromMilliseconds(200) };
        var never = new TaskCompletionSource();

        Delivery delivery = await OneAttemptAsync((_, _) => never.Task);
        never.SetResult();

        (delivery.Status, delivery.Error).ShouldBe(("pending", "no answer within 0.2 s"));
    }

    [Fact]
    public async Task Of_a_flood_a_little_is_read_and_it_has_arrived()
    {
        Delivery delivery = await OneAttemptAsync(
            async (context, _) =>
            {
                await context.Response.WriteAsync("ok\0");
                byte[] much = new byte[1_000_000];
                Array.Fill(much, (byte)'x');
                for (int i = 0; i < 100 && !context.RequestAborted.IsCancellationRequested; i++)
                    await context.Response.Body.WriteAsync(much, context.RequestAborted);
            }
        );

        delivery.Status.ShouldBe("delivered");
        delivery.ResponseBody!.Length.ShouldBe(WebhookSender.MaxResponseBytes);
        delivery.ResponseBody.ShouldStartWith("ok\uFFFDxxx");
    }

    [Fact]
    public async Task A_body_that_drips_takes_nothing_back()
    {
        _world.Options = _world.Options with { Timeout = TimeSpan.FromMilliseconds(500) };
        var never = new TaskCompletionSource();

        Delivery delivery = await OneAttemptAsync(
            async (context, _) =>
            {
                await context.Response.WriteAsync("o");
                await context.Response.Body.FlushAsync();
                await never.Task;
            }
        );
        never.SetResult();

        delivery.Status.ShouldBe("delivered");
    }

    [Fact]
    public async Task A_connection_that_breaks_off_is_a_failed_attempt()
    {
        Delivery delivery = await OneAttemptAsync(
            (context, _) =>
            {
                context.Abort();
                return Task.CompletedTask;
            }
        );

        delivery.Status.ShouldBe("pending");
        delivery.ResponseStatus.ShouldBeNull();
        delivery.Error.ShouldNotBeNullOrEmpty();
    }

    [Fact]
    public async Task A_certificate_that_nobody_vouches_for_is_refused()
    {
        await using AReceiver receiver = await AReceiver.StartAsync(200, tls: true);

        Delivery delivery = await OneAttemptAsync(receiver.Url());

        delivery.Error.ShouldBe("the certificate or the TLS handshake is bad");
        receiver.Messages.ShouldBeEmpty();
    }

    [Theory]
    [InlineData("http://127.0.0.1:1/", "no connection")]
    [InlineData("http://no-such-name.invalid/", "the name is not found")]
    public async Task Nobody_there_is_a_failed_attempt(string url, string error) =>
        (await OneAttemptAsync(url)).Error.ShouldBe(error);

    [Fact]
    public async Task Outside_of_development_a_private_address_is_never_connected_to()
    {
        await using AReceiver receiver = await AReceiver.StartAsync();
        _world.Options = _world.Options with { AllowPrivateAddresses = false };

        Delivery delivery = await OneAttemptAsync(receiver.Url());

        receiver.Messages.ShouldBeEmpty();
        delivery.Error.ShouldBe("the name leads to no address of the public Internet");
    }

    [Fact]
    public async Task An_endpoint_that_is_gone_is_switched_off_at_once()
    {
        await using AReceiver receiver = await AReceiver.StartAsync(410);
        (Guid endpoint, _) = await _world.ListenAsync(receiver.Url());
        await _world.Given.RequestedAsync();

        await _world.TellAsync();

        (await _world.SentToAsync(endpoint)).Single().Status.ShouldBe("failed");
        (await OffAsync(endpoint)).ShouldBe("gone");
        (
            await _world.ReadAsync<string>(
                "SELECT actor || ' ' || reason FROM audit_log WHERE action = 'webhook_disabled' AND target = @target",
                new { target = $"{endpoint}" }
            )
        ).ShouldBe("worker gone");
    }

    [Theory]
    [InlineData(9, 6, null)]
    [InlineData(200, 4, null)]
    [InlineData(10, 6, "failing")]
    public async Task An_endpoint_that_fails_long_and_often_is_switched_off(
        int failures,
        int days,
        string? expected
    )
    {
        await using AReceiver receiver = await AReceiver.StartAsync(500);
        (Guid endpoint, _) = await _world.ListenAsync(receiver.Url());
        await _world.ExecuteAsync(
            "UPDATE webhook_endpoints SET failures = @failures, failing_since = now() - make_interval(days => @days)",
            new { failures = failures - 1, days }
        );
        await _world.Given.RequestedAsync();

        await _world.TellAsync();

        (await OffAsync(endpoint)).ShouldBe(expected);
    }

    [Fact]
    public async Task One_success_forgives_all_failures()
    {
        await using AReceiver receiver = await AReceiver.StartAsync();
        (Guid endpoint, _) = await _world.ListenAsync(receiver.Url());
        await _world.ExecuteAsync(
            "UPDATE webhook_endpoints SET failures = 500, failing_since = now() - interval '6 days'"
        );
        await _world.Given.RequestedAsync();

        await _world.TellAsync();

        (await OffAsync(endpoint)).ShouldBeNull();
        (
            await _world.ReadAsync<bool>(
                "SELECT failures = 0 AND failing_since IS NULL FROM webhook_endpoints"
            )
        ).ShouldBeTrue();
    }

    private Task<string?> OffAsync(Guid endpoint) =>
        _world.ReadAsync<string?>(
            "SELECT disabled_reason FROM webhook_endpoints WHERE id = @endpoint",
            new { endpoint }
        );

    private static double PauseOf(Delivery delivery) =>
        (delivery.DueAt!.Value - delivery.AttemptedAt!.Value).TotalSeconds;

    private async Task<Delivery> OneAttemptAsync(Func<HttpContext, Received, Task> answerAsync)
    {
        await using AReceiver receiver = await AReceiver.StartAsync(answerAsync);
        return await OneAttemptAsync(receiver.Url());
    }

    private async Task<Delivery> OneAttemptAsync(string url)
    {
        (Guid endpoint, _) = await _world.ListenAsync(url);
        await _world.Given.RequestedAsync();
        await _world.TellAsync();
        Delivery delivery = (await _world.SentToAsync(endpoint)).ShouldHaveSingleItem();
        delivery.Attempts.ShouldBe(1);
        return delivery;
    }
}
