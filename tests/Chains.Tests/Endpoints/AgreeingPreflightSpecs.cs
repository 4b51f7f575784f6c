using Settlement.Chains.Endpoints;

namespace Settlement.Chains.Tests.Endpoints;

/// <summary>What ends a payout before anything is signed takes two endpoints; all else is taken from the first.</summary>
public sealed class AgreeingPreflightSpecs
{
    private static readonly PreflightAnswer s_fine = PreflightAnswer.Payable.Instance;
    private static readonly PreflightAnswer s_blocked = Never(FailureCode.DestinationBlocked);
    private static readonly PreflightAnswer s_program = Never(FailureCode.DestinationNotWallet);
    private static readonly PreflightAnswer s_later = new PreflightAnswer.NotNow(
        ParkReason.AssetPaused,
        "paused"
    );
    private static readonly PreflightAnswer s_silent = new PreflightAnswer.Unknown("silent");

    [Fact]
    public async Task Two_that_say_the_same_are_believed_and_one_of_one()
    {
        (await AskAsync(s_blocked, s_blocked)).ShouldBe(s_blocked);
        (await AskAsync(s_blocked, s_silent, s_blocked)).ShouldBe(s_blocked);
        (await AskAsync(s_blocked)).ShouldBe(s_blocked);
    }

    [Fact]
    public async Task Any_other_word_and_none_leave_it_unknown()
    {
        foreach (PreflightAnswer other in new[] { s_fine, s_program, s_later, s_silent })
            (await AskAsync(s_blocked, other)).ShouldBeOfType<PreflightAnswer.Unknown>();
        // Nothing is put to the vote.
        (await AskAsync(s_blocked, s_fine, s_blocked)).ShouldBeOfType<PreflightAnswer.Unknown>();
    }

    [Fact]
    public async Task What_ends_nothing_is_asked_of_one()
    {
        (await AskAsync(s_fine, s_blocked)).ShouldBe(s_fine);
        (await AskAsync(s_later, s_fine)).ShouldBe(s_later);
    }

    [Fact]
    public async Task Only_those_that_would_fail_are_asked_about_again_and_keep_their_places()
    {
        TransferOrder[] orders = [Order("a"), Order("b"), Order("ours"), Order("c")];
        var asked = new List<string>();

        IReadOnlyList<PreflightAnswer> answers = await Agreeing()
            .ConfirmAsync(
                orders,
                new PreflightWord([s_fine, s_blocked, s_program, s_program]),
                [
                    open =>
                    {
                        asked.AddRange(open.Select(o => o.Destination));
                        return Task.FromResult(new PreflightWord([s_fine, s_program]));
                    },
                ]
            );

        asked.ShouldBe(["b", "c"]);
        answers[0].ShouldBe(s_fine);
        answers[1].ShouldBeOfType<PreflightAnswer.Unknown>();
        answers[2].ShouldBe(s_program);
        answers[3].ShouldBe(s_program);
    }

    [Theory]
    [InlineData("still", null)]
    [InlineData(null, "still")]
    public async Task An_endpoint_that_stands_still_fails_nobody(string? first, string? second)
    {
        IReadOnlyList<PreflightAnswer> answers = await Agreeing()
            .ConfirmAsync(
                [Order("a")],
                new PreflightWord([s_blocked], first),
                [_ => Task.FromResult(new PreflightWord([s_blocked], second))]
            );

        answers[0].ShouldBeOfType<PreflightAnswer.Unknown>().Cause.ShouldContain("still");
    }

    [Fact]
    public async Task A_rejection_for_ever_is_asked_of_all_and_any_other_is_not()
    {
        (await ConfirmAsync(s_blocked, s_blocked)).ShouldBe(s_blocked);
        (await ConfirmAsync(s_blocked, s_later)).ShouldBe(s_later);
        (await ConfirmAsync(s_blocked, s_fine)).ShouldBeOfType<PreflightAnswer.Unknown>();
        (await ConfirmAsync(s_later, s_blocked)).ShouldBe(s_later);
    }

    private static async Task<PreflightAnswer> ConfirmAsync(
        PreflightAnswer said,
        PreflightAnswer agreed
    )
    {
        SigningOutcome outcome = await Agreeing()
            .ConfirmRejectionAsync(
                [Order("a"), Order("b")],
                new SigningOutcome.Rejected(1, said),
                orders =>
                {
                    orders.ShouldHaveSingleItem().Destination.ShouldBe("b");
                    return Task.FromResult<IReadOnlyList<PreflightAnswer>>([agreed]);
                }
            );
        return outcome.ShouldBeOfType<SigningOutcome.Rejected>().Answer;
    }

    private static async Task<PreflightAnswer> AskAsync(
        PreflightAnswer first,
        params PreflightAnswer[] others
    ) =>
        (
            await Agreeing()
                .ConfirmAsync(
                    [Order("a")],
                    new PreflightWord([first]),
                    [
                        .. others.Select(said =>
                            (Func<IReadOnlyList<TransferOrder>, Task<PreflightWord>>)(
                                _ => Task.FromResult(new PreflightWord([said]))
                            )
                        ),
                    ]
                )
        )[0];

    private static AgreeingPreflight Agreeing() => new(order => order.Destination == "ours");

    private static TransferOrder Order(string to) => new(1, to, 1_000);

    private static PreflightAnswer.NeverPayable Never(FailureCode code) => new(code, "never");
}
