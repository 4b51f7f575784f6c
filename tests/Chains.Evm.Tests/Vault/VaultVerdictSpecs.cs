using System.Diagnostics.CodeAnalysis;
using Settlement.Chains.Evm.Addresses;
using Settlement.Chains.Evm.Rpc;
using Settlement.Chains.Evm.Transactions;
using Settlement.Chains.Evm.Vault;

namespace Settlement.Chains.Evm.Tests.Vault;

[SuppressMessage(
    "Security",
    "CA5394",
    Justification = "A seed repeats a history; nothing is secret."
)]
public sealed class VaultVerdictSpecs
{
    private const int Seeds = 3_000;

    private static readonly EvmAddress s_vault = Address(0xaaaa);
    private static readonly EvmAddress s_token = Address(0xbbbb);
    private static readonly EvmAddress s_wallet = Address(0xcccc);
    private static readonly EvmAddress s_stranger = Address(0xdddd);

    // What no honest chain can show of a batch. Each takes the records and spoils them, or says that it cannot.
    private static readonly Dictionary<
        string,
        Func<Random, OrderedBatch, List<EvmLog>, bool>
    > s_lies = new(StringComparer.Ordinal)
    {
        ["a foreign vault"] = (random, _, logs) =>
            Spoil(random, logs, l => l.Address == s_vault, l => l with { Address = s_stranger }),
        ["another token"] = (random, _, logs) =>
            Spoil(random, logs, IsTransfer, l => l with { Address = s_stranger }),
        ["another payer"] = (random, _, logs) =>
            Spoil(random, logs, IsTransfer, l => WithTopic(l, 1, s_stranger)),
        ["the wallet as payer"] = (random, _, logs) =>
            Spoil(random, logs, IsTransfer, l => WithTopic(l, 1, s_wallet)),
        ["another destination"] = (random, _, logs) =>
            Spoil(random, logs, IsTransfer, l => WithTopic(l, 2, s_stranger)),
        ["another amount"] = (random, _, logs) =>
            Spoil(random, logs, IsTransfer, l => l with { Data = Flipped(l.Data) }),
        ["another number"] = (random, _, logs) =>
            Spoil(
                random,
                logs,
                l => l.Topics.Count == 2,
                l => l with { Topics = [l.Topics[0], Flipped(l.Topics[1])] }
            ),
        ["another number among the paid"] = (random, _, logs) =>
            Spoil(
                random,
                logs,
                l => l.Address == s_vault && l.Topics.Count == 1,
                l => l with { Data = Flipped(l.Data) }
            ),
        ["another event"] = (random, _, logs) =>
            Spoil(
                random,
                logs,
                l => l.Address == s_vault,
                l => l with { Topics = [Flipped(l.Topics[0]), .. l.Topics.Skip(1)] }
            ),
        ["taken back"] = (random, _, logs) =>
            Spoil(random, logs, _ => true, l => l with { Removed = true }),
        ["missing"] = (random, _, logs) =>
        {
            logs.RemoveAt(random.Next(logs.Count));
            return true;
        },
        ["twice"] = (random, _, logs) =>
        {
            int place = random.Next(logs.Count);
            logs.Insert(place, logs[place]);
            return true;
        },
        ["in another order"] = (random, _, logs) =>
        {
            int place = random.Next(logs.Count);
            if (place == 0 || IsSame(logs[place], logs[place - 1]))
                return false;
            (logs[place], logs[place - 1]) = (logs[place - 1], logs[place]);
            return true;
        },
        ["one more from the vault"] = (random, _, logs) =>
        {
            logs.Insert(
                random.Next(logs.Count + 1),
                BatchLogs.Transfer(s_token, s_vault, s_stranger, 1)
            );
            return true;
        },
        ["a fee taken from who was paid"] = (random, batch, logs) =>
        {
            logs.Insert(
                random.Next(logs.Count + 1),
                BatchLogs.Transfer(s_token, batch.Items[0].To, s_stranger, 1)
            );
            return true;
        },
    };

    public static TheoryData<string> Lies => [.. s_lies.Keys];

    [Fact]
    public void B2_Whatever_becomes_of_a_batch_the_verdict_says_exactly_that()
    {
        for (int seed = 0; seed < Seeds; seed++)
        {
            var random = new Random(seed);
            (OrderedBatch batch, Fate[] fates) = AnyBatch(random);
            List<EvmLog> logs = WithNoise(random, BatchLogs.Of(batch, fates));

            (IReadOnlyList<ItemVerdict>? verdicts, string difference) = VaultVerdict.Read(
                batch,
                logs
            );

            verdicts.ShouldNotBeNull($"seed {seed}: {difference}");
            verdicts.Select(FateOf).ShouldBe(fates, $"seed {seed}");
        }
    }

