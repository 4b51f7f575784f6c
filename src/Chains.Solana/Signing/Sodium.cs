using System.Reflection;
using System.Runtime.InteropServices;

namespace Settlement.Chains.Solana.Signing;

/// <summary>The five functions of libsodium that we call. Source: doc.libsodium.org, "Public-key signatures" and
/// "Finite field arithmetic".</summary>
internal static partial class Sodium
{
    internal const int SeedBytes = 32;
    internal const int PublicKeyBytes = 32;
    internal const int SecretKeyBytes = 64;
    internal const int SignatureBytes = 64;

    private const string Library = "libsodium";

    // Debian's libsodium23 has no unversioned symlink; newer releases count on.
    private static readonly string[] FileNames =
    [
        "libsodium.so.23",
        "libsodium.so.26",
        "libsodium.so",
        "libsodium.dylib",
        "libsodium",
    ];

    static Sodium()
    {
        NativeLibrary.SetDllImportResolver(typeof(Sodium).Assembly, Resolve);
        if (sodium_init() < 0)
            throw new InvalidOperationException("libsodium could not be initialized.");
    }

    [LibraryImport(Library)]
    internal static partial int crypto_sign_ed25519_seed_keypair(
        Span<byte> publicKey,
        Span<byte> secretKey,
        ReadOnlySpan<byte> seed
    );

    // The length pointer may be null: a detached signature always has 64 bytes.
    [LibraryImport(Library)]
    internal static partial int crypto_sign_ed25519_detached(
        Span<byte> signature,
        nint signatureLength,
        ReadOnlySpan<byte> message,
        ulong messageLength,
        ReadOnlySpan<byte> secretKey
    );

    [LibraryImport(Library)]
    internal static partial int crypto_sign_ed25519_verify_detached(
        ReadOnlySpan<byte> signature,
        ReadOnlySpan<byte> message,
        ulong messageLength,
        ReadOnlySpan<byte> publicKey
    );

    [LibraryImport(Library)]
    internal static partial int crypto_core_ed25519_add(
        Span<byte> sum,
        ReadOnlySpan<byte> p,
        ReadOnlySpan<byte> q
    );

    [LibraryImport(Library)]
    private static partial int sodium_init();

    private static nint Resolve(string name, Assembly assembly, DllImportSearchPath? path)
    {
        if (name != Library)
            return nint.Zero;
        foreach (string file in FileNames)
        {
            if (NativeLibrary.TryLoad(file, assembly, path, out nint handle))
                return handle;
        }
        throw new DllNotFoundException("libsodium is missing. Debian: apt install libsodium23");
    }
}
