using Microsoft.Extensions.Logging.Abstractions;
using Settlement.Chains;
using Settlement.Worker.Rounds;
using Shouldly;
using Xunit;

namespace Settlement.Worker.Tests;

public sealed class RoundSpecs
{
    private static readonly TimeSpan s_every = TimeSpan.FromSeconds(2);

    private readonly RecordedLogs _logs = new();

    [Fact]
    public async Task Trouble_is_logged_when_it_begins_and_when_it_ends()
    {
        SafeRound round = Round(TimeSpan.FromSeconds(5));
        Func<CancellationToken, Task<int>> fails = _ => throw new InvalidOperationException("no");

        int?[] done =
        [
            await round.RunAsync(_ => Task.FromResult(3), default),
            await round.RunAsync(fails, default),
            await round.RunAsync(fails, default),
            await round.RunAsync(_ => Task.FromResult(4), default),
            await round.RunAsync(_ => Task.FromResult(5), default),
        ];

        done.ShouldBe([3, null, null, 4, 5]);
        _logs.Count("some work fails").ShouldBe(1);
        _logs.Count("some work works again").ShouldBe(1);
    }

    [Fact]
    public async Task R31_A_round_that_takes_too_long_is_ended_and_counts_as_trouble()
    {
        SafeRound round = Round(TimeSpan.FromMilliseconds(20));

        int? done = await round.RunAsync(
            async ct =>
            {
                await Task.Delay(Timeout.Infinite, ct);
                return 1;
            },
            default
        );

        done.ShouldBeNull();
        _logs.Count("some work fails").ShouldBe(1);
    }

    [Fact]
    public void A_full_round_is_followed_at_once_but_not_for_ever()
    {
        RoundLoop loop = Loop();

        int inARow = Enumerable
            .Range(0, RoundLoop.MaxRoundsWithoutPause)
            .TakeWhile(_ => loop.NextPause(90, full: 90) == TimeSpan.Zero)
            .Count();

        inARow.ShouldBe(RoundLoop.MaxRoundsWithoutPause - 1);
        loop.NextPause(89, full: 90).ShouldBe(s_every);
        loop.NextPause(0, full: 90).ShouldBe(s_every);
    }

    [Fact]
    public void Failures_follow_each_other_ever_more_slowly()
    {
        RoundLoop loop = Loop();

        IEnumerable<double> pauses = Enumerable
            .Range(0, 7)
            .Select(_ => loop.NextPause(null, full: 90).TotalSeconds)
            .ToList();

        pauses.ShouldBe([2, 4, 8, 16, 30, 30, 30]);
        loop.NextPause(0, full: 90).ShouldBe(s_every);
        loop.NextPause(null, full: 90).ShouldBe(s_every);
    }

    [Fact]
    public async Task A_loop_that_is_told_to_stop_ends_the_round_that_runs_and_begins_no_other()
    {
        using var stopping = new CancellationTokenSource();
        var began = new TaskCompletionSource();
        var mayEnd = new TaskCompletionSource();
        int rounds = 0;
        Task loop = Loop()
            .RunAsync(
                async ct =>
                {
                    began.SetResult();
                    await mayEnd.Task.WaitAsync(ct);
                    rounds++;
                },
                stopping.Token
            );

        await began.Task;
        await stopping.CancelAsync();
        mayEnd.SetResult();
        await loop;

        rounds.ShouldBe(1);
    }

    [Fact]
    public async Task A_call_during_a_round_ends_the_pause_after_it()
    {
        using var stopping = new CancellationTokenSource();
        var wakeUp = new WakeUp();
        var second = new TaskCompletionSource();
        int rounds = 0;

        Task loop = Loop(TimeSpan.FromHours(1))
            .RunAsync(
                _ =>
                {
                    if (++rounds == 1)
                        wakeUp.Call();
                    else
                        second.SetResult();
                    return Task.FromResult(0);
                },
                full: 1,
                wakeUp,
                stopping.Token
            );

        await second.Task.WaitAsync(TimeSpan.FromSeconds(20));
        await stopping.CancelAsync();
        await loop;
        rounds.ShouldBe(2);
    }

    private SafeRound Round(TimeSpan budget) =>
        new("some work", new NetworkId("somewhere"), budget, TimeProvider.System, _logs);

    private static RoundLoop Loop() => Loop(s_every);

    private static RoundLoop Loop(TimeSpan every) =>
        new(
            new SafeRound(
                "some work",
                new NetworkId("somewhere"),
                TimeSpan.FromSeconds(5),
                TimeProvider.System,
                NullLogger.Instance
            ),
            () => every,
            TimeProvider.System
        );
}
