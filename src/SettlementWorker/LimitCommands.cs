using System.Globalization;
using Npgsql;
using Settlement.Payouts.Limits;

namespace Settlement.Worker;

/// <summary>What a person says about how much may leave.</summary>
internal sealed class LimitCommands(IServiceProvider services)
{
    private const string Off = "off";

    private readonly SpendLimits _limits = new(services.GetRequiredService<NpgsqlDataSource>());
    private readonly IConfiguration _settings = services.GetRequiredService<IConfiguration>();

    public async Task<int> ListAsync(CancellationToken ct)
    {
        IReadOnlyList<SpendLimit> limits = await _limits.ListAsync(ct);
        foreach (SpendLimit limit in limits)
        {
            await Console.Out.WriteLineAsync(
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"{limit.Scope}  per {limit.Kind}{(limit.Kind == limit.Per ? "" : $" and {limit.Per}")}  {limit.LimitMicro} micro-units  set by {limit.SetBy} {limit.SetAt:u}"
                )
            );
        }
        await Console.Out.WriteLineAsync(
            string.Create(CultureInfo.InvariantCulture, $"{limits.Count} limits")
        );
        return 0;
    }

    public async Task<int> SetAsync(CancellationToken ct)
    {
        (string scope, string kind) = (Text("scope"), Text("kind"));
        string per = kind == "payout" ? kind : Text("per");
        string micro = Text("micro");
        bool isLifted = micro == Off;
        bool isNumber = long.TryParse(
            micro,
            NumberStyles.None,
            CultureInfo.InvariantCulture,
            out long limit
        );
        if (
            scope.Length == 0
            || !SpendLimits.Kinds.Contains((kind, per))
            || !(isLifted || isNumber && limit > 0)
            || Text("reason").Length == 0
        )
        {
            await Console.Error.WriteLineAsync(
                "Usage: limit --scope all|NETWORK --kind payout|user|destination|network [--per hour|day] --micro N|off --reason \"…\" [--by NAME]"
            );
            return 2;
        }
        bool isNew = await _limits.SetAsync(
            new SpendLimitWord(
                scope,
                kind,
                per,
                isLifted ? null : limit,
                $"operator:{_settings["by"] ?? Environment.UserName}",
                Text("reason")
            ),
            ct
        );
        await Console.Out.WriteLineAsync(isNew ? "The limit is set." : "It was so before.");
        return 0;
    }

    private string Text(string name) => _settings[name]?.Trim() ?? "";
}
