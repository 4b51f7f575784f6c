using Settlement.Chains.Endpoints;

namespace Settlement.Chains.Tests.Endpoints;

/// <summary>When an endpoint is believed, without any endpoint.</summary>
public sealed class StandingSpecs
{
    private readonly EndpointPolicy _policy = new() { StallAfter = TimeSpan.FromMinutes(5) };
    private readonly FinalityMark _mark = new();
    private readonly HandClock _clock = new();
    private readonly Standing _standing;

    public StandingSpecs() => _standing = new Standing("node", _policy, _mark, _clock);

    [Fact]
    public async Task C11_A_head_below_one_that_a_verdict_used_is_out_until_it_has_caught_up()
    {
        _mark.Raise(new FinalHead(100, "h100"));

        (await JudgeAsync(99)).ShouldNotBeNull();
        _standing.Report().State.ShouldBe(EndpointState.Behind);
        _standing.OutBecause.ShouldNotBeNull();

        (await JudgeAsync(100)).ShouldBeNull();
        _standing.Report().State.ShouldBe(EndpointState.In);
        _standing.OutBecause.ShouldBeNull();
    }

    [Theory]
    [InlineData(100UL)]
    [InlineData(105UL)]
    public async Task V13_Another_block_where_a_verdict_rested_is_out(ulong head)
    {
        _mark.Raise(new FinalHead(100, "another"));

        (await JudgeAsync(head)).ShouldNotBeNull().ShouldContain("another block 100");

        _standing.Report().State.ShouldBe(EndpointState.OtherBlock);
    }

    [Fact]
    public async Task V13_Another_block_than_the_one_that_it_showed_itself_is_out()
    {
        await JudgeAsync(100);

        (await JudgeAsync(105, _ => "another")).ShouldNotBeNull().ShouldContain("another block");

        _standing.Report().State.ShouldBe(EndpointState.OtherBlock);
    }

    [Fact]
    public async Task R24_A_head_that_moves_back_is_out_until_it_has_caught_up_with_itself()
    {
        await JudgeAsync(100);

        (await JudgeAsync(99)).ShouldNotBeNull();
        _standing.Report().State.ShouldBe(EndpointState.Regressed);

        (await JudgeAsync(101)).ShouldBeNull();
        _standing.Report().State.ShouldBe(EndpointState.In);
    }

    [Fact]
    public async Task A_head_that_was_read_before_another_question_went_further_is_no_step_back()
    {
        FinalHead? before = _standing.Highest;
        await JudgeAsync(100);

        string? refusal = await _standing.JudgeAsync(before, Head(99), Same);

        refusal.ShouldBeNull();
        _standing.Highest.ShouldBe(Head(100));
    }

    [Fact]
    public async Task A_block_that_it_does_not_show_is_no_proof_of_sameness()
    {
        _mark.Raise(new FinalHead(100, "h100"));

        (await JudgeAsync(105, _ => null)).ShouldNotBeNull().ShouldContain("does not show");
    }

    [Fact]
    public async Task V14_Finality_that_stands_still_allows_no_verdict_and_resumes_by_itself()
    {
        await JudgeAsync(100);
        _clock.Advance(TimeSpan.FromMinutes(4));
        await JudgeAsync(100);
        _standing.NoVerdictBecause.ShouldBeNull();

        _clock.Advance(TimeSpan.FromMinutes(1));
        (await JudgeAsync(100)).ShouldBeNull();
        _standing.NoVerdictBecause.ShouldNotBeNull().ShouldContain("300 s");
        _standing.Report().State.ShouldBe(EndpointState.Stalled);
        _standing.OutBecause.ShouldBeNull();

        await JudgeAsync(101);
        _standing.NoVerdictBecause.ShouldBeNull();
    }

    [Fact]
    public void C12_The_chain_is_asked_for_again_and_another_one_is_out()
    {
        _standing.NeedsIdentity.ShouldBeTrue();
        _standing.IsOurs();
        _standing.NeedsIdentity.ShouldBeFalse();

        _clock.Advance(_policy.IdentityEvery);
        _standing.NeedsIdentity.ShouldBeTrue();
        _standing.IsForeign("it serves chain 137");

        _standing.OutBecause.ShouldBe("it serves chain 137");
        _standing.WasConfirmed.ShouldBeTrue();
        _standing.IsOurs();
        _standing.OutBecause.ShouldBeNull();
    }

    [Fact]
    public async Task Silence_does_not_rehabilitate()
    {
        _mark.Raise(new FinalHead(100, "h100"));
        await JudgeAsync(99);

        _standing.IsSilent("HTTP 503");

        _standing.Report().State.ShouldBe(EndpointState.Behind);
    }

    [Fact]
    public void The_mark_is_only_raised()
    {
        _mark.Raise(Head(100));
        _mark.Raise(Head(90));

        _mark.Highest.ShouldBe(Head(100));
    }

    private Task<string?> JudgeAsync(ulong number, Func<ulong, string?>? hashAt = null) =>
        _standing.JudgeAsync(
            _standing.Highest,
            Head(number),
            height => Task.FromResult(hashAt is null ? $"h{height}" : hashAt(height))
        );

    private static Task<string?> Same(ulong height) => Task.FromResult<string?>($"h{height}");

    private static FinalHead Head(ulong number) => new(number, $"h{number}");
}
