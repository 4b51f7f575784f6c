using Settlement.Api.Configuration;
using Settlement.Api.Http;
using Settlement.Payouts.Lifecycle;

namespace Settlement.Api.Operations;

/// <summary>What the bodies of sent and failed must hold.</summary>
internal sealed class EndPayoutRules(OperationsOptions options)
{
    private const int MaxHashLength = 256;
    private const int MaxCodeLength = 64;

    public static CheckedWord ReadSent(JsonBody body, WordDraft draft)
    {
        Field<string> hash = body.Text("tx_hash");
        Field<string> internalNote = body.Text("internal_note");
        Field<bool> verify = body.Flag("verify");
        if (hash.IsWrong || internalNote.IsWrong || verify.IsWrong)
            return new(ErrorCatalogue.InvalidJson);
        string txHash = (hash.OrDefault() ?? "").Trim();
        if (txHash.Length == 0)
            return new(ErrorCatalogue.TxHashRequired);
        if (txHash.Length > MaxHashLength || txHash.Any(char.IsControl))
        {
            return new(
                ErrorCatalogue.InvalidJson,
                ErrorCatalogue.InvalidJson.Body(
                    $"tx_hash must have at most {MaxHashLength} characters and no control characters; the payout is unchanged."
                ) with
                {
                    Field = "tx_hash",
                }
            );
        }
        return new(draft.Sent(txHash, Blank(internalNote))) { IsToBeVerified = verify.OrDefault() };
    }

    public CheckedWord ReadFailed(JsonBody body, WordDraft draft)
    {
        Field<string> reason = body.Text("reason");
        Field<string> internalNote = body.Text("internal_note");
        Field<string> code = body.Text("failure_code");
        Field<bool> force = body.Flag("force");
        bool isWrong = reason.IsWrong || internalNote.IsWrong || code.IsWrong || force.IsWrong;
        if (isWrong || (code.Has(out string word) && !IsCode(word)))
            return new(ErrorCatalogue.InvalidJson);
        // Where force is not configured it is a name that nobody asks for.
        bool isForced = options.AllowForce && force.OrDefault();
        if (isForced && Blank(reason) is null)
        {
            return new(
                ErrorCatalogue.InvalidArgs,
                ErrorBodies.InvalidField("reason", "force needs a reason; the payout is unchanged.")
            );
        }
        return new(draft.Failed(Blank(reason), Blank(internalNote), code.OrDefault(), isForced));
    }

    private static string? Blank(Field<string> text) =>
        string.IsNullOrWhiteSpace(text.OrDefault()) ? null : text.OrDefault()!.Trim();

    private static bool IsCode(string code) =>
        code.Length is > 0 and <= MaxCodeLength
        && code.All(c => char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c) || c is '_');
}

/// <summary>Who speaks of which payout.</summary>
internal sealed record WordDraft(Guid PayoutId, string Actor, string RequestId, int? Version)
{
    public OperatorWord Sent(string txHash, string? internalNote) =>
        new(
            PayoutId,
            txHash,
            Note: null,
            internalNote,
            FailureCode: null,
            Force: false,
            Actor,
            RequestId,
            Version: Version
        );

    public OperatorWord Failed(string? note, string? internalNote, string? code, bool force) =>
        new(
            PayoutId,
            TxHash: null,
            note,
            internalNote,
            code,
            force,
            Actor,
            RequestId,
            Version: Version
        );
}

/// <summary>A word that passed, or what stands against it.</summary>
internal sealed record CheckedWord
{
    public CheckedWord(OperatorWord word) => Word = word;

    public CheckedWord(ErrorEntry error, ErrorBody? body = null) =>
        (Error, ErrorBody) = (error, body ?? error.Body());

    public OperatorWord? Word { get; }

    /// <summary>Whether it counts only when the chain shows the same.</summary>
    public bool IsToBeVerified { get; init; }
    public ErrorEntry? Error { get; }
    public ErrorBody? ErrorBody { get; }
}

/// <summary>The body of sent.</summary>
public sealed record SentBody
{
    /// <summary>The transaction that paid the payout, at most 256 characters.</summary>
    public required string TxHash { get; init; }

    /// <summary>Believe it only when the network shows, at finality, that this transaction paid exactly this amount of this asset to
    /// this destination, and that transfer has paid no other payout.</summary>
    public bool? Verify { get; init; }

    /// <summary>For operators only.</summary>
    public string? InternalNote { get; init; }
}

/// <summary>The body of failed; every field may be left out, and so may the body.</summary>
public sealed record FailedBody
{
    /// <summary>Why; the user reads it as the payout's note.</summary>
    public string? Reason { get; init; }

    /// <summary>For operators only.</summary>
    public string? InternalNote { get; init; }

    /// <summary>Why, for programs: lower-case letters, digits, underscores.</summary>
    public string? FailureCode { get; init; }

    /// <summary>Fail although a transaction may still land; the refund is held until the network has proven that it cannot.
    /// Only where Operations:AllowForce is on, and only with a reason.</summary>
    public bool? Force { get; init; }
}
