using Settlement.Chains.Evm.Addresses;
using Settlement.Chains.Evm.Rpc;
using Settlement.Chains.Evm.Transactions;
using Settlement.Chains.Evm.Vault;
using Settlement.Chains.Signing;

namespace Settlement.Chains.Evm;

/// <summary>Compares signer, nodes, wallet, token and vault with the configuration.</summary>
internal sealed class EvmIdentity(EvmNetwork network, EvmEndpoints endpoints, ISigner signer)
{
    private readonly WalletCode _wallet = new(network);

    /// <summary>Asks every node for its chain, as transactions go to all, for the wallet's code, for the token and for the vault.</summary>
    internal async Task<IdentityCheck> VerifyAsync(CancellationToken ct)
    {
        if (signer.Problem is { } problem)
            return new IdentityCheck.Mismatch(problem);
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
            endpoints.All.Select(endpoint => VerifyAtAsync(endpoint, ct))
        );
        // One wrong node is a wrong configuration; one silent node is not.
        return checks.FirstOrDefault(c => c is IdentityCheck.Mismatch)
            ?? checks.FirstOrDefault(c => c is IdentityCheck.Confirmed)
            ?? checks[0];
    }

    // An endpoint that never named our chain is a wrong configuration; one that names another than before is out, and
    // the others go on.
    private async Task<IdentityCheck> VerifyAtAsync(EvmEndpoint endpoint, CancellationToken ct)
    {
        bool known = endpoint.Standing.WasConfirmed;
        if (await endpoint.ProveChainAsync(ct) is { } doubt)
        {
            return endpoint.Standing.IsOutForChain && !known
                ? new IdentityCheck.Mismatch($"{network.Id}: {doubt}.")
                : new IdentityCheck.Unknown(doubt);
        }
        IdentityCheck wallet = await _wallet.VerifyAsync(endpoint.Rpc, ct);
        if (wallet is not IdentityCheck.Confirmed)
            return wallet;
        IdentityCheck token = await VerifyTokenAsync(endpoint.Rpc, ct);
        return token is IdentityCheck.Confirmed && network.Vault is { } vault
            ? await new VaultIdentity(network, vault).VerifyAsync(endpoint.Rpc, ct)
            : token;
    }

    private async Task<IdentityCheck> VerifyTokenAsync(EvmRpcClient rpc, CancellationToken ct)
    {
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
