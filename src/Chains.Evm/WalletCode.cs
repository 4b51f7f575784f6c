using Settlement.Chains.Evm.Addresses;
using Settlement.Chains.Evm.Rpc;

namespace Settlement.Chains.Evm;

/// <summary>Looks whether the wallet is an account without code. One that has delegated itself to a contract (EIP-7702) lets that contract
/// move what it holds, and use up its nonces; nodes take one open transaction of it at a time.</summary>
internal sealed class WalletCode(EvmNetwork network)
{
    // EIP-7702: the code of a delegated account is these bytes and the contract's address.
    private static readonly byte[] s_delegation = [0xef, 0x01, 0x00];

    /// <summary>Asks one node.</summary>
    internal async Task<IdentityCheck> VerifyAsync(EvmRpcClient rpc, CancellationToken ct)
    {
        EvmReply<byte[]> reply = await rpc.CodeAsync(network.Wallet, ct);
        if (!reply.IsAnswer(out byte[] code, out string cause))
            return new IdentityCheck.Unknown($"{rpc.EndpointName}: {cause}");
        if (code.Length == 0)
            return new IdentityCheck.Confirmed();
        bool isDelegation =
            code.Length == s_delegation.Length + EvmAddress.Length
            && code.AsSpan().StartsWith(s_delegation);
        return new IdentityCheck.Mismatch(
            isDelegation
                ? $"The wallet {network.Wallet} on {network.Id} has delegated itself to the contract "
                    + $"{new EvmAddress(code.AsSpan(s_delegation.Length))} (EIP-7702), which can move what it holds: whoever "
                    + "did so has its key. Take a new wallet."
                : $"The wallet {network.Wallet} on {network.Id} is a contract: it has code of {code.Length} bytes."
        );
    }
}
