using System.Security.Cryptography;
using Settlement.Chains.Evm.Addresses;
using Settlement.Chains.Evm.Encoding;
using Settlement.Chains.Evm.Transactions;
using Settlement.Chains.Signing;

namespace Settlement.Chains.Evm.Signing;

/// <summary>Holds one private key in memory that never moves and is zeroed on disposal.</summary>
public sealed class Secp256k1Signer : ISigner, IDisposable
{
    private readonly byte[] _key;
    private readonly EvmAddress _address;
    private readonly Lock _gate = new();
    private bool _disposed;

    private Secp256k1Signer(byte[] pinnedKey)
    {
        _key = pinnedKey;
        _address = Secp256k1.AddressOf(pinnedKey);
    }

    /// <inheritdoc />
    public string Address => _address.ToString();

    /// <summary>A signer of this key.</summary>
    /// <param name="text"><c>0x</c> and 64 hexadecimal digits.</param>
    /// <exception cref="SigningException">The text is not a key. The message never holds the text.</exception>
    public static Secp256k1Signer FromText(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        // Pinned: the collector would leave copies behind when it moves an array.
        byte[] key = GC.AllocateUninitializedArray<byte>(Secp256k1.KeyBytes, pinned: true);
        string trimmed = text.Trim();
        bool isKey =
            trimmed.Length == 2 + 2 * Secp256k1.KeyBytes
            && trimmed.StartsWith("0x", StringComparison.Ordinal)
            && Hex.IsHex(trimmed.AsSpan(2));
        if (!isKey)
            throw new SigningException("A key is 0x and 64 hexadecimal digits; this is not.");
        _ = Convert.FromHexString(trimmed.AsSpan(2), key, out _, out _);
        return new Secp256k1Signer(key);
    }

    /// <inheritdoc />
    public Task<byte[]> SignAsync(ReadOnlyMemory<byte> payload, CancellationToken ct)
    {
        ct.ThrowIfCancellationRequested();
        if (payload.Length != Keccak256.HashBytes)
            throw new SigningException($"A hash has {Keccak256.HashBytes} bytes.");
        EvmSignature signature = Sign(payload.Span);
        if (Secp256k1.Recover(payload.Span, signature) != _address)
            throw new SigningException("The signature is not this key's.");
        return Task.FromResult<byte[]>([
            .. signature.R.Span,
            .. signature.S.Span,
            signature.YParity,
        ]);
    }

    /// <inheritdoc />
    public void Dispose()
    {
        lock (_gate)
        {
            _disposed = true;
            CryptographicOperations.ZeroMemory(_key);
        }
    }

    // Under the lock, so that the key is never zeroed while it signs.
    private EvmSignature Sign(ReadOnlySpan<byte> hash)
    {
        lock (_gate)
        {
            ObjectDisposedException.ThrowIf(_disposed, this);
            return Secp256k1.Sign(hash, _key);
        }
    }
}
