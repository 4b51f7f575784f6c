namespace Settlement.Chains.Endpoints;

/// <summary>What one endpoint says of transfers before anything is signed.</summary>
/// <param name="Answers">One for each order, by position.</param>
/// <param name="NoVerdictBecause">Why no verdict may rest on them; null where one may.</param>
public sealed record PreflightWord(
    IReadOnlyList<PreflightAnswer> Answers,
    string? NoVerdictBecause = null
)
{
    /// <summary>The same cause for every order: the endpoint says nothing.</summary>
    public static PreflightWord Silent(int orders, string cause) =>
        new([.. Enumerable.Repeat(new PreflightAnswer.Unknown(cause), orders)]);
}

/// <summary>That a payout can never be paid ends it, as a verdict does: two endpoints must say so. Only what follows from the
/// address alone needs none.</summary>
/// <param name="isOfTheAddress">Whether an order fails whatever any endpoint says.</param>
public sealed class AgreeingPreflight(Func<TransferOrder, bool> isOfTheAddress)
{
    /// <summary>Asks a second endpoint about what the first one says can never be paid.</summary>
    /// <param name="orders">All of them.</param>
    /// <param name="first">The first endpoint's word on them.</param>
    /// <param name="others">Each asks one other endpoint; empty where there is only one, which is then believed alone.</param>
    /// <returns>By position; unknown where the others contradict it or do not answer.</returns>
    public async Task<IReadOnlyList<PreflightAnswer>> ConfirmAsync(
        IReadOnlyList<TransferOrder> orders,
        PreflightWord first,
        IReadOnlyList<Func<IReadOnlyList<TransferOrder>, Task<PreflightWord>>> others
    )
    {
        ArgumentNullException.ThrowIfNull(orders);
        ArgumentNullException.ThrowIfNull(first);
        ArgumentNullException.ThrowIfNull(others);
        PreflightAnswer[] answers =
        [
            .. first.Answers.Select((answer, i) => Usable(answer, orders[i], first)),
        ];
        List<Verdict> claims = [.. others.Count == 0 ? [] : Claims(orders, answers)];
        foreach (Verdict claim in claims)
            answers[claim.Position] = Alone("no second endpoint answers");
        foreach (Func<IReadOnlyList<TransferOrder>, Task<PreflightWord>> askAsync in others)
        {
            if (claims.Count == 0)
                break;
            PreflightWord word = await askAsync([.. claims.Select(c => c.Order)]);
            var open = new List<Verdict>();
            for (int i = 0; i < claims.Count; i++)
            {
                Verdict claim = claims[i];
                PreflightAnswer said = Usable(word.Answers[i], claim.Order, word);
                answers[claim.Position] = Settle(claim, said);
                if (said is PreflightAnswer.Unknown)
                    open.Add(claim);
            }
            claims = open;
        }
        return answers;
    }

    /// <summary>Asks all endpoints about an order that was rejected for ever on the word of the one that was asked to sign by.</summary>
    /// <param name="orders">What was to be signed.</param>
    /// <param name="outcome">What came of it.</param>
    /// <param name="preflightAsync">Answers with agreement, as <see cref="ConfirmAsync"/> gives it.</param>
    /// <returns>The same outcome, or the rejection with what the endpoints say together.</returns>
    public async Task<SigningOutcome> ConfirmRejectionAsync(
        IReadOnlyList<TransferOrder> orders,
        SigningOutcome outcome,
        Func<IReadOnlyList<TransferOrder>, Task<IReadOnlyList<PreflightAnswer>>> preflightAsync
    )
    {
        ArgumentNullException.ThrowIfNull(orders);
        ArgumentNullException.ThrowIfNull(preflightAsync);
        bool isForEver =
            outcome is SigningOutcome.Rejected { Answer: PreflightAnswer.NeverPayable } said
            && !isOfTheAddress(orders[said.Position]);
        if (!isForEver)
            return outcome;
        var rejected = (SigningOutcome.Rejected)outcome;
        IReadOnlyList<PreflightAnswer> agreed = await preflightAsync([orders[rejected.Position]]);
        return rejected with
        {
            Answer =
                agreed[0] is PreflightAnswer.Payable
                    ? Alone("the others see nothing that speaks against it")
                    : agreed[0],
        };
    }

    private IEnumerable<Verdict> Claims(
        IReadOnlyList<TransferOrder> orders,
        PreflightAnswer[] answers
    ) =>
        orders
            .Select((order, i) => (Order: order, Position: i))
            .Where(o => answers[o.Position] is PreflightAnswer.NeverPayable)
            .Where(o => !isOfTheAddress(o.Order))
            .Select(o => new Verdict(
                o.Position,
                o.Order,
                (PreflightAnswer.NeverPayable)answers[o.Position]
            ));

    // An endpoint whose finality stands still may answer from a state that is long past.
    private PreflightAnswer Usable(
        PreflightAnswer answer,
        TransferOrder order,
        PreflightWord word
    ) =>
        answer is PreflightAnswer.NeverPayable
        && word.NoVerdictBecause is { } cause
        && !isOfTheAddress(order)
            ? new PreflightAnswer.Unknown(cause)
            : answer;

    // The opposite word is not put to the vote: it may be the first endpoint that is wrong, or this one.
    private static PreflightAnswer Settle(Verdict claim, PreflightAnswer said) =>
        said switch
        {
            PreflightAnswer.NeverPayable never when never.Code == claim.Said.Code => claim.Said,
            PreflightAnswer.Unknown unknown => Alone(unknown.Cause),
            _ => Alone("another endpoint contradicts it"),
        };

    private static PreflightAnswer.Unknown Alone(string why) =>
        new($"one endpoint says that this can never be paid: {why}");

    private sealed record Verdict(
        int Position,
        TransferOrder Order,
        PreflightAnswer.NeverPayable Said
    );
}
