using System.Globalization;
using Settlement.Chains;
using Settlement.Model.Tests.Commands;
using Settlement.Model.Tests.Model;
using Settlement.Payouts;
using Settlement.Payouts.Lifecycle;
using Settlement.Payouts.Settling;
using Settlement.Simulation.Tests;
using Settlement.Simulation.Tests.Runtime;
using Settlement.Simulation.Tests.Storage;

namespace Settlement.Model.Tests.Simulated;

/// <summary>The simulator's database under the same commands: one for each network, with the same users.</summary>
public sealed partial class SimulatedStore : IStoreUnderTest
{
    private static readonly Evidence s_proof = new("{}");

    private readonly Scheduler _clock = new();
    private readonly SimDatabase[] _databases;
    private readonly StoredAccount[] _accounts;
    private readonly Dictionary<int, StoredPayout> _payouts = [];
    private readonly Dictionary<int, StoredTransaction> _transactions = [];
    private readonly Dictionary<StoredPayout, int> _tags = [];
    private readonly Dictionary<int, ClaimedPayout> _claims = [];
    private readonly Dictionary<int, ClaimedTransaction> _looks = [];

    public SimulatedStore(bool hasThreshold, Flaw flaws = Flaw.None)
    {
        var dice = new Dice(1);
        _databases =
        [
            new SimDatabase(_clock, dice, flaws)
            {
                NextNonce = 7,
                ThresholdMicro = hasThreshold ? 40 : long.MaxValue,
            },
            new SimDatabase(_clock, dice, flaws),
        ];
        _accounts =
        [
            .. Enumerable
                .Range(0, 2)
                .Select(_ => new StoredAccount { OpeningMicro = 0, PostedMicro = 0 }),
        ];
    }

    public string Rows(World world) => Fingerprint.Rows(world, isFull: false);

    /// <summary>It says yes or no, and keeps to itself why.</summary>
    public string Answer(string answer) =>
        answer.StartsWith("refused", StringComparison.Ordinal) ? "refused"
        : answer.StartsWith("accepted", StringComparison.Ordinal) ? "accepted"
        : answer.StartsWith("insufficient", StringComparison.Ordinal) ? "insufficient"
        : answer;

    public Task<string> AskAsync(World world, Command command, int tag)
    {
        _clock.At(_clock.Now + 1_000, static () => { });
        _clock.TryNext(out ISimEvent _);
        return Task.FromResult(Do(world, command, tag));
    }

    public Task<string> RowsAsync()
    {
        IEnumerable<string> rows =
        [
            .. _accounts.Select(
                (a, i) => Fingerprint.Words("account", i, a.PostedMicro, a.ReservedMicro)
            ),
            .. _databases.Select(
                (d, i) => Fingerprint.Words("wallet", i, d.NextNonce, d.FrozenReason)
            ),
            .. _payouts.OrderBy(p => p.Key).Select(p => Row(p.Key, p.Value)),
            .. _transactions.OrderBy(t => t.Key).Select(t => Row(t.Key, t.Value)),
        ];
        return Task.FromResult(string.Join('\n', rows));
    }

    private string Do(World world, Command command, int tag) =>
        command switch
        {
            Command.Earn earn => Earn(earn),
            Command.Accept accept => Accept(accept, tag),
            Command.TakeUp take => TakeUp(world, take, tag),
            Command.Park park => Park(world, park),
            Command.FailUnsigned fail => FailUnsigned(world, fail),
            Command.Open open => Open(world, open, tag),
            Command.ReadWallet read => ReadWallet(read),
            Command.TakeUpTransactions take => TakeUp(take, tag),
            Command.Reschedule reschedule => Reschedule(world, reschedule),
            Command.Conclude conclude => Conclude(world, conclude),
            Command.Freeze freeze => Freeze(freeze),
            Command.Thaw thaw => _databases[thaw.Network].Thaw() ? "thawed" : "not thawed",
            Command.Pause pause => Pause(pause),
            Command.Say say => Say(world, say),
            Command.Cancel cancel => Cancel(world, cancel),
            Command.Steer steer => Steer(world, steer),
            Command.Ask ask => Ask(world, ask),
            Command.Replace replace => Replace(world, replace, tag),
            Command.Decide decide => Decide(world, decide),
            Command.PassTime => PassTime(),
            _ => throw new InvalidOperationException($"{command} is not for the simulator."),
        };

