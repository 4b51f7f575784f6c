namespace Settlement.Chains.Evm.Tests.Chain;

/// <summary>What a worker does with an adapter, step by step.</summary>
internal static class AdapterSteps
{
    private static readonly CancellationToken None = CancellationToken.None;

    /// <summary>Signs at the wallet's next nonce by the newest block.</summary>
    internal static async Task<SigningOutcome> TrySignAsync(
        this EvmChainAdapter adapter,
        params TransferOrder[] orders
    ) =>
        await adapter.SignAsync(
            new SigningOrder(orders, await adapter.ReadNextNonceAsync(None)),
            None
        );

    internal static async Task<SignedTransaction> SignedAsync(
        this EvmChainAdapter adapter,
        params TransferOrder[] orders
    )
    {
        SigningOutcome outcome = await adapter.TrySignAsync(orders);
        return outcome.ShouldBeOfType<SigningOutcome.Signed>(outcome.ToString()).Transaction;
    }

    internal static async Task<SignedTransaction> ReplacedAsync(
        this EvmChainAdapter adapter,
        OpenTransaction open,
        AttemptKind kind = AttemptKind.Payment,
        bool wasUnderpriced = false
    )
    {
        ReplacementOutcome outcome = await adapter.ReplaceAsync(
            new ReplacementOrder(open, kind) { WasUnderpriced = wasUnderpriced },
            None
        );
        return outcome.ShouldBeOfType<ReplacementOutcome.Signed>(outcome.ToString()).Transaction;
    }

    internal static Task<BroadcastOutcome> SendAsync(
        this EvmChainAdapter adapter,
        SignedTransaction signed
    ) => adapter.BroadcastAsync(Stored(signed), again: true, None);

    internal static async Task<Observation> ObserveAsync(
        this EvmChainAdapter adapter,
        OpenTransaction open
    ) => (await adapter.ObserveAsync([open], None))[0];

    /// <summary>As it is stored: who rides, and every attempt, oldest first.</summary>
    internal static OpenTransaction Open(
        TransferOrder[] orders,
        params SignedTransaction[] attempts
    ) => new(attempts[0].Sender, attempts[0].Nonce, null, [.. attempts.Select(Stored)], orders);

    /// <summary>The same with one more attempt.</summary>
    internal static OpenTransaction With(this OpenTransaction open, SignedTransaction attempt) =>
        open with
        {
            Attempts = [.. open.Attempts, Stored(attempt)],
        };

    private static StoredAttempt Stored(SignedTransaction signed) =>
        new(signed.TransactionId, signed.Bytes) { Kind = signed.Kind };
}
