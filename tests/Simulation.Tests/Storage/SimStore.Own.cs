using Settlement.Chains;
using Settlement.Payouts.Owning;

namespace Settlement.Simulation.Tests.Storage;

/// <content>The wallet's own transactions.</content>
public sealed partial class SimStore
{
    public Task<WalletWatch> ReadAsync(NetworkId network, string sender, CancellationToken ct) =>
        CallAsync(() => new WalletWatch(database.Cursor, IsAnotherDatabase: false), ct);

    public Task<IReadOnlyList<OwnTransaction>> FindUnknownAsync(
        NetworkId network,
        string sender,
        IReadOnlyList<OwnTransaction> transactions,
        CancellationToken ct
    ) => CallAsync(() => database.FindUnknown(transactions), ct);

    public Task RecordAsync(
        NetworkId network,
        string sender,
        IReadOnlyList<ForeignTransaction> found,
        string reason,
        CancellationToken ct
    ) => CallAsync(() => Done(() => database.Record(found, reason)), ct);

    public Task<bool> MoveAsync(
        NetworkId network,
        string sender,
        string? from,
        string cursor,
        CancellationToken ct
    ) => CallAsync(() => database.Move(from, cursor), ct);
}
