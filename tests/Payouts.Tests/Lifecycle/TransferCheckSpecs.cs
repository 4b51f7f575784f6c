using Npgsql;
using Settlement.Chains;
using Settlement.Payouts.Lifecycle;
using Settlement.TestKit;
using Shouldly;
using Xunit;

namespace Settlement.Payouts.Tests.Lifecycle;

/// <summary>A question to the chain is asked once, answered once, and believed once for each transfer.</summary>
public sealed class TransferCheckSpecs(PostgresDatabase database) : IClassFixture<PostgresDatabase>
{
    private readonly TransferChecks _checks = new(database.App);
    private readonly NetworkId _network = new($"net-{Guid.NewGuid():N}"[..12]);

    [Fact]
    public async Task A_question_is_taken_once_and_its_answer_stays()
    {
        GivenPayout payout = await PayoutAsync();
        long id = await AskAsync(payout, "hash");
        long same = await AskAsync(payout, "hash");

        IReadOnlyList<TransferQuestion> first = await _checks.TakeAsync(_network, default);
        IReadOnlyList<TransferQuestion> second = await _checks.TakeAsync(_network, default);
        await _checks.AnswerAsync(id, Made("hash", "log 1"), "w1", default);
        await _checks.AnswerAsync(id, new TransferSighting.Unknown("late"), "w2", default);
        TransferCheck read = await _checks.ReadAsync(id, default);

        same.ShouldBe(id);
        TransferQuestion question = first.ShouldHaveSingleItem();
        (question.Id, question.TxHash, question.AmountMicro).ShouldBe((id, "hash", 25_000_000));
        second.ShouldBeEmpty();
        (read.Answer, read.TransactionId).ShouldBe(("made", "hash"));
        (await AskAsync(payout, "hash")).ShouldBe(id);
    }

    [Fact]
    public async Task What_may_have_changed_since_is_asked_anew()
    {
        GivenPayout payout = await PayoutAsync();
        long first = await AskAsync(payout, "hash");
        await _checks.AnswerAsync(first, new TransferSighting.Pending("soon"), "w", default);
        long second = await AskAsync(payout, "hash");
        await _checks.AnswerAsync(second, new TransferSighting.Unknown("?"), "w", default);
        long third = await AskAsync(payout, "hash");
        await _checks.AnswerAsync(third, new TransferSighting.Missing("-"), "w", default);
        long fourth = await AskAsync(payout, "hash");
        await _checks.AnswerAsync(
            fourth,
            new TransferSighting.Other(TransferDifference.Amount, "more", new Evidence("{}")),
            "w",
            default
        );

        new[] { first, second, third, fourth }.ShouldBeUnique();
        (await AskAsync(payout, "hash")).ShouldBe(fourth);
        (await _checks.ReadAsync(fourth, default)).Answer.ShouldBe("other_amount");
    }

    [Fact]
    public async Task Of_what_has_ended_nothing_is_asked()
    {
        GivenPayout payout = await APayout.In(database).SentAsync();

        (await _checks.AskAsync(payout.Id, "hash", "operator", null, default)).ShouldBeNull();
        (await _checks.AskAsync(Guid.NewGuid(), "hash", "operator", null, default)).ShouldBeNull();
    }

    [Fact]
    public async Task P7_One_transfer_pays_one_payout_and_a_batch_pays_as_many_as_it_holds()
    {
        string hash = $"{Guid.NewGuid()}";
        GivenPayout[] payouts = [await PayoutAsync(), await PayoutAsync(), await PayoutAsync()];
        var results = new List<TransitionResult>();
        foreach (GivenPayout payout in payouts)
            results.Add(await SaySentAsync(payout, hash, "log 1", "log 2"));

        results[0].ShouldBeOfType<TransitionResult.Applied>();
        results[1].ShouldBeOfType<TransitionResult.Applied>();
        results[2]
            .ShouldBeOfType<TransitionResult.Refused>()
            .Because.ShouldBe(RefusedBecause.TransferCounted);
        (await StatusAsync(payouts[2])).ShouldBe("processing");
    }

