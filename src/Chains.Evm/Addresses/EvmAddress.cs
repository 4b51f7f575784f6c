using System.Buffers.Binary;
using System.Diagnostics.CodeAnalysis;
using System.Runtime.InteropServices;
using System.Text;
using Settlement.Chains.Evm.Encoding;

namespace Settlement.Chains.Evm.Addresses;

/// <summary>20 bytes that name an account. Two notations of one account are equal.</summary>
/// <remarks>Source: EIP-55 for the checksum in the letters' case.</remarks>
[StructLayout(LayoutKind.Auto)]
public readonly record struct EvmAddress
{
    /// <summary>Bytes of an address.</summary>
    public const int Length = 20;

    /// <summary>Hexadecimal digits of an address, without the prefix.</summary>
    public const int Digits = 2 * Length;

    private readonly UInt128 _high;
    private readonly uint _low;

    /// <summary>The address of these bytes.</summary>
    /// <param name="bytes">20 bytes.</param>
    /// <exception cref="ArgumentException">Another number of bytes.</exception>
    public EvmAddress(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length != Length)
            throw new ArgumentException($"An address has {Length} bytes.", nameof(bytes));
        _high = BinaryPrimitives.ReadUInt128BigEndian(bytes);
        _low = BinaryPrimitives.ReadUInt32BigEndian(bytes[16..]);
    }

    /// <summary>Whether all bytes are zero: nobody's address, where tokens are burnt.</summary>
    public bool IsZero => this == default;

    /// <summary>Reads an address; a wrong checksum is refused.</summary>
    /// <param name="text"><c>0x</c> and 40 digits, in one case or with the EIP-55 checksum.</param>
    /// <param name="address">The address; zero when the text is none.</param>
    public static bool TryParse([NotNullWhen(true)] string? text, out EvmAddress address)
    {
        address = default;
        if (text?.Length != Digits + 2 || !Hex.TryData(text, out byte[]? bytes))
            return false;
        var parsed = new EvmAddress(bytes);
        if (!HasOneCase(text.AsSpan(2)) && text != parsed.ToString())
            return false;
        address = parsed;
        return true;
    }

    /// <summary>Reads an address that must be one.</summary>
    /// <exception cref="FormatException">It is none.</exception>
    public static EvmAddress Parse(string text) =>
        TryParse(text, out EvmAddress address)
            ? address
            : throw new FormatException($"\"{text}\" is not an address, or its checksum is wrong.");

    /// <summary>The account of an uncompressed public key.</summary>
    /// <param name="publicKey">64 bytes, without the leading 0x04.</param>
    public static EvmAddress OfPublicKey(ReadOnlySpan<byte> publicKey) =>
        new(Keccak256.Hash(publicKey).AsSpan(Keccak256.HashBytes - Length));

    /// <summary>The 20 bytes.</summary>
    public byte[] ToBytes()
    {
        byte[] bytes = new byte[Length];
        BinaryPrimitives.WriteUInt128BigEndian(bytes, _high);
        BinaryPrimitives.WriteUInt32BigEndian(bytes.AsSpan(16), _low);
        return bytes;
    }

    /// <summary><c>0x</c> and 40 digits with the EIP-55 checksum.</summary>
    public override string ToString()
    {
        string digits = Convert.ToHexStringLower(ToBytes());
        byte[] hash = Keccak256.Hash(System.Text.Encoding.ASCII.GetBytes(digits));
        var text = new StringBuilder("0x", Digits + 2);
        for (int i = 0; i < digits.Length; i++)
        {
            int nibble = i % 2 == 0 ? hash[i / 2] >> 4 : hash[i / 2] & 0xf;
            text.Append(nibble >= 8 ? char.ToUpperInvariant(digits[i]) : digits[i]);
        }
        return text.ToString();
    }

    private static bool HasOneCase(ReadOnlySpan<char> digits) =>
        digits.IndexOfAnyInRange('a', 'f') < 0 || digits.IndexOfAnyInRange('A', 'F') < 0;
}
