using System.Globalization;
using System.Text.Json.Nodes;
using Settlement.Chains.Solana.Addresses;
using Settlement.Chains.Solana.Rpc;

namespace Settlement.Chains.Solana.Observing;

/// <summary>Reads a finalized transaction and compares what it did to the token balances with what was ordered,
/// exactly.</summary>
internal sealed class LandingProof(SolanaNetwork network)
{
    internal async Task<Observation> ReadAsync(
        SolanaRpcClient node,
        OpenTransaction open,
        SignatureStatus status,
        CancellationToken ct
    )
    {
        string signature = open.Attempts[0].TransactionId;
        NodeAnswer<LandedTransaction?> answer = await node.GetTransactionAsync(signature, ct);
        if (answer is not NodeAnswer<LandedTransaction?>.Known known)
            return Unknown(node, answer.Trouble);
        if (known.Value is not { } landed)
            return Unknown(node, "the status says finalized, but history does not have it yet");
        // Both calls are the same node's word; where they differ it is believed in neither.
        bool consistent =
            landed.Signature == signature
            && landed.Slot == status.Slot
            && landed.Fault is null == status.Fault is null;
        if (!consistent)
            return Unknown(node, "status and history contradict each other");
        return Judge(node, open, landed);
    }

    /// <summary>What a finalized transaction means for what was ordered.</summary>
    internal Observation Judge(SolanaRpcClient node, OpenTransaction open, LandedTransaction landed)
    {
        if (landed.Signature != open.Attempts[0].TransactionId)
            return Unknown(node, "history answered another signature");
        JsonObject proof = Proof(node, landed);
        if (landed.Fault is not { } fault)
            return Compare(open, landed, proof);
        proof["error"] = fault.ToString();
        return new Observation.Never(NeverReason.Reverted, Evidence.Of(proof));
    }

    private Observation Compare(OpenTransaction open, LandedTransaction landed, JsonObject proof)
    {
        // Several orders may go to one wallet; the chain shows their sum.
        Credit[] credits =
        [
            .. open
                .Transfers.GroupBy(o => o.Destination)
                .Select(g => new Credit(g.Key, AccountOf(g.Key), Sum(g))),
        ];
        string? difference =
            WhatWasSpent(landed, AccountOf(open.Sender), Sum(open.Transfers))
            ?? credits.Select(c => WhatWasReceived(landed, c)).FirstOrDefault(d => d is not null);
        return difference is null
            ? new Observation.Landed(
                landed.Signature,
                [.. open.Transfers.Select(o => Result(o, landed, proof))],
                Evidence.Of(proof)
            )
            : new Observation.Contradiction(difference, Evidence.Of(proof));
    }

    private string? WhatWasSpent(LandedTransaction landed, string source, UInt128 ordered)
    {
        BalanceChange change = ChangeOf(landed, source);
        return -change.Inflow == (Int128)ordered
            ? null
            : $"The hot wallet paid {-change.Inflow}; ordered was {ordered}.";
    }

    private string? WhatWasReceived(LandedTransaction landed, Credit credit)
    {
        BalanceChange change = ChangeOf(landed, credit.Account);
        if (change.Inflow != (Int128)credit.Ordered)
            return $"{credit.Account} received {change.Inflow}; ordered was {credit.Ordered}.";
        return change.Owner is { } owner && owner != credit.Wallet
            ? $"{credit.Account} belongs to {owner}, not {credit.Wallet}."
            : null;
    }

    private TransferResult Result(TransferOrder order, LandedTransaction landed, JsonObject proof)
    {
        string account = AccountOf(order.Destination);
        BalanceChange change = ChangeOf(landed, account);
        JsonObject facts = proof.DeepClone().AsObject();
        facts["mint"] = network.Token.Mint.ToString();
        facts["wallet"] = order.Destination;
        facts["account"] = account;
        facts["baseUnits"] = Text(network.BaseUnitsOf(order) ?? 0);
        facts["before"] = Text(change.Before);
        facts["after"] = Text(change.After);
        return new TransferResult(Paid: true, Evidence.Of(facts));
    }

    private string AccountOf(string wallet) =>
        network.Token.AccountOf(PublicKey.Parse(wallet)).ToString();

    // An account that is not listed did not exist: zero.
    private BalanceChange ChangeOf(LandedTransaction landed, string account)
    {
        string mint = network.Token.Mint.ToString();
        TokenBalance? before = landed.Before.FirstOrDefault(IsIt);
        TokenBalance? after = landed.After.FirstOrDefault(IsIt);
        return new BalanceChange(before?.BaseUnits ?? 0, after?.BaseUnits ?? 0, after?.Owner);

        bool IsIt(TokenBalance balance) => balance.Account == account && balance.Mint == mint;
    }

    private UInt128 Sum(IEnumerable<TransferOrder> orders)
    {
        UInt128 sum = 0;
        foreach (TransferOrder order in orders)
            sum += BaseUnits.FromMicro(order.AmountMicro, network.Token.Decimals);
        return sum;
    }

    private static JsonObject Proof(SolanaRpcClient node, LandedTransaction landed) =>
        new()
        {
            ["signature"] = landed.Signature,
            ["slot"] = landed.Slot,
            ["blockTime"] = landed.BlockTime,
            ["feeLamports"] = landed.FeeLamports,
            ["commitment"] = "finalized",
            ["endpoint"] = node.EndpointName,
        };

    private static Observation.Unknown Unknown(SolanaRpcClient node, string? cause) =>
        new($"{node.EndpointName}: {cause}");

    private static string Text(ulong number) => number.ToString(CultureInfo.InvariantCulture);

    private sealed record Credit(string Wallet, string Account, UInt128 Ordered);

    private sealed record BalanceChange(ulong Before, ulong After, string? Owner)
    {
        internal Int128 Inflow => (Int128)After - Before;
    }
}
