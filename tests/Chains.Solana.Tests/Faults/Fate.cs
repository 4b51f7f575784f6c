using Settlement.Chains.Solana.Tests.Nodes;

namespace Settlement.Chains.Solana.Tests.Faults;

/// <summary>What became of one transaction, as honest nodes tell it.</summary>
public sealed class Fate
{
    public const ulong FinalSlot = 5_300;
    public const ulong Final = Cluster.LastValid + 1;
    public const ulong LandedSlot = 5_100;

    private readonly TransferOrder _order;

    private Fate(Cluster cluster, TransferOrder order, OpenTransaction open)
    {
        Cluster = cluster;
        _order = order;
        Open = open;
    }

    public Cluster Cluster { get; }

    public OpenTransaction Open { get; }

    public string Id => Open.Attempts[0].TransactionId;

    public static async Task<Fate> OfAsync(Cluster cluster)
    {
        TransferOrder order = Cluster.Order(1);
        return new Fate(cluster, order, await cluster.OpenAsync(order));
    }

    /// <summary>It may still land.</summary>
    public static void Waits(ScriptedNode node)
    {
        Expired(node);
        node.Result("getEpochInfo", Cluster.Head(Cluster.Slot, Cluster.Height))
            .On("getSignatureStatuses", Accounts.Statuses(Cluster.Slot + 40, _ => null));
    }

    /// <summary>It never landed and never can.</summary>
    public static void Expired(ScriptedNode node) =>
        node.Result("getEpochInfo", Cluster.Head(FinalSlot, Final))
            .Result("getTransaction", null)
            .Result("getSignaturesForAddress", Array.Empty<object>())
            .On("getSignatureStatuses", Accounts.Statuses(FinalSlot + 40, _ => null));

    /// <summary>It is final; the block hash has expired since.</summary>
    public void Landed(ScriptedNode node, ulong received = 1_000_000)
    {
        Expired(node);
        InHistory(node, received, err: null);
        object status = Accounts.Status("finalized", LandedSlot);
        node.On("getSignatureStatuses", Accounts.Statuses(FinalSlot + 40, _ => status));
    }

    /// <summary>It executed, failed, and that is final.</summary>
    public void Failed(ScriptedNode node)
    {
        Expired(node);
        object err = new { InstructionError = new object[] { 3, new { Custom = 1 } } };
        InHistory(node, received: 0, err);
        object status = Accounts.Status("finalized", LandedSlot, err);
        node.On("getSignatureStatuses", Accounts.Statuses(FinalSlot + 40, _ => status));
    }

    /// <summary>It is final, and so long ago that only history knows it.</summary>
    public void Evicted(ScriptedNode node)
    {
        Landed(node);
        node.On("getSignatureStatuses", Accounts.Statuses(FinalSlot + 40, _ => null));
    }

    private void InHistory(ScriptedNode node, ulong received, object? err)
    {
        string account = Cluster
            .Token.AccountOf(Solana.Addresses.PublicKey.Parse(_order.Destination))
            .ToString();
        node.Result(
                "getTransaction",
                Accounts.Transaction(
                    Id,
                    LandedSlot,
                    [
                        (Cluster.Source.ToString(), 10_000_000, 10_000_000 - received),
                        (account, null, received),
                    ],
                    err
                )
            )
            .Result(
                "getSignaturesForAddress",
                new object[] { new { signature = Id, slot = LandedSlot } }
            );
    }
}
