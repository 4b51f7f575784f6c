using Settlement.Chains.Endpoints;

namespace Settlement.Chains.Tests.Endpoints;

/// <summary>The mark goes up, also over a restart.</summary>
public sealed class FinalityMarkSpecs
{
    [Fact]
    public void It_goes_up_and_never_down()
    {
        var mark = new FinalityMark();
        mark.Resume(new FinalHead(100, "a"));
        mark.Raise(new FinalHead(99, "b"));
        mark.Resume(new FinalHead(98, "c"));
        mark.Highest.ShouldBe(new FinalHead(100, "a"));

        mark.Raise(new FinalHead(101, "d"));
        mark.Highest.ShouldBe(new FinalHead(101, "d"));
    }

    [Fact]
    public void Stored_heads_above_what_a_person_allows_are_forgotten_and_new_ones_count()
    {
        var mark = new FinalityMark(resumeAtMost: 100);
        mark.Resume(new FinalHead(101, "rolled back"));
        mark.Highest.ShouldBeNull();

        mark.Resume(new FinalHead(100, "a"));
        mark.Raise(new FinalHead(120, "b"));
        mark.Highest.ShouldBe(new FinalHead(120, "b"));
    }
}
