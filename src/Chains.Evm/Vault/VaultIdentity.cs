using Settlement.Chains.Evm.Addresses;
using Settlement.Chains.Evm.Rpc;
using Settlement.Chains.Evm.Transactions;

namespace Settlement.Chains.Evm.Vault;

/// <summary>Compares a vault with the configuration: its token, its operator, and what it takes a micro-unit for.</summary>
internal sealed class VaultIdentity(EvmNetwork network, EvmAddress vault)
{
    /// <summary>Asks one node.</summary>
    internal async Task<IdentityCheck> VerifyAsync(EvmRpcClient rpc, CancellationToken ct)
    {
        UInt128 unit = BaseUnits.FromMicro(1, network.Options.Decimals);
        Expectation[] expectations =
        [
            new("token", VaultAbi.Token, Erc20.Word(network.Token), network.Token.ToString()),
            new("operator", VaultAbi.Operator, Erc20.Word(network.Wallet), $"{network.Wallet}"),
            new("unit", VaultAbi.Unit, Erc20.Word(unit), $"{unit}"),
        ];
        foreach (Expectation expected in expectations)
        {
            if (await CompareAsync(rpc, expected, ct) is { } otherwise)
                return otherwise;
        }
        return new IdentityCheck.Confirmed();
    }

    // Null: it is what it should be.
    private async Task<IdentityCheck?> CompareAsync(
        EvmRpcClient rpc,
        Expectation expected,
        CancellationToken ct
    )
    {
        var call = new EvmCall(network.Wallet, vault, expected.Call);
        EvmReply<byte[]> reply = await rpc.CallContractAsync(call, ct);
        return reply switch
        {
            EvmReply<byte[]>.Answer { Value.Length: Erc20.WordBytes } answer => Compare(
                expected,
                answer.Value
            ),
            EvmReply<byte[]>.Answer => NotAVault(expected),
            EvmReply<byte[]>.Refusal refusal when RevertReason.Read(refusal.Error).IsRevert =>
                NotAVault(expected),
            EvmReply<byte[]>.Refusal refusal => new IdentityCheck.Unknown(refusal.Error.Message),
            EvmReply<byte[]>.Silence silence => new IdentityCheck.Unknown(silence.Cause),
            _ => throw new InvalidOperationException("The union has three cases."),
        };
    }

    private IdentityCheck.Mismatch? Compare(Expectation expected, byte[] word) =>
        word.AsSpan().SequenceEqual(expected.Word)
            ? null
            : new IdentityCheck.Mismatch(
                $"The {expected.Name} of the vault {vault} on {network.Id} is {Text(word)}; "
                    + $"configured is {expected.Text}."
            );

    // An address without a contract answers every call with nothing.
    private IdentityCheck.Mismatch NotAVault(Expectation expected) =>
        new($"{vault} on {network.Id} does not answer {expected.Name}(): it is not a vault.");

    private static string Text(byte[] word) =>
        Erc20.ReadInteger(word) is { } number
            ? $"{number}"
            : new EvmAddress(word.AsSpan(Erc20.WordBytes - EvmAddress.Length)).ToString();

    private sealed record Expectation(string Name, byte[] Call, byte[] Word, string Text);
}
