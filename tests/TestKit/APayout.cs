using System.Globalization;
using Npgsql;
using Settlement.Chains;
using Settlement.Payouts.Ledger;
using Settlement.Payouts.Lifecycle;
using Settlement.Payouts.Settling;

namespace Settlement.TestKit;

/// <summary>Brings payouts into a state as the product does: by legal moves only.</summary>
/// <remarks>Networks whose name starts with "solana" have no nonces; all others have.</remarks>
public sealed class APayout(NpgsqlDataSource database)
{
    public const string Worker = "worker-1";
    public const string Operator = "operator:tess";
    public static readonly Evidence Proof = new("""{"block":1}""");

    // In nobody's way: whoever observes in a test asks for the transaction to be due.
    private static readonly TimeSpan s_firstLook = TimeSpan.FromHours(1);

    private readonly PostgresSettlementStore _store = new(database, new WorkerIdentity(Worker));
    private readonly FinalizePayout _finalize = new(database);
    private NetworkId _network = new("solana");
    private long _amountMicro = 25_000_000;
    private Guid? _user;
    private string? _key;

    public static APayout In(PostgresDatabase database) => new(database.App);

    public APayout On(string network)
    {
        _network = new NetworkId(network);
        return this;
    }

    public APayout Of(long amountMicro)
    {
        _amountMicro = amountMicro;
        return this;
    }

    /// <summary>Of a user whose balance covers it; otherwise each payout has a new user who earned exactly its amount.</summary>
    public APayout By(Guid user)
    {
        _user = user;
        return this;
    }

    public APayout WithKey(string key)
    {
        _key = key;
        return this;
    }

    /// <summary>Accepted; its amount is reserved.</summary>
    public async Task<GivenPayout> RequestedAsync()
    {
        Guid user = _user ?? await AUserAsync(_amountMicro);
        AcceptOutcome outcome = await new AcceptPayout(database).ExecuteAsync(
            ARequest(user, _amountMicro, _network.Name, _key),
            CancellationToken.None
        );
        return outcome is AcceptOutcome.Accepted accepted
            ? new GivenPayout(accepted.Payout.Id, accepted.Payout.Number, user)
            : throw new InvalidOperationException($"Not accepted: {outcome}.");
    }

    /// <summary>Taken up by <see cref="Worker"/>, for an hour.</summary>
    public async Task<GivenPayout> ProcessingAsync()
    {
        GivenPayout payout = await RequestedAsync();
        return await TakenUpAsync(payout);
    }

    /// <summary>On a stored transaction that nobody has sent; due for a look in an hour.</summary>
    public async Task<GivenPayout> RidingAsync()
    {
        GivenPayout payout = await ProcessingAsync();
        return await BoardedAsync(payout);
    }

    /// <summary>Paid, and seen on the chain.</summary>
    public async Task<GivenPayout> SentAsync()
    {
        GivenPayout payout = await RidingAsync();
        await ConcludeAsync(payout, paid: true);
        return payout;
    }

    /// <summary>Its transaction was proven dead; it waits in the queue, not due for an hour.</summary>
    public async Task<GivenPayout> ReturnedAsync()
    {
        GivenPayout payout = await RidingAsync();
        await ConcludeAsync(payout, paid: false);
        return payout;
    }

    /// <summary>Failed by an operator, with nothing signed; refunded.</summary>
    public async Task<GivenPayout> FailedAsync()
    {
        GivenPayout payout = await ProcessingAsync();
        await FailAsync(payout, force: false);
        return payout;
    }

    /// <summary>Failed by force while its transaction may land: the refund is held.</summary>
    public async Task<GivenPayout> HeldAsync()
    {
        GivenPayout payout = await RidingAsync();
        await FailAsync(payout, force: true);
        return payout;
    }

