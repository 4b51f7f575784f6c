namespace Settlement.Chains.Evm.Tests;

/// <summary>The whole table, in the nodes' own spelling.</summary>
public sealed class EvmNodeErrorsSpecs
{
    [Theory]
    [InlineData("already known")] // geth, bor, erigon
    [InlineData("AlreadyKnown")] // Nethermind
    [InlineData("Known transaction")] // Besu
    [InlineData("known transaction: 0x5e7b")] // old geth
    [InlineData("transaction already imported")] // anvil
    [InlineData("Transaction with the same hash was already imported.")] // OpenEthereum
    public void R8_Bytes_that_a_node_already_has_are_no_refusal(string text)
    {
        EvmNodeErrors.Classify(text).ShouldBeNull();
    }

    [Theory]
    [InlineData("unknown transaction")]
    [InlineData("Unknown transaction type")]
    public void An_unknown_transaction_is_not_a_known_one(string text)
    {
        EvmNodeErrors.Classify(text).ShouldBe(RefusalReason.Other);
    }

    [Theory]
    [InlineData("nonce too low", RefusalReason.NonceTooLow)]
    [InlineData("nonce too low: next nonce 12, tx nonce 10", RefusalReason.NonceTooLow)]
    [InlineData("OldNonce", RefusalReason.NonceTooLow)]
    [InlineData("OwnNonceAlreadyUsed", RefusalReason.NonceTooLow)]
    [InlineData("Nonce too low", RefusalReason.NonceTooLow)]
    [InlineData("NONCE_TOO_LOW", RefusalReason.NonceTooLow)]
    [InlineData(
        "Transaction nonce is too low. Try incrementing the nonce.",
        RefusalReason.NonceTooLow
    )]
    [InlineData("invalid nonce; got 1, expected 2", RefusalReason.NonceTooLow)]
    [InlineData("nonce too high", RefusalReason.NonceGap)]
    [InlineData("tx-nonce-too-high", RefusalReason.NonceGap)]
    [InlineData("gapped-nonce tx from delegated accounts", RefusalReason.NonceGap)]
    [InlineData("NonceGap, Future nonce", RefusalReason.NonceGap)]
    [InlineData("nonce gap", RefusalReason.NonceGap)]
    [InlineData("Nonce 9 exceeds next nonce 7", RefusalReason.NonceGap)]
    [InlineData("Nonce too far in the future", RefusalReason.NonceGap)]
    [InlineData(
        "Transaction nonce is too distant from current sender nonce",
        RefusalReason.NonceGap
    )]
    [InlineData("nonce out of range", RefusalReason.NonceGap)]
    [InlineData("replacement transaction underpriced", RefusalReason.ReplacementUnderpriced)]
    [InlineData(
        "future transaction tries to replace pending",
        RefusalReason.ReplacementUnderpriced
    )]
    [InlineData("ReplacementNotAllowed", RefusalReason.ReplacementUnderpriced)]
    [InlineData("gas price too low for replacement", RefusalReason.ReplacementUnderpriced)]
    [InlineData(
        "INTERNAL_ERROR: could not replace existing tx",
        RefusalReason.ReplacementUnderpriced
    )]
    [InlineData(
        "There is another transaction with same nonce in the queue.",
        RefusalReason.ReplacementUnderpriced
    )]
    [InlineData(
        "transaction underpriced: tip needed 25000000000, tip permitted 1",
        RefusalReason.Underpriced
    )]
    [InlineData("transaction gas price below minimum", RefusalReason.Underpriced)]
    [InlineData(
        "max fee per gas less than block base fee: address 0x1, maxFeePerGas: 1, baseFee: 2",
        RefusalReason.Underpriced
    )]
    [InlineData("FeeTooLow, MaxFeePerGas too low", RefusalReason.Underpriced)]
    [InlineData("fee too low", RefusalReason.Underpriced)]
    [InlineData("Gas price below configured minimum gas price", RefusalReason.Underpriced)]
    [InlineData("gas price too low", RefusalReason.Underpriced)]
    [InlineData(
        "insufficient funds for gas * price + value: balance 1, tx cost 3, overshot 2",
        RefusalReason.InsufficientGas
    )]
    [InlineData("Insufficient funds for gas * price + value", RefusalReason.InsufficientGas)]
    [InlineData("InsufficientFunds, Account balance: 0", RefusalReason.InsufficientGas)]
    [InlineData("Upfront cost exceeds account balance", RefusalReason.InsufficientGas)]
    [InlineData("insufficient funds for transfer", RefusalReason.InsufficientGas)]
    [InlineData(
        "tx fee (1.20 ether) exceeds the configured cap (1.00 ether)",
        RefusalReason.NodeFeeCap
    )]
    [InlineData("Transaction fee cap exceeded", RefusalReason.NodeFeeCap)]
    [InlineData("FeeTooLowToCompete", RefusalReason.PoolPressure)]
    [InlineData("txpool is full", RefusalReason.PoolPressure)]
    [InlineData("Transaction pool not ready", RefusalReason.PoolPressure)]
    [InlineData(
        "in-flight transaction limit reached for delegated accounts",
        RefusalReason.PoolPressure
    )]
    [InlineData("address already reserved", RefusalReason.PoolPressure)]
    [InlineData("rate limit exceeded", RefusalReason.PoolPressure)]
    [InlineData("Too Many Requests", RefusalReason.PoolPressure)]
    [InlineData(
        "Your app has exceeded its compute units per second capacity",
        RefusalReason.PoolPressure
    )]
    [InlineData("max priority fee per gas higher than max fee per gas", RefusalReason.Malformed)]
    [InlineData("intrinsic gas too low", RefusalReason.Malformed)]
    [InlineData("Intrinsic gas exceeds gas limit", RefusalReason.Malformed)]
    [InlineData("insufficient gas for floor data gas cost", RefusalReason.Malformed)]
    [InlineData("exceeds block gas limit", RefusalReason.Malformed)]
    [InlineData("Transaction gas limit exceeds block gas limit", RefusalReason.Malformed)]
    [InlineData("transaction gas limit too high (cap: 16777216, tx: 2)", RefusalReason.Malformed)]
    [InlineData("GasLimitExceeded", RefusalReason.Malformed)]
    [InlineData("Int256Overflow", RefusalReason.Malformed)]
    [InlineData("oversized data", RefusalReason.Malformed)]
    [InlineData("invalid transaction v, r, s values", RefusalReason.Malformed)]
    [InlineData("transaction type not supported", RefusalReason.Malformed)]
    [InlineData("rlp: expected List", RefusalReason.Malformed)]
    [InlineData("Failed to decode transaction", RefusalReason.Malformed)]
    [InlineData("invalid sender", RefusalReason.WrongChain)]
    [InlineData("invalid chain id for signer: have 1 want 137", RefusalReason.WrongChain)]
    [InlineData("Wrong chainId", RefusalReason.WrongChain)]
    [InlineData("WRONG_CHAIN_ID", RefusalReason.WrongChain)]
    [InlineData("ChainId is required", RefusalReason.WrongChain)]
    [InlineData("ChainId not supported", RefusalReason.WrongChain)]
    [InlineData(
        "only replay-protected (EIP-155) transactions allowed over RPC",
        RefusalReason.WrongChain
    )]
    [InlineData("REPLAY_PROTECTED_SIGNATURES_NOT_SUPPORTED", RefusalReason.WrongChain)]
    [InlineData("InvalidTxSignature", RefusalReason.WrongChain)]
    [InlineData("SenderIsContract", RefusalReason.WrongChain)]
    [InlineData("internal error", RefusalReason.Other)]
    [InlineData("", RefusalReason.Other)]
    public void Every_nodes_words_have_their_class(string text, RefusalReason reason)
    {
        EvmNodeErrors.Classify(text).ShouldBe(reason);
    }

    [Fact]
    public void Every_row_of_the_table_is_reached_by_its_own_words()
    {
        foreach ((string text, RefusalReason reason) in EvmNodeErrors.Table)
            EvmNodeErrors.Classify($"error: {text}.").ShouldBe(reason, text);
    }
}
