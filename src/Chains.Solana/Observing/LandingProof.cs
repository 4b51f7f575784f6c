using System.Globalization;
using System.Text.Json.Nodes;
using Settlement.Chains.Solana.Addresses;
using Settlement.Chains.Solana.Rpc;

namespace Settlement.Chains.Solana.Observing;

/// <summary>Reads a finalized transaction and compares what it did to the token balances with what was ordered, exactly.</summary>
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
        JsonObject proof = Proof(node, landed);
        if (landed.Fault is not { } fault)
            return Compare(open, landed, proof);
        proof["error"] = fault.ToString();
        return new Observation.Never(NeverReason.Reverted, Evidence.Of(proof));
    }

    private Observation Compare(OpenTransaction open, LandedTransaction landed, JsonObject proof)
    {
        // Several orders may go to one wallet; the chain shows their sum.
        List<Credit> credits = [];
        foreach (
            IGrouping<string, TransferOrder> orders in open.Transfers.GroupBy(o => o.Destination)
        )
        {
            string account = network.Token.AccountOf(PublicKey.Parse(orders.Key)).ToString();
            UInt128 ordered = Sum(orders);
            credits.Add(new Credit(orders.Key, account, ordered));
        }

        string source = network.Token.AccountOf(PublicKey.Parse(open.Sender)).ToString();
        UInt128 total = Sum(open.Transfers);
        BalanceChange spent = ChangeOf(landed, source);
        if (spent.Before < spent.After || spent.Before - spent.After != total)
        {
            return Contradiction(
                $"The hot wallet paid {spent.Outflow}; ordered was {total}.",
                proof
            );
        }

        foreach (Credit credit in credits)
        {
            BalanceChange change = ChangeOf(landed, credit.Account);
            bool exact =
                change.After >= change.Before && change.After - change.Before == credit.Ordered;
            if (!exact)
            {
                return Contradiction(
                    $"{credit.Account} received {change.Inflow}; ordered was {credit.Ordered}.",
                    proof
                );
            }

            if (change.Owner is { } owner && owner != credit.Wallet)
            {
                return Contradiction(
                    $"{credit.Account} belongs to {owner}, not {credit.Wallet}.",
                    proof
                );
            }
        }

        Dictionary<string, string> accounts = credits.ToDictionary(c => c.Wallet, c => c.Account);
        return new Observation.Landed(
            landed.Signature,
            [.. open.Transfers.Select(o => Result(o, accounts[o.Destination], landed))],
            Evidence.Of(proof)
        );
    }

    private TransferResult Result(TransferOrder order, string account, LandedTransaction landed)
    {
        BalanceChange change = ChangeOf(landed, account);
        return new TransferResult(
            Paid: true,
            Evidence.Of(
                new JsonObject
                {
                    ["mint"] = network.Token.Mint.ToString(),
                    ["wallet"] = order.Destination,
                    ["account"] = account,
                    ["baseUnits"] = Text(network.BaseUnitsOf(order) ?? 0),
                    ["before"] = Text(change.Before),
                    ["after"] = Text(change.After),
                    ["slot"] = landed.Slot,
                    ["blockTime"] = landed.BlockTime,
                }
            )
        );
    }

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

    private static Observation.Contradiction Contradiction(string detail, JsonObject proof) =>
        new(detail, Evidence.Of(proof));

    private static Observation.Unknown Unknown(SolanaRpcClient node, string? cause) =>
        new($"{node.EndpointName}: {cause}");

    private static string Text(ulong number) => number.ToString(CultureInfo.InvariantCulture);

    private sealed record Credit(string Wallet, string Account, UInt128 Ordered);

    private sealed record BalanceChange(ulong Before, ulong After, string? Owner)
    {
        internal Int128 Inflow => (Int128)After - Before;

        internal Int128 Outflow => (Int128)Before - After;
    }
}
