namespace Settlement.Chains.Evm;

/// <summary>What nodes mean by the words with which they refuse a transaction.</summary>
/// <remarks>JSON-RPC codes do not tell: most refusals are -32000. Sources: geth core/txpool/errors.go, core/error.go;
/// Nethermind AcceptTxResult; Besu TransactionInvalidReason; Erigon txpoolcfg; anvil's InvalidTransactionError;
/// chainlink-evm pkg/client/errors.go.</remarks>
public static class EvmNodeErrors
{
    // It contains the words of "known transaction", and means that the node does not have it.
    private const string Unknown = "unknown transaction";

    private static readonly string[] AlreadyKnown =
    [
        "already known",
        "alreadyknown",
        "already imported",
        "already in the pool",
        "known transaction",
    ];

    // In order: the first match decides. Longer texts stand before shorter ones that they contain.
    internal static readonly (string Text, RefusalReason Reason)[] Table =
    [
        ("replacement transaction underpriced", RefusalReason.ReplacementUnderpriced),
        ("future transaction tries to replace pending", RefusalReason.ReplacementUnderpriced),
        ("replacementnotallowed", RefusalReason.ReplacementUnderpriced),
        ("could not replace existing tx", RefusalReason.ReplacementUnderpriced),
        ("another transaction with same nonce", RefusalReason.ReplacementUnderpriced),
        ("replacement", RefusalReason.ReplacementUnderpriced),
        ("nonce too low", RefusalReason.NonceTooLow),
        ("nonce is too low", RefusalReason.NonceTooLow),
        ("nonce_too_low", RefusalReason.NonceTooLow),
        ("oldnonce", RefusalReason.NonceTooLow),
        ("ownnoncealreadyused", RefusalReason.NonceTooLow),
        ("invalid nonce", RefusalReason.NonceTooLow),
        ("nonce too high", RefusalReason.NonceGap),
        ("nonce-too-high", RefusalReason.NonceGap),
        ("gapped-nonce", RefusalReason.NonceGap),
        ("noncegap", RefusalReason.NonceGap),
        ("nonce gap", RefusalReason.NonceGap),
        ("exceeds next nonce", RefusalReason.NonceGap),
        ("nonce too far in the future", RefusalReason.NonceGap),
        ("too distant from current sender nonce", RefusalReason.NonceGap),
        ("nonce out of range", RefusalReason.NonceGap),
        ("insufficient funds", RefusalReason.InsufficientGas),
        ("insufficientfunds", RefusalReason.InsufficientGas),
        ("upfront cost exceeds account balance", RefusalReason.InsufficientGas),
        ("exceeds the configured cap", RefusalReason.NodeFeeCap),
        ("transaction fee cap exceeded", RefusalReason.NodeFeeCap),
        ("feetoolowtocompete", RefusalReason.PoolPressure),
        ("txpool is full", RefusalReason.PoolPressure),
        ("transaction pool not ready", RefusalReason.PoolPressure),
        ("in-flight transaction limit reached", RefusalReason.PoolPressure),
        ("address already reserved", RefusalReason.PoolPressure),
        ("rate limit", RefusalReason.PoolPressure),
        ("too many requests", RefusalReason.PoolPressure),
        ("compute units per second", RefusalReason.PoolPressure),
        ("max priority fee per gas higher than max fee", RefusalReason.Malformed),
        ("intrinsic gas", RefusalReason.Malformed),
        ("insufficient gas for floor data gas cost", RefusalReason.Malformed),
        ("exceeds block gas limit", RefusalReason.Malformed),
        ("gas limit too high", RefusalReason.Malformed),
        ("gaslimitexceeded", RefusalReason.Malformed),
        ("int256overflow", RefusalReason.Malformed),
        ("oversized data", RefusalReason.Malformed),
        ("invalid transaction v, r, s", RefusalReason.Malformed),
        ("transaction type not supported", RefusalReason.Malformed),
        ("rlp:", RefusalReason.Malformed),
        ("failed to decode", RefusalReason.Malformed),
        ("max fee per gas less than block base fee", RefusalReason.Underpriced),
        ("transaction underpriced", RefusalReason.Underpriced),
        ("gas price below", RefusalReason.Underpriced),
        ("gas price too low", RefusalReason.Underpriced),
        ("feetoolow", RefusalReason.Underpriced),
        ("fee too low", RefusalReason.Underpriced),
        ("invalid sender", RefusalReason.WrongChain),
        ("invalid chain id", RefusalReason.WrongChain),
        ("wrong chain", RefusalReason.WrongChain),
        ("wrong_chain_id", RefusalReason.WrongChain),
        ("chainid is required", RefusalReason.WrongChain),
        ("chainid not supported", RefusalReason.WrongChain),
        ("only replay-protected", RefusalReason.WrongChain),
        ("replay_protected_signatures", RefusalReason.WrongChain),
        ("invalidtxsignature", RefusalReason.WrongChain),
        ("senderiscontract", RefusalReason.WrongChain),
    ];

    /// <summary>Reads a node's words.</summary>
    /// <param name="nodeText">The message of the JSON-RPC error.</param>
    /// <returns>Null when the node already has these bytes; the class of its refusal otherwise,
    /// <see cref="RefusalReason.Other"/> for words nobody has told us about.</returns>
    public static RefusalReason? Classify(string nodeText)
    {
        ArgumentNullException.ThrowIfNull(nodeText);
        string text = nodeText.ToLowerInvariant();
        bool alreadyThere =
            !text.Contains(Unknown, StringComparison.Ordinal)
            && AlreadyKnown.Any(known => text.Contains(known, StringComparison.Ordinal));
        if (alreadyThere)
            return null;
        foreach ((string part, RefusalReason reason) in Table)
        {
            if (text.Contains(part, StringComparison.Ordinal))
                return reason;
        }
        return RefusalReason.Other;
    }
}
