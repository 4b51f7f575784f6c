using Settlement.Chains.Evm.Encoding;
using Settlement.Chains.Evm.Transactions;

namespace Settlement.Chains.Evm.Vault;

/// <summary>The questions that a vault answers, and how it names its refusals. Source: contracts/PayoutVault.sol.</summary>
internal static class VaultAbi
{
    private const int SelectorBytes = 4;

    internal static readonly byte[] Token = Selector("token()"u8);

    internal static readonly byte[] Operator = Selector("operator()"u8);

    internal static readonly byte[] Unit = Selector("unit()"u8);

    internal static readonly byte[] Pay = Selector("pay(uint256,uint256[])"u8);

    internal static readonly byte[] NotOperator = Selector("NotOperator()"u8);

    internal static readonly byte[] UnclearAnswer = Selector("UnclearAnswer()"u8);

    private static readonly byte[] PaidBitsSelector = Selector("paidBits(uint256)"u8);

    /// <summary><c>paidBits(word)</c>: 256 payouts, the lowest number in the lowest bit.</summary>
    internal static byte[] PaidBits(long word) =>
        [.. PaidBitsSelector, .. Erc20.Word((UInt128)word)];

    private static byte[] Selector(ReadOnlySpan<byte> signature) =>
        Keccak256.Hash(signature)[..SelectorBytes];
}
