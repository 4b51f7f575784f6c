using Settlement.Chains.Evm.Addresses;
using Settlement.Chains.Evm.Encoding;

namespace Settlement.Chains.Evm.Transactions;

/// <summary>A type-2 transaction that moves no native coin and has no access list.</summary>
/// <param name="ChainId">In the signed bytes, so no other chain accepts them.</param>
/// <param name="Nonce">The wallet's sequence number.</param>
/// <param name="MaxPriorityFeePerGas">Wei a unit of gas for the block's proposer.</param>
/// <param name="MaxFeePerGas">Wei a unit of gas at most, base fee included.</param>
/// <param name="GasLimit">Most gas to use.</param>
/// <param name="To">The contract to call.</param>
/// <param name="Data">The call.</param>
/// <remarks>Source: EIP-1559, EIP-2718.</remarks>
public sealed record Eip1559Transaction(
    ulong ChainId,
    ulong Nonce,
    UInt128 MaxPriorityFeePerGas,
    UInt128 MaxFeePerGas,
    ulong GasLimit,
    EvmAddress To,
    ReadOnlyMemory<byte> Data
)
{
    private const byte Type = 0x02;

    /// <summary>The bytes to sign: type, then nine fields.</summary>
    public byte[] ToUnsignedBytes() => [Type, .. Rlp.List([.. Fields()])];

    /// <summary>What the wallet signs: the hash of <see cref="ToUnsignedBytes"/>.</summary>
    public byte[] SigningHash() => Keccak256.Hash(ToUnsignedBytes());

    /// <summary>The bytes to broadcast: type, nine fields, parity, r, s.</summary>
    public byte[] ToSignedBytes(EvmSignature signature) =>
        [
            Type,
            .. Rlp.List([
                .. Fields(),
                Rlp.Integer(signature.YParity), // 0 or 1
                Rlp.Integer(signature.R.Span), // an integer: leading zeros go
                Rlp.Integer(signature.S.Span), // an integer: leading zeros go
            ]),
        ];

    /// <summary>The id of signed bytes, known before they are sent.</summary>
    /// <returns><c>0x</c> and 64 digits.</returns>
    public static string HashOf(ReadOnlySpan<byte> signedBytes) =>
        Hex.Data(Keccak256.Hash(signedBytes));

    private byte[][] Fields() =>
        [
            Rlp.Integer(ChainId),
            Rlp.Integer(Nonce),
            Rlp.Integer(MaxPriorityFeePerGas),
            Rlp.Integer(MaxFeePerGas),
            Rlp.Integer(GasLimit),
            Rlp.Bytes(To.ToBytes()),
            Rlp.Integer(0), // value: no native coin
            Rlp.Bytes(Data.Span),
            Rlp.List(), // access list
        ];
}