    [Theory]
    [MemberData(nameof(Lies))]
    public void V15_V16_Records_that_do_not_add_up_are_no_verdict(string lie)
    {
        int told = 0;
        for (int seed = 0; seed < Seeds; seed++)
        {
            var random = new Random(seed);
            (OrderedBatch batch, Fate[] fates) = AnyBatch(random);
            List<EvmLog> logs = BatchLogs.Of(batch, fates);
            if (!s_lies[lie](random, batch, logs))
                continue;
            told++;

            (IReadOnlyList<ItemVerdict>? verdicts, string difference) = VaultVerdict.Read(
                batch,
                BatchLogs.Numbered(logs)
            );

            verdicts.ShouldBeNull($"seed {seed}");
            difference.ShouldNotBeEmpty();
        }
        told.ShouldBeGreaterThan(Seeds / 4);
    }

    [Fact]
    public void Records_whose_places_go_back_are_no_verdict()
    {
        (OrderedBatch batch, Fate[] fates) = AnyBatch(new Random(1));
        List<EvmLog> logs = BatchLogs.Of(batch, fates);
        logs[^1] = logs[^1] with { LogIndex = logs[0].LogIndex };

        VaultVerdict.Read(batch, logs).Items.ShouldBeNull();
    }

    [Fact]
    public void B8_Equal_transfers_are_told_apart_by_their_numbers()
    {
        OrderedItem first = new(5, Address(1), 10);
        var batch = new OrderedBatch(
            s_vault,
            s_token,
            s_wallet,
            [first, first with { Number = 6 }]
        );

        VaultVerdict
            .Read(batch, BatchLogs.Of(batch, [Fate.Refused, Fate.Paid]))
            .Items!.Select(FateOf)
            .ShouldBe([Fate.Refused, Fate.Paid]);
        VaultVerdict
            .Read(batch, BatchLogs.Of(batch, [Fate.Paid, Fate.AlreadyPaid]))
            .Items!.Select(FateOf)
            .ShouldBe([Fate.Paid, Fate.AlreadyPaid]);
    }

    [Fact]
    public void Nothing_at_all_is_no_verdict()
    {
        (OrderedBatch batch, _) = AnyBatch(new Random(1));

        VaultVerdict.Read(batch, []).Items.ShouldBeNull();
    }

    // Few destinations and amounts, so that equal transfers are frequent.
    private static (OrderedBatch Batch, Fate[] Fates) AnyBatch(Random random)
    {
        int count = random.Next(1, random.Next(2, 120));
        long number = random.NextInt64(1, 1L << 40);
        var items = new List<OrderedItem>();
        for (int i = 0; i < count; i++)
        {
            number += random.Next(1, 4);
            items.Add(
                new OrderedItem(number, Address(random.Next(1, 5)), (UInt128)random.Next(1, 4))
            );
        }
        var batch = new OrderedBatch(s_vault, s_token, s_wallet, items);
        return (batch, [.. items.Select(_ => (Fate)random.Next(3))]);
    }

    private static List<EvmLog> WithNoise(Random random, List<EvmLog> logs)
    {
        EvmLog[] noise =
        [
            BatchLogs.Transfer(s_stranger, s_vault, Address(1), 1),
            BatchLogs.Transfer(s_token, s_stranger, s_vault, 1),
            BatchLogs.Paid(s_stranger, [1, 2]),
            BatchLogs.AlreadyPaid(s_stranger, 1),
        ];
        for (int i = random.Next(5); i > 0; i--)
            logs.Insert(random.Next(logs.Count + 1), noise[random.Next(noise.Length)]);
        return BatchLogs.Numbered(logs);
    }

    private static Fate FateOf(ItemVerdict verdict) =>
        verdict switch
        {
            ItemVerdict.Paid => Fate.Paid,
            ItemVerdict.Refused refused => refused.Reason == "Pausable: paused"
                ? Fate.Refused
                : throw new InvalidOperationException(refused.Reason),
            _ => Fate.AlreadyPaid,
        };

    private static bool Spoil(
        Random random,
        List<EvmLog> logs,
        Func<EvmLog, bool> which,
        Func<EvmLog, EvmLog> how
    )
    {
        int[] places = [.. Enumerable.Range(0, logs.Count).Where(i => which(logs[i]))];
        if (places.Length == 0)
            return false;
        int place = places[random.Next(places.Length)];
        logs[place] = how(logs[place]);
        return true;
    }

    private static bool IsTransfer(EvmLog log) => log.Address == s_token;

    private static bool IsSame(EvmLog one, EvmLog other) =>
        one.Address == other.Address
        && one.Data.AsSpan().SequenceEqual(other.Data)
        && one.Topics.SelectMany(t => t).SequenceEqual(other.Topics.SelectMany(t => t));

    private static EvmLog WithTopic(EvmLog log, int index, EvmAddress address)
    {
        byte[][] topics = [.. log.Topics];
        topics[index] = Erc20.Word(address);
        return log with { Topics = topics };
    }

    // Of the last byte only: offsets and lengths come first.
    private static byte[] Flipped(byte[] bytes)
    {
        byte[] other = [.. bytes];
        other[^1] ^= 0x80;
        return other;
    }

    private static EvmAddress Address(int number) => EvmAddress.Parse($"0x{number:x40}");
}
