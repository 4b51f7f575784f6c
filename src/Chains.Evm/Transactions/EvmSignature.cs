namespace Settlement.Chains.Evm.Transactions;

/// <summary>An ECDSA signature from which the signer's address can be recovered.</summary>
/// <param name="R">32 bytes, big-endian.</param>
/// <param name="S">32 bytes, big-endian.</param>
/// <param name="YParity">0 or 1.</param>
public sealed record EvmSignature(ReadOnlyMemory<byte> R, ReadOnlyMemory<byte> S, byte YParity)
{
    /// <summary>Bytes of the compact form: r, s, parity.</summary>
    public const int CompactBytes = 65;

    // Half of the order of secp256k1, rounded down. Above it, EIP-2 has nodes refuse the signature.
    private static ReadOnlySpan<byte> HalfOrder =>
        [
            0x7f,
            0xff,
            0xff,
            0xff,
            0xff,
            0xff,
            0xff,
            0xff,
            0xff,
            0xff,
            0xff,
            0xff,
            0xff,
            0xff,
            0xff,
            0xff,
            0x5d,
            0x57,
            0x6e,
            0x73,
            0x57,
            0xa4,
            0x50,
            0x1d,
            0xdf,
            0xe9,
            0x2f,
            0x46,
            0x68,
            0x1b,
            0x20,
            0xa0,
        ];

    /// <summary>Whether s is in the lower half of its range.</summary>
    public bool HasLowS => S.Span.SequenceCompareTo(HalfOrder) <= 0;

    /// <summary>Reads the compact form.</summary>
    /// <returns>The signature; null when the bytes have another length or parity.</returns>
    public static EvmSignature? FromCompact(ReadOnlyMemory<byte> compact) =>
        compact.Length == CompactBytes && compact.Span[64] <= 1
            ? new EvmSignature(compact[..32], compact[32..64], compact.Span[64])
            : null;
}
