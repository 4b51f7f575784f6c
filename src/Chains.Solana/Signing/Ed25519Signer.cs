using System.Security.Cryptography;
using System.Text.Json;
using Settlement.Chains.Signing;
using Settlement.Chains.Solana.Addresses;

namespace Settlement.Chains.Solana.Signing;

/// <summary>Signs with a key in this process's memory, through libsodium. Signatures are deterministic (RFC
/// 8032).</summary>
public sealed class Ed25519Signer : ISigner, IDisposable
{
    // Pinned: the collector must not leave copies behind. Zeroed when disposed.
    private readonly byte[] _secretKey = GC.AllocateUninitializedArray<byte>(
        Sodium.SecretKeyBytes,
        pinned: true
    );

    private bool _disposed;

    private Ed25519Signer(ReadOnlySpan<byte> seed)
    {
        Span<byte> publicKey = stackalloc byte[Sodium.PublicKeyBytes];
        if (Sodium.crypto_sign_ed25519_seed_keypair(publicKey, _secretKey, seed) != 0)
            throw new InvalidOperationException("libsodium refused the seed.");
        PublicKey = new PublicKey(publicKey);
    }

    /// <inheritdoc />
    public string Address => PublicKey.ToString();

    internal PublicKey PublicKey { get; }

    /// <summary>Reads the key from a file of the Solana command line: a JSON array of 64 bytes, seed then public
    /// key.</summary>
    /// <param name="path">Readable by its owner alone.</param>
    /// <exception cref="InvalidOperationException">The file is missing, others may read it, or it holds no such
    /// key.</exception>
    public static Ed25519Signer FromKeyFile(string path) =>
        FromJson(KeyFile.Read(path), $"The key file {path}");

    /// <summary>Reads the key from an environment variable, in the same format. For development only: an environment
    /// leaks.</summary>
    /// <param name="name">The variable's name.</param>
    /// <exception cref="InvalidOperationException">The variable is not set or holds no such key.</exception>
    public static Ed25519Signer FromVariable(string name)
    {
        string? json = Environment.GetEnvironmentVariable(name);
        return string.IsNullOrWhiteSpace(json)
            ? throw new InvalidOperationException($"The environment variable {name} is not set.")
            : FromJson(json, $"The environment variable {name}");
    }

    /// <summary>A signer for a 32-byte seed.</summary>
    /// <exception cref="ArgumentException">The seed has another length.</exception>
    public static Ed25519Signer FromSeed(ReadOnlySpan<byte> seed) =>
        seed.Length == Sodium.SeedBytes
            ? new Ed25519Signer(seed)
            : throw new ArgumentException("A seed has 32 bytes.", nameof(seed));

    /// <inheritdoc />
    public Task<byte[]> SignAsync(ReadOnlyMemory<byte> payload, CancellationToken ct)
    {
        ct.ThrowIfCancellationRequested();
        byte[] signature = new byte[Sodium.SignatureBytes];
        int result = _disposed
            ? -1
            : Sodium.crypto_sign_ed25519_detached(
                signature,
                nint.Zero,
                payload.Span,
                (ulong)payload.Length,
                _secretKey
            );
        return result == 0
            ? Task.FromResult(signature)
            : throw new SigningException("The key is no longer available.");
    }

    /// <summary>Zeroes the key.</summary>
    public void Dispose()
    {
        _disposed = true;
        CryptographicOperations.ZeroMemory(_secretKey);
    }

    // The text itself is a managed string and cannot be zeroed; it is short-lived and never kept.
    private static Ed25519Signer FromJson(string json, string origin)
    {
        byte[] bytes = GC.AllocateUninitializedArray<byte>(Sodium.SecretKeyBytes, pinned: true);
        try
        {
            if (!TryReadBytes(json, bytes))
            {
                throw new InvalidOperationException(
                    $"{origin} must hold a JSON array of 64 bytes, as solana-keygen writes it."
                );
            }

            var signer = new Ed25519Signer(bytes.AsSpan(0, Sodium.SeedBytes));
            if (signer.PublicKey.Bytes.SequenceEqual(bytes.AsSpan(Sodium.SeedBytes)))
                return signer;
            signer.Dispose();
            throw new InvalidOperationException(
                $"{origin} is damaged: its public half does not belong to its seed."
            );
        }
        finally
        {
            CryptographicOperations.ZeroMemory(bytes);
        }
    }

    private static bool TryReadBytes(string json, Span<byte> bytes)
    {
        try
        {
            using var document = JsonDocument.Parse(json);
            JsonElement root = document.RootElement;
            if (root.ValueKind != JsonValueKind.Array || root.GetArrayLength() != bytes.Length)
                return false;
            for (int i = 0; i < bytes.Length; i++)
            {
                if (root[i].ValueKind != JsonValueKind.Number || !root[i].TryGetByte(out bytes[i]))
                    return false;
            }
            return true;
        }
        catch (JsonException)
        {
            return false;
        }
    }
}
