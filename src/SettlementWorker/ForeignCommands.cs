using System.Globalization;
using Npgsql;
using Settlement.Payouts.Owning;

namespace Settlement.Worker;

/// <summary>What a person does about transactions of a hot wallet that the database does not know of.</summary>
internal sealed class ForeignCommands(IServiceProvider services)
{
    private readonly ForeignTransactions _foreign = new(
        services.GetRequiredService<NpgsqlDataSource>()
    );
    private readonly IConfiguration _settings = services.GetRequiredService<IConfiguration>();

    /// <summary>Lists them; succeeds when there is none.</summary>
    public async Task<int> ListAsync(CancellationToken ct)
    {
        IReadOnlyList<ForeignRow> rows = await _foreign.ListAsync(_settings["network"], ct);
        foreach (ForeignRow row in rows)
        {
            await Console.Out.WriteLineAsync(
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"{row.Id}  {row.Network} {row.Sender}  {row.TransactionId ?? "?"}{(row.Nonce is { } nonce ? $"  nonce {nonce}" : "")}  found {row.FoundAt:u}"
                )
            );
            await Console.Out.WriteLineAsync(
                row.TransactionId is null
                    ? "    no node could say what it did"
                    : $"    moved {row.Transfers}"
            );
            foreach (Guid payout in row.PayoutIds)
                await Console.Out.WriteLineAsync($"    has probably paid payout {payout}");
        }
        await Console.Out.WriteLineAsync(
            string.Create(CultureInfo.InvariantCulture, $"{rows.Count} transactions to account for")
        );
        return rows.Count == 0 ? 0 : 1;
    }

    public async Task<int> AdoptAsync(CancellationToken ct)
    {
        string? reason = _settings["reason"];
        if (
            !long.TryParse(
                _settings["id"],
                NumberStyles.None,
                CultureInfo.InvariantCulture,
                out long id
            ) || string.IsNullOrWhiteSpace(reason)
        )
        {
            await Console.Error.WriteLineAsync("Usage: adopt --id ID --reason \"…\" [--by NAME]");
            return 2;
        }
        Adoption adoption = await _foreign.AdoptAsync(
            id,
            $"operator:{_settings["by"] ?? Environment.UserName}",
            reason,
            requestId: null,
            ct
        );
        if (!adoption.IsAdopted)
        {
            await Console.Error.WriteLineAsync($"Nothing was changed: {Why(adoption)}");
            return 1;
        }
        await Console.Out.WriteLineAsync("It is accounted for.");
        foreach (Guid payout in adoption.PayoutIds)
        {
            await Console.Out.WriteLineAsync(
                $"Payout {payout} is on hold: say sent with its hash, or release to pay it."
            );
        }
        return 0;
    }

    private static string Why(Adoption adoption) =>
        adoption.Outcome switch
        {
            "not_found" => "there is no such transaction.",
            "adopted_before" => "somebody has accounted for it before.",
            "not_frozen" => "the wallet is not frozen.",
            _ =>
                $"one of the payouts that it has probably paid may still be paid by a transaction of ours ({string.Join(", ", adoption.PayoutIds)}); wait until that is decided.",
        };
}
