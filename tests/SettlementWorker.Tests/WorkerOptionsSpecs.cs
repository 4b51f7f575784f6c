using Microsoft.Extensions.Configuration;
using Settlement.Hosting.Start;
using Shouldly;
using Xunit;

namespace Settlement.Worker.Tests;

public sealed class WorkerOptionsSpecs
{
    [Fact]
    public void Nothing_needs_to_be_configured()
    {
        WorkerOptions options = Read([]);

        options.SweepEvery.ShouldBe(TimeSpan.FromSeconds(2));
        options.Policy.Lease.ShouldBe(TimeSpan.FromSeconds(60));
        options.LowMarks.ShouldBeEmpty();
    }

    [Fact]
    public void Everything_can_be_configured()
    {
        WorkerOptions options = Read(
            new()
            {
                ["Worker:SweepEvery"] = "00:00:03",
                ["Worker:Policy:Lease"] = "00:02:00",
                ["Worker:Policy:ClaimLimit"] = "17",
                // More wei than a long holds.
                ["Worker:LowMarks:ethereum:NativeBaseUnits"] = "50000000000000000000",
            }
        );

        options.SweepEvery.ShouldBe(TimeSpan.FromSeconds(3));
        (options.Policy.Lease, options.Policy.ClaimLimit).ShouldBe((TimeSpan.FromMinutes(2), 17));
        options
            .LowMarks["ethereum"]
            .NativeBaseUnits.ShouldBe((UInt128)50 * 1_000_000_000_000_000_000);
    }

    [Theory]
    [InlineData("Worker:SweepEvery", "00:00:00")]
    [InlineData("Worker:ObserveEvery", "-00:00:01")]
    [InlineData("Worker:RoundBudget", "00:00:31")]
    [InlineData("Worker:StopWithin", "00:00:19")]
    [InlineData("Worker:Lanes", "0")]
    [InlineData("Worker:Policy:ConcludeLimit", "0")]
    public void A_value_that_cannot_work_is_refused_by_its_key(string key, string value) =>
        Should
            .Throw<StartRefusedException>(() => Read(new() { [key] = value }))
            .Message.ShouldStartWith(key);

    private static WorkerOptions Read(Dictionary<string, string?> settings) =>
        WorkerOptions.Read(new ConfigurationBuilder().AddInMemoryCollection(settings).Build());
}
