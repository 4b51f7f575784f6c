using System.Text.Json;
using Settlement.Chains.Evm.Addresses;
using Settlement.Chains.Evm.Encoding;
using Settlement.Chains.Evm.Rpc;
using Settlement.Chains.Evm.Tests.Vault;
using Settlement.Chains.Evm.Transactions;
using Settlement.Chains.Evm.Vault;
using Settlement.Chains.Tests;

namespace Settlement.Chains.Evm.Tests.Scripted;

/// <summary>A vault of a scripted node. By default it is the configured one, and has paid nobody.</summary>
public sealed class ScriptedVault
{
    public const string Address = "0x1111111111111111111111111111111111111111";

    public string Token { get; set; } = ScriptedChain.Token;

    public string Operator { get; set; } = ScriptedChain.Wallet;

    public UInt128 Unit { get; set; } = 1;

    /// <summary>Numbers that were paid.</summary>
    public HashSet<long> Paid { get; } = [];

    /// <summary>Where a number was paid, for those who look for it.</summary>
    public List<(ulong Block, string Transaction, long[] Numbers)> Payments { get; } = [];

    /// <summary>The widest range of blocks that the node looks through.</summary>
    public ulong WidestRange { get; set; } = ulong.MaxValue;

    /// <summary>Gas for a batch of so many; null: as any other call.</summary>
    public Func<int, ScriptedReply>? Gas { get; set; }

    internal ScriptedReply? Answer(JsonElement call)
    {
        if (!IsOurs(call))
            return null;
        string data = call.GetProperty("data").GetString()!;
        return data[..10] switch
        {
            "0xfc0c546a" => Word(Erc20.Word(EvmAddress.Parse(Token))),
            "0x570ca735" => Word(Erc20.Word(EvmAddress.Parse(Operator))),
            "0x907af6c0" => Word(Erc20.Word(Unit)),
            "0x141bb7f3" => Word(Bits(Convert.ToInt64(data[10..], 16))),
            _ => new ScriptedReply.Error("execution reverted", 3, "0x"),
        };
    }

    internal ScriptedReply? Estimate(JsonElement call)
    {
        if (!IsOurs(call) || Gas is null)
            return null;
        Hex.TryData(call.GetProperty("data").GetString(), out byte[]? data).ShouldBeTrue();
        return Gas(PayCall.Read(data).ShouldNotBeNull().Count);
    }

    internal ScriptedReply Logs(JsonElement filter)
    {
        filter.GetProperty("address").GetString().ShouldBe(Address.ToLowerInvariant());
        ulong from = Convert.ToUInt64(filter.GetProperty("fromBlock").GetString(), 16);
        ulong to = Convert.ToUInt64(filter.GetProperty("toBlock").GetString(), 16);
        if (to - from >= WidestRange)
            return new ScriptedReply.Error("query exceeds max block range", -32005);
        return new ScriptedReply.Result(
            Payments
                .Where(p => p.Block >= from && p.Block <= to)
                .Select(p =>
                    Found(
                        BatchLogs.Paid(EvmAddress.Parse(Address), p.Numbers),
                        p.Block,
                        p.Transaction
                    )
                )
                .ToArray()
        );
    }

    internal static object Text(EvmLog log) =>
        new
        {
            address = Hex.Data(log.Address.ToBytes()),
            topics = log.Topics.Select(t => Hex.Data(t)).ToArray(),
            data = Hex.Data(log.Data),
            logIndex = Hex.Quantity(log.LogIndex),
            removed = log.Removed,
        };

    private static object Found(EvmLog log, ulong block, string transaction) =>
        new
        {
            address = Hex.Data(log.Address.ToBytes()),
            topics = log.Topics.Select(t => Hex.Data(t)).ToArray(),
            data = Hex.Data(log.Data),
            logIndex = "0x1",
            removed = false,
            blockNumber = Hex.Quantity(block),
            transactionHash = transaction,
        };

    private static bool IsOurs(JsonElement call) =>
        string.Equals(
            call.GetProperty("to").GetString(),
            Address,
            StringComparison.OrdinalIgnoreCase
        );

    private byte[] Bits(long word)
    {
        byte[] bits = new byte[32];
        foreach (long number in Paid.Where(n => n / 256 == word))
            bits[31 - number % 256 / 8] |= (byte)(1 << (int)(number % 8));
        return bits;
    }

    private static ScriptedReply.Result Word(byte[] word) => new(Hex.Data(word));
}
