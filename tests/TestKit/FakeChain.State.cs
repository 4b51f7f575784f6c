using Settlement.Chains;

namespace Settlement.TestKit;

/// <content>What happens on the network itself.</content>
public sealed partial class FakeChain
{
    /// <summary>Every send, also those that were refused or lost.</summary>
    public int Broadcasts
    {
        get
        {
            lock (_gate)
                return _broadcasts.Values.Sum();
        }
    }

    /// <summary>The ids that were ever sent, and how often.</summary>
    public IReadOnlyDictionary<string, int> BroadcastsById
    {
        get
        {
            lock (_gate)
                return new Dictionary<string, int>(_broadcasts, StringComparer.Ordinal);
        }
    }

    /// <summary>How often each payout was paid on this network, by number. The one thing that must never exceed one.</summary>
    public IReadOnlyDictionary<long, int> Payments
    {
        get
        {
            lock (_gate)
                return new Dictionary<long, int>(_payments);
        }
    }

    /// <summary>Puts what waits into blocks.</summary>
    public void Include(bool isFinal)
    {
        lock (_gate)
            IncludeAll(isFinal);
    }

    /// <summary>Makes every block final.</summary>
    public void FinalizeBlocks()
    {
        lock (_gate)
        {
            foreach ((string id, Included block) in _included.ToList())
                _included[id] = block with { IsFinal = true };
        }
    }

    /// <summary>Lets every block hash of the past expire; what waits can never land any more.</summary>
    public void Expire()
    {
        lock (_gate)
        {
            _height += BlockhashLife + 1;
            _pool.Clear();
        }
    }

    /// <summary>Nodes forget what they have not included.</summary>
    public void ForgetPool()
    {
        lock (_gate)
            _pool.Clear();
    }

    private void IncludeAll(bool isFinal)
    {
        bool isMoving = true;
        while (isMoving)
        {
            isMoving = false;
            foreach ((string id, Bytes bytes) in _pool.ToList())
            {
                if (!CanLand(bytes))
                    continue;
                _pool.Remove(id);
                Execute(id, bytes, isFinal);
                isMoving = true;
            }
        }
    }

    private bool CanLand(Bytes bytes) =>
        bytes.Nonce is { } nonce ? nonce == _nonce : _height <= bytes.LastValid;

    private void Execute(string id, Bytes bytes, bool isFinal)
    {
        _height++;
        if (bytes.Nonce is not null)
            _nonce++;
        bool reverted = bytes.Transfers.Any(Reverts);
        _included[id] = new Included(reverted, isFinal, _height);
        _own.Add(new Own(id, bytes.Nonce, _height, IsSigned: true, TransfersOf(bytes, reverted)));
        if (reverted)
            return;
        foreach (TransferOrder transfer in bytes.Transfers)
        {
            _payments[transfer.PayoutNumber] =
                _payments.GetValueOrDefault(transfer.PayoutNumber) + 1;
        }
    }

    private Observation Observe(OpenTransaction transaction)
    {
        lock (_gate)
        {
            foreach (StoredAttempt attempt in transaction.Attempts)
            {
                if (_included.TryGetValue(attempt.TransactionId, out Included? block))
                    return Judge(attempt.TransactionId, block, transaction);
            }
            if (transaction.LastValidBlockHeight < _height)
                return new Observation.Never(NeverReason.Expired, Proof($"height {_height}"));
            if (transaction.Nonce < _nonce)
            {
                return new Observation.Contradiction(
                    $"Nonce {transaction.Nonce} was used by somebody else.",
                    Proof($"nonce {_nonce}")
                );
            }

            return new Observation.NotSeen("no block and no pool knows it");
        }
    }

    private static Observation Judge(string id, Included block, OpenTransaction transaction) =>
        block switch
        {
            { IsFinal: false } => new Observation.Included($"block {block.Block}"),
            { Reverted: true } => new Observation.Never(
                NeverReason.Reverted,
                Proof($"reverted in block {block.Block}")
            ),
            _ => new Observation.Landed(
                id,
                transaction
                    .Transfers.Select(t => new TransferResult(true, Proof($"paid {t.AmountMicro}")))
                    .ToList(),
                Proof($"final in block {block.Block}")
            ),
        };

    private static Evidence Proof(string fact) =>
        Evidence.Of(new System.Text.Json.Nodes.JsonObject { ["fact"] = fact });
}
