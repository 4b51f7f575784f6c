using System.Reflection;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using Settlement.Chains.Evm.Addresses;
using Settlement.Chains.Evm.Transactions;
using Settlement.Chains.Signing;

namespace Settlement.Chains.Evm.Signing;

/// <summary>The curve's operations, done by libsecp256k1: deterministic (RFC 6979), low-s, in constant time.</summary>
/// <remarks>Source: secp256k1.h and secp256k1_recovery.h. Debian: libsecp256k1-1.</remarks>
internal static partial class Secp256k1
{
    internal const int KeyBytes = 32;

    private const string Library = "secp256k1";
    private const int PublicKeyBytes = 64;
    private const int SerializedKeyBytes = 65;
    private const int RecoverableBytes = 65;
    private const int CompactBytes = 64;
    private const uint Uncompressed = 1 << 1; // SECP256K1_EC_UNCOMPRESSED
    private const uint SignAndVerify = 0x301; // ignored since 0.2.0, needed before it

    // The number is the library's ABI; what we call has not changed between these.
    private static readonly string[] Names =
    [
        "libsecp256k1.so.1",
        "libsecp256k1.so.2",
        "libsecp256k1.so.0",
        "libsecp256k1.so.5",
        "libsecp256k1.so.6",
        "libsecp256k1.so",
        "libsecp256k1.dylib",
        "secp256k1.dll",
    ];

    // After creation it is only read, which the library allows from many threads.
    // Lazy: a missing library is then reported as such, and not as a failed type initializer.
    private static readonly Lazy<nint> SharedContext = new(CreateContext);

    private static nint Context => SharedContext.Value;

    /// <summary>Whether the bytes are a private key: not zero, below the curve's order.</summary>
    internal static bool IsKey(ReadOnlySpan<byte> key) =>
        key.Length == KeyBytes && secp256k1_ec_seckey_verify(Context, key) == 1;

    /// <summary>The address that belongs to a key.</summary>
    internal static EvmAddress AddressOf(ReadOnlySpan<byte> key)
    {
        Span<byte> publicKey = stackalloc byte[PublicKeyBytes];
        if (!IsKey(key) || secp256k1_ec_pubkey_create(Context, publicKey, key) != 1)
            throw new SigningException("This is not a private key of secp256k1.");
        return AddressOfPublicKey(publicKey);
    }

    /// <summary>Signs a 32-byte hash.</summary>
    internal static EvmSignature Sign(ReadOnlySpan<byte> hash, ReadOnlySpan<byte> key)
    {
        Span<byte> signature = stackalloc byte[RecoverableBytes];
        if (secp256k1_ecdsa_sign_recoverable(Context, signature, hash, key, 0, 0) != 1)
            throw new SigningException("libsecp256k1 did not sign.");
        byte[] compact = new byte[CompactBytes];
        _ = secp256k1_ecdsa_recoverable_signature_serialize_compact(
            Context,
            compact,
            out int recoveryId,
            signature
        );
        // 2 and 3 mean that r wrapped around the order: a chance of 2^-127, and no transaction can carry them.
        if (recoveryId is not (0 or 1))
            throw new SigningException("The signature cannot be carried by a transaction.");
        return new EvmSignature(compact.AsMemory(..32), compact.AsMemory(32..), (byte)recoveryId);
    }

    /// <summary>Whose signature of a 32-byte hash this is.</summary>
    /// <returns>The address; null when it is nobody's.</returns>
    internal static EvmAddress? Recover(ReadOnlySpan<byte> hash, EvmSignature signature)
    {
        Span<byte> compact = stackalloc byte[CompactBytes];
        signature.R.Span.CopyTo(compact);
        signature.S.Span.CopyTo(compact[32..]);
        Span<byte> parsed = stackalloc byte[RecoverableBytes];
        Span<byte> publicKey = stackalloc byte[PublicKeyBytes];
        bool recovered =
            secp256k1_ecdsa_recoverable_signature_parse_compact(
                Context,
                parsed,
                compact,
                signature.YParity
            ) == 1
            && secp256k1_ecdsa_recover(Context, publicKey, parsed, hash) == 1;
        return recovered ? AddressOfPublicKey(publicKey) : null;
    }

    private static EvmAddress AddressOfPublicKey(ReadOnlySpan<byte> publicKey)
    {
        Span<byte> serialized = stackalloc byte[SerializedKeyBytes];
        nuint length = SerializedKeyBytes;
        _ = secp256k1_ec_pubkey_serialize(Context, serialized, ref length, publicKey, Uncompressed);
        return EvmAddress.OfPublicKey(serialized[1..]);
    }

    private static nint CreateContext()
    {
        NativeLibrary.SetDllImportResolver(typeof(Secp256k1).Assembly, Resolve);
        nint context = secp256k1_context_create(SignAndVerify);
        // Blinds the computation against side channels; the signatures stay the same.
        if (secp256k1_context_randomize(context, RandomNumberGenerator.GetBytes(32)) != 1)
            throw new SigningException("libsecp256k1 could not be set up.");
        return context;
    }

    private static nint Resolve(string name, Assembly assembly, DllImportSearchPath? path)
    {
        if (name != Library)
            return 0;
        foreach (string candidate in Names)
        {
            if (NativeLibrary.TryLoad(candidate, assembly, path, out nint handle))
                return handle;
        }
        throw new DllNotFoundException(
            "libsecp256k1 is not installed. On Debian and Ubuntu: apt-get install libsecp256k1-1 "
                + "(or its newer version)."
        );
    }

    [LibraryImport(Library)]
    private static partial nint secp256k1_context_create(uint flags);

    [LibraryImport(Library)]
    private static partial int secp256k1_context_randomize(nint context, ReadOnlySpan<byte> seed);

    [LibraryImport(Library)]
    private static partial int secp256k1_ec_seckey_verify(nint context, ReadOnlySpan<byte> key);

    [LibraryImport(Library)]
    private static partial int secp256k1_ec_pubkey_create(
        nint context,
        Span<byte> publicKey,
        ReadOnlySpan<byte> key
    );

    [LibraryImport(Library)]
    private static partial int secp256k1_ec_pubkey_serialize(
        nint context,
        Span<byte> output,
        ref nuint outputLength,
        ReadOnlySpan<byte> publicKey,
        uint flags
    );

    [LibraryImport(Library)]
    private static partial int secp256k1_ecdsa_sign_recoverable(
        nint context,
        Span<byte> signature,
        ReadOnlySpan<byte> hash,
        ReadOnlySpan<byte> key,
        nint nonceFunction, // null: RFC 6979
        nint nonceData
    );

    [LibraryImport(Library)]
    private static partial int secp256k1_ecdsa_recoverable_signature_serialize_compact(
        nint context,
        Span<byte> output,
        out int recoveryId,
        ReadOnlySpan<byte> signature
    );

    [LibraryImport(Library)]
    private static partial int secp256k1_ecdsa_recoverable_signature_parse_compact(
        nint context,
        Span<byte> signature,
        ReadOnlySpan<byte> input,
        int recoveryId
    );

    [LibraryImport(Library)]
    private static partial int secp256k1_ecdsa_recover(
        nint context,
        Span<byte> publicKey,
        ReadOnlySpan<byte> signature,
        ReadOnlySpan<byte> hash
    );
}
