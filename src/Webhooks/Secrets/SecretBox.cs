using System.Security.Cryptography;

namespace Settlement.Webhooks.Secrets;

/// <summary>Seals secrets for the database: AES-256-GCM, bound to the endpoint that they belong to.</summary>
/// <remarks>Layout: version (1), nonce (12), tag (16), text. A copy under another endpoint's id does not open.</remarks>
public sealed class SecretBox(ReadOnlySpan<byte> key) : IDisposable
{
    /// <summary>Bytes of a key.</summary>
    public const int KeyLength = 32;

    private const byte Version = 1;
    private const int NonceLength = 12;
    private const int TagLength = 16;
    private const int TextAt = 1 + NonceLength + TagLength;

    // A cipher for each call: one that two threads use at a time decrypts wrongly.
    private readonly byte[] _key = key.ToArray();

    /// <summary>Seals a secret.</summary>
    public byte[] Seal(Guid endpoint, ReadOnlySpan<byte> secret)
    {
        byte[] box = new byte[TextAt + secret.Length];
        box[0] = Version;
        Span<byte> nonce = box.AsSpan(1, NonceLength);
        RandomNumberGenerator.Fill(nonce);
        using var cipher = new AesGcm(_key, TagLength);
        cipher.Encrypt(
            nonce,
            secret,
            box.AsSpan(TextAt),
            box.AsSpan(1 + NonceLength, TagLength),
            endpoint.ToByteArray(bigEndian: true)
        );
        return box;
    }

    /// <summary>Opens a box.</summary>
    /// <exception cref="CryptographicException">It was sealed with another key, for another endpoint, or was changed.</exception>
    public byte[] Open(Guid endpoint, ReadOnlySpan<byte> box)
    {
        if (box.Length < TextAt || box[0] != Version)
            throw new CryptographicException("This is no sealed secret.");
        byte[] secret = new byte[box.Length - TextAt];
        using var cipher = new AesGcm(_key, TagLength);
        cipher.Decrypt(
            box.Slice(1, NonceLength),
            box[TextAt..],
            box.Slice(1 + NonceLength, TagLength),
            secret,
            endpoint.ToByteArray(bigEndian: true)
        );
        return secret;
    }

    /// <inheritdoc />
    public void Dispose() => CryptographicOperations.ZeroMemory(_key);
}
