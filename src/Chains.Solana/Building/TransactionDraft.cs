using System.Text.Json.Nodes;
using Settlement.Chains.Solana.Addresses;
using Settlement.Chains.Solana.Rpc;
using Settlement.Chains.Solana.Transactions;

namespace Settlement.Chains.Solana.Building;

/// <summary>A message that is not signed yet, and what it was made of.</summary>
/// <param name="Node">Who gave the block hash; the simulation asks the same.</param>
/// <param name="Blockhash">The block hash and until when it can be used.</param>
/// <param name="UnitLimit">Reserved compute units.</param>
/// <param name="UnitPrice">Micro-lamports for each.</param>
/// <param name="Memo">The memo's text.</param>
/// <param name="Message">What is signed.</param>
internal sealed record TransactionDraft(
    SolanaRpcClient Node,
    RecentBlockhash Blockhash,
    uint UnitLimit,
    ulong UnitPrice,
    string Memo,
    byte[] Message
)
{
    // Compute unit limit and price come before the pairs of create and transfer.
    private const int FirstTransfer = 2;

    /// <summary>Compiles the orders with the most readable memo that fits.</summary>
    /// <returns>Null when they do not fit one transaction.</returns>
    internal static TransactionDraft? FitOf(
        SolanaNetwork network,
        IReadOnlyList<TransferOrder> orders,
        SolanaRpcClient node,
        RecentBlockhash blockhash,
        ulong unitPrice
    ) =>
        PayoutMemo
            .FormsOf(orders.Select(o => o.PayoutNumber), blockhash.Slot)
            .Select(memo => Of(network, orders, node, blockhash, unitPrice, memo))
            .FirstOrDefault(draft => WireTransaction.Unsigned(draft.Message) is not null);

    /// <summary>Compiles the orders: a pair of create and transfer for each, then the memo.</summary>
    private static TransactionDraft Of(
        SolanaNetwork network,
        IReadOnlyList<TransferOrder> orders,
        SolanaRpcClient node,
        RecentBlockhash blockhash,
        ulong unitPrice,
        string memo
    )
    {
        uint unitLimit = TransactionFee.UnitLimit(network.Options, orders.Count);
        List<Instruction> instructions =
        [
            Instructions.SetComputeUnitLimit(unitLimit),
            Instructions.SetComputeUnitPrice(unitPrice),
        ];
        foreach (TransferOrder order in orders)
        {
            var wallet = PublicKey.Parse(order.Destination);
            ulong units = network.BaseUnitsOf(order) ?? throw new OverflowException();
            instructions.Add(Instructions.CreateIdempotent(network.Wallet, wallet, network.Token));
            instructions.Add(
                Instructions.TransferChecked(network.Wallet, wallet, units, network.Token)
            );
        }
        instructions.Add(Instructions.Memo(memo));
        byte[] message = SolanaMessage.Compile(network.Wallet, blockhash.Hash, instructions);
        return new TransactionDraft(node, blockhash, unitLimit, unitPrice, memo, message);
    }

    /// <summary>What the instruction at this index does, and for which order.</summary>
    internal static (InstructionRole Role, int? Position) RoleOf(int? instruction, int orders)
    {
        if (instruction is not { } index || index < FirstTransfer)
            return (InstructionRole.Other, null);
        (int position, int second) = Math.DivRem(index - FirstTransfer, 2);
        if (position >= orders)
            return (InstructionRole.Other, null);
        return (second == 0 ? InstructionRole.CreateAccount : InstructionRole.Transfer, position);
    }

    /// <summary>What was signed, for people.</summary>
    internal Evidence Terms(ulong? simulatedUnits) =>
        Evidence.Of(
            new JsonObject
            {
                ["blockhash"] = Blockhash.Hash.ToString(),
                ["blockhashSlot"] = Blockhash.Slot,
                ["lastValidBlockHeight"] = Blockhash.LastValidBlockHeight,
                ["unitLimit"] = UnitLimit,
                ["unitPriceMicroLamports"] = UnitPrice,
                ["feeLamports"] = (ulong)TransactionFee.Lamports(UnitLimit, UnitPrice),
                ["memo"] = Memo,
                ["simulatedUnits"] = simulatedUnits,
                ["endpoint"] = Node.EndpointName,
            }
        );
}
