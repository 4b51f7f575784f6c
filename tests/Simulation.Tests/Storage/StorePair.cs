using System.Globalization;
using Dapper;
using Npgsql;
using Settlement.Chains;
using Settlement.Payouts;
using Settlement.Payouts.Ledger;
using Settlement.Payouts.Lifecycle;
using Settlement.Payouts.Settling;
using Settlement.Simulation.Tests.Runtime;
using Settlement.TestKit;
using Shouldly;

namespace Settlement.Simulation.Tests.Storage;

/// <summary>Makes each call to both stores and compares the answers.</summary>
internal sealed partial class StorePair(PostgresDatabase database, NetworkId network, Dice dice)
{
    private const string Sender = "hot-wallet-hot-wallet";
    private static readonly Evidence s_proof = new("{}");

    private readonly Scheduler _clock = new();
    private readonly PostgresSettlementStore _real = new(database.App, new WorkerIdentity("w"));
    private readonly FinalizePayout _finalize = new(database.App);
    private readonly SteerPayout _steer = new(database.App);
    private readonly Guid _user = Guid.NewGuid();
    private readonly List<Guid> _ids = [];
    private readonly List<(ClaimedPayout Real, ClaimedPayout Simulated)> _claims = [];
    private readonly List<(ClaimedTransaction Real, ClaimedTransaction Simulated)> _looks = [];
    private readonly List<long> _transactions = [];
    private SimDatabase _simulated = null!;
    private StoredAccount _account = null!;
    private int _signed;

    public async Task BeginAsync(ulong? nonce)
    {
        const long Opening = 1_200_000_000;
        _simulated = new SimDatabase(_clock, dice, Flaw.None) { NextNonce = nonce };
        _account = new StoredAccount { OpeningMicro = Opening, PostedMicro = Opening };
        await new IngestReward(database.App).ExecuteAsync(
            new NewReward(
                _user,
                Opening,
                RewardKind.Reward,
                $"e-{_user}",
                null,
                null,
                "operator",
                "r"
            ),
            default
        );
        await new Wallets(database.App).RegisterAsync(network, Sender, nonce, default);
    }

    public Task<string> CallBothAsync()
    {
        // A second passes: what is put off by less than a day is due again.
        _clock.At(_clock.Now + 1_000, static () => { });
        _clock.TryNext(out ISimEvent _);
        return dice.Between(0, 21) switch
        {
            0 or 1 => AcceptAsync(),
            2 or 3 => ClaimAsync(),
            4 => ParkAsync(),
            5 => FailAsync(),
            6 or 7 or 8 => OpenAsync(),
            9 or 10 => ClaimTransactionsAsync(),
            11 => RescheduleAsync(),
            12 or 13 => ConcludeAsync(),
            14 => SayAsync(),
            15 or 16 => SteerAsync(),
            17 or 18 => ReplaceAsync(),
            19 or 20 => AskAsync(),
            _ => SwitchAsync(),
        };
    }

    /// <summary>All rows of this network, in words.</summary>
    public async Task<(string Real, string Simulated)> StateAsync()
    {
        await using NpgsqlConnection connection = await database.Owner.OpenConnectionAsync();
        IEnumerable<string> real = await connection.QueryAsync<string>(
            """
            SELECT concat_ws(' ', status, settled_by, tx_hash, refund_held, conflict_at IS NOT NULL, lease_token, failed_rides,
                             park_reason, due_at = 'infinity', held_at IS NOT NULL)
              FROM payouts WHERE id = ANY (@Ids) ORDER BY array_position(@Ids, id)
            """,
            new { Ids = _ids.ToArray() }
        );
        IEnumerable<string> transactions = await connection.QueryAsync<string>(
            """
            SELECT concat_ws(' ', state, lease_token, observations, asked, (SELECT count(*) FROM attempts a WHERE a.transaction_id = chain_transactions.id))
              FROM chain_transactions WHERE network = @Network ORDER BY id
            """,
            new { Network = network.Name }
        );
        string rest = await connection.QuerySingleAsync<string>(
            """
            SELECT concat_ws(' ', w.next_nonce, w.frozen_reason, a.posted_micro, a.reserved_micro)
              FROM wallets w, accounts a WHERE w.network = @Network AND a.user_id = @User
            """,
            new { Network = network.Name, User = _user }
        );
        return (Lines([.. real, .. transactions, rest]), Lines(Simulated()));
    }

    private static string Lines(IEnumerable<string> lines) => string.Join('\n', lines);

