using System.Globalization;
using Settlement.Chains;

namespace Settlement.TestKit;

/// <content>What the wallet has signed, and what others have signed with its key.</content>
public sealed partial class FakeChain
{
    private readonly List<Own> _own = [];
    private ulong _oldestBlock;
    private int _foreign;

    /// <summary>Answers instead of the chain when the wallet's own transactions are asked for.</summary>
    public Func<OwnTransactions?> ReadingOwn { get; set; } = () => null;

    /// <summary>Whether nodes still say which transaction used a nonce.</summary>
    public bool TellsNonces { get; set; } = true;

    /// <summary>Answers instead of the chain when one is to be explained.</summary>
    public Func<OwnTransaction, OwnTransactionFacts?> Explaining { get; set; } = _ => null;

    /// <summary>Somebody else uses the wallet's key.</summary>
    /// <returns>The transaction's id.</returns>
    public string ForeignTransaction(params OutgoingTransfer[] transfers) =>
        AddOwn(isSigned: true, transfers);

    /// <summary>Somebody names the wallet in a transaction that it did not sign.</summary>
    public string Mention() => AddOwn(isSigned: false, []);

    /// <summary>Nodes drop their history.</summary>
    public void ForgetHistory()
    {
        lock (_gate)
            _oldestBlock = ++_height;
    }

    public Task<OwnTransactions> ReadOwnTransactionsAsync(string? cursor, CancellationToken ct)
    {
        lock (_gate)
        {
            if (ReadingOwn() is { } scripted)
                return Task.FromResult(scripted);
            if (Identity is not IdentityCheck.Confirmed)
                return Task.FromResult<OwnTransactions>(new OwnTransactions.Unknown("no node"));
            ulong? floor = cursor is null
                ? null
                : ulong.Parse(cursor, CultureInfo.InvariantCulture);
            return Task.FromResult(Limits.UsesNonces ? ReadNonces(floor) : ReadBlocks(floor));
        }
    }

    public Task<OwnTransactionFacts> ExplainAsync(OwnTransaction transaction, CancellationToken ct)
    {
        lock (_gate)
        {
            if (Explaining(transaction) is { } scripted)
                return Task.FromResult(scripted);
            Own own = _own.First(o =>
                transaction.Nonce is { } nonce
                    ? o.Nonce == nonce
                    : o.Id == transaction.TransactionId
            );
            if (!own.IsSigned)
                return Task.FromResult<OwnTransactionFacts>(OwnTransactionFacts.NotSigned.Instance);
            bool isTold = transaction.TransactionId is not null || TellsNonces;
            return Task.FromResult<OwnTransactionFacts>(
                new OwnTransactionFacts.Signed(
                    isTold ? own.Id : null,
                    isTold ? own.Transfers : [],
                    Proof($"block {own.Block}")
                )
            );
        }
    }

    private OwnTransactions ReadNonces(ulong? floor)
    {
        ulong from = floor ?? _nonce;
        if (_nonce < from)
            return new OwnTransactions.Unknown("the node is behind");
        var found = new List<OwnTransaction>();
        for (ulong nonce = from; nonce < _nonce; nonce++)
            found.Add(new OwnTransaction(TransactionId: null, nonce));
        return new OwnTransactions.Read(found, Text(_nonce));
    }

    private OwnTransactions ReadBlocks(ulong? floor)
    {
        ulong final = _included
            .Values.Where(i => !i.IsFinal)
            .Select(i => i.Block - 1)
            .Append(_height)
            .Min();
        ulong from = floor ?? final;
        if (final < from)
            return new OwnTransactions.Unknown("the node is behind");
        if (_oldestBlock > from)
            return new OwnTransactions.Unknown($"its history begins at block {_oldestBlock}");
        return new OwnTransactions.Read(
            [
                .. _own.Where(o => o.Block > from && o.Block <= final)
                    .Select(o => new OwnTransaction(o.Id, Nonce: null)),
            ],
            Text(final)
        );
    }

    private string AddOwn(bool isSigned, OutgoingTransfer[] transfers)
    {
        lock (_gate)
        {
            string id = $"foreign-{++_foreign:D20}-of-{Network}";
            _height++;
            ulong? nonce = Limits.UsesNonces && isSigned ? _nonce++ : null;
            _own.Add(new Own(id, nonce, _height, isSigned, transfers));
            return id;
        }
    }

    private static OutgoingTransfer[] TransfersOf(Bytes bytes, bool reverted) =>
        reverted
            ? []
            :
            [
                .. bytes.Transfers.Select(t => new OutgoingTransfer(
                    t.Destination,
                    (UInt128)t.AmountMicro
                )),
            ];

    private static string Text(ulong number) => number.ToString(CultureInfo.InvariantCulture);

    private sealed record Own(
        string Id,
        ulong? Nonce,
        ulong Block,
        bool IsSigned,
        IReadOnlyList<OutgoingTransfer> Transfers
    );
}
