using Npgsql;
using Settlement.Payouts.Ledger;
using Settlement.Payouts.Lifecycle;
using Settlement.TestKit;
using Shouldly;
using Xunit;

namespace Settlement.Payouts.Tests.Ledger;

/// <summary>Covering invoices with a balance that payouts want too.</summary>
public sealed class InvoiceSpecs(PostgresDatabase database) : IClassFixture<PostgresDatabase>
{
    private const int Rounds = 30;

    [Fact]
    public async Task A_balance_covers_an_invoice_once_and_the_balance_says_so()
    {
        Guid user = await APayout.In(database).AUserAsync(100);
        string invoice = await AnInvoiceAsync(user, 60);

        SpendOutcome first = await SpendAsync(user, invoice, 60);
        SpendOutcome again = await SpendAsync(user, invoice, 60);

        first.ShouldBeOfType<SpendOutcome.Spent>();
        again.ShouldBeOfType<SpendOutcome.Replayed>();
        Balance balance = await BalanceAsync(user);
        (balance.AvailableMicro, balance.SpentMicro, balance.LifetimeMicro).ShouldBe((40, 60, 100));
    }

    [Fact]
    public async Task Rewards_that_are_due_are_spent_without_a_payout_in_between()
    {
        Guid user = await APayout.In(database).AUserAsync(10);
        await RewardAsync(user, 50, RewardKind.Reward);
        await RewardAsync(user, 20, RewardKind.Reversal);
        string invoice = await AnInvoiceAsync(user, 40);

        (await SpendAsync(user, invoice, 40)).ShouldBeOfType<SpendOutcome.Spent>();

        (await BalanceAsync(user)).AvailableMicro.ShouldBe(0);
    }

    [Fact]
    public async Task What_is_reserved_or_missing_covers_nothing()
    {
        GivenPayout payout = await APayout.In(database).Of(100).RequestedAsync();
        string invoice = await AnInvoiceAsync(payout.UserId, 1);

        SpendOutcome outcome = await SpendAsync(payout.UserId, invoice, 1);

        outcome.ShouldBe(new SpendOutcome.Insufficient(0));
        (await BalanceAsync(payout.UserId)).ReservedMicro.ShouldBe(100);
    }

    [Fact]
    public async Task Only_an_open_invoice_of_ones_own_can_be_covered_and_only_in_full()
    {
        Guid user = await APayout.In(database).AUserAsync(100);
        Guid other = await APayout.In(database).AUserAsync(100);
        string open = await AnInvoiceAsync(user, 60);
        string foreign = await AnInvoiceAsync(other, 60);
        string closed = await AnInvoiceAsync(user, 60);
        string covered = await AnInvoiceAsync(user, 30);
        (await CloseAsync(closed)).ShouldBe(CloseOutcome.Closed);
        await SpendAsync(user, covered, 30);

        (await SpendAsync(user, open, 59)).ShouldBeOfType<SpendOutcome.Mismatch>();
        (await SpendAsync(user, open, 61)).ShouldBeOfType<SpendOutcome.Mismatch>();
        (await SpendAsync(user, foreign, 60)).ShouldBe(new SpendOutcome.NotEligible(null));
        (await SpendAsync(user, "unheard-of", 60)).ShouldBe(new SpendOutcome.NotEligible(null));
        (await SpendAsync(user, closed, 60)).ShouldBe(new SpendOutcome.NotEligible("closed"));
        (await SpendAsync(user, covered, 31)).ShouldBe(new SpendOutcome.NotEligible("covered"));
        (await SpendAsync(Guid.NewGuid(), open, 60)).ShouldBe(new SpendOutcome.NotEligible(null));
        (await BalanceAsync(user)).SpentMicro.ShouldBe(30);
        (await CloseAsync(covered)).ShouldBe(CloseOutcome.Covered);
        (await CloseAsync(closed)).ShouldBe(CloseOutcome.Unchanged);
        (await CloseAsync("unheard-of")).ShouldBe(CloseOutcome.Missing);
    }

