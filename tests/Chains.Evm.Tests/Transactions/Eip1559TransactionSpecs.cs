using System.Globalization;
using Settlement.Chains.Evm.Addresses;
using Settlement.Chains.Evm.Encoding;
using Settlement.Chains.Evm.Signing;
using Settlement.Chains.Evm.Tests.Vectors;
using Settlement.Chains.Evm.Transactions;

namespace Settlement.Chains.Evm.Tests.Transactions;

public sealed class Eip1559TransactionSpecs
{
    [Theory]
    [InlineData("ethereum", 1, 0, 1_000_000_000, "0xA0b86991c6218b36c1d19D4a2e9Eb0cE3606eB48")]
    [InlineData("polygon", 137, 9, 25_000_000_000, "0x3c499c542cEF5E3811e1192ce70d8cC03d5c3359")]
    public async Task The_golden_transactions_are_met_byte_for_byte(
        string network,
        ulong chainId,
        ulong nonce,
        long tip,
        string token
    )
    {
        Dictionary<string, string> golden = await ReadGoldenAsync(network);
        using var signer = Secp256k1Signer.FromText(
            "0x" + string.Concat(Enumerable.Repeat("46", 32))
        );
        var transaction = new Eip1559Transaction(
            chainId,
            nonce,
            (UInt128)tip,
            60_000_000_000,
            65_000,
            EvmAddress.Parse(token),
            Erc20.Transfer(
                EvmAddress.Parse("0x" + new string('3', 40).Replace("33", "35")),
                1_234_567
            )
        );

        EvmSignature signature = EvmSignature
            .FromCompact(await signer.SignAsync(transaction.SigningHash(), CancellationToken.None))
            .ShouldNotBeNull();
        byte[] raw = transaction.ToSignedBytes(signature);

        signer.Address.ToLowerInvariant().ShouldBe(golden["from"]);
        Hex.Data(transaction.ToUnsignedBytes()).ShouldBe(golden["unsigned"]);
        Hex.Data(transaction.SigningHash()).ShouldBe(golden["sighash"]);
        Hex.Data(raw).ShouldBe(golden["raw"]);
        Eip1559Transaction.HashOf(raw).ShouldBe(golden["hash"]);
    }

    [Fact]
    [Trait("needs", "node")]
    public async Task A_thousand_transfers_are_signed_exactly_as_ethers_signs_them()
    {
        TransferVector[] vectors = EthersVectors.Instance.Transfers;

        int shortR = 0;
        int shortS = 0;
        foreach (TransferVector vector in vectors)
        {
            using var signer = Secp256k1Signer.FromText(vector.Key);
            Eip1559Transaction transaction = Read(vector);
            byte[] compact = await signer.SignAsync(transaction.SigningHash(), default);
            byte[] raw = transaction.ToSignedBytes(EvmSignature.FromCompact(compact)!);

            signer.Address.ShouldBe(vector.Sender);
            Hex.Data(transaction.ToUnsignedBytes()).ShouldBe(vector.Unsigned);
            Hex.Data(transaction.SigningHash()).ShouldBe(vector.SigningHash);
            Hex.Data(raw).ShouldBe(vector.Raw);
            Eip1559Transaction.HashOf(raw).ShouldBe(vector.Hash);
            shortR += compact[0] == 0 ? 1 : 0;
            shortS += compact[32] == 0 ? 1 : 0;
        }

        vectors.Length.ShouldBe(1_000);
        shortR.ShouldBeGreaterThan(0, "no r had a leading zero: the hardest case was not tried");
        shortS.ShouldBeGreaterThan(0, "no s had a leading zero: the hardest case was not tried");
    }

    private static Eip1559Transaction Read(TransferVector vector) =>
        new(
            ulong.Parse(vector.ChainId, CultureInfo.InvariantCulture),
            ulong.Parse(vector.Nonce, CultureInfo.InvariantCulture),
            UInt128.Parse(vector.Tip, CultureInfo.InvariantCulture),
            UInt128.Parse(vector.Fee, CultureInfo.InvariantCulture),
            ulong.Parse(vector.GasLimit, CultureInfo.InvariantCulture),
            EvmAddress.Parse(vector.Token),
            Erc20.Transfer(
                EvmAddress.Parse(vector.Destination),
                UInt128.Parse(vector.Amount, CultureInfo.InvariantCulture)
            )
        );

    // "## ethereum nonce 0 from 0x…", then lines of "name value".
    private static async Task<Dictionary<string, string>> ReadGoldenAsync(string network)
    {
        string path = Path.Combine(AppContext.BaseDirectory, "Vectors", "evm.txt");
        string[] lines = await File.ReadAllLinesAsync(path);
        string heading = lines.Single(l =>
            l.StartsWith($"## {network} ", StringComparison.Ordinal)
        );
        var golden = lines
            .SkipWhile(l => l != heading)
            .Skip(1)
            .TakeWhile(l => !l.StartsWith("##", StringComparison.Ordinal))
            .Select(l => l.Split(' ', 2))
            .ToDictionary(p => p[0], p => p[1], StringComparer.Ordinal);
        golden["from"] = heading[(heading.LastIndexOf(' ') + 1)..];
        return golden;
    }
}