    private IEnumerable<string> Simulated()
    {
        foreach (StoredPayout p in _simulated.Payouts)
        {
            yield return Words(
                p.Status.Name(),
                p.SettledBy,
                p.TxHash,
                p.RefundHeld ? "t" : "f",
                p.Conflict ? "t" : "f",
                p.Token,
                p.FailedRides,
                p.ParkReason is { } reason ? SnakeCase.Of(reason) : null,
                p.DueAt == StoredPayout.Never ? "t" : "f",
                p.IsHeld ? "t" : "f"
            );
        }
        foreach (StoredTransaction t in _simulated.Transactions)
        {
            yield return Words(
                SnakeCase.Of(t.State),
                t.Token,
                t.Observations,
                t.Asked is { } asked ? SnakeCase.Of(asked) : null,
                t.Attempts.Count
            );
        }
        yield return Words(
            _simulated.NextNonce,
            _simulated.FrozenReason,
            _account.PostedMicro,
            _account.ReservedMicro
        );
    }

    private static string Words(params object?[] words) =>
        string.Join(
            ' ',
            words
                .Where(w => w is not null)
                .Select(w => Convert.ToString(w, CultureInfo.InvariantCulture))
        );

    private async Task<string> AcceptAsync()
    {
        long amount = dice.Between(1, 40) * 1_000_000L;
        AcceptOutcome outcome = await new AcceptPayout(database.App).ExecuteAsync(
            new PayoutRequest(
                _user,
                amount,
                network.Name,
                new string('A', 40),
                "USDC",
                "mint",
                6,
                null,
                null,
                null
            ),
            default
        );
        StoredPayout? simulated = _simulated.Accept(_account, amount, new string('A', 40));
        (outcome is AcceptOutcome.Accepted).ShouldBe(simulated is not null);
        if (outcome is AcceptOutcome.Accepted accepted)
            _ids.Add(accepted.Payout.Id);
        return $"accept {amount}";
    }

    private async Task<string> ClaimAsync()
    {
        List<StoredPayout>? named = dice.Chance(0.5)
            ? _simulated.Payouts.Where(_ => dice.Chance(0.3)).ToList()
            : null;
        PayoutClaim Claim(IReadOnlyList<Guid>? ids, TimeSpan lease) =>
            new(network, ids, 3, "w", lease);
        TimeSpan lease = SoonOrTomorrow();

        IReadOnlyList<ClaimedPayout> real = await _real.ClaimPayoutsAsync(
            Claim(named?.ConvertAll(p => RealId(p.Id)), lease),
            default
        );
        IReadOnlyList<ClaimedPayout> simulated = _simulated.Claim(
            Claim(named?.ConvertAll(p => p.Id), lease)
        );

        real.Select(c => (_ids.IndexOf(c.Id), c.Token, c.FailedRides))
            .ShouldBe(simulated.Select(c => ((int)c.Number - 1, c.Token, c.FailedRides)));
        _claims.AddRange(real.Zip(simulated));
        return $"claim {real.Count}";
    }

    private async Task<string> ParkAsync()
    {
        List<(ClaimedPayout Real, ClaimedPayout Simulated)> some = Some(_claims, 3);
        ParkReason? reason = dice.Chance(0.5) ? ParkReason.FeeAboveCap : null;
        TimeSpan after = SoonOrTomorrow();
        ParkedPayout Parked(ClaimedPayout p) => new(p, reason, reason is null ? null : "d", after);
        await _real.ParkAsync(some.ConvertAll(c => Parked(c.Real)), default);
        _simulated.Park(some.ConvertAll(c => Parked(c.Simulated)));
        return $"park {some.Count}";
    }

    private async Task<string> FailAsync()
    {
        foreach ((ClaimedPayout real, ClaimedPayout simulated) in Some(_claims, 1))
        {
            TransitionResult result = await _real.FailBeforeSigningAsync(
                real,
                FailureCode.DestinationBlocked,
                "m",
                default
            );
            result.GetType().ShouldBe(_simulated.FailBeforeSigning(simulated).GetType());
        }
        return "fail before signing";
    }

    private async Task<string> OpenAsync()
    {
        List<(ClaimedPayout Real, ClaimedPayout Simulated)> riders = Some(_claims, 3);
        if (riders.Count == 0)
            return "nobody to open for";
        ulong? nonce = _simulated.NextNonce;
        if (nonce is not null && dice.Chance(0.1))
            nonce++;
        if (dice.Chance(0.9))
            _signed++;
        string hash = string.Create(CultureInfo.InvariantCulture, $"{network}-{_signed:D20}");
        var signed = new SignedTransaction(
            hash,
            new byte[] { 1 },
            Sender,
            nonce,
            nonce is null ? 100UL : null,
            null,
            s_proof
        )
        {
            Fees = nonce is null ? null : new OfferedFees(1_000, 1_000),
        };
        TimeSpan look = SoonOrTomorrow();
        NewTransaction Opened(IEnumerable<ClaimedPayout> aboard) =>
            new(network, aboard.ToList(), signed, "w", look);
        OpenOutcome real = await _real.OpenTransactionAsync(
            Opened(riders.Select(r => r.Real)),
            default
        );
        OpenOutcome simulated = _simulated.Open(Opened(riders.Select(r => r.Simulated)));

        simulated.GetType().ShouldBe(real.GetType());
        if (real is OpenOutcome.Opened opened)
            _transactions.Add(opened.TransactionId);
        return $"open {real.GetType().Name} for {riders.Count}";
    }

