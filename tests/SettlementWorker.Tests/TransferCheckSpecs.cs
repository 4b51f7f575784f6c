using Settlement.Chains;
using Settlement.Payouts.Lifecycle;
using Settlement.TestKit;
using Shouldly;
using Xunit;

namespace Settlement.Worker.Tests;

/// <summary>A worker answers operators who ask whether a transaction paid a payout.</summary>
public sealed class TransferCheckSpecs(PostgresDatabase database) : IClassFixture<PostgresDatabase>
{
    private readonly Given _given = new(database);
    private readonly TransferChecks _checks = new(database.App);

    [Fact]
    public async Task The_chain_is_asked_for_exactly_the_payouts_transfer_and_its_answer_is_written()
    {
        FakeChain chain = AChain.Numbered();
        Payout payout = await PausedAsync(chain);
        (string Hash, TransferOrder Order)? asked = null;
        chain.Finding = (hash, order) =>
        {
            asked = (hash, order);
            return new TransferSighting.Made("canonical", ["log 7"], new Evidence("""{"b":1}"""));
        };
        await using AWorker worker = await AWorker.RunningAsync(database, chain);

        TransferCheck answered = await AnswerAsync(payout);

        (answered.Answer, answered.TransactionId).ShouldBe(("made", "canonical"));
        asked!.Value.Hash.ShouldBe("by-hand");
        asked.Value.Order.ShouldBe(
            new TransferOrder(
                payout.Number,
                $"address-of-{payout.UserId:N}",
                Settlement.Worker.Tests.Given.AmountMicro
            )
        );
    }

    [Fact]
    public async Task Another_asset_than_the_one_it_pays_is_not_judged()
    {
        FakeChain chain = AChain.Numbered();
        Payout payout = await PausedAsync(chain);
        chain.OnlyAsset = "another";
        chain.Finding = (_, _) =>
            new TransferSighting.Made("canonical", ["log 7"], new Evidence("{}"));
        await using AWorker worker = await AWorker.RunningAsync(database, chain);

        (await AnswerAsync(payout)).Answer.ShouldBe("unknown");
    }

    [Fact]
    public async Task A_node_whose_identity_is_not_confirmed_is_not_asked()
    {
        FakeChain chain = AChain.Numbered();
        Payout payout = await PausedAsync(chain);
        chain.Identity = new IdentityCheck.Mismatch("Another chain.");
        bool wasAsked = false;
        chain.Finding = (_, _) =>
        {
            wasAsked = true;
            return new TransferSighting.Missing("-");
        };
        await using AWorker worker = await AWorker.RunningAsync(database, chain);
        long id = await AskAsync(payout);
        await worker.Logs.HasAsync("no work until this is mended");

        TransferCheck before = await _checks.ReadAsync(id, default);
        bool wasAskedBefore = wasAsked;
        chain.Identity = new IdentityCheck.Confirmed();
        TransferCheck after = await AnswerAsync(payout);

        (before.Answer, wasAskedBefore).ShouldBe((null, false));
        after.Answer.ShouldBe("not_found");
    }

    // Nobody takes it up meanwhile.
    private async Task<Payout> PausedAsync(FakeChain chain)
    {
        await _given.ExecuteAsync(
            $"INSERT INTO pauses (scope, cause, reason, paused_by) VALUES ('{chain.Network.Name}', 'operator', 'A test.', 'tess')"
        );
        return await _given.PayoutAsync(chain);
    }

    private async Task<long> AskAsync(Payout payout) =>
        (await _checks.AskAsync(payout.Id, "by-hand", "operator", null, default)).ShouldNotBeNull();

    private async Task<TransferCheck> AnswerAsync(Payout payout)
    {
        long id = await AskAsync(payout);
        await Eventually.BecomesAsync(
            async () => (await _checks.ReadAsync(id, default)).Answer is not null,
            "it is answered"
        );
        return await _checks.ReadAsync(id, default);
    }
}
