using Settlement.Chains.Evm.Addresses;
using Settlement.Chains.Evm.Rpc;
using Settlement.Chains.Evm.Transactions;
using Settlement.Chains.Signing;

namespace Settlement.Chains.Evm;

/// <summary>Compares signer, nodes and token with the configuration.</summary>
internal sealed class EvmIdentity(EvmNetwork network, EvmEndpoints endpoints, ISigner signer)
{
    /// <summary>Asks every node for its chain, as transactions go to all, and one of them for the token.</summary>
    internal async Task<IdentityCheck> VerifyAsync(CancellationToken ct)
    {
        bool isWallets =
            EvmAddress.TryParse(signer.Address, out EvmAddress held) && held == network.Wallet;
        if (!isWallets)
        {
            return new IdentityCheck.Mismatch(
                $"The signer's address is {signer.Address}; the configured wallet is "
                    + $"{network.Wallet}."
            );
        }
        IdentityCheck[] checks = await Task.WhenAll(
            endpoints.All.Select(endpoint => VerifyAtAsync(endpoint.Rpc, ct))
        );
        // One wrong node is a wrong configuration; one silent node is not.
        return checks.FirstOrDefault(c => c is IdentityCheck.Mismatch)
            ?? checks.FirstOrDefault(c => c is IdentityCheck.Confirmed)
            ?? checks[0];
    }

    private async Task<IdentityCheck> VerifyAtAsync(EvmRpcClient rpc, CancellationToken ct)
    {
        if (!(await rpc.ChainIdAsync(ct)).IsAnswer(out ulong chainId, out string cause))
            return new IdentityCheck.Unknown($"{rpc.EndpointName}: {cause}");
        if (chainId != network.Options.ChainId)
        {
            return new IdentityCheck.Mismatch(
                $"{rpc.EndpointName} serves chain {chainId}; {network.Id} is configured as chain "
                    + $"{network.Options.ChainId}."
            );
        }
        var call = new EvmCall(network.Wallet, network.Token, Erc20.Decimals());
        EvmReply<byte[]> reply = await rpc.CallContractAsync(call, ct);
        return reply switch
        {
            EvmReply<byte[]>.Answer answer => CompareDecimals(answer.Value),
            EvmReply<byte[]>.Refusal refusal when RevertReason.Read(refusal.Error).IsRevert =>
                NotAToken(),
            EvmReply<byte[]>.Refusal refusal => new IdentityCheck.Unknown(refusal.Error.Message),
            EvmReply<byte[]>.Silence silence => new IdentityCheck.Unknown(silence.Cause),
            _ => throw new InvalidOperationException("The union has three cases."),
        };
    }

    private IdentityCheck CompareDecimals(byte[] answer)
    {
        if (Erc20.ReadInteger(answer) is not { } decimals)
            return NotAToken();
        return decimals == (UInt128)network.Options.Decimals
            ? new IdentityCheck.Confirmed()
            : new IdentityCheck.Mismatch(
                $"The token {network.Token} has {decimals} decimals; {network.Options.Decimals} "
                    + "are configured."
            );
    }

    // An address without a contract answers every call with nothing.
    private IdentityCheck.Mismatch NotAToken() =>
        new($"{network.Token} on {network.Id} does not answer decimals(): it is not the token.");
}
