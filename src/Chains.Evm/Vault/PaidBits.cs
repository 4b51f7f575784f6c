using Settlement.Chains.Evm.Addresses;
using Settlement.Chains.Evm.Rpc;

namespace Settlement.Chains.Evm.Vault;

/// <summary>Asks a vault which numbers it has paid. A bit that is set is the chain's own word that a number was paid; one that is
/// not set proves nothing, as the node may be behind: the vault itself looks again when it pays.</summary>
internal sealed class PaidBits(EvmNetwork network, EvmAddress vault)
{
    private const int NumbersInWord = 256;

    /// <summary>Reads the words that hold these numbers, in the newest state.</summary>
    /// <returns>Those that were paid; null, with the cause, when a word could not be read.</returns>
    internal async Task<(IReadOnlySet<long>? Paid, string Cause)> ReadAsync(
        EvmRpcClient rpc,
        IEnumerable<long> numbers,
        CancellationToken ct
    )
    {
        var paid = new HashSet<long>();
        foreach (IGrouping<long, long> word in numbers.GroupBy(n => n / NumbersInWord))
        {
            var call = new EvmCall(network.Wallet, vault, VaultAbi.PaidBits(word.Key));
            EvmReply<byte[]> reply = await rpc.CallContractAsync(call, ct);
            if (!reply.IsAnswer(out byte[] bits, out string cause))
                return (null, cause);
            if (bits.Length != NumbersInWord / 8)
                return (null, "paidBits: a malformed answer");
            paid.UnionWith(word.Where(n => IsSet(bits, (int)(n % NumbersInWord))));
        }
        return (paid, "");
    }

    // The word is big-endian: bit 0 is the lowest of the last byte.
    private static bool IsSet(byte[] word, int bit) => (word[^(1 + bit / 8)] >> (bit % 8) & 1) == 1;
}
