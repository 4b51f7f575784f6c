using System.Text.Json.Nodes;

namespace Settlement.Chains.Endpoints;

/// <summary>Hears endpoints about one transaction, one after the other, and says what follows from their words. Asks
/// nobody.</summary>
/// <remarks>The first usable word is the claim. Where it would end something, a second endpoint must say the same; one
/// that says the opposite leaves it unknown. Nothing is put to the vote: what two endpoints contradict each other about
/// is for later, or for a person.</remarks>
public sealed class Panel
{
    private readonly EndpointPolicy _policy;
    private readonly OpenTransaction _transaction;
    private readonly int _endpoints;
    private readonly List<Word> _hesitant = [];
    private readonly List<string> _troubles = [];
    private Word? _claim;
    private Word? _second;
    private Word? _opposite;

    /// <param name="policy">Of the network.</param>
    /// <param name="transaction">What they are asked about.</param>
    /// <param name="endpoints">How many the network has.</param>
    public Panel(EndpointPolicy policy, OpenTransaction transaction, int endpoints)
    {
        _policy = policy;
        _transaction = transaction;
        _endpoints = endpoints;
    }

    /// <summary>Whether no further word would change what follows.</summary>
    public bool IsSettled =>
        _claim is not null
        && (_second is not null || _opposite is not null || !NeedsSecond(_claim.Said));

    /// <summary>Whether two endpoints stand behind the verdict, or one where one is enough.</summary>
    public bool IsVerdict =>
        _claim is { Said: Observation.Landed or Observation.Never } claim
        && (_second is not null || !NeedsSecond(claim.Said));

    /// <summary>Whether an endpoint's verdict is not shared by another one.</summary>
    public bool IsInDispute => _claim is { } claim && NeedsSecond(claim.Said) && _second is null;

    /// <summary>The lowest of the final heads that the verdict rests on; null where one of several endpoints stands alone for it: its
    /// head may be an invention, and would shut out the others.</summary>
    public FinalHead? Head =>
        _second is null && _endpoints > 1 ? null
        : _second?.Head is { } other && other.Number < _claim?.Head?.Number ? other
        : _claim?.Head;

    /// <summary>Hears one more word.</summary>
    public void Hear(Word word)
    {
        ArgumentNullException.ThrowIfNull(word);
        if (word.Said is Observation.Unknown unknown)
            _troubles.Add(unknown.Cause);
        else if (_claim is null)
            _claim = word;
        else if (Claim.IsSame(_claim.Said, word.Said))
            _second = word;
        else if (Claim.IsWeighty(word.Said))
            _opposite = word;
        else
            _hesitant.Add(word);
    }

    /// <summary>What follows from what was heard.</summary>
    public Observation Conclude()
    {
        if (_claim is not { } claim)
            return new Observation.Unknown(Troubles());
        if (_opposite is { } opposite)
        {
            return new Observation.Unknown(
                $"endpoints contradict each other: {claim.Endpoint} says "
                    + $"{Claim.Describe(claim.Said)}, {opposite.Endpoint} says "
                    + $"{Claim.Describe(opposite.Said)}"
            );
        }
        if (_second is not null || !NeedsSecond(claim.Said))
            return WithAgreement(claim);
        // It freezes a wallet and ends nothing: where nobody can be heard against it, caution wins.
        if (claim.Said is Observation.Contradiction && _hesitant.Count == 0)
            return WithAgreement(claim);
        return Wait(claim);
    }

    // Freezing on one word is the safe side; paying again or telling "sent" is not.
    private bool NeedsSecond(Observation said) =>
        said switch
        {
            // The only endpoint must at least say it twice.
            Observation.Never => true,
            Observation.Contradiction => _endpoints > 1,
            // Whom it did not pay is paid again.
            Observation.Landed landed => _endpoints > 1
                && (IsWorthTwo() || landed.Transfers.Any(t => !t.Paid)),
            _ => false,
        };

    private bool IsWorthTwo()
    {
        UInt128 sum = 0;
        foreach (TransferOrder order in _transaction.Transfers)
            sum += (UInt128)order.AmountMicro;
        return sum >= (UInt128)_policy.AgreeOnLandedFromMicro;
    }

    private Observation Wait(Word claim)
    {
        string others = string.Join(
            "; ",
            _hesitant.Select(w => $"{w.Endpoint} says {Claim.Describe(w.Said)}").Concat(_troubles)
        );
        string text =
            $"{claim.Endpoint} says {Claim.Describe(claim.Said)}, no second endpoint does: {others}";
        // In a block on either side, final on one of them only: nothing is to be sent meanwhile.
        return
            claim.Said is Observation.Landed
            && _hesitant.Exists(w => w.Said is Observation.Included)
            ? new Observation.Included(text)
            : new Observation.Unknown(text);
    }

    private Observation WithAgreement(Word claim) =>
        claim.Said switch
        {
            Observation.Landed landed => landed with { Proof = Agreed(claim, landed.Proof) },
            Observation.Never never => never with { Proof = Agreed(claim, never.Proof) },
            Observation.Contradiction contradiction => contradiction with
            {
                Proof = Agreed(claim, contradiction.Proof),
            },
            _ => claim.Said,
        };

    private Evidence Agreed(Word claim, Evidence proof)
    {
        JsonObject facts = Claim.Parse(proof);
        Word[] agreeing = _second is null ? [claim] : [claim, _second];
        var agreement = new JsonObject
        {
            ["endpoints"] = new JsonArray([.. agreeing.Select(w => JsonValue.Create(w.Endpoint))]),
            ["configured"] = _endpoints,
        };
        // A mark goes on from here after a restart.
        if (Head is { } head)
            agreement["final"] = new JsonObject { ["block"] = head.Number, ["hash"] = head.Hash };
        Evidence? other = _second?.Said switch
        {
            Observation.Landed landed => landed.Proof,
            Observation.Never never => never.Proof,
            Observation.Contradiction contradiction => contradiction.Proof,
            _ => null,
        };
        if (other is not null)
            agreement["second"] = Claim.OfTheWitness(other);
        facts["agreement"] = agreement;
        return Evidence.Of(facts);
    }

    private string Troubles() =>
        _troubles.Count > 0 ? string.Join("; ", _troubles) : "no endpoint was asked";
}
