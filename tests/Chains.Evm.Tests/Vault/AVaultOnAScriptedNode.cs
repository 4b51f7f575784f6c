using Settlement.Chains.Evm.Addresses;
using Settlement.Chains.Evm.Encoding;
using Settlement.Chains.Evm.Rpc;
using Settlement.Chains.Evm.Tests.Scripted;
using Settlement.Chains.Evm.Vault;
using Settlement.Chains.Tests;

namespace Settlement.Chains.Evm.Tests.Vault;

/// <summary>The adapter with a vault, on a node whose answers are written by hand.</summary>
public abstract class AVaultOnAScriptedNode : IAsyncLifetime
{
    private protected const string Stranger = "0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed";
    private protected const string Earlier =
        "0x2222222222222222222222222222222222222222222222222222222222222222";

    private protected static readonly CancellationToken None = CancellationToken.None;

    private protected ScriptedChain Chain { get; private set; } = null!;

    private protected ScriptedEvmNode Node => Chain.Node;

    private protected ScriptedVault Vault => Node.Vault!;

    public async Task InitializeAsync()
    {
        Chain = await ScriptedChain.StartAsync();
        Chain.Options.Vault = ScriptedVault.Address;
        Node.Vault = new ScriptedVault();
    }

    public async Task DisposeAsync() => await Chain.DisposeAsync();

    private protected static object Receipt(StoredAttempt attempt, EvmLog[] logs) =>
        ScriptedChain.Receipt(attempt, 980, 1, [.. logs.Select(ScriptedVault.Text)]);

    private protected static TransferOrder[] Orders(int count) =>
        [
            .. Enumerable
                .Range(1, count)
                .Select(i => new TransferOrder(
                    i,
                    EvmAddress.Parse($"0x{0xf000 + i:x40}").ToString(),
                    1_000 + i
                )),
        ];

    private protected static OrderedBatch Batch(IEnumerable<TransferOrder> orders) =>
        new(
            EvmAddress.Parse(ScriptedVault.Address),
            EvmAddress.Parse(ScriptedChain.Token),
            EvmAddress.Parse(ScriptedChain.Wallet),
            [
                .. orders.Select(o => new OrderedItem(
                    o.PayoutNumber,
                    EvmAddress.Parse(o.Destination),
                    (UInt128)o.AmountMicro
                )),
            ]
        );

    private protected async Task<(OpenTransaction Open, StoredAttempt Attempt)> OpenAsync(
        TransferOrder[] orders
    )
    {
        SignedTransaction signed = await SignAsync(orders);
        var attempt = new StoredAttempt(signed.TransactionId, signed.Bytes);
        return (new OpenTransaction(signed.Sender, signed.Nonce, null, [attempt], orders), attempt);
    }

    private protected async Task<Observation> ObserveAsync(TransferOrder[] orders, Fate[] fates)
    {
        (OpenTransaction open, StoredAttempt attempt) = await OpenAsync(orders);
        EvmLog[] logs = [.. BatchLogs.Of(Batch(orders), fates)];
        Node.Receipts[attempt.TransactionId] = Receipt(attempt, logs);
        return await ObserveAsync(open);
    }

    private protected async Task<Observation> ObserveAsync(OpenTransaction open) =>
        (await Chain.Adapter().ObserveAsync([open], None)).ShouldHaveSingleItem();

    private protected Task<IdentityCheck> VerifyAsync() =>
        Chain.Adapter().VerifyIdentityAsync(None);

    private protected Task<IReadOnlyList<PreflightAnswer>> PreflightAsync(TransferOrder[] orders) =>
        Chain.Adapter().PreflightAsync(orders, None);

    private protected Task<SigningOutcome> TrySignAsync(TransferOrder[] orders) =>
        Chain.Adapter().SignAsync(new SigningOrder(orders, ScriptedChain.Nonce), None);

    private protected async Task<SignedTransaction> SignAsync(TransferOrder[] orders) =>
        (await TrySignAsync(orders)).ShouldBeOfType<SigningOutcome.Signed>().Transaction;

    private protected static ScriptedReply.Result Quantity(UInt128 value) =>
        new(Hex.Quantity(value));
}
