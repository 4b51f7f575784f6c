using Settlement.Api.Configuration;
using Settlement.Api.Http;
using Settlement.Payouts.Lifecycle;

namespace Settlement.Api.Operations;

/// <summary>Has a worker look whether a transaction paid a payout before an operator's word is believed. Whatever the answer, nothing
/// is changed here; and no answer is not a no.</summary>
internal sealed class VerifySent(
    TransferChecks checks,
    OperationsOptions options,
    TimeProvider clock
)
{
    private const int RetryAfterSeconds = 5;
    private static readonly TimeSpan s_lookEvery = TimeSpan.FromMilliseconds(200);

    /// <summary>Asks and waits.</summary>
    /// <returns>The word with the chain's answer, or what stands against it.</returns>
    public async Task<CheckedWord> AskAsync(OperatorWord word, CancellationToken ct)
    {
        long? id = await checks.AskAsync(
            word.PayoutId,
            word.TxHash!,
            word.Actor,
            word.RequestId,
            ct
        );
        // There is no such payout, or it has ended: the transition says which, and believes no question that was never asked.
        if (id is null)
            return new(word with { CheckId = OperatorWord.NoCheck });
        TransferCheck check = await WaitAsync(id.Value, ct);
        return check.Answer switch
        {
            TransferCheck.Made => new(
                word with
                {
                    CheckId = check.Id,
                    TxHash = check.TransactionId,
                }
            ),
            null => Unknown("no worker has answered in time"),
            TransferCheck.Unknown => Unknown(check.Detail),
            { } no => Refused(no, check.Detail),
        };
    }

    private async Task<TransferCheck> WaitAsync(long id, CancellationToken ct)
    {
        long began = clock.GetTimestamp();
        while (true)
        {
            TransferCheck check = await checks.ReadAsync(id, ct);
            if (check.Answer is not null || clock.GetElapsedTime(began) >= options.VerifyWithin)
                return check;
            await Task.Delay(s_lookEvery, clock, ct);
        }
    }

    private static CheckedWord Unknown(string? cause) =>
        new(
            ErrorCatalogue.TransferUnknown,
            ErrorCatalogue.TransferUnknown.Body(
                $"The network's answer is not known: {cause}. The payout is unchanged; ask again."
            ) with
            {
                Reason = TransferCheck.Unknown,
                RetryAfter = RetryAfterSeconds,
            }
        );

    private static CheckedWord Refused(string answer, string? detail) =>
        new(
            ErrorCatalogue.TransferNotVerified,
            ErrorCatalogue.TransferNotVerified.Body(
                $"{Why(answer)} Seen: {detail?.TrimEnd('.')}. The payout is unchanged."
            ) with
            {
                Reason = answer,
            }
        );

    private static string Why(string answer) =>
        answer switch
        {
            "not_found" =>
                "No node of the network knows this transaction; wait, or look at the hash.",
            "not_final" => "The transaction is not final yet; ask again later.",
            "failed" => "The transaction failed on the network and paid nobody.",
            "other_amount" => "The transaction paid this destination another amount.",
            "other_asset" => "The transaction paid this destination another asset.",
            _ => "The transaction paid this destination nothing of the asset.",
        };
}
