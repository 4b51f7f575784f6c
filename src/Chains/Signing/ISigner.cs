namespace Settlement.Chains.Signing;

/// <summary>Holds one key and signs with it; sends nothing. A key file, a KMS or a remote signer can stand behind it.</summary>
public interface ISigner
{
    /// <summary>The address that belongs to the key, in the network's own notation.</summary>
    string Address { get; }

    /// <summary>Why there is no key to sign with, in one sentence; null where there is one. Nothing is signed meanwhile.</summary>
    string? Problem => null;

    /// <summary>Signs.</summary>
    /// <param name="payload">EVM: the 32-byte signing hash. Solana: the whole message.</param>
    /// <param name="ct">Cancels the wait.</param>
    /// <returns>EVM: r (32), s (32), y parity (1), low s. Solana: the 64-byte Ed25519 signature.
    /// The caller verifies it before anything is stored.</returns>
    /// <exception cref="SigningException">The signer refused or gave no usable answer. Nothing was signed.</exception>
    Task<byte[]> SignAsync(ReadOnlyMemory<byte> payload, CancellationToken ct);
}

/// <summary>A signer refused, answered nothing, or answered a signature that is not its key's.</summary>
public sealed class SigningException(string message) : Exception(message);
