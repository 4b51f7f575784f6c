using Settlement.Chaos.Faults;
using Settlement.Payouts.Settling;
using Shouldly;
using Xunit;

namespace Settlement.Chaos.Tests;

public sealed class CrashPlaceSpecs
{
    [Fact]
    public void The_driver_kills_at_every_place_that_the_worker_has() =>
        ProcessStrikes.Places.ShouldBe(CrashPoints.All);
}
