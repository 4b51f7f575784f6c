using System.Globalization;
using System.Text.Json.Nodes;
using Settlement.Chains.Evm.Transactions;
using Settlement.Chains.Signing;

namespace Settlement.Chains.Evm.Signing;

/// <summary>Signs a transaction and checks the signature. Sends nothing.</summary>
internal sealed class TransactionSigning(EvmNetwork network, ISigner signer)
{
    /// <summary>Signs.</summary>
    /// <returns><see cref="SigningOutcome.Signed"/>, or <see cref="SigningOutcome.Unknown"/> when the signer gave nothing usable.</returns>
    internal async Task<SigningOutcome> SignAsync(
        Eip1559Transaction transaction,
        AttemptKind kind,
        CancellationToken ct
    )
    {
        byte[] hash = transaction.SigningHash();
        EvmSignature? signature;
        try
        {
            signature = EvmSignature.FromCompact(await signer.SignAsync(hash, ct));
        }
        catch (SigningException e)
        {
            return new SigningOutcome.Unknown(e.Message);
        }
        // Whatever stands behind the signer, a signature that is not the wallet's is never stored.
        if (signature is not { HasLowS: true })
            return new SigningOutcome.Unknown("The signer's answer is not a low-s signature.");
        if (Secp256k1.Recover(hash, signature) != network.Wallet)
            return new SigningOutcome.Unknown("The signer's answer is not the wallet's signature.");

        byte[] bytes = transaction.ToSignedBytes(signature);
        return new SigningOutcome.Signed(
            new SignedTransaction(
                Eip1559Transaction.HashOf(bytes),
                bytes,
                network.Wallet.ToString(),
                transaction.Nonce,
                LastValidBlockHeight: null,
                ExpiresWithin: null,
                Terms(transaction)
            )
            {
                Kind = kind,
                Fees = new OfferedFees(transaction.MaxFeePerGas, transaction.MaxPriorityFeePerGas),
            }
        );
    }

    private static Evidence Terms(Eip1559Transaction transaction) =>
        Evidence.Of(
            new JsonObject
            {
                ["chainId"] = transaction.ChainId,
                ["nonce"] = transaction.Nonce,
                ["maxFeePerGasWei"] = Text(transaction.MaxFeePerGas),
                ["maxPriorityFeePerGasWei"] = Text(transaction.MaxPriorityFeePerGas),
                ["gasLimit"] = transaction.GasLimit,
            }
        );

    private static string Text(UInt128 value) => value.ToString(CultureInfo.InvariantCulture);
}