    [Fact]
    public async Task Payouts_and_spends_at_once_never_take_the_same_money_twice()
    {
        for (int round = 0; round < Rounds; round++)
        {
            Guid user = await APayout.In(database).AUserAsync(100);
            string[] invoices = [await AnInvoiceAsync(user, 60), await AnInvoiceAsync(user, 70)];
            var accept = new AcceptPayout(database.App);

            Task<SpendOutcome>[] spends =
            [
                .. invoices.Zip([60L, 70L], (id, micro) => SpendAsync(user, id, micro)),
                .. invoices.Zip([60L, 70L], (id, micro) => SpendAsync(user, id, micro)),
            ];
            Task<AcceptOutcome>[] payouts =
            [
                .. Enumerable
                    .Range(0, 4)
                    .Select(_ => accept.ExecuteAsync(APayout.ARequest(user, 80), default)),
            ];
            int spent = (await Task.WhenAll(spends)).Count(o => o is SpendOutcome.Spent);
            int accepted = (await Task.WhenAll(payouts)).Count(o => o is AcceptOutcome.Accepted);

            (spent + accepted).ShouldBe(1, "Any two of them are more than there is.");
            Balance balance = await BalanceAsync(user);
            (balance.AvailableMicro + balance.SpentMicro + balance.ReservedMicro).ShouldBe(100);
        }
    }

    [Fact]
    public async Task Of_spends_on_one_invoice_at_once_one_debits()
    {
        Guid user = await APayout.In(database).AUserAsync(1_000);
        string invoice = await AnInvoiceAsync(user, 10);

        SpendOutcome[] outcomes = await Task.WhenAll(
            Enumerable.Range(0, 20).Select(_ => SpendAsync(user, invoice, 10))
        );

        outcomes.Count(o => o is SpendOutcome.Spent).ShouldBe(1);
        outcomes.Count(o => o is SpendOutcome.Replayed).ShouldBe(19);
        (await BalanceAsync(user)).SpentMicro.ShouldBe(10);
    }

    [Fact]
    public async Task An_invoice_is_closed_or_covered_and_never_both()
    {
        for (int round = 0; round < Rounds; round++)
        {
            Guid user = await APayout.In(database).AUserAsync(10);
            string invoice = await AnInvoiceAsync(user, 10);

            Task<SpendOutcome> spend = SpendAsync(user, invoice, 10);
            Task<CloseOutcome> close = CloseAsync(invoice);
            bool isSpent = await spend is SpendOutcome.Spent;

            (await close).ShouldBe(isSpent ? CloseOutcome.Covered : CloseOutcome.Closed);
            (await BalanceAsync(user)).SpentMicro.ShouldBe(isSpent ? 10 : 0);
        }
    }

    private async Task<string> AnInvoiceAsync(Guid user, long micro)
    {
        string id = $"inv_{Guid.NewGuid():N}";
        await using NpgsqlConnection connection = await database.App.OpenConnectionAsync();
        var invoice = new NewInvoice(id, user, micro, APayout.Operator, null);
        (await Invoices.RegisterAsync(connection, invoice, default)).ShouldBe(
            RegisterOutcome.Created
        );
        (await Invoices.RegisterAsync(connection, invoice, default)).ShouldBe(
            RegisterOutcome.Replayed
        );
        (
            await Invoices.RegisterAsync(
                connection,
                invoice with
                {
                    AmountMicro = micro + 1,
                },
                default
            )
        ).ShouldBe(RegisterOutcome.Mismatch);
        return id;
    }

    private async Task<SpendOutcome> SpendAsync(Guid user, string invoice, long micro)
    {
        await using NpgsqlConnection connection = await database.App.OpenConnectionAsync();
        return await Invoices.SpendAsync(
            connection,
            new Spend(user, invoice, micro, null),
            default
        );
    }

    private async Task<CloseOutcome> CloseAsync(string invoice)
    {
        await using NpgsqlConnection connection = await database.App.OpenConnectionAsync();
        return await Invoices.CloseAsync(
            connection,
            new InvoiceWord(invoice, APayout.Operator, null),
            default
        );
    }

    private Task<IngestOutcome> RewardAsync(Guid user, long micro, RewardKind kind) =>
        new IngestReward(database.App).ExecuteAsync(
            new NewReward(user, micro, kind, $"{Guid.NewGuid()}", null, null, "system", null),
            default
        );

    private Task<Balance> BalanceAsync(Guid user) =>
        new ReadBalance(database.App).ExecuteAsync(user, "USDC", default);
}
