using System.Text.Json.Nodes;
using Settlement.Chains;
using Settlement.Payouts.Lifecycle;
using Settlement.TestKit;
using Shouldly;
using Xunit;

namespace Settlement.Api.Tests.Operators;

/// <summary>POST …/sent with verify: the word counts when the network shows the transfer, and nothing changes otherwise.</summary>
public sealed class VerifySentSpecs : IAsyncLifetime
{
    private const string Body =
        """{"tx_hash":"by-hand","verify":true,"internal_note":"paid by Ann"}""";

    private readonly PostgresDatabase _database = new();
    private readonly CancellationTokenSource _stop = new();
    private ApiServer _server = null!;
    private Task _worker = Task.CompletedTask;

    private ApiClient Operator => new(_server) { AdminToken = ApiServer.AdminToken };

    public async Task InitializeAsync()
    {
        await _database.InitializeAsync();
        _server = await ApiServer.StartAsync(_database, ("Operations:VerifyWithin", "00:00:20"));
    }

    public async Task DisposeAsync()
    {
        await _stop.CancelAsync();
        await _worker;
        _stop.Dispose();
        await _server.DisposeAsync();
        await _database.DisposeAsync();
    }

    [Fact]
    public async Task What_the_network_shows_is_sent_with_its_proof()
    {
        Guid payout = await PayoutAsync();
        Answers(Made("log 7"));

        ApiAnswer answer = await SayAsync(payout);

        answer.ShouldBeOk();
        JsonNode shown = (await Operator.GetAsync(Show(payout))).Json;
        ((string)shown["payout"]!["status"]!).ShouldBe("sent");
        ((string)shown["payout"]!["tx_hash"]!).ShouldBe("canonical");
        JsonNode verified = shown["events"]!.AsArray()[^1]!["evidence"]!["verified"]!;
        ((string)verified["place"]!).ShouldBe("log 7");
        ((int)verified["proof"]!["block"]!).ShouldBe(7);
    }

    [Theory]
    [InlineData("not_found")]
    [InlineData("not_final")]
    [InlineData("failed")]
    [InlineData("other_amount")]
    [InlineData("other_destination")]
    [InlineData("other_asset")]
    public async Task P7_What_it_does_not_show_is_refused_with_the_reason(string reason)
    {
        Guid payout = await PayoutAsync();
        var proof = new Evidence("{}");
        Answers(
            reason switch
            {
                "not_found" => new TransferSighting.Missing("gone"),
                "not_final" => new TransferSighting.Pending("soon"),
                "failed" => new TransferSighting.Failed("reverted", proof),
                "other_amount" => new TransferSighting.Other(TransferDifference.Amount, "-", proof),
                "other_asset" => new TransferSighting.Other(TransferDifference.Asset, "-", proof),
                _ => new TransferSighting.Other(TransferDifference.Destination, "-", proof),
            }
        );

        ApiAnswer answer = await SayAsync(payout);

        answer.ShouldBeError(409, "transfer_not_verified");
        ((string)answer.Json["reason"]!).ShouldBe(reason);
        await ShouldBeUnchangedAsync(payout);
    }

    [Fact]
    public async Task What_is_not_known_is_no_no_and_can_be_asked_again()
    {
        Guid payout = await PayoutAsync();
        bool isKnown = false;
        Answers(() => isKnown ? Made("log 7") : new TransferSighting.Unknown("busy"));

        ApiAnswer first = await SayAsync(payout);
        isKnown = true;
        ApiAnswer second = await SayAsync(payout);

        first.ShouldBeError(503, "transfer_unknown");
        first.Header("Retry-After").ShouldBe("5");
        second.ShouldBeOk();
    }

    [Fact]
    public async Task Without_a_worker_nothing_is_known_and_a_late_answer_is_kept()
    {
        await using ApiServer hasty = await ApiServer.StartAsync(
            _database,
            ("Operations:VerifyWithin", "00:00:00.3")
        );
        var client = new ApiClient(hasty) { AdminToken = ApiServer.AdminToken };
        Guid payout = await PayoutAsync();

        ApiAnswer first = await client.PostAsync(Sent(payout), Body);
        await AnswerOnceAsync(Made("log 7"));
        ApiAnswer second = await client.PostAsync(Sent(payout), Body);

        first.ShouldBeError(503, "transfer_unknown");
        second.ShouldBeOk();
    }

