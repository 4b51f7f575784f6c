using System.Collections.Concurrent;
using System.Globalization;
using Settlement.Chains;

namespace Settlement.Payouts.Owning;

/// <summary>Accounts for every transaction that a hot wallet has signed. One that this database does not know of freezes the
/// wallet: somebody else has the key, or this database is older than the chain.</summary>
/// <remarks>
/// <para>What is frozen opens no transaction; those that are open are followed to their end, so that a restored database
/// catches up by itself with what it still knows of.</para>
/// <para>The chain is read before the database, and bytes are stored before they are sent: what the chain shows of ours is
/// stored by then, whoever sent it. The cursor moves only over what was accounted for.</para>
/// </remarks>
public sealed class CheckOwnTransactions(IOwnTransactionStore store)
{
    /// <summary>Asked about in one round; the rest follows in the next.</summary>
    private const int MostExplained = 200;

    private const int ExplainedAtATime = 8;

    /// <summary>Strangers may name a wallet as often as they pay for it.</summary>
    private const int MostRemembered = 100_000;

    private const int MostNamed = 3;

    private readonly ConcurrentDictionary<(NetworkId, string), bool> _notSigned = new();

    /// <summary>Checks.</summary>
    public async Task<OwnCheck> ExecuteAsync(IChainAdapter chain, CancellationToken ct)
    {
        WalletWatch watch = await store.ReadAsync(chain.Network, chain.Sender, ct);
        if (watch.IsAnotherDatabase)
        {
            await FreezeAsync(
                chain,
                [],
                "This database was restored from a backup, copied or promoted since the wallet was last checked, and may be older than the chain. Nothing new is signed until an operator has compared them.",
                ct
            );
        }
        OwnTransactions answer = await chain.ReadOwnTransactionsAsync(watch.Cursor, ct);
        if (answer is not OwnTransactions.Read read)
            return new OwnCheck.Unknown(((OwnTransactions.Unknown)answer).Cause);

        IReadOnlyList<OwnTransaction> unknown = await store.FindUnknownAsync(
            chain.Network,
            chain.Sender,
            [.. read.Transactions.Where(t => !IsRemembered(chain, t))],
            ct
        );
        (int found, string? doubt) = await AccountForAsync(chain, unknown, ct);
        if (doubt is not null)
            return new OwnCheck.Unknown(doubt);
        bool moved = await store.MoveAsync(
            chain.Network,
            chain.Sender,
            watch.Cursor,
            read.Cursor,
            ct
        );
        // Who was overtaken has looked at all from its own beginning on; only who had none must begin where the other did.
        return moved || watch.Cursor is not null
            ? new OwnCheck.Complete(found)
            : new OwnCheck.Unknown("somebody else has just begun to watch the wallet");
    }

    private async Task<(int Found, string? Doubt)> AccountForAsync(
        IChainAdapter chain,
        IReadOnlyList<OwnTransaction> unknown,
        CancellationToken ct
    )
    {
        if (unknown.Count == 0)
            return (0, null);
        // A nonce is used by the key alone, whatever it was used for. Being named proves nothing yet.
        if (unknown.FirstOrDefault(t => t.Nonce is not null) is { } used)
            await FreezeAsync(chain, [], $"{Sentence($"{used}")} {WhatFollows}", ct);

        var facts = new List<OwnTransactionFacts>();
        foreach (OwnTransaction[] together in unknown.Take(MostExplained).Chunk(ExplainedAtATime))
        {
            facts.AddRange(await Task.WhenAll(together.Select(t => chain.ExplainAsync(t, ct))));
        }
        OwnTransactionFacts.Signed[] signed = [.. facts.OfType<OwnTransactionFacts.Signed>()];
        if (signed.Length > 0)
            await FreezeAsync(chain, WithPlaces(facts, unknown), Describe(signed), ct);
        for (int i = 0; i < facts.Count; i++)
        {
            if (facts[i] is OwnTransactionFacts.NotSigned)
                Remember(chain, unknown[i]);
        }
        string? doubt = facts
            .Select(
                (f, i) => f is OwnTransactionFacts.Unknown u ? $"{unknown[i]}: {u.Cause}" : null
            )
            .FirstOrDefault(d => d is not null);
        if (doubt is null && unknown.Count > facts.Count)
        {
            doubt = string.Create(
                CultureInfo.InvariantCulture,
                $"{unknown.Count - facts.Count} transactions that name the wallet are still to be looked at"
            );
        }
        return (signed.Length, doubt);
    }

    // The place stays known where the transaction in it is not.
    private static List<ForeignTransaction> WithPlaces(
        IReadOnlyList<OwnTransactionFacts> facts,
        IReadOnlyList<OwnTransaction> unknown
    ) =>
        [
            .. facts
                .Select((f, i) => (Facts: f as OwnTransactionFacts.Signed, unknown[i].Nonce))
                .Where(f => f.Facts is not null)
                .Select(f => new ForeignTransaction(f.Facts!, f.Nonce)),
        ];

    private Task FreezeAsync(
        IChainAdapter chain,
        IReadOnlyList<ForeignTransaction> found,
        string reason,
        CancellationToken ct
    ) => store.RecordAsync(chain.Network, chain.Sender, found, reason, ct);

    private const string WhatFollows =
        "Somebody else uses the key, or this database is older than the chain. Nothing new is signed until an operator has accounted for it.";

    private static string Sentence(string what) =>
        $"{what} was signed with this wallet's key, and this database does not know of it.";

    private static string Describe(OwnTransactionFacts.Signed[] signed)
    {
        IEnumerable<string> named = signed.Take(MostNamed).Select(s => Describe(s));
        string more =
            signed.Length > MostNamed
                ? string.Create(
                    CultureInfo.InvariantCulture,
                    $" So were {signed.Length - MostNamed} more."
                )
                : "";
        return $"{string.Join(' ', named)}{more} {WhatFollows}";
    }

    private static string Describe(OwnTransactionFacts.Signed signed)
    {
        string what = signed.TransactionId ?? "An unknown transaction";
        string did =
            signed.Transfers.Count == 0
                ? ""
                : $" It moved {string.Join(", ", signed.Transfers.Take(MostNamed).Select(t => $"{t.BaseUnits} to {t.Destination}"))}.";
        return $"{Sentence(what)}{did} {signed.Proof.Json}";
    }

    private bool IsRemembered(IChainAdapter chain, OwnTransaction transaction) =>
        transaction.TransactionId is { } id && _notSigned.ContainsKey((chain.Network, id));

    private void Remember(IChainAdapter chain, OwnTransaction transaction)
    {
        if (_notSigned.Count >= MostRemembered)
            _notSigned.Clear();
        _notSigned[(chain.Network, transaction.TransactionId!)] = true;
    }
}
