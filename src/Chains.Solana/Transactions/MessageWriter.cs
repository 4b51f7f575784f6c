using System.Buffers;

namespace Settlement.Chains.Solana.Transactions;

/// <summary>Writes bytes and compact-u16 counts, one after the other.</summary>
internal sealed class MessageWriter
{
    private readonly ArrayBufferWriter<byte> _bytes = new(WireTransaction.MaxBytes);

    internal void Put(byte value) => Put([value]);

    internal void Put(ReadOnlySpan<byte> bytes) => _bytes.Write(bytes);

    internal void PutCount(int count) =>
        _bytes.Advance(CompactU16.Write(_bytes.GetSpan(CompactU16.SizeOf(count)), count));

    internal byte[] ToArray() => _bytes.WrittenSpan.ToArray();
}
