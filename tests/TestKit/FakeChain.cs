using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Settlement.Chains;
using Settlement.Chains.Endpoints;

namespace Settlement.TestKit;

/// <summary>A network in memory behind the port. It pays whom the broadcast bytes name, keeps count, and does as it is told.</summary>
/// <remarks>By default a broadcast is final at once. Scripts (<see cref="Preflight"/> and others) answer instead of the
/// chain where they return something.</remarks>
public sealed partial class FakeChain : IChainAdapter
{
    /// <summary>How long a block hash lives, in blocks.</summary>
    private const ulong BlockhashLife = 150;

    private readonly Lock _gate = new();
    private readonly Dictionary<string, Bytes> _pool = [];
    private readonly Dictionary<string, Included> _included = [];
    private readonly Dictionary<string, int> _broadcasts = [];
    private readonly Dictionary<long, int> _payments = [];
    private ulong _nonce;
    private ulong _height = 1_000;
    private long _signings;

    /// <summary>A network whose transactions are numbered (EVM) or expire (Solana).</summary>
    public FakeChain(
        string network,
        bool usesNonces,
        int maxTransfers = 1,
        int maxInFlight = 16,
        ulong nextNonce = 7,
        string? sender = null,
        TimeSpan? replaceAfter = null
    )
    {
        Network = new NetworkId(network);
        Limits = new ChainLimits(maxTransfers, maxInFlight, usesNonces)
        {
            ReplaceAfter = usesNonces ? replaceAfter ?? TimeSpan.FromMinutes(3) : null,
        };
        Sender = sender ?? $"hot-wallet-of-{network}";
        _nonce = nextNonce;
    }

    public NetworkId Network { get; }
    public string Sender { get; }
    public ChainLimits Limits { get; }

    /// <summary>The one asset that it pays; null: every asset.</summary>
    public string? OnlyAsset { get; set; }

    public string Asset => OnlyAsset ?? "mint";

    public bool PaysIn(string asset) => OnlyAsset is null || OnlyAsset == asset;

    /// <summary>What the node says it is.</summary>
    public IdentityCheck Identity { get; set; } = new IdentityCheck.Confirmed();

    /// <summary>What the wallet holds; null: no node answers.</summary>
    public WalletBalances? Balances { get; set; } = new(1_000_000_000_000, 1_000_000_000_000);

    /// <summary>As its verdicts raised it in this life of the worker.</summary>
    public FinalityMark? Mark { get; set; }

    /// <summary>How its endpoints stand.</summary>
    public NetworkReport Report { get; set; } = NetworkReport.None;

    public Task<NetworkReport> InspectAsync(CancellationToken ct) => Task.FromResult(Report);

    /// <summary>Answers for a transfer instead of "payable".</summary>
    public Func<TransferOrder, PreflightAnswer?> Preflight { get; set; } = _ => null;

    /// <summary>Answers instead of signing.</summary>
    public Func<SigningOrder, SigningOutcome?> Signing { get; set; } = _ => null;

    /// <summary>Answers instead of signing a dearer attempt.</summary>
    public Func<ReplacementOrder, ReplacementOutcome?> Replacing { get; set; } = _ => null;

    /// <summary>Called between signing and storing, while the worker waits.</summary>
    public Func<SigningOrder, Task> AfterSigning { get; set; } = _ => Task.CompletedTask;

    /// <summary>Answers instead of taking the bytes.</summary>
    public Func<StoredAttempt, BroadcastOutcome?> Broadcasting { get; set; } = _ => null;

    /// <summary>Called while the worker waits for the answer of a send.</summary>
    public Func<StoredAttempt, Task> DuringBroadcast { get; set; } = _ => Task.CompletedTask;

    /// <summary>Answers instead of the chain.</summary>
    public Func<OpenTransaction, Observation?> Observing { get; set; } = _ => null;

    /// <summary>Called when observations are asked for, before the answer.</summary>
    public Func<Task> BeforeObserving { get; set; } = () => Task.CompletedTask;

    /// <summary>Whether a transfer executes and fails, and its whole transaction with it.</summary>
    public Func<TransferOrder, bool> Reverts { get; set; } = _ => false;

    /// <summary>Whether a broadcast is included and final at once. Otherwise it waits for <see cref="Include"/>.</summary>
    public bool IsInstant { get; set; } = true;

    public Task<IdentityCheck> VerifyIdentityAsync(CancellationToken ct) =>
        Task.FromResult(Identity);

    public Task<ulong?> ReadNextNonceAsync(CancellationToken ct)
    {
        lock (_gate)
        {
            return Task.FromResult(
                Limits.UsesNonces && Identity is IdentityCheck.Confirmed ? _nonce : (ulong?)null
            );
        }
    }

    /// <summary>Answers for the nonces; by default the pool has no gap.</summary>
    public Func<ulong, NonceCounts?> Counting { get; set; } =
        nonce => new NonceCounts(nonce, nonce);

    public Task<NonceCounts?> ReadNonceCountsAsync(CancellationToken ct)
    {
        lock (_gate)
            return Task.FromResult(Limits.UsesNonces ? Counting(_nonce) : null);
    }

    public Task<WalletBalances?> ReadBalancesAsync(CancellationToken ct) =>
        Task.FromResult(Balances);

    public Task<IReadOnlyList<PreflightAnswer>> PreflightAsync(
        IReadOnlyList<TransferOrder> transfers,
        CancellationToken ct
    ) =>
        Task.FromResult<IReadOnlyList<PreflightAnswer>>(
            transfers.Select(t => Preflight(t) ?? PreflightAnswer.Payable.Instance).ToList()
        );

