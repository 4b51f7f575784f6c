using System.Text.Json.Nodes;
using Settlement.Chains.Evm.Encoding;
using Settlement.Chains.Evm.Rpc;

namespace Settlement.Chains.Evm.Observing;

/// <summary>Proves that a nonce was used up by a cancel of ours, so that no payment at it can land any more.</summary>
/// <remarks>All from one endpoint, at a block that is final there: the cancel's receipt in the canonical chain, the account's nonce
/// beyond it, and no receipt of any payment.</remarks>
internal static class ReplacedProof
{
    /// <summary>Judges a cancel that has a receipt.</summary>
    internal static async Task<Observation> JudgeAsync(
        FinalityView view,
        ExpectedTransfer expected,
        EvmReceipt cancel,
        CancellationToken ct
    )
    {
        if (!view.Covers(cancel.BlockNumber))
        {
            return new Observation.Included(
                $"a cancel is in block {cancel.BlockNumber}; blocks up to {view.Head?.Number ?? 0} are final"
            );
        }
        string name = view.Endpoint.Name;
        EvmReply<ulong> reply = await view.Endpoint.Rpc.TransactionCountAsync(
            expected.Sender,
            Hex.Quantity(view.Head!.Number),
            ct
        );
        if (!reply.IsAnswer(out ulong count, out string cause))
            return new Observation.Unknown($"{name}: {cause}");
        if (count <= expected.Nonce)
        {
            return new Observation.Unknown(
                $"{name} shows a final cancel, and nonce {expected.Nonce} as not used"
            );
        }
        foreach (StoredAttempt other in expected.Attempts)
        {
            if (other.TransactionId == cancel.TransactionHash)
                continue;
            Sighting sighting = await ReceiptReader.LookAsync(view.Endpoint, [other], ct);
            if (sighting is not (Sighting.Absent or Sighting.Reorganised))
            {
                return new Observation.Unknown(
                    $"{name} shows a final cancel, and cannot rule out {other.TransactionId}"
                );
            }
        }
        return new Observation.Never(NeverReason.Replaced, Proof(view, expected, cancel, count));
    }

    private static Evidence Proof(
        FinalityView view,
        ExpectedTransfer expected,
        EvmReceipt cancel,
        ulong count
    ) =>
        Evidence.Of(
            new JsonObject
            {
                ["finality"] = view.ToJson(),
                ["sender"] = expected.Sender.ToString(),
                ["nonce"] = expected.Nonce,
                ["transactionsAtFinalBlock"] = count,
                ["consumedBy"] = cancel.TransactionHash,
                ["consumedByAttempt"] =
                    1
                    + expected
                        .Attempts.Select(a => a.TransactionId)
                        .ToList()
                        .IndexOf(cancel.TransactionHash),
                ["kind"] = "cancel",
                ["block"] = cancel.BlockNumber,
                ["blockHash"] = cancel.BlockHash,
                ["neverLanded"] = new JsonArray([
                    .. expected
                        .Attempts.Where(a => a.TransactionId != cancel.TransactionHash)
                        .Select(a => (JsonNode)JsonValue.Create(a.TransactionId)!),
                ]),
            }
        );
}