    [Fact]
    public async Task P7_One_transfer_pays_one_payout()
    {
        Guid first = await PayoutAsync();
        Guid second = await PayoutAsync();
        Answers(Made("log 7"));

        (await SayAsync(first)).ShouldBeOk();
        ApiAnswer again = await SayAsync(second);

        again.ShouldBeError(409, "payout_not_actionable");
        ((string)again.Json["reason"]!).ShouldBe("transfer_counted");
        await ShouldBeUnchangedAsync(second);
    }

    [Fact]
    public async Task What_has_ended_or_was_never_there_is_told_without_asking()
    {
        Guid payout = await PayoutAsync();
        (await Operator.PostAsync(Sent(payout), """{"tx_hash":"first"}""")).ShouldBeOk();

        ApiAnswer ended = await SayAsync(payout);
        ApiAnswer missing = await SayAsync(Guid.NewGuid());

        ended.ShouldBeError(409, "payout_not_actionable");
        ((string)ended.Json["status"]!).ShouldBe("sent");
        missing.ShouldBeError(404, "payout_not_found");
    }

    [Fact]
    public async Task While_a_transaction_of_ours_may_land_no_transfer_is_believed()
    {
        Guid payout = await PayoutAsync();
        await Given.InFlightAsync(_database, payout);
        Answers(Made("log 7"));

        ApiAnswer answer = await SayAsync(payout);

        answer.ShouldBeError(409, "payout_not_actionable");
        ((string)answer.Json["reason"]!).ShouldBe("transaction_in_flight");
    }

    [Fact]
    public async Task A_key_stands_for_the_answer_and_for_having_verified()
    {
        Guid payout = await PayoutAsync();
        Answers(Made("log 7"));

        ApiAnswer first = await SayAsync(payout, ("Idempotency-Key", "k-verify"));
        ApiAnswer again = await SayAsync(payout, ("Idempotency-Key", "k-verify"));
        ApiAnswer unverified = await Operator.PostAsync(
            Sent(payout),
            Body.Replace("true", "false", StringComparison.Ordinal),
            ("Idempotency-Key", "k-verify")
        );

        first.ShouldBeOk();
        again.ShouldBeOk();
        again.Header("Idempotent-Replayed").ShouldBe("true");
        unverified.ShouldBeError(422, "idempotency_key_reused");
    }

    [Fact]
    public async Task Verify_is_true_or_false()
    {
        Guid payout = await PayoutAsync();

        ApiAnswer answer = await Operator.PostAsync(
            Sent(payout),
            """{"tx_hash":"by-hand","verify":"yes"}"""
        );

        answer.ShouldBeError(400, "invalid_json");
    }

    private static TransferSighting.Made Made(params string[] places) =>
        new TransferSighting.Made("canonical", places, new Evidence("""{"block":7}"""));

    private void Answers(TransferSighting seen) => Answers(() => seen);

    // Stands for a worker: takes what is asked, and answers.
    private void Answers(Func<TransferSighting> seen) =>
        _worker = Task.Run(async () =>
        {
            while (!_stop.IsCancellationRequested)
            {
                await AnswerOnceAsync(seen());
                await Task.Delay(20);
            }
        });

    private async Task AnswerOnceAsync(TransferSighting seen)
    {
        var checks = new TransferChecks(_database.App);
        foreach (var question in await checks.TakeAsync(new NetworkId("solana"), default))
            await checks.AnswerAsync(question.Id, seen, "w1", default);
    }

    private async Task<Guid> PayoutAsync() =>
        await (await Given.UserAsync(_server, 25_000_000)).CreatePayoutAsync();

    private Task<ApiAnswer> SayAsync(Guid payout, params (string, string)[] headers) =>
        Operator.PostAsync(Sent(payout), Body, headers);

    private async Task ShouldBeUnchangedAsync(Guid payout) =>
        ((string)(await Operator.GetAsync(Show(payout))).Json["payout"]!["status"]!).ShouldBe(
            "requested"
        );

    private static string Show(Guid payout) => $"/v1/admin/referrals/payouts/{payout}";

    private static string Sent(Guid payout) => $"{Show(payout)}/sent";
}
