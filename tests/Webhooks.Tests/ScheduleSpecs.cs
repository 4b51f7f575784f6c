using Settlement.Webhooks.Sending;
using Shouldly;
using Xunit;

namespace Settlement.Webhooks.Tests;

public sealed class ScheduleSpecs
{
    [Fact]
    public void The_pauses_are_those_of_the_standard() =>
        RetrySchedule
            .Pauses.Select(pause => pause.TotalSeconds)
            .ShouldBe([5, 300, 1_800, 7_200, 18_000, 36_000, 50_400, 72_000, 86_400]);

    [Theory]
    [InlineData(0.0, 1.0)]
    [InlineData(0.5, 1.05)]
    [InlineData(1.0, 1.1)]
    public void Chance_makes_a_pause_up_to_a_tenth_longer_and_never_shorter(
        double chance,
        double times
    )
    {
        for (int failures = 1; failures <= 9; failures++)
        {
            RetrySchedule
                .After(failures, null, chance)!
                .Value.TotalSeconds.ShouldBe(
                    RetrySchedule.Pauses[failures - 1].TotalSeconds * times,
                    0.001
                );
        }
    }

    [Fact]
    public void After_the_tenth_attempt_there_is_no_other()
    {
        RetrySchedule.After(9, null, 0).ShouldNotBeNull();
        RetrySchedule.After(10, null, 0).ShouldBeNull();
        RetrySchedule.After(10, TimeSpan.FromSeconds(1), 0).ShouldBeNull();
    }

    [Theory]
    [InlineData(1, 60, 60)]
    [InlineData(1, 1, 5)]
    [InlineData(1, -60, 5)]
    [InlineData(3, 60, 1_800)]
    [InlineData(1, 10_000_000, 86_400)]
    [InlineData(9, 1_000_000, 86_400)]
    public void An_endpoint_may_ask_for_a_longer_pause_within_a_day(
        int failures,
        int asked,
        int expected
    ) =>
        RetrySchedule
            .After(failures, TimeSpan.FromSeconds(asked), 0)!
            .Value.TotalSeconds.ShouldBe(expected);

    [Fact]
    public void The_document_has_the_same_table()
    {
        string row = Settlement
            .TestKit.Repository.Read("docs/webhooks.md")
            .Split('\n')
            .Single(line => line.StartsWith("| after | at once |", StringComparison.Ordinal));

        row.Split('|')[3..^1].Select(cell => Read(cell.Trim())).ShouldBe(RetrySchedule.Pauses);
    }

    private static TimeSpan Read(string text) =>
        text.Split(' ') switch
        {
            [var n, "s"] => TimeSpan.FromSeconds(int.Parse(n, null)),
            [var n, "min"] => TimeSpan.FromMinutes(int.Parse(n, null)),
            [var n, "h"] => TimeSpan.FromHours(int.Parse(n, null)),
            _ => throw new FormatException(text),
        };
}