    [Fact]
    public async Task Of_many_who_claim_one_transfer_at_the_same_moment_one_is_believed()
    {
        string hash = $"{Guid.NewGuid()}";
        GivenPayout[] payouts = await Task.WhenAll(
            Enumerable.Range(0, 6).Select(_ => PayoutAsync())
        );

        TransitionResult[] results = await Task.WhenAll(
            payouts.Select(payout => SaySentAsync(payout, hash, "log 1", "log 2"))
        );

        results.Count(r => r is TransitionResult.Applied).ShouldBe(2);
        results
            .OfType<TransitionResult.Refused>()
            .ShouldAllBe(r => r.Because == RefusedBecause.TransferCounted);
    }

    [Fact]
    public async Task What_was_said_by_hand_without_a_look_may_be_the_same_transfer()
    {
        string hash = $"{Guid.NewGuid()}";
        GivenPayout believed = await PayoutAsync();
        await new FinalizePayout(database.App).ByOperatorAsync(Word(believed, hash), default);

        TransitionResult result = await SaySentAsync(await PayoutAsync(), hash, "log 1");

        result
            .ShouldBeOfType<TransitionResult.Refused>()
            .Because.ShouldBe(RefusedBecause.TransferCounted);
    }

    [Fact]
    public async Task Our_own_transaction_has_paid_those_who_rode_on_it_and_nobody_else()
    {
        GivenPayout paid = await APayout.In(database).On(_network.Name).SentAsync();

        TransitionResult result = await SaySentAsync(
            await PayoutAsync(),
            paid.Signed!.TransactionId,
            "log 1"
        );

        result
            .ShouldBeOfType<TransitionResult.Refused>()
            .Because.ShouldBe(RefusedBecause.TransferCounted);
    }

    [Theory]
    [InlineData("not_final")]
    [InlineData("unknown")]
    [InlineData("waiting")]
    public async Task Only_a_transfer_that_was_seen_is_believed(string answer)
    {
        GivenPayout payout = await PayoutAsync();
        long id = await AskAsync(payout, "hash");
        if (answer != "waiting")
        {
            await _checks.AnswerAsync(
                id,
                answer == "unknown"
                    ? new TransferSighting.Unknown("?")
                    : new TransferSighting.Pending("soon"),
                "w",
                default
            );
        }

        TransitionResult result = await new FinalizePayout(database.App).ByOperatorAsync(
            Word(payout, "hash") with
            {
                CheckId = id,
            },
            default
        );

        result.ShouldBeOfType<TransitionResult.Refused>();
        (await StatusAsync(payout)).ShouldBe("processing");
    }

    [Fact]
    public async Task An_answer_about_one_payout_is_not_believed_of_another()
    {
        GivenPayout asked = await PayoutAsync();
        GivenPayout other = await PayoutAsync();
        long id = await AskAsync(asked, "hash-2");
        await _checks.AnswerAsync(id, Made("hash-2", "log 1"), "w", default);

        TransitionResult result = await new FinalizePayout(database.App).ByOperatorAsync(
            Word(other, "hash-2") with
            {
                CheckId = id,
            },
            default
        );

        result.ShouldBeOfType<TransitionResult.Refused>();
        (await StatusAsync(other)).ShouldBe("processing");
    }

    private Task<GivenPayout> PayoutAsync() =>
        APayout.In(database).On(_network.Name).ProcessingAsync();

    private async Task<long> AskAsync(GivenPayout payout, string hash) =>
        (await _checks.AskAsync(payout.Id, hash, "operator", null, default)).ShouldNotBeNull();

    private async Task<TransitionResult> SaySentAsync(
        GivenPayout payout,
        string hash,
        params string[] places
    )
    {
        long id = await AskAsync(payout, hash);
        await _checks.AnswerAsync(id, Made(hash, places), "w", default);
        return await new FinalizePayout(database.App).ByOperatorAsync(
            Word(payout, hash) with
            {
                CheckId = id,
            },
            default
        );
    }

    private static OperatorWord Word(GivenPayout payout, string hash) =>
        new(payout.Id, hash, null, null, null, false, "operator", null);

    private static TransferSighting.Made Made(string hash, params string[] places) =>
        new(hash, places, new Evidence("""{"block":7}"""));

    private async Task<string> StatusAsync(GivenPayout payout)
    {
        await using NpgsqlCommand command = database.App.CreateCommand(
            "SELECT status FROM payouts WHERE id = $1"
        );
        command.Parameters.Add(new() { Value = payout.Id });
        return (string)(await command.ExecuteScalarAsync())!;
    }
}
