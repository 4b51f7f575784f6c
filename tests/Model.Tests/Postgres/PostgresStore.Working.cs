using Settlement.Chains;
using Settlement.Model.Tests.Commands;
using Settlement.Model.Tests.Model;
using Settlement.Payouts.Settling;

namespace Settlement.Model.Tests.Postgres;

/// <content>What workers do.</content>
public sealed partial class PostgresStore
{
    private async Task<string> TakeUpAsync(World world, Command.TakeUp take, int tag)
    {
        Guid[]? named = take.Named is null
            ? null
            : Rules.AllAt(world, world.Payouts, take.Named).Select(p => _payouts[p.Tag]).ToArray();
        if (named is [])
            return "claimed ";
        IReadOnlyList<ClaimedPayout> claimed = await _store.ClaimPayoutsAsync(
            new PayoutClaim(NetworkOf(take.Network), named, take.Limit, "w", After(!take.Expires)),
            default
        );
        var words = new List<string>();
        var tagged = new List<(int Tag, ClaimedPayout Claim)>();
        foreach (ClaimedPayout claim in claimed)
            tagged.Add((await TagOfAsync(claim.Id), claim));
        foreach ((int payout, ClaimedPayout claim) in tagged.OrderBy(t => t.Tag))
        {
            _claims[tag + words.Count] = claim;
            words.Add($"{payout}/{claim.Token}/{claim.FailedRides}/{claim.AmountMicro}");
        }
        return Join("claimed", words);
    }

    private async Task<string> ParkAsync(World world, Command.Park park)
    {
        ParkReason? reason = Verdicts.Reason(park);
        ParkedPayout[] parked = Claimed(world, park.Claims)
            .Select(c => new ParkedPayout(
                c,
                reason,
                reason is null ? null : "detail",
                After(park.Later)
            ))
            .ToArray();
        if (parked.Length > 0)
            await _store.ParkAsync(parked, default);
        return Answers.Done;
    }

    private async Task<string> FailUnsignedAsync(World world, Command.FailUnsigned fail)
    {
        FailureCode code = fail.ForGood
            ? FailureCode.DestinationBlocked
            : FailureCode.OperatorDecision;
        ClaimedPayout claim = Claimed(world, [fail.Claim]).Single();
        return Word(await _store.FailBeforeSigningAsync(claim, code, "message", default));
    }

    private async Task<string> OpenAsync(World world, Command.Open open, int tag)
    {
        ClaimedPayout[] riders = Rules
            .AllAt(world, world.Claims, open.Claims)
            .OrderBy(c => c.Payout)
            .Select(c => _claims[c.Tag])
            .ToArray();
        long? next = Rules.Nonce(world, open);
        var signed = new SignedTransaction(
            Rules.Hash(world, open, tag),
            new byte[] { 1 },
            Sender,
            (ulong?)next,
            next is null ? 100UL : null,
            null,
            s_proof
        )
        {
            Fees = next is null ? null : Verdicts.Fees(0, cheap: false),
        };
        OpenOutcome outcome = await _store.OpenTransactionAsync(
            new NewTransaction(NetworkOf(open.Network), riders, signed, "w", After(open.Later)),
            default
        );
        switch (outcome)
        {
            case OpenOutcome.Opened opened:
                _transactions[tag] = opened.TransactionId;
                _transactionTags[opened.TransactionId] = tag;
                return $"opened {Text(tag)}";
            case OpenOutcome.NonceTaken:
                return "nonce taken";
            default:
                return "fenced";
        }
    }

    private async Task<string> ReadWalletAsync(Command.ReadWallet read)
    {
        WalletState wallet = await _store.ReadWalletAsync(NetworkOf(read.Network), Sender, default);
        return $"{wallet.NextNonce} {wallet.InFlight} {wallet.FrozenReason}";
    }

    private async Task<string> TakeUpAsync(Command.TakeUpTransactions take, int tag)
    {
        IReadOnlyList<ClaimedTransaction> claimed = await _store.ClaimTransactionsAsync(
            new TransactionClaim(NetworkOf(take.Network), take.Limit, "w", After(!take.Expires)),
            default
        );
        var words = new List<string>();
        var tagged = new List<(int Tag, ClaimedTransaction Look)>();
        foreach (ClaimedTransaction look in claimed)
            tagged.Add((await TransactionTagAsync(look.Id), look));
        foreach ((int transaction, ClaimedTransaction look) in tagged.OrderBy(t => t.Tag))
        {
            _looks[tag + words.Count] = look;
            words.Add($"{transaction}/{look.Token}/{look.Observations}/{look.Riders.Count}");
        }
        return Join("looks", words);
    }

    private async Task<string> RescheduleAsync(World world, Command.Reschedule reschedule)
    {
        string seen = Verdicts.Seen(reschedule.Seen);
        NextLook[] looks = Looked(world, reschedule.Looks)
            .Select(l => new NextLook(l, After(reschedule.Later), seen, reschedule.Included))
            .ToArray();
        if (looks.Length > 0)
            await _store.RescheduleAsync(looks, default);
        return Answers.Done;
    }

    private async Task<string> ConcludeAsync(World world, Command.Conclude conclude)
    {
        Conclusion[] conclusions = Looked(world, conclude.Looks)
            .Select(l => Verdicts.Of(l, conclude, s_proof))
            .ToArray();
        int written =
            conclusions.Length == 0 ? 0 : await _store.ConcludeAsync(conclusions, default);
        return $"concluded {Text(written)}";
    }

    private async Task<string> ReplaceAsync(World world, Command.Replace replace, int tag)
    {
        ClaimedTransaction look = _looks[Rules.At(world, world.Looks, replace.Look)!.Tag];
        AttemptOutcome outcome = await _store.StoreAttemptAsync(
            Verdicts.Attempt(look, replace, Rules.Hash(tag), s_proof),
            default
        );
        return outcome is AttemptOutcome.Stored ? "stored" : "fenced";
    }

    private async Task<string> FreezeAsync(Command.Freeze freeze)
    {
        await _store.FreezeWalletAsync(NetworkOf(freeze.Network), Sender, "why", default);
        return Answers.Done;
    }

    private async Task<int> TransactionTagAsync(long id)
    {
        int tag;
        while (!_transactionTags.TryGetValue(id, out tag))
            await Task.Yield();
        return tag;
    }
}
