using Settlement.Api.Configuration;
using Settlement.Api.Http;
using Settlement.Payouts.Lifecycle;

namespace Settlement.Api.Endpoints;

/// <summary>Every rule that needs no database, in order of precedence: fields, minimum, maximum, address.</summary>
internal sealed class CreatePayoutRules(PayoutNetworks networks)
{
    private const int MaxReferenceLength = 64;

    public CheckedRequest Check(JsonBody body, Asker asker, NamedAddress? named = null)
    {
        if (!body.Integer("amount_micro").Has(out long amount) || amount <= 0)
        {
            return Refuse(
                "amount_micro",
                "amount_micro must be a whole number of micro-units above zero, in plain digits, such as 25000000."
            );
        }
        if (named?.Problem is { } problem)
            return problem;
        string? name = named?.Network ?? body.Text("network").OrDefault();
        if (name is null || !networks.TryFind(name, out PayoutNetwork? network))
        {
            return Refuse(
                "network",
                $"network must be one of {string.Join(", ", networks.Names)}."
            );
        }

        string? address = named?.Address ?? body.Text("address").OrDefault();
        if (string.IsNullOrWhiteSpace(address))
            return Refuse("address", "address must be a text that is not empty.");
        Field<string> reference = body.Text("client_reference");
        if (reference.IsWrong || (reference.Has(out string word) && !IsReference(word)))
        {
            return Refuse(
                "client_reference",
                $"client_reference must be a text of 1 to {MaxReferenceLength} characters."
            );
        }

        return CheckTerms(new RequestTerms(amount, network, address, reference.OrDefault()), asker);
    }

    /// <summary>The rules behind the fields, which a payout that is asked for again must pass too.</summary>
    public CheckedRequest CheckTerms(RequestTerms terms, Asker asker)
    {
        (long amount, PayoutNetwork network, string address, string? reference) = terms;
        PayoutNetworkOptions options = network.Options;
        if (amount < options.MinPayoutMicro)
        {
            return new(
                ErrorCatalogue.PayoutBelowMin,
                ErrorCatalogue.PayoutBelowMin.Body() with
                {
                    MinMicro = options.MinPayoutMicro,
                }
            );
        }
        if (amount > options.MaxPayoutMicro)
        {
            return new(
                ErrorCatalogue.PayoutAboveMax,
                ErrorCatalogue.PayoutAboveMax.Body() with
                {
                    MaxMicro = options.MaxPayoutMicro,
                }
            );
        }
        if (networks.Problem(network, address, out string payable) is { } problem)
            return RefuseAddress(problem);
        return new(
            new PayoutRequest(
                asker.UserId,
                amount,
                network.Name,
                payable,
                options.Asset,
                options.Token,
                options.Decimals,
                reference,
                asker.Key,
                asker.RequestId
            ),
            network
        );
    }

    private static bool IsReference(string word) =>
        word.Length is > 0 and <= MaxReferenceLength && !word.Any(char.IsControl);

    private static CheckedRequest Refuse(string field, string problem) =>
        new(ErrorCatalogue.InvalidArgs, ErrorBodies.InvalidField(field, problem));

    private static CheckedRequest RefuseAddress(string problem) =>
        new(
            ErrorCatalogue.PayoutAddressInvalid,
            ErrorCatalogue.PayoutAddressInvalid.Body($"{problem} No payout was created.") with
            {
                Field = "address",
            }
        );
}

/// <summary>What is asked for, once its fields are read.</summary>
internal sealed record RequestTerms(
    long AmountMicro,
    PayoutNetwork Network,
    string Address,
    string? Reference
);

/// <summary>A request that passed, or what stands against it.</summary>
internal sealed record CheckedRequest
{
    public CheckedRequest(PayoutRequest request, PayoutNetwork network) =>
        (Request, Network) = (request, network);

    public CheckedRequest(ErrorEntry error, ErrorBody body) => (Error, ErrorBody) = (error, body);

    public PayoutRequest? Request { get; }
    public PayoutNetwork? Network { get; }
    public ErrorEntry? Error { get; }
    public ErrorBody? ErrorBody { get; }
}
