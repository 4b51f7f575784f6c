using Settlement.Affiliates.Paying;
using Settlement.Api.Configuration;
using Settlement.Api.Http;
using Settlement.Payouts.Tokens;

namespace Settlement.Api.Affiliates;

/// <summary>/v1/affiliates/payees: how to reach an affiliate, for files and for chains.</summary>
internal sealed class AffiliatePayees(KeyedCommit commit, Payees payees, PayoutNetworks networks)
{
    private const int MaxNameLength = 200;
    private const int MaxEmailLength = 254;

    /// <summary>POST: puts this in the place of what was known.</summary>
    public async Task TellAsync(HttpContext context, Principal by)
    {
        using JsonBody? body = await BodyReader.ReadAsync(context.Request);
        if (body is null)
        {
            await context.ErrorAsync(ErrorCatalogue.ValidationError);
            return;
        }
        (NewPayee? payee, ErrorBody? problem) = Read(body, by.Name, context.RequestId());
        if (payee is null)
        {
            await context.ErrorAsync(ErrorCatalogue.ValidationError, problem!);
            return;
        }
        await commit.AnswerAsync(
            context,
            by,
            Routes.Payees,
            [payee.AffiliateId, payee.Name, payee.Email, payee.Network, payee.Address],
            async connection =>
            {
                await Payees.TellAsync(connection, payee, CancellationToken.None);
                return Told.Of(
                    StatusCodes.Status200OK,
                    PayeeView.Of(payee),
                    AffiliateJson.Default.PayeeView
                );
            }
        );
    }

    /// <summary>GET with affiliate_id.</summary>
    public async Task GetAsync(HttpContext context)
    {
        string? affiliate = Filters.First(context.Request.Query, "affiliate_id");
        Payee? payee = affiliate is null
            ? null
            : await payees.FindAsync(affiliate, context.RequestAborted);
        if (payee is null)
        {
            await context.ErrorAsync(ErrorCatalogue.PayeeNotFound);
            return;
        }
        await context.Response.JsonAsync(
            StatusCodes.Status200OK,
            PayeeView.Of(payee),
            AffiliateJson.Default.PayeeView
        );
    }

    private (NewPayee? Value, ErrorBody? Problem) Read(JsonBody body, string actor, string request)
    {
        if (!AffiliateRules.TryReadId(body.Text("affiliate_id"), out string affiliate))
            return (null, AffiliateRules.InvalidId("affiliate_id"));
        Field<string> name = body.Text("name");
        if (name.IsWrong || (name.Has(out string called) && !IsLine(called, MaxNameLength)))
        {
            return (
                null,
                ErrorBodies.Invalid(
                    "name",
                    $"name must be a text of 1 to {MaxNameLength} characters."
                )
            );
        }
        Field<string> email = body.Text("email");
        if (email.IsWrong || (email.Has(out string mail) && !IsEmail(mail)))
            return (null, ErrorBodies.Invalid("email", "email must be an e-mail address."));
        Field<string> network = body.Text("network");
        Field<string> address = body.Text("address");
        bool hasNetwork = network.Has(out string on);
        bool hasAddress = address.Has(out string wallet);
        if (network.IsWrong || address.IsWrong || hasNetwork != hasAddress)
        {
            return (
                null,
                ErrorBodies.Invalid(
                    "address",
                    "network and address must be two texts, or both left out."
                )
            );
        }
        if (hasAddress && Check(on, ref wallet) is { } problem)
            return (null, problem);
        return (
            new NewPayee(
                affiliate,
                name.OrDefault()?.Trim(),
                email.OrDefault()?.Trim(),
                hasNetwork ? on.ToLowerInvariant() : null,
                hasAddress ? wallet : null,
                actor,
                request
            ),
            null
        );
    }

    private ErrorBody? Check(string name, ref string wallet)
    {
        if (!networks.TryFind(name, out PayoutNetwork? network))
        {
            return ErrorBodies.Invalid(
                "network",
                $"network must be one of {string.Join(", ", networks.Names)}."
            );
        }
        if (Wallets.Problem(networks, network, wallet) is { } problem)
            return ErrorBodies.Invalid("address", problem);
        wallet = ((Chains.AddressVerdict.Valid)network.Addresses.Check(wallet)).Address;
        return null;
    }

    private static bool IsLine(string text, int max) =>
        text.Length <= max && !string.IsNullOrWhiteSpace(text) && !text.Any(char.IsControl);

    // Whoever sends the money checks the rest: an address is what its server takes.
    private static bool IsEmail(string text) =>
        IsLine(text, MaxEmailLength)
        && text.Trim() is var mail
        && !mail.Any(char.IsWhiteSpace)
        && mail.IndexOf('@', StringComparison.Ordinal) is > 0 and var at
        && at == mail.LastIndexOf('@')
        && at < mail.Length - 1;
}

/// <summary>How to reach an affiliate.</summary>
public sealed record PayeeView(
    string AffiliateId,
    string? Name,
    string? Email,
    string? Network,
    string? Address
)
{
    internal static PayeeView Of(NewPayee payee) =>
        new(payee.AffiliateId, payee.Name, payee.Email, payee.Network, payee.Address);

    internal static PayeeView Of(Payee payee) =>
        new(payee.AffiliateId, payee.Name, payee.Email, payee.Network, payee.Address);
}
