using Settlement.Chains.Evm.Addresses;

namespace Settlement.Chains.Evm.Vault;

/// <summary>What is wrong with the settings of a vault.</summary>
internal static class EvmBatchProblems
{
    // A batch of 200 to new holders takes 5.8 million gas; its call data stays below 8 of the 128 kB that a pool takes.
    private const int MostTransfers = 200;

    // One transfer must find 150,000 gas unspent, or the vault stops (PayoutVault.GAS_PER_ITEM).
    private const ulong LeastMaxGas = 300_000;

    private const ulong LeastGasPerTransfer = 10_000;
    private static readonly TimeSpan MostLinger = TimeSpan.FromMinutes(5);

    /// <summary>The vault's address: the API refuses to pay it.</summary>
    internal static IEnumerable<string> OfAddress(EvmOptions options)
    {
        if (string.IsNullOrEmpty(options.Vault))
            yield break;
        if (!EvmAddress.TryParse(options.Vault, out EvmAddress vault) || vault.IsZero)
            yield return $"Vault \"{options.Vault}\" is not an address";
        else if (Is(options.Token, vault) || Is(options.Wallet, vault))
            yield return "Vault is the address of the token or of the wallet";
    }

    /// <summary>Everything else.</summary>
    internal static IEnumerable<string> OfBatches(EvmOptions options)
    {
        EvmBatchOptions batch = options.Batch;
        if (batch.MaxTransfers is < 1 or > MostTransfers)
            yield return $"Batch:MaxTransfers must be 1 to {MostTransfers}";
        if (batch.GasPerTransfer is < LeastGasPerTransfer or > EvmBatchOptions.MostGas)
        {
            yield return $"Batch:GasPerTransfer must be {LeastGasPerTransfer} to "
                + $"{EvmBatchOptions.MostGas}";
        }
        if (batch.MaxGas is < LeastMaxGas or > EvmBatchOptions.MostGas)
            yield return $"Batch:MaxGas must be {LeastMaxGas} to {EvmBatchOptions.MostGas}";
        if (batch.MaxFeeWei == 0)
            yield return "Batch:MaxFeeWei must be above zero";
        if (batch.Linger < TimeSpan.Zero || batch.Linger > MostLinger)
            yield return "Batch:Linger must be zero or more, five minutes at most";
    }

    private static bool Is(string text, EvmAddress address) =>
        EvmAddress.TryParse(text, out EvmAddress parsed) && parsed == address;
}
