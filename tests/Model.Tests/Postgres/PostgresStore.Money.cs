using Npgsql;
using Settlement.Model.Tests.Commands;
using Settlement.Model.Tests.Model;
using Settlement.Payouts.Ledger;
using Settlement.Payouts.Lifecycle;

namespace Settlement.Model.Tests.Postgres;

/// <content>Rewards, requests, invoices.</content>
public sealed partial class PostgresStore
{
    private async Task<string> EarnAsync(Command.Earn earn)
    {
        bool locked = earn is { Locked: true, Back: false };
        IngestOutcome outcome = await new IngestReward(database.App).ExecuteAsync(
            new NewReward(
                Users[earn.User],
                earn.Amount,
                earn.Back ? RewardKind.Reversal : RewardKind.Reward,
                $"{_name}-{Text(earn.Event)}",
                locked ? s_unlock : null,
                null,
                "operator:ann",
                null
            ),
            default
        );
        return outcome switch
        {
            IngestOutcome.Created => "created",
            IngestOutcome.Replayed => "replay",
            _ => "mismatch",
        };
    }

    private PayoutRequest Request(int user, long amount, int network, int? key) =>
        new(
            Users[user],
            amount,
            NetworkOf(network).Name,
            Address,
            "USDC",
            "mint",
            6,
            null,
            key is { } k ? $"key-{Text(k)}" : null,
            null
        );

    private async Task<string> AcceptAsync(PayoutRequest request, int tag)
    {
        AcceptOutcome outcome = await new AcceptPayout(database.App).ExecuteAsync(request, default);
        switch (outcome)
        {
            case AcceptOutcome.Accepted accepted:
                Know(tag, accepted.Payout.Id);
                return accepted.Payout.NeedsApproval ? "accepted, to be approved" : "accepted";
            case AcceptOutcome.Replayed replayed:
                return $"replay {Text(await TagOfAsync(replayed.Payout.Id))}";
            case AcceptOutcome.NotRetryable not:
                return $"not retryable {not.Reason}";
            case AcceptOutcome.Insufficient insufficient:
                return $"insufficient {Text(insufficient.AvailableMicro)}";
            default:
                return outcome is AcceptOutcome.KeyReused ? "key reused" : outcome.ToString();
        }
    }

    private Task<string> RetryAsync(World world, Command.Retry retry, int tag)
    {
        Payout failed = Rules.At(world, world.Payouts, retry.Payout)!;
        int user = retry.ByOther ? 1 - failed.User : failed.User;
        PayoutRequest request = Request(user, failed.Amount, failed.Network, retry.Key);
        return AcceptAsync(request with { RetryOf = _payouts[failed.Tag] }, tag);
    }

    private async Task<string> InvoiceAsync(Command command)
    {
        await using NpgsqlConnection connection = await database.App.OpenConnectionAsync();
        switch (command)
        {
            case Command.Register register:
                return (
                    await Invoices.RegisterAsync(
                        connection,
                        new NewInvoice(
                            InvoiceId(register.Invoice),
                            Users[register.User],
                            register.Amount,
                            "operator:ann",
                            null
                        ),
                        default
                    )
                ).ToString();
            case Command.Close close:
                var word = new InvoiceWord(InvoiceId(close.Invoice), "operator:ann", null);
                return (await Invoices.CloseAsync(connection, word, default)).ToString();
            default:
                var asked = (Command.SpendOn)command;
                var spend = new Spend(
                    Users[asked.User],
                    InvoiceId(asked.Invoice),
                    asked.Amount,
                    null
                );
                return Word(await Invoices.SpendAsync(connection, spend, default));
        }
    }

    private static string Word(SpendOutcome outcome) =>
        outcome switch
        {
            SpendOutcome.Spent => "spent",
            SpendOutcome.Replayed => "replayed",
            SpendOutcome.Mismatch => "mismatch",
            SpendOutcome.NotEligible { Reason: { } reason } => $"not eligible {reason}",
            SpendOutcome.NotEligible => "not eligible",
            SpendOutcome.Insufficient poor => $"insufficient {Text(poor.AvailableMicro)}",
            _ => outcome.ToString(),
        };

    private string InvoiceId(int invoice) => $"{_name}-{Text(invoice)}";

    private void Know(int tag, Guid id)
    {
        _payouts[tag] = id;
        _tags[id] = tag;
    }

    /// <summary>A racing twin may hear of a payout before the one that made it.</summary>
    private async Task<int> TagOfAsync(Guid id)
    {
        int tag;
        while (!_tags.TryGetValue(id, out tag))
            await Task.Yield();
        return tag;
    }
}
