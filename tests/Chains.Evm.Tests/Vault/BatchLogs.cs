using Settlement.Chains.Evm.Addresses;
using Settlement.Chains.Evm.Encoding;
using Settlement.Chains.Evm.Rpc;
using Settlement.Chains.Evm.Transactions;
using Settlement.Chains.Evm.Vault;

namespace Settlement.Chains.Evm.Tests.Vault;

/// <summary>What can become of an item.</summary>
public enum Fate
{
    Paid,
    Refused,
    AlreadyPaid,
}

/// <summary>The records that contract and token leave of a batch.</summary>
internal static class BatchLogs
{
    private static readonly byte[] s_transfer = Keccak256.Hash(
        "Transfer(address,address,uint256)"u8
    );

    /// <summary>As the contract writes them.</summary>
    public static List<EvmLog> Of(OrderedBatch batch, IReadOnlyList<Fate> fates)
    {
        var logs = new List<EvmLog>();
        var paid = new List<long>();
        for (int i = 0; i < fates.Count; i++)
        {
            OrderedItem item = batch.Items[i];
            switch (fates[i])
            {
                case Fate.Paid:
                    logs.Add(Transfer(batch.Token, batch.Vault, item.To, item.Amount));
                    paid.Add(item.Number);
                    break;
                case Fate.Refused:
                    logs.Add(Refused(batch.Vault, item.Number, "Pausable: paused"));
                    break;
                case Fate.AlreadyPaid:
                    logs.Add(AlreadyPaid(batch.Vault, item.Number));
                    break;
                default:
                    throw new ArgumentOutOfRangeException(nameof(fates));
            }
        }
        if (paid.Count > 0)
            logs.Add(Paid(batch.Vault, paid));
        return Numbered(logs);
    }

    /// <summary>In the order in which they are given.</summary>
    public static List<EvmLog> Numbered(IEnumerable<EvmLog> logs) =>
        [.. logs.Select((log, i) => log with { LogIndex = 40 + (ulong)i })];

    public static EvmLog Transfer(
        EvmAddress token,
        EvmAddress from,
        EvmAddress to,
        UInt128 amount
    ) => Log(token, [s_transfer, Erc20.Word(from), Erc20.Word(to)], Erc20.Word(amount));

    public static EvmLog Paid(EvmAddress vault, IReadOnlyList<long> numbers) =>
        Log(
            vault,
            [VaultEvent.PaidTopic],
            [
                .. Erc20.Word(32u),
                .. Erc20.Word((UInt128)numbers.Count),
                .. numbers.SelectMany(n => Erc20.Word((UInt128)n)),
            ]
        );

    public static EvmLog AlreadyPaid(EvmAddress vault, long number) =>
        Log(vault, [VaultEvent.AlreadyPaidTopic, Erc20.Word((UInt128)number)], []);

    public static EvmLog Refused(EvmAddress vault, long number, string reason)
    {
        byte[] text = System.Text.Encoding.UTF8.GetBytes(reason);
        byte[] data =
        [
            .. new byte[] { 0x08, 0xc3, 0x79, 0xa0 },
            .. Erc20.Word(32u),
            .. Erc20.Word((UInt128)text.Length),
            .. Padded(text),
        ];
        return Log(
            vault,
            [VaultEvent.RefusedTopic, Erc20.Word((UInt128)number)],
            [.. Erc20.Word(32u), .. Erc20.Word((UInt128)data.Length), .. Padded(data)]
        );
    }

    private static byte[] Padded(byte[] bytes) =>
        [.. bytes, .. new byte[(Erc20.WordBytes - bytes.Length % Erc20.WordBytes) % 32]];

    private static EvmLog Log(EvmAddress address, byte[][] topics, byte[] data) =>
        new(address, topics, data, LogIndex: 0, Removed: false);
}
