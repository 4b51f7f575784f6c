namespace Settlement.Chains.Solana.Signing;

/// <summary>Ed25519 questions that need no secret. Source: RFC 8032, section 5.1.</summary>
internal static class Ed25519
{
    // The neutral element (x = 0, y = 1), encoded as y in little-endian order.
    private static readonly byte[] Identity = [1, .. new byte[31]];

    /// <summary>Whether the signature is the key's, over exactly this message.</summary>
    internal static bool Verifies(
        ReadOnlySpan<byte> signature,
        ReadOnlySpan<byte> message,
        ReadOnlySpan<byte> publicKey
    ) =>
        signature.Length == Sodium.SignatureBytes
        && publicKey.Length == Sodium.PublicKeyBytes
        && Sodium.crypto_sign_ed25519_verify_detached(
            signature,
            message,
            (ulong)message.Length,
            publicKey
        ) == 0;

    /// <summary>Whether 32 bytes decompress to a point of the curve, as Solana asks for program addresses.</summary>
    /// <remarks>
    /// The runtime only decompresses. <c>crypto_core_ed25519_is_valid_point</c> also demands the prime-order
    /// subgroup,
    /// where just one point in eight lives, so it calls most points "off the curve" and derives wrong token
    /// accounts. Adding the neutral element decompresses and asks nothing more.
    /// </remarks>
    internal static bool IsOnCurve(ReadOnlySpan<byte> candidate)
    {
        Span<byte> sum = stackalloc byte[32];
        return candidate.Length == 32
            && Sodium.crypto_core_ed25519_add(sum, candidate, Identity) == 0;
    }
}
