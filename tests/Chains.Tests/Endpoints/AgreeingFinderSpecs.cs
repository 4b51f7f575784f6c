using Settlement.Chains.Endpoints;

namespace Settlement.Chains.Tests.Endpoints;

/// <summary>That somebody's transaction paid is believed where two endpoints say the same; a doubt is never a no.</summary>
public sealed class AgreeingFinderSpecs
{
    private static readonly Evidence s_proof = new("{}");
    private static readonly TransferSighting.Made s_made = new("tx", ["log 1"], s_proof);
    private static readonly TransferSighting.Missing s_missing = new("not here");
    private static readonly TransferSighting.Unknown s_silent = new("silent");

    [Fact]
    public async Task Two_that_say_the_same_are_believed_and_one_of_one()
    {
        (await AskAsync(s_made, s_made)).ShouldBeOfType<TransferSighting.Made>();
        (await AskAsync(s_missing, s_made, s_made)).ShouldBeOfType<TransferSighting.Made>();
        (await AskAsync(s_made)).ShouldBeOfType<TransferSighting.Made>();
    }

    [Fact]
    public async Task One_of_several_is_not_enough_and_nothing_follows()
    {
        (await AskAsync(s_made, s_missing)).ShouldBeOfType<TransferSighting.Unknown>();
        (await AskAsync(s_silent, s_made)).ShouldBeOfType<TransferSighting.Unknown>();
        (
            await AskAsync(s_made, s_made with { Places = ["log 2"] })
        ).ShouldBeOfType<TransferSighting.Unknown>();
        (
            await AskAsync(s_made, new TransferSighting.Failed("reverted", s_proof))
        ).ShouldBeOfType<TransferSighting.Unknown>();
    }

    [Fact]
    public async Task Below_the_configured_amount_one_is_enough()
    {
        var policy = new EndpointPolicy { AgreeOnLandedFromMicro = 1_001 };

        (await AskAsync(policy, s_made, s_silent)).ShouldBeOfType<TransferSighting.Made>();
    }

    [Fact]
    public async Task Whoever_knows_more_is_told()
    {
        var soon = new TransferSighting.Pending("soon");

        (await AskAsync(s_missing, soon, s_silent)).ShouldBe(soon);
        (await AskAsync(s_silent, s_missing)).ShouldBe(s_missing);
        (await AskAsync(s_silent, s_silent)).ShouldBe(s_silent);
    }

    private static Task<TransferSighting> AskAsync(params TransferSighting[] words) =>
        AskAsync(new EndpointPolicy(), words);

    private static Task<TransferSighting> AskAsync(
        EndpointPolicy policy,
        params TransferSighting[] words
    ) =>
        AgreeingFinder.AskAsync(
            policy,
            new TransferOrder(1, "to", 1_000),
            [.. words.Select(word => (Func<Task<TransferSighting>>)(() => Task.FromResult(word)))]
        );
}