    /// <summary>Called off by its user before anybody took it up.</summary>
    public async Task<GivenPayout> CancelledAsync()
    {
        GivenPayout payout = await RequestedAsync();
        TransitionResult result = await new CancelPayout(database).ExecuteAsync(
            new CancelWord(payout.Id, payout.UserId, $"user:{payout.UserId}", null),
            CancellationToken.None
        );
        if (result is not TransitionResult.Applied)
            throw new InvalidOperationException($"Not cancelled: {result}.");
        return payout;
    }

    /// <summary>In any status, by the shortest way.</summary>
    public Task<GivenPayout> InAsync(PayoutStatus status) =>
        status switch
        {
            PayoutStatus.Requested => RequestedAsync(),
            PayoutStatus.Processing => ProcessingAsync(),
            PayoutStatus.Sent => SentAsync(),
            PayoutStatus.Failed => FailedAsync(),
            PayoutStatus.Cancelled => CancelledAsync(),
        };

    /// <summary>A user who earned so much.</summary>
    public async Task<Guid> AUserAsync(long earnedMicro)
    {
        var user = Guid.NewGuid();
        await new IngestReward(database).ExecuteAsync(
            new NewReward(
                user,
                earnedMicro,
                RewardKind.Reward,
                $"{user}",
                null,
                null,
                "system",
                null
            ),
            CancellationToken.None
        );
        return user;
    }

    public static PayoutRequest ARequest(
        Guid user,
        long amountMicro,
        string network = "solana",
        string? key = null
    ) => new(user, amountMicro, network, new string('A', 40), "USDC", "mint", 6, null, key, null);

    /// <summary>Writes the chain's word on the payout's transaction.</summary>
    public Task<int> ConcludeAsync(GivenPayout payout, bool paid) =>
        _finalize.FromChainAsync(
            [payout.Conclusion(paid)],
            $"worker:{Worker}",
            CancellationToken.None
        );

    private async Task FailAsync(GivenPayout payout, bool force)
    {
        TransitionResult result = await _finalize.ByOperatorAsync(
            new OperatorWord(payout.Id, null, "Called off.", null, null, force, Operator, null),
            CancellationToken.None
        );
        if (result is not TransitionResult.Applied)
            throw new InvalidOperationException($"Not failed: {result}.");
    }

    public async Task<GivenPayout> TakenUpAsync(GivenPayout payout)
    {
        IReadOnlyList<ClaimedPayout> claimed = await _store.ClaimPayoutsAsync(
            new PayoutClaim(_network, [payout.Id], 1, Worker, TimeSpan.FromHours(1)),
            CancellationToken.None
        );
        return payout with { Claim = claimed.Single() };
    }

    public async Task<GivenPayout> BoardedAsync(GivenPayout payout)
    {
        string sender = $"{_network.Name}-wallet";
        bool hasNonces = !_network.Name.StartsWith("solana", StringComparison.Ordinal);
        await new Wallets(database).RegisterAsync(
            _network,
            sender,
            hasNonces ? 0 : null,
            CancellationToken.None
        );
        while (true)
        {
            WalletState wallet = await _store.ReadWalletAsync(
                _network,
                sender,
                CancellationToken.None
            );
            SignedTransaction signed = ASignedTransaction(sender, wallet.NextNonce);
            OpenOutcome outcome = await _store.OpenTransactionAsync(
                new NewTransaction(_network, [payout.Claim!], signed, Worker, s_firstLook),
                CancellationToken.None
            );
            if (outcome is OpenOutcome.Opened opened)
                return payout with { TransactionId = opened.TransactionId, Signed = signed };
            if (outcome is not OpenOutcome.NonceTaken)
                throw new InvalidOperationException($"Not stored: {outcome}.");
        }
    }

    /// <summary>Bytes that nobody will ever send.</summary>
    public static SignedTransaction ASignedTransaction(string sender, ulong? nonce) =>
        new(
            Guid.NewGuid().ToString("N", CultureInfo.InvariantCulture),
            new byte[] { 1 },
            sender,
            nonce,
            nonce is null ? 100 : null,
            TimeSpan.FromSeconds(90),
            new Evidence("{}")
        )
        {
            Fees = nonce is null ? null : new OfferedFees(1_000, 100),
        };
}