    private string Earn(Command.Earn earn)
    {
        _accounts[earn.User].PostedMicro += earn.Amount;
        return "created";
    }

    private string Accept(Command.Accept accept, int tag)
    {
        StoredPayout? payout = _databases[accept.Network]
            .Accept(_accounts[accept.User], accept.Amount, "to");
        if (payout is null)
            return "insufficient";
        _payouts[tag] = payout;
        _tags[payout] = tag;
        return "accepted";
    }

    private string TakeUp(World world, Command.TakeUp take, int tag)
    {
        SimDatabase database = _databases[take.Network];
        Guid[]? named = take.Named is null
            ? null
            : Rules
                .AllAt(world, world.Payouts, take.Named)
                .Where(p => p.Network == take.Network)
                .Select(p => _payouts[p.Tag].Id)
                .ToArray();
        IReadOnlyList<ClaimedPayout> claimed = database.Claim(
            new PayoutClaim(new NetworkId("n"), named, take.Limit, "w", After(!take.Expires))
        );
        var words = new List<string>();
        foreach (ClaimedPayout claim in claimed)
        {
            _claims[tag + words.Count] = claim;
            int payout = _tags[database.Payouts[(int)claim.Number - 1]];
            words.Add($"{payout}/{claim.Token}/{claim.FailedRides}/{claim.AmountMicro}");
        }
        return $"claimed {string.Join(' ', words)}";
    }

    private string Park(World world, Command.Park park)
    {
        ParkReason? reason = Verdicts.Reason(park);
        foreach (Claim claim in Rules.AllAt(world, world.Claims, park.Claims))
        {
            Database(world, claim)
                .Park([new ParkedPayout(_claims[claim.Tag], reason, null, After(park.Later))]);
        }
        return Answers.Done;
    }

    private string FailUnsigned(World world, Command.FailUnsigned fail)
    {
        Claim claim = Rules.At(world, world.Claims, fail.Claim)!;
        return Word(
            Database(world, claim).FailBeforeSigning(_claims[claim.Tag]) is TransitionResult.Applied
        );
    }

    private string Open(World world, Command.Open open, int tag)
    {
        List<Claim> claims = Rules
            .AllAt(world, world.Claims, open.Claims)
            .OrderBy(c => c.Payout)
            .ToList();
        // One database knows one network; another network's payouts are not for it to see.
        if (claims.Exists(c => world.Payout(c.Payout).Network != open.Network))
            return Elsewhere(world, open);
        ulong? nonce = (ulong?)Rules.Nonce(world, open);
        OpenOutcome outcome = _databases[open.Network]
            .Open(
                new NewTransaction(
                    new NetworkId("n"),
                    claims.ConvertAll(c => _claims[c.Tag]),
                    new SignedTransaction(
                        Rules.Hash(world, open, tag),
                        new byte[] { 1 },
                        "s",
                        nonce,
                        nonce is null ? 100UL : null,
                        null,
                        s_proof
                    )
                    {
                        Fees = nonce is null ? null : Verdicts.Fees(0, cheap: false),
                    },
                    "w",
                    After(open.Later)
                )
            );
        if (outcome is not OpenOutcome.Opened)
            return outcome is OpenOutcome.NonceTaken ? "nonce taken" : "fenced";
        _transactions[tag] = _databases[open.Network].Transactions[^1];
        return string.Create(CultureInfo.InvariantCulture, $"opened {tag}");
    }

    private string Elsewhere(World world, Command.Open open)
    {
        SimDatabase database = _databases[open.Network];
        bool isTaken =
            database.FrozenReason is not null
            || database.NextNonce != (ulong?)Rules.Nonce(world, open);
        return isTaken && !database.IsPaused ? "nonce taken" : "fenced";
    }

    private string ReadWallet(Command.ReadWallet read)
    {
        WalletState wallet = _databases[read.Network].ReadWallet();
        return $"{wallet.NextNonce} {wallet.InFlight} {wallet.FrozenReason}";
    }

