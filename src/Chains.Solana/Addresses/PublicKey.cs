using System.Diagnostics.CodeAnalysis;
using SimpleBase;

namespace Settlement.Chains.Solana.Addresses;

/// <summary>32 bytes that name an account, a program or a block hash. Written in base58 (Bitcoin alphabet).</summary>
public sealed class PublicKey : IEquatable<PublicKey>
{
    /// <summary>Bytes of a key.</summary>
    public const int Length = 32;

    /// <summary>The longest base58 text of 32 bytes.</summary>
    public const int MaxTextLength = 44;

    private readonly byte[] _bytes;
    private readonly string _text;

    /// <summary>A key from its bytes.</summary>
    /// <param name="bytes">Exactly 32.</param>
    /// <exception cref="ArgumentException">There are more or fewer.</exception>
    public PublicKey(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length != Length)
            throw new ArgumentException("A public key has 32 bytes.", nameof(bytes));
        _bytes = bytes.ToArray();
        _text = Base58.Bitcoin.Encode(_bytes);
    }

    /// <summary>The bytes.</summary>
    public ReadOnlySpan<byte> Bytes => _bytes;

    /// <summary>Reads a key from base58.</summary>
    /// <exception cref="FormatException">The text is not the base58 form of 32 bytes.</exception>
    public static PublicKey Parse(string text) =>
        TryParse(text, out PublicKey? key)
            ? key
            : throw new FormatException($"\"{text}\" is not the base58 form of 32 bytes.");

    /// <summary>Reads a key from base58; only the one spelling that the key itself prints is taken.</summary>
    public static bool TryParse(string? text, [NotNullWhen(true)] out PublicKey? key)
    {
        key = null;
        if (text is null || text.Length is < Length or > MaxTextLength)
            return false;
        Span<byte> bytes = stackalloc byte[64];
        if (!Base58.Bitcoin.TryDecode(text, bytes, out int written) || written != Length)
            return false;
        var parsed = new PublicKey(bytes[..Length]);
        if (parsed._text != text)
            return false;
        key = parsed;
        return true;
    }

    /// <summary>Whether a private key can exist for it. Accounts of programs and multisigs lie off the
    /// curve.</summary>
    public bool IsOnCurve() => Signing.Ed25519.IsOnCurve(_bytes);

    /// <inheritdoc />
    public bool Equals(PublicKey? other) =>
        other is not null && _bytes.AsSpan().SequenceEqual(other._bytes);

    /// <inheritdoc />
    public override bool Equals(object? obj) => Equals(obj as PublicKey);

    /// <inheritdoc />
    public override int GetHashCode()
    {
        var hash = new HashCode();
        hash.AddBytes(_bytes);
        return hash.ToHashCode();
    }

    /// <summary>The base58 form.</summary>
    public override string ToString() => _text;
}