    private async Task<string> ClaimTransactionsAsync()
    {
        var claim = new TransactionClaim(network, 3, "w", SoonOrTomorrow());
        IReadOnlyList<ClaimedTransaction> real = await _real.ClaimTransactionsAsync(claim, default);
        IReadOnlyList<ClaimedTransaction> simulated = _simulated.ClaimTransactions(claim);
        List<ClaimedTransaction> inOrder = real.OrderBy(t => t.Id).ToList();
        List<ClaimedTransaction> alike = simulated.OrderBy(t => t.Id).ToList();

        inOrder
            .ConvertAll(t => (_transactions.IndexOf(t.Id), t.Token, t.Observations, t.Riders.Count))
            .ShouldBe(
                alike.ConvertAll(t => ((int)t.Id - 1, t.Token, t.Observations, t.Riders.Count))
            );
        _looks.AddRange(inOrder.Zip(alike));
        return $"take up {real.Count}";
    }

    private async Task<string> RescheduleAsync()
    {
        List<(ClaimedTransaction Real, ClaimedTransaction Simulated)> some = Some(_looks, 3);
        TimeSpan after = SoonOrTomorrow();
        bool included = dice.Chance(0.5);
        await _real.RescheduleAsync(
            some.ConvertAll(t => new NextLook(t.Real, after, "seen", included)),
            default
        );
        _simulated.Reschedule(
            some.ConvertAll(t => new NextLook(t.Simulated, after, "seen", included))
        );
        return $"reschedule {some.Count}";
    }

    private async Task<string> ConcludeAsync()
    {
        TimeSpan after = SoonOrTomorrow();
        var real = new List<Conclusion>();
        var simulated = new List<Conclusion>();
        foreach (
            (ClaimedTransaction r, ClaimedTransaction s) in Some(_looks, 2)
                .DistinctBy(t => t.Real.Id)
        )
        {
            if (dice.Chance(0.5))
            {
                List<TransferResult> results = r
                    .Riders.Select(_ => new TransferResult(dice.Chance(0.8), s_proof))
                    .Select(t =>
                        t.Paid || dice.Chance(0.5) ? t : t with { NeedsOperator = "paid before" }
                    )
                    .ToList();
                string hash = r
                    .Transaction.Attempts.Last(a => a.Kind == AttemptKind.Payment)
                    .TransactionId;
                var landed = new Observation.Landed(hash, results, s_proof);
                real.Add(new Conclusion.Landed(r, landed) { ParkFor = after });
                simulated.Add(new Conclusion.Landed(s, landed) { ParkFor = after });
            }
            else
            {
                NeverReason reason = dice.Chance(0.5) ? NeverReason.Expired : NeverReason.Reverted;
                var never = new Observation.Never(reason, s_proof);
                real.Add(new Conclusion.Dead(r, never, after));
                simulated.Add(new Conclusion.Dead(s, never, after));
            }
        }
        await _real.ConcludeAsync(real, default);
        _simulated.Conclude(simulated);
        return $"conclude {real.Count}";
    }

    /// <summary>Recent ones mostly, stale ones often.</summary>
    private List<(T Real, T Simulated)> Some<T>(List<(T Real, T Simulated)> all, int most)
        where T : class
    {
        var some = new List<(T, T)>();
        for (int i = all.Count - 1; i >= 0 && some.Count < most; i--)
        {
            if (dice.Chance(0.3) && !some.Any(s => IsSame(s.Item1, all[i].Real)))
                some.Add(all[i]);
        }
        return some;
    }

    private static bool IsSame(object one, object other) =>
        (one, other) switch
        {
            (ClaimedPayout a, ClaimedPayout b) => a.Id == b.Id,
            (ClaimedTransaction a, ClaimedTransaction b) => a.Id == b.Id,
            _ => false,
        };

    private TimeSpan SoonOrTomorrow() => dice.Chance(0.6) ? TimeSpan.Zero : TimeSpan.FromDays(1);

    private Guid RealId(Guid simulated) =>
        _ids[_simulated.Payouts.Single(p => p.Id == simulated) is { } p ? (int)p.Number - 1 : 0];
}