    private string TakeUp(Command.TakeUpTransactions take, int tag)
    {
        SimDatabase database = _databases[take.Network];
        var claim = new TransactionClaim(new NetworkId("n"), take.Limit, "w", After(!take.Expires));
        var words = new List<string>();
        foreach (ClaimedTransaction look in database.ClaimTransactions(claim).OrderBy(t => t.Id))
        {
            _looks[tag + words.Count] = look;
            int known = TagOf(database.Transactions[(int)look.Id - 1]);
            words.Add($"{known}/{look.Token}/{look.Observations}/{look.Riders.Count}");
        }
        return $"looks {string.Join(' ', words)}";
    }

    private string Reschedule(World world, Command.Reschedule reschedule)
    {
        string seen = Verdicts.Seen(reschedule.Seen);
        foreach (Look look in Rules.LooksAt(world, reschedule.Looks))
        {
            _databases[world.Transaction(look.Transaction).Network]
                .Reschedule([
                    new NextLook(
                        _looks[look.Tag],
                        After(reschedule.Later),
                        seen,
                        reschedule.Included
                    ),
                ]);
        }
        return Answers.Done;
    }

    private string Conclude(World world, Command.Conclude conclude)
    {
        int written = 0;
        foreach (Look look in Rules.LooksAt(world, conclude.Looks))
        {
            StoredTransaction transaction = _transactions[look.Transaction];
            bool wasOpen = transaction.State == TransactionState.Open;
            _databases[world.Transaction(look.Transaction).Network]
                .Conclude([Verdicts.Of(_looks[look.Tag], conclude, s_proof)]);
            written += wasOpen && transaction.State != TransactionState.Open ? 1 : 0;
        }
        return string.Create(CultureInfo.InvariantCulture, $"concluded {written}");
    }

    private string Freeze(Command.Freeze freeze)
    {
        _databases[freeze.Network].Freeze("why");
        return Answers.Done;
    }

    private string PassTime()
    {
        // Tags tell who is first among those that wait, and so does the order of acceptance.
        foreach (StoredPayout payout in _payouts.Values.Where(p => p.DueAt != StoredPayout.Never))
            payout.DueAt = _clock.Now - 500;
        foreach (StoredTransaction transaction in _transactions.Values)
            transaction.DueAt = _clock.Now - 500;
        return Answers.Done;
    }

    private SimDatabase Database(World world, Claim claim) =>
        _databases[world.Payout(claim.Payout).Network];

    private int TagOf(StoredTransaction transaction) =>
        _transactions.First(t => ReferenceEquals(t.Value, transaction)).Key;

    private string Row(int tag, StoredPayout p) =>
        Fingerprint.Words(
            "payout",
            tag,
            p.AmountMicro,
            p.Status.Name(),
            p.SettledBy,
            p.TxHash,
            p.RefundHeld ? "refund-held" : null,
            p.Conflict ? "conflict" : null,
            p.Token,
            p.FailedRides,
            p.ParkReason is { } reason ? SnakeCase.Of(reason) : null,
            p.IsFinal ? null : Due(p.DueAt),
            p.IsHeld ? "held" : null,
            p.ApprovedBy,
            p.RidesOn is { } ride ? $"rides-{TagOf(ride)}" : null
        );

    private string Row(int tag, StoredTransaction t) =>
        Fingerprint.Words(
            "transaction",
            tag,
            SnakeCase.Of(t.State),
            t.Token,
            t.Observations,
            t.ForAdapter.Nonce,
            t.State == TransactionState.Open ? Due(t.DueAt) : null,
            t.Asked is { } asked ? SnakeCase.Of(asked) : null,
            string.Concat(t.Attempts.Select(a => a.Signed.Kind == AttemptKind.Cancel ? 'c' : 'p')),
            string.Join(',', t.Riders.Select(r => $"{_tags[r]}{Fate(t, r)}"))
        );

    private static string Fate(StoredTransaction transaction, StoredPayout rider) =>
        transaction.State == TransactionState.Open
            ? rider.IsCancelAsked
                ? "!"
                : "?"
            : ReferenceEquals(rider.PaidBy, transaction)
                ? "+"
                : "-";

    private string Due(long dueAt) =>
        dueAt == StoredPayout.Never ? "never"
        : dueAt > _clock.Now ? "later"
        : "due";

    private static string Word(bool applied) => applied ? Answers.Applied : "refused";

    private static TimeSpan After(bool later) => later ? TimeSpan.FromDays(1) : TimeSpan.Zero;
}