    public async Task<SigningOutcome> SignAsync(SigningOrder order, CancellationToken ct)
    {
        SigningOutcome outcome = Signing(order) ?? new SigningOutcome.Signed(Sign(order));
        await AfterSigning(order);
        return outcome;
    }

    public async Task<ReplacementOutcome> ReplaceAsync(ReplacementOrder order, CancellationToken ct)
    {
        if (Replacing(order) is { } scripted)
            return scripted;
        SignedTransaction signed = Sign(
            new SigningOrder(
                order.Kind == AttemptKind.Cancel ? [] : order.Transaction.Transfers,
                order.Transaction.Nonce
            ),
            order.Transaction.Attempts.Count
        );
        await AfterSigning(new SigningOrder(order.Transaction.Transfers, order.Transaction.Nonce));
        return new ReplacementOutcome.Signed(signed with { Kind = order.Kind });
    }

    public async Task<BroadcastOutcome> BroadcastAsync(
        StoredAttempt attempt,
        bool again,
        CancellationToken ct
    )
    {
        lock (_gate)
        {
            _broadcasts[attempt.TransactionId] =
                _broadcasts.GetValueOrDefault(attempt.TransactionId) + 1;
        }
        await DuringBroadcast(attempt);
        if (Broadcasting(attempt) is { } scripted)
            return scripted;
        Take(attempt);
        return BroadcastOutcome.Taken.Instance;
    }

    public async Task<IReadOnlyList<Observation>> ObserveAsync(
        IReadOnlyList<OpenTransaction> transactions,
        CancellationToken ct
    )
    {
        await BeforeObserving();
        return transactions.Select(t => Observing(t) ?? Observe(t)).ToList();
    }

    /// <summary>Answers when somebody asks whether a transaction made a transfer.</summary>
    public Func<string, TransferOrder, TransferSighting> Finding { get; set; } =
        (_, _) => new TransferSighting.Missing("nobody sent it");

    public Task<TransferSighting> FindTransferAsync(
        string transactionId,
        TransferOrder order,
        CancellationToken ct
    ) => Task.FromResult(Finding(transactionId, order));

    private SignedTransaction Sign(SigningOrder order, int replaces = 0)
    {
        lock (_gate)
        {
            ulong? lastValid = Limits.UsesNonces ? null : _height + BlockhashLife;
            // A block hash is new with each signature here; a nonce signs the same bytes for the same order.
            string salt = Limits.UsesNonces ? $"{replaces}" : $"{++_signings}";
            var bytes = new Bytes(order.Nonce, lastValid, salt, order.Transfers);
            byte[] encoded = bytes.Encode();
            return new SignedTransaction(
                HashOf(encoded),
                encoded,
                Sender,
                order.Nonce,
                lastValid,
                Limits.UsesNonces ? null : TimeSpan.FromSeconds(60),
                new Evidence("""{"fee":"none"}""")
            )
            {
                Fees = Limits.UsesNonces ? FeesOf(replaces) : null,
            };
        }
    }

    // Each attempt is a quarter dearer than the one before it.
    private static OfferedFees FeesOf(int replaces)
    {
        UInt128 fee = 1_000_000_000;
        for (int i = 0; i < replaces; i++)
            fee = fee * 5 / 4;
        return new OfferedFees(fee, fee / 10);
    }

    private string HashOf(byte[] bytes) =>
        "0x"
        + Convert.ToHexStringLower(
            SHA256.HashData([.. Encoding.UTF8.GetBytes(Network.Name), .. bytes])
        );

    private void Take(StoredAttempt attempt)
    {
        lock (_gate)
        {
            if (_included.ContainsKey(attempt.TransactionId))
                return;
            _pool[attempt.TransactionId] = Bytes.Decode(attempt.Bytes);
            if (IsInstant)
                IncludeAll(isFinal: true);
        }
    }

    private sealed record Included(bool Reverted, bool IsFinal, ulong Block);

    /// <summary>What a transaction of this network says.</summary>
    private sealed record Bytes(
        ulong? Nonce,
        ulong? LastValid,
        string Salt,
        IReadOnlyList<TransferOrder> Transfers
    )
    {
        public byte[] Encode() =>
            Encoding.UTF8.GetBytes(
                new JsonObject
                {
                    ["nonce"] = Nonce,
                    ["lastValid"] = LastValid,
                    ["salt"] = Salt,
                    ["transfers"] = new JsonArray(
                        Transfers
                            .Select(t =>
                                (JsonNode)
                                    new JsonObject
                                    {
                                        ["number"] = t.PayoutNumber,
                                        ["to"] = t.Destination,
                                        ["micro"] = t.AmountMicro,
                                    }
                            )
                            .ToArray()
                    ),
                }.ToJsonString()
            );

        public static Bytes Decode(ReadOnlyMemory<byte> bytes)
        {
            JsonNode root = JsonNode.Parse(bytes.Span)!;
            return new Bytes(
                (ulong?)root["nonce"],
                (ulong?)root["lastValid"],
                (string)root["salt"]!,
                root["transfers"]!
                    .AsArray()
                    .Select(t => new TransferOrder(
                        (long)t!["number"]!,
                        (string)t["to"]!,
                        (long)t["micro"]!
                    ))
                    .ToList()
            );
        }

        public override string ToString() =>
            string.Create(CultureInfo.InvariantCulture, $"{Nonce}/{LastValid}");
    }
}
