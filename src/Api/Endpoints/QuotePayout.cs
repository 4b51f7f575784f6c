using Settlement.Api.Configuration;
using Settlement.Api.Http;
using Settlement.Payouts.Addresses;
using Settlement.Payouts.Ledger;
using Settlement.Payouts.Lifecycle;
using Settlement.Payouts.Queries;

namespace Settlement.Api.Endpoints;

/// <summary>POST /v1/referrals/payouts/quote: what a request would be told now. Stores and reserves nothing.</summary>
internal sealed class QuotePayout(
    PayoutRequests requests,
    AddressBook book,
    ReadBalance balances,
    PayoutOutlook outlook,
    TimeProvider clock
)
{
    private static readonly QuoteWarning s_paused = new(
        "payouts_paused",
        "Payouts are paused for the moment. A request is accepted and goes out by itself when they resume."
    );

    private static readonly QuoteWarning s_approval = new(
        "needs_approval",
        "A payout of this size is approved by a person. A request is accepted and goes out once that has happened."
    );

    public async Task HandleAsync(HttpContext context, Guid userId)
    {
        using JsonBody? body = await BodyReader.ReadAsync(context.Request);
        if (body is null)
        {
            await context.ErrorAsync(ErrorCatalogue.InvalidJson);
            return;
        }
        // Asked the same again it looks again: there is nothing to repeat. A key is only checked as the request's will be.
        if (!IdempotencyKey.TryRead(context.Request, out _))
        {
            await context.ErrorAsync(ErrorCatalogue.IdempotencyKeyInvalid);
            return;
        }
        CheckedRequest check = await requests.CheckAsync(context, body, userId, key: null);
        if (check.Request is not { } request)
        {
            await context.ErrorAsync(check.Error!, check.ErrorBody!);
            return;
        }
        if (await book.JudgeAsync(request, context.RequestAborted) is { } refusal)
        {
            await context.ErrorAsync(
                ErrorCatalogue.AddressNotActive,
                AcceptAnswers.NotActive(refusal.Reason, refusal.ActiveAt)
            );
            return;
        }
        Balance balance = await balances.ExecuteAsync(
            userId,
            request.Asset,
            context.RequestAborted
        );
        if (balance.AvailableMicro < request.AmountMicro)
        {
            await context.ErrorAsync(
                ErrorCatalogue.BalanceInsufficient,
                ErrorCatalogue.BalanceInsufficient.Body() with
                {
                    AvailableMicro = balance.AvailableMicro,
                }
            );
            return;
        }
        await AnswerAsync(context, request, check.Network!);
    }

    private async Task AnswerAsync(
        HttpContext context,
        PayoutRequest request,
        PayoutNetwork network
    )
    {
        (bool isPaused, bool needsApproval) = await outlook.ReadAsync(
            network.Name,
            request.AmountMicro,
            context.RequestAborted
        );
        List<QuoteWarning> warnings = isPaused ? [s_paused] : [];
        if (needsApproval)
            warnings.Add(s_approval);
        var quote = new QuoteView
        {
            Ok = true,
            FeeMicro = 0,
            NetAmountMicro = request.AmountMicro,
            ExpectedBy =
                warnings.Count > 0
                    ? null
                    : clock.GetUtcNow().AddSeconds(network.Options.TypicalSeconds),
            Warnings = warnings,
        };
        await context.Response.JsonAsync(StatusCodes.Status200OK, quote, ApiJson.Default.QuoteView);
    }
}

/// <summary>What a request would be told now; nothing is reserved.</summary>
public sealed record QuoteView
{
    /// <summary>Always true; what speaks against a request is an error.</summary>
    public required bool Ok { get; init; }

    /// <summary>What the payout would cost its user.</summary>
    public required long FeeMicro { get; init; }

    /// <summary>What would arrive.</summary>
    public required long NetAmountMicro { get; init; }

    /// <summary>About when it would be sent; left out when that cannot be said.</summary>
    public DateTimeOffset? ExpectedBy { get; init; }

    /// <summary>What one should know before asking.</summary>
    public required IReadOnlyList<QuoteWarning> Warnings { get; init; }
}

/// <summary>What one should know.</summary>
/// <param name="Code">For programs: payouts_paused, needs_approval.</param>
/// <param name="Message">For people.</param>
public sealed record QuoteWarning(string Code, string Message);
