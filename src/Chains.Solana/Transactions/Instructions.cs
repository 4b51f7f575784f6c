using System.Buffers.Binary;
using System.Text;
using Settlement.Chains.Solana.Addresses;

namespace Settlement.Chains.Solana.Transactions;

/// <summary>The five instructions that a payout needs. Each line names its field.</summary>
internal static class Instructions
{
    /// <summary>Most compute units that the transaction may use. Source: ComputeBudget program, tag 2.</summary>
    internal static Instruction SetComputeUnitLimit(uint units)
    {
        byte[] data = new byte[5];
        data[0] = 2; // tag
        BinaryPrimitives.WriteUInt32LittleEndian(data.AsSpan(1), units); // units: u32
        return new Instruction(Programs.ComputeBudget, [], data);
    }

    /// <summary>The priority fee. Source: ComputeBudget program, tag 3.</summary>
    internal static Instruction SetComputeUnitPrice(ulong microLamports)
    {
        byte[] data = new byte[9];
        data[0] = 3; // tag
        BinaryPrimitives.WriteUInt64LittleEndian(data.AsSpan(1), microLamports); // price: u64
        return new Instruction(Programs.ComputeBudget, [], data);
    }

    /// <summary>Creates the wallet's token account unless it is there. Fails where somebody else owns it.</summary>
    /// <remarks>Source: SPL associated-token-account, <c>CreateIdempotent</c>, tag 1.</remarks>
    internal static Instruction CreateIdempotent(PublicKey payer, PublicKey wallet, TokenPair token)
    {
        PublicKey account = AssociatedTokenAddress.Of(wallet, token.Mint, token.Program);
        return new Instruction(
            Programs.AssociatedToken,
            [
                AccountUse.Payer(payer),
                AccountUse.Written(account),
                AccountUse.Reads(wallet),
                AccountUse.Reads(token.Mint),
                AccountUse.Reads(Programs.System),
                AccountUse.Reads(token.Program),
            ],
            [1]
        );
    }

    /// <summary>Moves tokens; the program checks mint and decimals. Source: SPL Token, <c>TransferChecked</c>, tag
    /// 12.</summary>
    /// <param name="sender">The wallet that owns the source account and signs.</param>
    /// <param name="wallet">The wallet that owns the destination account.</param>
    /// <param name="baseUnits">The amount in the asset's smallest units.</param>
    /// <param name="token">Mint, program and decimals.</param>
    internal static Instruction TransferChecked(
        PublicKey sender,
        PublicKey wallet,
        ulong baseUnits,
        TokenPair token
    )
    {
        byte[] data = new byte[10];
        data[0] = 12; // tag
        BinaryPrimitives.WriteUInt64LittleEndian(data.AsSpan(1), baseUnits); // amount: u64
        data[9] = token.Decimals; // decimals: u8
        return new Instruction(
            token.Program,
            [
                AccountUse.Written(AssociatedTokenAddress.Of(sender, token.Mint, token.Program)),
                AccountUse.Reads(token.Mint),
                AccountUse.Written(AssociatedTokenAddress.Of(wallet, token.Mint, token.Program)),
                AccountUse.Signer(sender),
            ],
            data
        );
    }

    /// <summary>A text on the chain. Source: SPL Memo, version 2 and later: data is UTF-8, no accounts.</summary>
    internal static Instruction Memo(string text) =>
        new(Programs.Memo, [], Encoding.UTF8.GetBytes(text));
}

/// <summary>The asset as the token programs know it.</summary>
internal sealed record TokenPair(PublicKey Mint, PublicKey Program, byte Decimals)
{
    internal PublicKey AccountOf(PublicKey wallet) =>
        AssociatedTokenAddress.Of(wallet, Mint, Program);
}
