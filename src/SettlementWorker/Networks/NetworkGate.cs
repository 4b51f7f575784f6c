using System.Globalization;
using Settlement.Chains;
using Settlement.Payouts.Lifecycle;
using Settlement.Payouts.Owning;
using Settlement.Payouts.Settling;

namespace Settlement.Worker.Networks;

/// <summary>Stands before all work on one network: closed until the node's identity is confirmed and the wallet is known,
/// and closed again whenever a later check does not confirm it.</summary>
public sealed partial class NetworkGate(
    IChainAdapter chain,
    Wallets wallets,
    CheckOwnTransactions own,
    StoredMark stored,
    ILogger<NetworkGate> log
)
{
    private volatile GateState _state = new GateState.Closed("Not checked yet.");

    /// <summary>As of the last check.</summary>
    public GateState State => _state;

    /// <summary>Whether open transactions may be followed.</summary>
    public bool IsOpen => _state is GateState.Open or GateState.Watching;

    /// <summary>Whether new transactions may be signed.</summary>
    public bool MayPay => _state is GateState.Open;

    /// <summary>Why no new transaction may be signed; null where it may.</summary>
    public string? Because =>
        _state switch
        {
            GateState.Closed closed => closed.Because,
            GateState.Watching watching => watching.Because,
            _ => null,
        };

    /// <summary>Checks everything anew. When the check itself breaks the gate closes, too.</summary>
    public async Task VerifyAsync(CancellationToken ct)
    {
        GateState next = new GateState.Closed("The last check did not come to its end.");
        try
        {
            next = await CheckAsync(ct);
        }
        finally
        {
            Turn(next);
        }
    }

    private async Task<GateState> CheckAsync(CancellationToken ct)
    {
        // Before any node is asked: what verdicts rest on is remembered over restarts, and shared with other workers.
        if (chain.Mark is { } mark && await stored.ReadAsync(chain.Network, ct) is { } head)
            mark.Resume(head);
        return await chain.VerifyIdentityAsync(ct) switch
        {
            IdentityCheck.Confirmed => await CheckWalletAsync(ct),
            IdentityCheck.Mismatch mismatch => new GateState.Closed(mismatch.Problem),
            IdentityCheck.Unknown unknown => new GateState.Closed(
                $"No node confirms the network: {unknown.Cause}"
            ),
            _ => throw new InvalidOperationException("An identity check that is not handled."),
        };
    }

    private async Task<GateState> CheckWalletAsync(CancellationToken ct)
    {
        ulong? onChain = null;
        if (chain.Limits.UsesNonces)
        {
            onChain = await chain.ReadNextNonceAsync(ct);
            if (onChain is null)
                return new GateState.Closed("No node tells the wallet's nonce.");
        }
        await wallets.RegisterAsync(chain.Network, chain.Sender, onChain, ct);

        // Read after the chain: ours is raised before a transaction can leave, so it is behind only when somebody else
        // has used the key, or when this database is older than the chain.
        WalletState wallet = await wallets.ReadAsync(chain.Network, chain.Sender, ct);
        if (onChain > wallet.NextNonce)
        {
            string reason = string.Create(
                CultureInfo.InvariantCulture,
                $"The chain has used nonces below {onChain}, this database knows those below {wallet.NextNonce}: somebody else uses the key, or the database was restored."
            );
            await wallets.FreezeAsync(chain.Network, chain.Sender, reason, ct);
        }
        // Before the first new transaction, and again with each check: what the wallet has signed is all ours, or it is frozen.
        return await own.ExecuteAsync(chain, ct) is OwnCheck.Unknown unknown
            ? new GateState.Watching(
                $"It is not known whether all of the wallet's transactions are ours: {unknown.Cause}"
            )
            : GateState.Open.Instance;
    }

    private void Turn(GateState next)
    {
        GateState before = _state;
        _state = next;
        if (next == before)
            return;
        switch (next)
        {
            case GateState.Closed closed:
                Closed(log, chain.Network, closed.Because);
                break;
            case GateState.Watching watching:
                // The same trouble in other words is no news.
                if (before is not GateState.Watching)
                    Watching(log, chain.Network, watching.Because);
                break;
            default:
                Opened(log, chain.Network, chain.Sender);
                break;
        }
    }

    [LoggerMessage(LogLevel.Information, "{Network}: confirmed, paying from {Sender}")]
    private static partial void Opened(ILogger log, NetworkId network, string sender);

    [LoggerMessage(
        LogLevel.Error,
        "{Network}: nothing new is signed until this is known, what is open is followed: {Because}"
    )]
    private static partial void Watching(ILogger log, NetworkId network, string because);

    [LoggerMessage(LogLevel.Error, "{Network}: no work until this is mended: {Because}")]
    private static partial void Closed(ILogger log, NetworkId network, string because);
}
