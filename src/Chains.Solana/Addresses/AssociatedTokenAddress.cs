using System.Security.Cryptography;

namespace Settlement.Chains.Solana.Addresses;

/// <summary>Derives the token account that belongs to a wallet by convention. Needs no node.</summary>
/// <remarks>Source: SPL associated-token-account, <c>get_associated_token_address_with_program_id</c>; Solana docs,
/// "Program derived addresses".</remarks>
public static class AssociatedTokenAddress
{
    private const int SeedsBytes = 3 * PublicKey.Length;

    /// <summary>The wallet's token account for a mint.</summary>
    /// <param name="wallet">The owner; it may lie off the curve.</param>
    /// <param name="mint">The token's mint.</param>
    /// <param name="tokenProgram">The program that owns the mint: Token or Token-2022. Each gives another
    /// address.</param>
    public static PublicKey Of(PublicKey wallet, PublicKey mint, PublicKey tokenProgram)
    {
        ReadOnlySpan<byte> marker = "ProgramDerivedAddress"u8;
        // wallet (32) | token program (32) | mint (32) | bump (1) | program (32) | marker (21)
        Span<byte> preimage = stackalloc byte[SeedsBytes + 1 + PublicKey.Length + marker.Length];
        wallet.Bytes.CopyTo(preimage);
        tokenProgram.Bytes.CopyTo(preimage[32..]);
        mint.Bytes.CopyTo(preimage[64..]);
        Programs.AssociatedToken.Bytes.CopyTo(preimage[(SeedsBytes + 1)..]);
        marker.CopyTo(preimage[(SeedsBytes + 1 + PublicKey.Length)..]);

        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        for (int bump = byte.MaxValue; bump >= 0; bump--)
        {
            preimage[SeedsBytes] = (byte)bump;
            SHA256.HashData(preimage, hash);
            // On the curve somebody could hold the key, so the first hash off the curve is the address.
            if (!Signing.Ed25519.IsOnCurve(hash))
                return new PublicKey(hash);
        }
        throw new InvalidOperationException(
            "No bump gives an address; the chance is 2 to the power of -256."
        );
    }
}
